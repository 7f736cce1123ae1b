import { builder } from './builder.ts'
import type { WebhookFacts } from './catalog.ts'

// What the marketplace says of a provider's webhooks, shown with the provider and with every source.

export const ProviderPattern = builder
  .objectRef<{ readonly pattern: string; readonly message: string }>('ProviderFieldPattern')
  .implement({
    description: 'A shape a value has.',
    fields: (t) => ({
      pattern: t.exposeString('pattern', { description: 'Regular expression over the whole value.' }),
      message: t.exposeString('message', { description: 'What to say when a value does not match.' }),
    }),
  })

const SecretFromEnum = builder.enumType('WebhookSecretFrom', {
  description: 'Where what verifies a vendor’s webhooks comes from.',
  values: {
    SOURCE: { description: 'Pasted at the source, or brought by the registration.' },
    CREDENTIAL: { description: 'A field of the connection.' },
    VENDOR: { description: 'Published by the vendor: nothing to know.' },
    ADDRESS: { description: 'The vendor signs nothing: the unguessable address is the only proof.' },
  },
})

export const ProviderWebhooks = builder.objectRef<WebhookFacts>('ProviderWebhooks').implement({
  description: 'What a person needs to know of a vendor’s webhooks.',
  fields: (t) => ({
    secretFrom: t.expose('secretFrom', { type: SecretFromEnum, description: 'Where the secret comes from.' }),
    secretLabel: t.exposeString('secretLabel', { nullable: true, description: 'What the vendor calls the secret.' }),
    secretHelp: t.exposeString('secretHelp', { nullable: true, description: 'Where a person finds it.' }),
    secretHint: t.expose('secretHint', {
      type: ProviderPattern,
      nullable: true,
      description: 'Shape it usually has: a mismatch is worth a warning and does not block.',
    }),
    registers: t.exposeBoolean('registers', {
      description: 'The hub can register the address through the vendor’s API.',
    }),
    expires: t.exposeBoolean('expires', { description: 'The vendor forgets a registration; the hub renews it.' }),
    setup: t.stringList({
      description: 'How a person does it in the vendor’s dashboard, step by step.',
      resolve: (facts) => [...facts.setup],
    }),
  }),
})
