import { builder } from './builder.ts'
import type { HubFacts } from './context.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const HubType = builder.objectRef<HubFacts>('Hub').implement({
  description: 'Facts about this hub that anyone may know, signed in or not.',
  fields: (t) => ({
    version: t.exposeString('version', { description: 'Version of the software.' }),
    demo: t.exposeBoolean('demo', { description: 'The demo organization and the provider lab are on.' }),
    oidcName: t.string({
      nullable: true,
      description: 'Name of the company sign-in; null when it is not set up.',
      resolve: ({ oidc }) => oidc?.name,
    }),
    publicUrl: t.exposeString('publicUrl', { description: 'Where people and vendors reach it.' }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryField('hub', (t) =>
  t.field({ type: HubType, description: 'Facts about this hub.', resolve: (_root, _args, { hub }) => hub }),
)
