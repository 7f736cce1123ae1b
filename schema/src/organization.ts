import { asked } from './asked.ts'
import { builder } from './builder.ts'
import type { Context, Membership } from './context.ts'
import { contended, keyNote, outcome, repeatable } from './error-types.ts'
import { NotFoundError } from './errors.ts'
import { filled, given } from './given.ts'
import { defineNode, globalId, rowId } from './node.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.prismaObject('Organization', {
  description: 'A tenant: everything belongs to exactly one, and none sees another’s.',
  interfaces: ['Node'],
  select: { id: true },
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (row) => globalId('Organization', row.id) }),
    uuid: t.exposeString('id', { description: 'The id as logs and the database write it.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    slug: t.exposeString('slug', { description: 'Short name, unique on this hub.' }),
    country: t.exposeString('country', {
      nullable: true,
      description: 'ISO 3166-1 alpha-2; decides how dates are written.',
    }),
    currency: t.exposeString('currency', { description: 'ISO 4217, for costs and figures.' }),
    timeZone: t.exposeString('timeZone', { description: 'IANA zone its days begin in.' }),
    demo: t.exposeBoolean('demo', { description: 'Wired to the provider lab: nothing in it is real.' }),
    createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was created.' }),
  }),
})

defineNode('Organization', {
  scope: 'organization:read',
  load: (ctx, id, info) =>
    ctx.tenant().prisma.organization.findUnique({
      ...asked(ctx, info, { id: true }, { typeName: 'Organization' }),
      where: { id },
    }),
})

/** A membership of the viewer as it is now, for a mutation's answer. */
async function membership(ctx: Context, changed: Promise<{ readonly id: string }>): Promise<Membership> {
  const { id } = await changed
  const found = ctx.viewer === null ? [] : await ctx.readers.memberships(ctx.viewer)
  const one = found.find(({ organizationId }) => organizationId === id)
  if (one === undefined) throw new NotFoundError('organization', id)
  return one
}

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const UpdateOrganizationInput = builder.inputType('UpdateOrganizationInput', {
  description: 'Changes to the organization; what is left out stays.',
  fields: (t) => ({
    name: t.string({ description: 'New name, 1 to 80 characters.' }),
    country: t.string({ description: 'ISO 3166-1 alpha-2; null for none.' }),
    currency: t.string({ description: 'ISO 4217.' }),
    timeZone: t.string({ description: 'IANA zone.' }),
  }),
})

const CreateOrganizationInput = builder.inputType('CreateOrganizationInput', {
  description: 'A new organization.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name, 1 to 80 characters.' }),
    country: t.string({ description: 'ISO 3166-1 alpha-2.' }),
    currency: t.string({ description: 'ISO 4217. Default USD, or the country’s.' }),
    timeZone: t.string({ description: 'IANA zone. Default UTC, or the country’s.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const SwitchOrganizationInput = builder.inputType('SwitchOrganizationInput', {
  description: 'Which organization to look at from now on.',
  fields: (t) => ({ id: t.id({ required: true, description: 'One of the viewer’s organizations.' }) }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryField('organization', (t) =>
  t.prismaField({
    type: 'Organization',
    nullable: true,
    description: 'The active organization.',
    authScopes: { may: 'organization:read' },
    resolve: (query, _root, _args, { tenant }) => {
      const { prisma, organizationId } = tenant()
      return prisma.organization.findUnique({ ...query, where: { id: organizationId } })
    },
  }),
)

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.mutationFields((t) => ({
  updateOrganization: t.prismaField({
    type: 'Organization',
    description: 'Changes name, country, currency or time zone.',
    authScopes: { may: 'organization:write' },
    errors: outcome(contended, 'organization', 'The organization as it is now.'),
    args: { input: t.arg({ type: UpdateOrganizationInput, required: true, description: 'What to do.' }) },
    resolve: async (query, _root, { input: { country, ...rest } }, ctx) => {
      const { id } = await ctx.commands.organization.update(ctx.actor(), { ...filled(rest), ...given({ country }) })
      const row = await ctx.tenant().prisma.organization.findUnique({ ...query, where: { id } })
      if (row === null) throw new NotFoundError('organization', id)
      return row
    },
  }),
  createOrganization: t.field({
    type: 'Membership',
    description: 'Creates an organization (super-admins only); its creator becomes the owner.',
    authScopes: { signedIn: true },
    errors: outcome(repeatable, 'membership', 'The creator’s place in the new organization.'),
    args: { input: t.arg({ type: CreateOrganizationInput, required: true, description: 'What to do.' }) },
    resolve: (_root, { input: { name, currency, timeZone, ...rest } }, ctx) =>
      membership(
        ctx,
        ctx.commands.organization.create(ctx.actor(), { name, ...filled({ currency, timeZone }), ...given(rest) }),
      ),
  }),
  switchOrganization: t.field({
    type: 'Membership',
    description: 'Makes another of the viewer’s organizations the active one of this session.',
    authScopes: { signedIn: true },
    errors: outcome(contended, 'membership', 'The viewer’s place in the organization now active.'),
    args: { input: t.arg({ type: SwitchOrganizationInput, required: true, description: 'What to do.' }) },
    resolve: (_root, { input }, ctx) =>
      membership(ctx, ctx.commands.organization.switchTo(ctx.actor(), { id: rowId('Organization', input.id) })),
  }),
}))
