import type { EventType } from '@patchbay/schema/event-types/form.ts'
import type { Plan } from './files.ts'
import { camel } from './names.ts'

/** What the table-driven tests know of it. */
export const caseFile = ({
  slug,
  signIn,
}: Plan): string => `import { ${camel(slug)} as twin } from '@patchbay/server/lab/twins/${slug}.ts'
import type { ProviderCase } from './case.ts'

export const ${camel(slug)}: ProviderCase = {
  ...twin.credentials,
  ${
    signIn === 'oauth'
      ? '// A person signs in at the vendor: there is nothing to mistype.\n  wrong: null,'
      : `wrong: { apiKey: 'nobodys' },`
  }
  // FILL IN an input for every operation, carried out in this order; a function makes one of what came before.
  inputs: {},
  // FILL IN \`moves\` for what is pulled and narrowed, or why nothing is pulled.
  pullsNothing: 'it lists nothing yet',
  // Until server/src/providers/arabic/${slug}.ts is written.
  englishOnly: true,
}
`

/** One message as the vendor documents it. */
export const sampleFile = ({ slug }: Plan, event: EventType): string => `import type { Sample } from './sample.ts'

/** FILL IN one message per type, as the vendor documents it, and what is worth a look in its event. */
export const ${camel(slug)}Samples: readonly Sample[] = [
  {
    type: '${event.name}',
    id: 'evt_1',
    occurredAt: '2026-11-20T12:00:09.000Z',
    body: {
      id: 'evt_1',
      type: '${event.name}',
      created_at: '2026-11-20T12:00:09Z',
      data: ${JSON.stringify(event.example)},
    },
    events: [{ type: '${event.name}', data: {} }],
  },
]
`

/** How the vendor signs, a second time. */
export const schemeFile = ({ slug }: Plan): string => `import { hmac, random, type Scheme } from './scheme.ts'

/** FILL IN how the vendor signs, from its own description and not from the hub's code. */
export const ${camel(slug)}Scheme: Scheme = {
  slug: '${slug}',
  holdsMs: null,
  coversBody: true,
  proofs: ['x-${slug}-signature'],
  makeKey: async () => {
    const secret = random(24).toString('hex')
    return { secret, sign: (body) => ({ headers: { 'x-${slug}-signature': hmac(secret, 'hex', body) } }) }
  },
}
`
