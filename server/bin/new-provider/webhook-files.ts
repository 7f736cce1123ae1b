import type { EventType } from '@patchbay/schema/event-types/form.ts'
import type { Plan } from './files.ts'
import { camel, quoted } from './names.ts'

/** What arrives and what it becomes: one type, as if the vendor called everything by the names of the catalogue. */
export const webhooksFile = ({ slug, name }: Plan, event: EventType): string => `import { z } from 'zod'
import { textAt } from '../shared/failure.ts'
import { fromText, onBody, someText } from '../shared/message.ts'
import { bodyHmac } from '../shared/signatures/body-hmac.ts'
import type { MapEvent, WebhookSpec } from '../webhook.ts'

/** FILL IN what must be there, by the vendor's names. */
const message = z.object({ created_at: someText, data: z.record(z.string(), z.unknown()) })

/** By the vendor's types. FILL IN what each becomes: every member of the event's data, null where the vendor says nothing. */
const events: Readonly<Record<string, MapEvent>> = {
  '${event.name}': onBody(message, ({ created_at: at, data }) => ({
    type: '${event.name}',
    occurredAt: fromText(at),
    data,
  })),
}

/** ${name}'s webhooks: FILL IN the address of their description. */
export const ${camel(slug)}Webhooks: WebhookSpec = {
  // FILL IN: the family of shared/signatures that fits, or a check of your own made of what is in signatures/proof.ts.
  verify: bodyHmac({ header: 'x-${slug}-signature', encoding: 'hex' }),
  secret: { from: 'source', label: 'Signing secret', help: 'FILL IN where a person finds it.' },
  // FILL IN where a message says which event it tells of.
  identify: ({ body }) => ({
    id: textAt(body, 'id') ?? null,
    type: textAt(body, 'type') ?? null,
    occurredAt: fromText(textAt(body, 'created_at')),
  }),
  events,
  // FILL IN \`registration\` where the vendor has an API for it.
  setup: ['FILL IN where a person pastes the address of the source.', 'FILL IN where the secret is found.'],
}
`

/** The twin's side of the same. */
export const twinWebhooksFile = (
  { slug, name }: Plan,
  event: EventType,
): string => `import { createHmac } from 'node:crypto'
import type { WebhookSpec } from '../../webhook.ts'

/** ${name}'s webhooks. FILL IN one scenario for each type that is worth a try, in the vendor's own bodies. */
export const ${camel(slug)}Webhooks: WebhookSpec<unknown> = {
  proof: ['x-${slug}-signature'],
  coversBody: true,
  scenarios: {
    '${event.name}': {
      description: ${quoted(event.summary)},
      make: ({ id, now }) => [
        {
          id: id('evt_', 16),
          type: '${event.name}',
          at: now,
          data: ${JSON.stringify(event.example)},
        },
      ],
    },
  },
  // FILL IN the addresses registered through the vendor's API, where it has one.
  subscribers: () => [],
  adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret, types: null } }),
  write: ({ id, type, at, data }, { secret }) => {
    const body = JSON.stringify({ id, type, created_at: new Date(at).toISOString(), data })
    const headers = { 'content-type': 'application/json' }
    if (secret === null) return { headers, body }
    return { headers: { ...headers, 'x-${slug}-signature': createHmac('sha256', secret).update(body).digest('hex') }, body }
  },
}
`
