import { addNewest } from '../bounded.ts'
import { people, shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { defineTwin, json } from '../twin.ts'
import type { MailgunWebhookState } from './mailgun/webhooks.ts'
import { domain, inDomain, mailgunWebhookRoutes, mailgunWebhooks } from './mailgun/webhooks.ts'

const connection = { domain, fromEmail: `orders@${domain}` }
const credentials = {
  good: { ...connection, apiKey: '1ab00000000000000000000000000001-0000cafe-0000beef' },
  restricted: { ...connection, apiKey: '1ab00000000000000000000000000002-0000cafe-0000beef' },
  missing: 'Messages',
}

const failure = (status: number, message: string, headers: Readonly<Record<string, string>> = {}) =>
  json(status, { message }, headers)

const keys = new Map([
  [credentials.good.apiKey, ['Messages', 'Events', 'Templates', 'Suppressions', 'Webhooks']],
  // The role Analyst reads and sends nothing.
  [credentials.restricted.apiKey, ['Events', 'Templates', 'Suppressions']],
])

function guard(request: LabRequest, needs: string | null): LabAnswer | null {
  const [user, ...rest] = Buffer.from(/^Basic (\S+)$/.exec(request.headers['authorization'] ?? '')?.[1] ?? '', 'base64')
    .toString()
    .split(':')
  const granted = user === 'api' ? keys.get(rest.join(':')) : undefined
  if (granted === undefined) return { status: 401, headers: { 'content-type': 'text/plain' }, text: 'Forbidden' }
  return needs === null || granted.includes(needs)
    ? null
    : failure(403, 'Forbidden: the key’s role does not allow this')
}

interface Sent {
  readonly id: string
  readonly to: readonly string[]
  readonly from: string
  readonly subject: string
  readonly at: number
  readonly testMode: boolean
}
interface State extends MailgunWebhookState {
  sent: Sent[]
}

const bareAddress = (text: string) => /<([^<>]+)>$/.exec(text)?.[1] ?? text
const isMailbox = (text: string) => /^[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+$/.test(bareAddress(text))

function send(request: LabRequest, { state, id, now }: Bench<State>): LabAnswer {
  const { form } = request
  const from = form.get('from') ?? ''
  if (from === '') return failure(400, 'from parameter is missing')
  if (!isMailbox(from)) return failure(400, "'from' parameter is not a valid address. please check documentation")
  const to = form.getAll('to')
  if (to.length === 0) return failure(400, 'to parameter is missing')
  const bad = [...to, ...form.getAll('cc'), ...form.getAll('bcc')].find((one) => !isMailbox(one))
  if (bad !== undefined) return failure(400, "'to' parameter is not a valid address. please check documentation")
  const template = form.get('template')
  if (template !== null && !templates.some(({ name }) => name === template))
    return failure(404, `template ${template} not found`)
  if (template === null && !form.has('subject')) return failure(400, 'subject parameter is missing')
  if (!form.has('text') && !form.has('html') && template === null)
    return failure(400, "Need at least one of 'text' or 'html' parameters specified")
  const messageId = `20261121.${id('', 16).toLowerCase()}@${domain}`
  addNewest(
    state.sent,
    {
      id: messageId,
      from,
      to: [...to, ...form.getAll('cc'), ...form.getAll('bcc')].map(bareAddress),
      subject: form.get('subject') ?? '',
      at: now,
      testMode: form.get('o:testmode') === 'yes',
    },
    0,
  )
  return json(200, { id: `<${messageId}>`, message: 'Queued. Thank you.' })
}

const eventsOf = ({ id, to, from, subject, at, testMode }: Sent) =>
  to.flatMap((recipient, index) =>
    (testMode ? ['accepted'] : ['delivered', 'accepted']).map((event) => ({
      event,
      id: `${event}-${index}`,
      timestamp: at / 1000 + (event === 'delivered' ? 1 : 0),
      'log-level': 'info',
      flags: { 'is-test-mode': testMode },
      recipient,
      message: { headers: { 'message-id': id, from, to: recipient, subject }, attachments: [], size: 512 },
      tags: [],
      'user-variables': {},
      ...(event === 'delivered'
        ? { 'delivery-status': { code: 250, message: 'OK', description: '', 'attempt-no': 1, tls: true } }
        : {}),
    })),
  )

const created = (day: number) => new Date(Date.UTC(2026, 9, day, 8)).toUTCString().replace('GMT', 'UTC')
const templates = ['delivered', 'order-confirmed', 'order-shipped', 'out-for-delivery', 'refund-issued', 'welcome'].map(
  (name, index) => ({
    name,
    description: `${shop.name}: ${name}`,
    createdAt: created(2 + index),
    createdBy: '',
    id: `48d63154-8c8f-4104-ab14-00000000000${index}`,
    version: null,
    versions: null,
  }),
)

const addressesFrom = (start: number, end: number) =>
  people
    .slice(start, end)
    .map(({ email }, index) => ({ address: email, created_at: created(20 - index) }))
    .toSorted((a, b) => a.address.localeCompare(b.address))
const suppressed: Readonly<Record<string, readonly { readonly address: string }[]>> = {
  bounces: addressesFrom(0, 5).map((one) => ({ ...one, code: '550', error: 'No such mailbox' })),
  complaints: addressesFrom(5, 7),
  unsubscribes: addressesFrom(2, 4).map((one) => ({ ...one, tags: ['*'] })),
}

/** A page of a list, which begins after the item that the pivot names; there is always a next page, the last one empty. */
function page<Item>(
  request: LabRequest,
  items: readonly Item[],
  nameOf: (item: Item) => string,
  pivot: string,
  most: number,
) {
  const limit = Number(request.query.get('limit') ?? '100')
  if (!Number.isInteger(limit) || limit < 1 || limit > most) return failure(400, `limit must be between 1 and ${most}`)
  const after = request.query.get('page') === 'next' ? request.query.get(pivot) : null
  const rest = after === null ? items : items.filter((item) => nameOf(item) > after)
  const chosen = rest.slice(0, limit)
  const base = `https://api.mailgun.net${request.path}?limit=${limit}`
  const last = chosen.at(-1)
  const next = `${base}&page=next&${pivot}=${encodeURIComponent(last === undefined ? (after ?? '') : nameOf(last))}`
  return json(200, { items: chosen, paging: { first: base, last: `${base}&page=last`, next, previous: base } })
}

/** Mailgun, simulated. Mails are counted and go nowhere. */
export const mailgun = defineTwin<State>({
  slug: 'mailgun',
  name: 'Mailgun',
  hosts: ['api'],
  credentials,
  create: () => ({ sent: [], webhooks: {} }),
  guard,
  webhooks: mailgunWebhooks,
  faults: {
    unavailable: () => failure(503, 'Service Unavailable'),
    failure: () => failure(500, 'Internal Server Error'),
    tooMany: (seconds) =>
      failure(
        429,
        `Domain ${domain} is not allowed to send: account-requests-per-sec limit exceeded, try again after ${seconds} seconds`,
        {
          'retry-after': String(seconds),
        },
      ),
    unknown: () => failure(404, 'Not found'),
  },
  routes: [
    ...mailgunWebhookRoutes,
    {
      method: 'GET',
      path: '/v4/domains/:domain',
      handle: (request) =>
        inDomain(request, () =>
          json(200, {
            domain: {
              id: '1ab0000000000000cafe0001',
              name: domain,
              state: 'active',
              type: 'custom',
              created_at: created(1),
              is_disabled: false,
              require_tls: true,
              skip_verification: false,
              smtp_login: `postmaster@${domain}`,
              spam_action: 'disabled',
              use_automatic_sender_security: true,
              web_prefix: 'email',
              web_scheme: 'https',
              wildcard: false,
              encrypt_incoming_message: false,
              message_ttl: 259_200,
            },
            receiving_dns_records: [],
            sending_dns_records: [],
          }),
        ),
    },
    {
      method: 'POST',
      path: '/v3/:domain/messages',
      needs: 'Messages',
      handle: (request, bench) => inDomain(request, () => send(request, bench)),
    },
    {
      method: 'GET',
      path: '/v3/:domain/events',
      needs: 'Events',
      handle: (request, { state }) =>
        inDomain(request, () => {
          const id = request.query.get('message-id')
          const limit = Number(request.query.get('limit') ?? '100')
          const items = state.sent.filter((mail) => id === null || mail.id === id).flatMap(eventsOf)
          const url = `https://api.mailgun.net/v3/${domain}/events/`
          return json(200, { items: items.slice(0, limit), paging: { next: `${url}W3siY`, previous: `${url}Lkawm` } })
        }),
    },
    {
      method: 'GET',
      path: '/v3/:domain/templates',
      needs: 'Templates',
      handle: (request) => inDomain(request, () => page(request, templates, ({ name }) => name, 'p', 100)),
    },
    ...Object.entries(suppressed).map(([name, items]) => ({
      method: 'GET' as const,
      path: `/v3/:domain/${name}`,
      needs: 'Suppressions',
      handle: (request: LabRequest) =>
        inDomain(request, () => page(request, items, ({ address }) => address, 'address', 1000)),
    })),
  ],
})
