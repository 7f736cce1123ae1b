import { asked, rowsOfPage } from './asked.ts'
import { builder } from './builder.ts'
import { RoleEnum } from './enums.ts'
import { contended, direct, keyNote, outcome, repeatable } from './error-types.ts'
import { NotFoundError } from './errors.ts'
import { mine } from './load/reach.ts'
import { containing, instantSlice } from './load/slice.ts'
import { defineNode, globalId, rowId } from './node.ts'
import { byInstant, pageCost, pageType, readPage } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const Member = builder.prismaObject('Member', {
  description: 'A person in the organization.',
  interfaces: ['Node'],
  select: { id: true },
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Member', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    userId: t.exposeString('userId', { description: 'Id of the person, the same in every organization.' }),
    // Of a person only some columns may be read: each is named.
    name: t.string({
      description: 'Name of the person.',
      select: { user: { select: { name: true } } },
      resolve: ({ user }) => user.name,
    }),
    email: t.string({
      description: 'Address of the person.',
      select: { user: { select: { email: true } } },
      resolve: ({ user }) => user.email,
    }),
    role: t.expose('role', { type: RoleEnum, description: 'What the person may do here.' }),
    self: t.boolean({
      description: 'It is the viewer.',
      select: { userId: true },
      resolve: (row, _args, { viewer }) => viewer?.kind === 'USER' && viewer.id === row.userId,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the person joined.' }),
  }),
})

const Invitation = builder.prismaObject('Invitation', {
  description: 'An invitation nobody has accepted yet.',
  interfaces: ['Node'],
  // Never the hash of its token: a column is read only when a field names it.
  select: { id: true },
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Invitation', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    email: t.exposeString('email', { description: 'Who is invited.' }),
    role: t.expose('role', { type: RoleEnum, description: 'What the person may do after joining.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when the link works.' }),
    expired: t.boolean({
      description: 'The link no longer works.',
      select: { expiresAt: true },
      resolve: (row, _args, { now }) => row.expiresAt <= now(),
    }),
    invitedBy: t.string({
      nullable: true,
      description: 'Name of who invited; null when no longer a member, or an API key.',
      select: { invitedById: true },
      resolve: (row, _args, { loaders }) => (row.invitedById === null ? null : loaders.userName.load(row.invitedById)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was sent.' }),
  }),
})

const MemberPage = pageType('Member', Member, 'members')
const InvitationPage = pageType('Invitation', Invitation, 'invitations')

defineNode('Member', {
  scope: 'member:read',
  load: (ctx, id, info) =>
    ctx.tenant().prisma.member.findUnique({ ...asked(ctx, info, { id: true }, { typeName: 'Member' }), where: { id } }),
})
defineNode('Invitation', {
  scope: 'member:read',
  load: (ctx, id, info) =>
    ctx.tenant().prisma.invitation.findUnique({
      ...asked(ctx, info, { id: true }, { typeName: 'Invitation' }),
      where: { id },
    }),
})

const bySeniority = byInstant<{ readonly id: string; readonly createdAt: Date }>((row) => row.createdAt)
const inOrder = { id: true, createdAt: true } as const

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const InviteMemberInput = builder.inputType('InviteMemberInput', {
  description: 'Whom to invite, and as what.',
  fields: (t) => ({
    email: t.string({ required: true, description: 'Address of the person.' }),
    role: t.field({ type: RoleEnum, required: true, description: 'At most the viewer’s own.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const RevokeInvitationInput = builder.inputType('RevokeInvitationInput', {
  description: 'Which invitation to take back.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The invitation.' }) }),
})

const AcceptInvitationInput = builder.inputType('AcceptInvitationInput', {
  description: 'Joining by an invitation link.',
  fields: (t) => ({
    token: t.string({ required: true, description: 'The token of the link.' }),
    name: t.string({ required: true, description: 'Name of the person.' }),
    password: t.string({
      required: true,
      description: 'A new password, or the one this person already has on this hub.',
    }),
  }),
})

const ChangeMemberRoleInput = builder.inputType('ChangeMemberRoleInput', {
  description: 'Whose role to change, and to what.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The member.' }),
    role: t.field({ type: RoleEnum, required: true, description: 'At most the viewer’s own.' }),
  }),
})

const RemoveMemberInput = builder.inputType('RemoveMemberInput', {
  description: 'Whom to remove.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The member.' }) }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryFields((t) => ({
  members: t.connection(
    {
      type: Member,
      nullable: true,
      description: 'People of the organization, longest first.',
      authScopes: { may: 'member:read' },
      complexity: pageCost,
      args: { search: t.arg.string({ description: 'Words in name or address.' }) },
      resolve: (_root, args, ctx, info) => {
        const query = asked(ctx, info, inOrder, rowsOfPage)
        const words = containing(args.search)
        return readPage(args, bySeniority, (slice) => {
          const { within, ...order } = instantSlice('createdAt', slice, 'asc')
          return ctx.tenant().prisma.member.findMany({
            ...query,
            ...order,
            where: {
              ...mine(ctx),
              ...(words && { user: { OR: [{ name: words }, { email: words }] } }),
              AND: within,
            },
          })
        })
      },
    },
    MemberPage,
  ),
  invitations: t.connection(
    {
      type: Invitation,
      nullable: true,
      description: 'Invitations nobody accepted yet, latest first.',
      authScopes: { may: 'member:read' },
      complexity: pageCost,
      resolve: (_root, args, ctx, info) => {
        const query = asked(ctx, info, inOrder, rowsOfPage)
        return readPage(args, bySeniority, (slice) => {
          const { within, ...order } = instantSlice('createdAt', slice, 'desc')
          return ctx
            .tenant()
            .prisma.invitation.findMany({ ...query, ...order, where: { ...mine(ctx), acceptedAt: null, AND: within } })
        })
      },
    },
    InvitationPage,
  ),
}))

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const InviteMemberSuccess = builder
  .objectRef<{ readonly id: string; readonly token: string | null }>('InviteMemberSuccess')
  .implement({
    description: 'The person is invited.',
    fields: (t) => ({
      invitation: t.prismaField({
        type: 'Invitation',
        description: 'The invitation.',
        resolve: async (query, { id }, _args, ctx) => {
          const found = await ctx.tenant().prisma.invitation.findUnique({ ...query, where: { id } })
          if (found === null) throw new NotFoundError('invitation', id)
          return found
        },
      }),
      link: t.string({
        nullable: true,
        description: 'The link to send. Shown once: null when an idempotency key repeats.',
        resolve: ({ token }, _args, { hub }) => (token === null ? null : `${hub.publicUrl}/invitation/${token}`),
      }),
      token: t.exposeString('token', {
        nullable: true,
        description: 'The link’s token. Shown once: null when an idempotency key repeats.',
      }),
    }),
  })

const inputNote = 'What to do.'

builder.mutationFields((t) => ({
  inviteMember: t.field({
    type: InviteMemberSuccess,
    description: 'Invites a person.',
    authScopes: { may: 'member:write' },
    errors: direct(repeatable),
    args: { input: t.arg({ type: InviteMemberInput, required: true, description: inputNote }) },
    resolve: (_root, { input }, ctx) =>
      ctx.commands.member.invite(ctx.actor(), { ...input, idempotencyKey: input.idempotencyKey ?? null }),
  }),
  revokeInvitation: t.field({
    type: 'ID',
    description: 'Takes an invitation back: its link stops working.',
    authScopes: { may: 'member:write' },
    errors: outcome(contended, 'revokedId', 'Global id of what is gone.'),
    args: { input: t.arg({ type: RevokeInvitationInput, required: true, description: inputNote }) },
    resolve: async (_root, { input }, ctx) => {
      const { id } = await ctx.commands.member.revokeInvitation(ctx.actor(), { id: rowId('Invitation', input.id) })
      return globalId('Invitation', id)
    },
  }),
  acceptInvitation: t.field({
    type: 'ID',
    description:
      'Joins the organization an invitation is for. Needs no sign-in: the token is the proof. Sign in afterwards.',
    complexity: 50,
    errors: outcome(contended, 'memberId', 'Global id of the new member.'),
    args: { input: t.arg({ type: AcceptInvitationInput, required: true, description: inputNote }) },
    resolve: async (_root, { input }, { commands, ipAddress, correlationId }) => {
      const { id } = await commands.member.accept({ ...input, ipAddress, correlationId })
      return globalId('Member', id)
    },
  }),
  changeMemberRole: t.prismaField({
    type: 'Member',
    description: 'Gives a member another role. An organization always keeps one owner.',
    authScopes: { may: 'member:write' },
    errors: outcome(contended, 'member', 'The member as it is now.'),
    args: { input: t.arg({ type: ChangeMemberRoleInput, required: true, description: inputNote }) },
    resolve: async (query, _root, { input }, ctx) => {
      const { id } = await ctx.commands.member.changeRole(ctx.actor(), {
        id: rowId('Member', input.id),
        role: input.role,
      })
      const member = await ctx.tenant().prisma.member.findUnique({ ...query, where: { id } })
      if (member === null) throw new NotFoundError('member', input.id)
      return member
    },
  }),
  removeMember: t.field({
    type: 'ID',
    description: 'Removes a member from the organization.',
    authScopes: { may: 'member:write' },
    errors: outcome(contended, 'removedId', 'Global id of who is gone.'),
    args: { input: t.arg({ type: RemoveMemberInput, required: true, description: inputNote }) },
    resolve: async (_root, { input }, ctx) => {
      const { id } = await ctx.commands.member.remove(ctx.actor(), { id: rowId('Member', input.id) })
      return globalId('Member', id)
    },
  }),
}))
