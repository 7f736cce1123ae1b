import { builder } from './builder.ts'
import { RoleEnum } from './enums.ts'
import { contended, direct, keyNote, outcome, repeatable } from './error-types.ts'
import { NotFoundError } from './errors.ts'
import { invitationById, invitationPage, memberPage, type InvitationRow } from './load/people.ts'
import { reachOf } from './load/reach.ts'
import { defineNode, globalId, rowId } from './node.ts'
import { pageCost, pageType } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.objectType('Member', {
  description: 'A person in the organization.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Member', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    userId: t.exposeString('userId', { description: 'Id of the person, the same in every organization.' }),
    name: t.string({ description: 'Name of the person.', resolve: ({ user }) => user.name }),
    email: t.string({ description: 'Address of the person.', resolve: ({ user }) => user.email }),
    role: t.expose('role', { type: RoleEnum, description: 'What the person may do here.' }),
    self: t.boolean({
      description: 'It is the viewer.',
      resolve: (row, _args, { viewer }) => viewer?.kind === 'USER' && viewer.id === row.userId,
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the person joined.' }),
  }),
})

builder.objectType('Invitation', {
  description: 'An invitation nobody has accepted yet.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Invitation', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    email: t.exposeString('email', { description: 'Who is invited.' }),
    role: t.expose('role', { type: RoleEnum, description: 'What the person may do after joining.' }),
    expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'Until when the link works.' }),
    expired: t.boolean({
      description: 'The link no longer works.',
      resolve: (row, _args, { now }) => row.expiresAt <= now(),
    }),
    invitedBy: t.string({
      nullable: true,
      description: 'Name of who invited; null when no longer a member, or an API key.',
      resolve: (row, _args, { loaders }) => (row.invitedById === null ? null : loaders.userName.load(row.invitedById)),
    }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was sent.' }),
  }),
})

const MemberPage = pageType('Member', 'Member', 'members')
const InvitationPage = pageType('Invitation', 'Invitation', 'invitations')

defineNode('Member', { scope: 'member:read', load: (ctx, id) => ctx.loaders.member.load(id) })
defineNode('Invitation', { scope: 'member:read', load: (ctx, id) => invitationById(reachOf(ctx), id) })

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
      type: 'Member',
      nullable: true,
      description: 'People of the organization, longest first.',
      authScopes: { may: 'member:read' },
      complexity: pageCost,
      args: { search: t.arg.string({ description: 'Words in name or address.' }) },
      resolve: (_root, args, ctx) => memberPage(reachOf(ctx), args, args.search),
    },
    MemberPage,
  ),
  invitations: t.connection(
    {
      type: 'Invitation',
      nullable: true,
      description: 'Invitations nobody accepted yet, latest first.',
      authScopes: { may: 'member:read' },
      complexity: pageCost,
      resolve: (_root, args, ctx) => invitationPage(reachOf(ctx), args),
    },
    InvitationPage,
  ),
}))

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const InviteMemberSuccess = builder
  .objectRef<{ readonly invitation: InvitationRow; readonly token: string | null }>('InviteMemberSuccess')
  .implement({
    description: 'The person is invited.',
    fields: (t) => ({
      invitation: t.expose('invitation', { type: 'Invitation', description: 'The invitation.' }),
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
    resolve: async (_root, { input }, ctx) => {
      const { id, token } = await ctx.commands.member.invite(ctx.actor(), {
        ...input,
        idempotencyKey: input.idempotencyKey ?? null,
      })
      const invitation = await invitationById(reachOf(ctx), id)
      if (invitation === null) throw new NotFoundError('invitation', id)
      return { invitation, token }
    },
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
  changeMemberRole: t.field({
    type: 'Member',
    description: 'Gives a member another role. An organization always keeps one owner.',
    authScopes: { may: 'member:write' },
    errors: outcome(contended, 'member', 'The member as it is now.'),
    args: { input: t.arg({ type: ChangeMemberRoleInput, required: true, description: inputNote }) },
    resolve: async (_root, { input }, ctx) => {
      const { id } = await ctx.commands.member.changeRole(ctx.actor(), {
        id: rowId('Member', input.id),
        role: input.role,
      })
      const member = await ctx.loaders.member.clear(id).load(id)
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
