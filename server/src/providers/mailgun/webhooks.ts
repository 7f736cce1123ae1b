import { hash } from 'node:crypto'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromSeconds, idText, onBody, someText } from '../shared/message.ts'
import { unlessGone } from '../shared/registration.ts'
import { tokenPair } from '../shared/signatures/token-pair.ts'
import type { MapEvent, RegistrationSpec, WebhookSpec } from '../webhook.ts'

const data = z.object({
  id: z.string().min(1),
  event: z.string(),
  timestamp: z.number(),
  recipient: z.string(),
  reason: someText,
  url: someText,
  message: z.object({ headers: z.object({ 'message-id': someText }) }).optional(),
  'user-variables': z.object({ patchbay_key: someText }).catch({ patchbay_key: null }).optional(),
  'delivery-status': z
    .object({
      code: idText.nullish(),
      'enhanced-code': someText,
      'attempt-no': z.int().nullish(),
      message: someText,
      description: someText,
    })
    .optional(),
  'client-info': z.object({ 'user-agent': someText, bot: someText }).optional(),
})
type Item = z.output<typeof data>
const body = z.object({ 'event-data': data })

const said = ({ reason, 'delivery-status': status }: Item) => status?.message ?? status?.description ?? reason
const codeOf = ({ 'delivery-status': status }: Item) => status?.['enhanced-code'] ?? status?.code ?? null
const reader = ({ 'client-info': client }: Item) => client?.['user-agent'] ?? null

/** What Mailgun would not even send, because the address bounced, complained or unsubscribed before. */
const isDropped = ({ reason }: Item) => reason?.startsWith('suppress-') === true

type Told = readonly [type: string, more: Readonly<Record<string, unknown>>]
const kinds: Readonly<Record<string, (found: Item) => Told>> = {
  delivered: () => ['email.delivered', {}],
  permanent_fail: (found) =>
    isDropped(found)
      ? ['email.dropped', { reason: said(found) }]
      : ['email.bounced', { permanent: true, code: codeOf(found), reason: said(found) }],
  temporary_fail: (found) => [
    'email.deferred',
    { attempt: found['delivery-status']?.['attempt-no'] ?? null, reason: said(found) },
  ],
  opened: (found) => [
    'email.opened',
    { userAgent: reader(found), byMachine: found['client-info'] ? found['client-info'].bot !== null : null },
  ],
  clicked: (found) => ['email.clicked', { userAgent: reader(found), url: found.url }],
  complained: () => ['email.complained', {}],
  unsubscribed: () => ['email.unsubscribed', { group: null }],
}

const mapOf = (told: (found: Item) => Told): MapEvent =>
  onBody(body, ({ 'event-data': found }) => {
    const [type, more] = told(found)
    const messageId = found.message?.headers['message-id'] ?? null
    return {
      type,
      occurredAt: fromSeconds(found.timestamp),
      ...(messageId === null ? {} : { orderKey: `email:${messageId}:${found.recipient}` }),
      data: {
        messageId,
        recipient: found.recipient,
        reference: found['user-variables']?.patchbay_key ?? null,
        ...more,
      },
    }
  })

const identity = z.object({
  'event-data': z.object({
    id: z.string().min(1),
    event: z.string(),
    severity: z.string().nullish(),
    timestamp: z.number().nullish(),
  }),
})

/** The names of the settings: what is `failed` in a message is registered by its severity. */
const typeOf = (event: string, severity: string | null | undefined) =>
  event !== 'failed' ? event : severity === 'temporary' ? 'temporary_fail' : 'permanent_fail'

const pathOf = (connection: ConnectionFacts, version: 'v3' | 'v4') =>
  `/${version}/domains/${encodeURIComponent(connection.settings['domain'] ?? '')}/webhooks`

/** Mailgun gives registrations no id; the address is not kept, its digest is enough to know it again. */
const idOf = (url: string) => hash('sha256', url).slice(0, 32)

const settings = z.object({
  webhooks: z.record(z.string(), z.object({ urls: z.array(z.string()).nullish() }).nullish()),
})

async function addresses(call: Call, connection: ConnectionFacts): Promise<readonly string[]> {
  const answer = await call({ method: 'GET', path: pathOf(connection, 'v3') })
  return readAnswer('Mailgun', answer, settings, ({ webhooks }) => [
    ...new Set(Object.values(webhooks).flatMap((kept) => kept?.urls ?? [])),
  ])
}

async function remove(call: Call, ids: readonly string[], connection: ConnectionFacts, kept?: string): Promise<void> {
  if (ids.length === 0) return
  for (const url of await addresses(call, connection))
    if (url !== kept && ids.includes(idOf(url)))
      await unlessGone(call({ method: 'DELETE', path: pathOf(connection, 'v4'), query: { url } }))
}

const registration: RegistrationSpec = {
  register: async (call, { url, ids }, connection) => {
    const known = (await addresses(call, connection)).includes(url)
    // PUT replaces the types an address is told of, POST adds the address.
    await call({
      method: known ? 'PUT' : 'POST',
      path: pathOf(connection, 'v4'),
      form: { url, event_types: Object.keys(kinds) },
    })
    const key = readAnswer(
      'Mailgun',
      await call({ method: 'GET', path: '/v5/accounts/http_signing_key' }),
      z.object({ http_signing_key: z.string().min(1) }),
      ({ http_signing_key: found }) => found,
    )
    await remove(call, ids, connection, url)
    return { ids: [idOf(url)], secrets: [key] }
  },
  unregister: (call, ids, connection) => remove(call, ids, connection),
}

/** Mailgun's webhooks: https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/webhooks */
export const mailgunWebhooks: WebhookSpec = {
  verify: tokenPair(),
  secret: {
    from: 'source',
    label: 'HTTP webhook signing key',
    help: 'Mailgun → API Security → HTTP webhook signing key. It is not the API key.',
    hint: {
      pattern: '^(key-)?[0-9a-f]{32}$',
      message: 'Mailgun’s signing keys are 32 hexadecimal digits, older ones after key-.',
    },
  },
  identify: (message) => {
    const found = identity.safeParse(message.body).data?.['event-data']
    if (found === undefined) return { id: null, type: null, occurredAt: null }
    return { id: found.id, type: typeOf(found.event, found.severity), occurredAt: fromSeconds(found.timestamp) }
  },
  events: Object.fromEntries(Object.entries(kinds).map(([type, told]) => [type, mapOf(told)])),
  ignore: ['accepted'],
  registration,
  setup: [
    'The hub does all of this by itself when the key is an account key with the role Admin or Developer.',
    'In Mailgun open Send → Sending → Webhooks, choose your domain, then Add webhook.',
    'Paste the address of this source and tick the events you want; leave “Accepted” out.',
    'Copy the HTTP webhook signing key from API Security and add it here. Mailgun signs a time and a token, not the text.',
  ],
}
