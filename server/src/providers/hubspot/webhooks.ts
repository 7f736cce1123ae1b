import { z } from 'zod'
import { idText, onBody, someText } from '../shared/message.ts'
import { methodUrlBody } from '../shared/signatures/method-url-body.ts'
import type { MapEvent, MappedEvent, WebhookSpec } from '../webhook.ts'

const item = z.object({
  eventId: idText,
  subscriptionId: idText.nullish(),
  portalId: idText,
  occurredAt: z.int(),
  subscriptionType: z.string(),
  objectId: idText.nullish(),
  objectTypeId: someText,
  propertyName: someText,
  /** Of a merge: what is left. */
  newObjectId: idText.nullish(),
})
type Item = z.output<typeof item>

/** Newer apps say `object.creation` and the kind beside it: 0-1 is a contact, 0-3 a deal. */
const kinds: Readonly<Record<string, string>> = { '0-1': 'contact', '0-3': 'deal' }
const verbs: Readonly<Record<string, string>> = {
  creation: 'created',
  propertyChange: 'updated',
  merge: 'updated',
  restore: 'updated',
  deletion: 'deleted',
  privacyDeletion: 'deleted',
}

function toEvent(found: Item): readonly MappedEvent[] {
  const [prefix = '', happened = ''] = found.subscriptionType.split('.')
  const noun = prefix === 'object' ? kinds[found.objectTypeId ?? ''] : prefix
  const verb = verbs[happened]
  const id = found.newObjectId ?? found.objectId
  if ((noun !== 'contact' && noun !== 'deal') || verb === undefined || !id) return []
  const changed = found.propertyName === null ? null : [found.propertyName]
  const more = noun === 'contact' ? { email: null, name: null } : { title: null, stage: null, amount: null }
  return [
    {
      type: `${noun}.${verb}`,
      occurredAt: new Date(found.occurredAt),
      orderKey: `${noun}:${id}`,
      // HubSpot's ids of events repeat between accounts and subscriptions.
      key: [found.portalId, found.subscriptionId ?? '', found.eventId, found.occurredAt].join(':'),
      data: verb === 'deleted' ? { id } : { id, ...more, changed },
    },
  ]
}

const announced = [
  ...['contact', 'deal', 'object'].flatMap((noun) =>
    ['creation', 'propertyChange', 'deletion', 'merge', 'restore'].map((verb) => `${noun}.${verb}`),
  ),
  'contact.privacyDeletion',
]
const mixed = 'batch'

/** Up to a hundred events come in one request; their common type, or that they are mixed. */
function typeOf(body: unknown): string | null {
  if (!Array.isArray(body)) return null
  const types = new Set(
    body.map((one: unknown) => (one as { readonly subscriptionType?: unknown } | null)?.subscriptionType),
  )
  const [first, ...others] = types
  if (others.length > 0) return mixed
  return typeof first === 'string' ? first : null
}

const readBatch: MapEvent = onBody(z.array(item), (items) => items.flatMap(toEvent))

/** What a person may subscribe to. */
export const hubspotEventTypes: readonly string[] = announced

/** HubSpot's webhooks: https://developers.hubspot.com/docs/api-reference/webhooks-webhooks-v3/guide */
export const hubspotWebhooks: WebhookSpec = {
  verify: methodUrlBody({ signature: 'x-hubspot-signature-v3', timestamp: 'x-hubspot-request-timestamp' }),
  secret: { from: 'credential', field: 'clientSecret' },
  // Each event has an id of its own, which its map uses; a repeat has the same bytes.
  identify: ({ body }) => ({ id: null, type: typeOf(body), occurredAt: null }),
  events: Object.fromEntries([...announced, mixed].map((type) => [type, readBatch])),
  setup: [
    'HubSpot → Settings → Integrations → Private Apps → your app → Webhooks (for other apps: the app’s own Webhooks page). Enter the address of this source as the target URL.',
    'Subscribe to created, deleted and property changes of contacts and deals. HubSpot sends ids, not contents: the hub, or you, read the record.',
    'Add the app’s client secret to the connection: HubSpot signs with it.',
  ],
}
