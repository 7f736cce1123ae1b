import { addNewest } from '../../bounded.ts'
import { shop } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { bodyOf, failure, moment, notFound, pageOf } from './answers.ts'

interface Broadcast {
  id: number
  publication_id: number
  created_at: string
  subject: string | null
  preview_text: string | null
  description: string | null
  content: string | null
  public: boolean
  published_at: string | null
  send_at: string | null
  thumbnail_alt: null
  thumbnail_url: null
  email_address: string | null
  email_template: { id: number; name: string }
  subscriber_filter: object[]
}
export interface KitBroadcastState {
  broadcasts: Broadcast[]
  lastBroadcast: number
}
type KitBench = Bench<KitBroadcastState>

const blank = (id: number, at: number): Broadcast => ({
  id,
  publication_id: id,
  created_at: moment(at),
  subject: null,
  preview_text: '',
  description: '',
  content: null,
  public: false,
  published_at: moment(at),
  send_at: null,
  thumbnail_alt: null,
  thumbnail_url: null,
  email_address: shop.email,
  email_template: { id: 6, name: 'Text Only' },
  subscriber_filter: [{ all: [{ type: 'all_subscribers' }] }],
})

export const firstBroadcasts = (now: number): KitBroadcastState => ({
  lastBroadcast: 3,
  broadcasts: ['New in November', 'Girih week', 'Opening'].map((subject, index) => {
    const at = now - (index + 1) * 7 * 86_400_000
    return { ...blank(3 - index, at), subject, content: '<p>Look.</p>', send_at: moment(at) }
  }),
})

const texts = ['subject', 'preview_text', 'description', 'content', 'email_address'] as const

/** What is wrong with a change; null when it was made. */
function change(broadcast: Broadcast, request: LabRequest): LabAnswer | null {
  const body = bodyOf(request)
  const { send_at: sendAt, public: shown } = body
  const filter = body['subscriber_filter']
  if (sendAt !== null && sendAt !== undefined) {
    if (Number.isNaN(Date.parse(String(sendAt)))) return failure(422, 'Send at is invalid')
    if (!(body['subject'] ?? broadcast.subject) || !(body['content'] ?? broadcast.content))
      return failure(422, 'Subject and content are needed to schedule a broadcast')
  }
  for (const name of texts) if (typeof body[name] === 'string') broadcast[name] = body[name]
  if (typeof shown === 'boolean') broadcast.public = shown
  if (Array.isArray(filter)) broadcast.subscriber_filter = filter as object[]
  if (sendAt !== undefined) broadcast.send_at = sendAt === null ? null : moment(Date.parse(String(sendAt)))
  return null
}

function create(request: LabRequest, { state, now }: KitBench): LabAnswer {
  const made = blank(state.lastBroadcast + 1, now)
  const fault = change(made, request)
  if (fault !== null) return fault
  state.lastBroadcast += 1
  addNewest(state.broadcasts, made, 3)
  return json(201, { broadcast: made })
}

const withBroadcast =
  (handle: (broadcast: Broadcast, request: LabRequest) => LabAnswer) =>
  (request: LabRequest, { state }: KitBench): LabAnswer => {
    const found = state.broadcasts.find(({ id }) => String(id) === request.params['id'])
    return found === undefined ? notFound() : handle(found, request)
  }

const needs = 'Broadcasts'
export const kitBroadcastRoutes: readonly Route<KitBroadcastState>[] = [
  {
    method: 'GET',
    path: '/v4/broadcasts',
    needs,
    handle: (request, { state }) => pageOf(request, 'broadcasts', state.broadcasts),
  },
  { method: 'POST', path: '/v4/broadcasts', needs, handle: create },
  {
    method: 'GET',
    path: '/v4/broadcasts/:id',
    needs,
    handle: withBroadcast((broadcast) => json(200, { broadcast: { ...broadcast, clicks: [] } })),
  },
  {
    method: 'PUT',
    path: '/v4/broadcasts/:id',
    needs,
    handle: withBroadcast((broadcast, request) => change(broadcast, request) ?? json(200, { broadcast })),
  },
]
