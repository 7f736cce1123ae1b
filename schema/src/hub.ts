import { builder } from './builder.ts'
import type { HubFacts } from './context.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const HubSignIn = builder.objectRef<HubFacts['signIns'][number]>('HubSignIn').implement({
  description: 'Somebody else who may say who a member is.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'What the sign-in door takes as `provider`.' }),
    name: t.exposeString('name', { description: 'Words for its button.' }),
  }),
})

const HubType = builder.objectRef<HubFacts>('Hub').implement({
  description: 'Facts about this hub that anyone may know, signed in or not.',
  fields: (t) => ({
    version: t.exposeString('version', { description: 'Version of the software.' }),
    demo: t.exposeBoolean('demo', { description: 'The demo organization and the provider lab are on.' }),
    oidcName: t.string({
      nullable: true,
      description: 'Name of the company sign-in; null when it is not set up.',
      deprecationReason: 'Ask `signIns`: there may be several.',
      resolve: ({ signIns }) => signIns.find(({ id }) => id === 'oidc')?.name,
    }),
    signIns: t.field({
      type: [HubSignIn],
      description: 'Ways to sign in besides a password, in the order of their buttons.',
      resolve: ({ signIns }) => [...signIns],
    }),
    publicUrl: t.exposeString('publicUrl', { description: 'Where people and vendors reach it.' }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryField('hub', (t) =>
  t.field({ type: HubType, description: 'Facts about this hub.', resolve: (_root, _args, { hub }) => hub }),
)
