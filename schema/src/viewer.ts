import { builder } from './builder.ts'
import { RoleEnum } from './enums.ts'
import { globalId } from './node.ts'
import { allows, scopes, type Scope } from './scopes.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const ViewerKindEnum = builder.enumType('ViewerKind', {
  description: 'What is asking.',
  values: { USER: { description: 'A person, signed in.' }, API_KEY: { description: 'A program with an API key.' } },
})

builder.objectType('Membership', {
  description: 'An organization the viewer belongs to, and as what.',
  fields: (t) => ({
    organizationId: t.id({
      description: 'Global id of the organization.',
      resolve: (row) => globalId('Organization', row.organizationId),
    }),
    name: t.exposeString('name', { description: 'Its name.' }),
    demo: t.exposeBoolean('demo', { description: 'Wired to the provider lab: nothing in it is real.' }),
    role: t.expose('role', { type: RoleEnum, description: 'What the viewer may do there.' }),
  }),
})

builder.objectType('Viewer', {
  description: 'Who is asking, and what they may do.',
  fields: (t) => ({
    uuid: t.exposeString('id', { description: 'User id or API key id.' }),
    kind: t.expose('kind', { type: ViewerKindEnum, description: 'A person or a program.' }),
    name: t.exposeString('name', { description: 'Name of the person or key.' }),
    role: t.expose('role', { type: RoleEnum, description: 'Role in the active organization.' }),
    scopes: t.field({
      type: ['String'],
      description: 'Permissions held right now, `noun:action`.',
      resolve: (viewer) =>
        (Object.keys(scopes) as Scope[]).filter((scope) => allows(viewer.role, viewer.scopes, scope)),
    }),
    connectionIds: t.field({
      type: ['ID'],
      description: 'Connections an API key is narrowed to; empty means all.',
      resolve: (viewer) => viewer.connectionIds.map((id) => globalId('Connection', id)),
    }),
    superAdmin: t.exposeBoolean('superAdmin', { description: 'May create organizations and administer every one.' }),
    organization: t.prismaField({
      type: 'Organization',
      nullable: true,
      description: 'The active organization.',
      resolve: (query, _viewer, _args, { tenant }) => {
        const { prisma, organizationId } = tenant()
        return prisma.organization.findUnique({ ...query, where: { id: organizationId } })
      },
    }),
    memberships: t.field({
      type: ['Membership'],
      description: 'Organizations the viewer belongs to.',
      resolve: async (viewer, _args, { readers }) => [...(await readers.memberships(viewer))],
    }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryField('viewer', (t) =>
  t.field({
    type: 'Viewer',
    nullable: true,
    description: 'Who is asking; null when nobody is signed in.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
)
