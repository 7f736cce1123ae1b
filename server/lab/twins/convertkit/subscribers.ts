import { people, shop } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { bodyOf, failure, moment, notFound, pageOf } from './answers.ts'

interface Subscriber {
  id: number
  first_name: string | null
  email_address: string
  state: string
  created_at: string
  fields: Record<string, string>
}
export interface KitSubscriberState {
  subscribers: Subscriber[]
  tags: { id: number; name: string; created_at: string }[]
  /** Ids of tags by subscriber, newest first. */
  tagged: Record<string, { id: number; tagged_at: string }[]>
  /** Ids of subscribers by form. */
  onForms: Record<string, number[]>
  /** When a subscriber changed last. */
  changed: Record<string, string>
}
type KitBench = Bench<KitSubscriberState>

const mostKept = 500

export const firstSubscribers = (now: number): KitSubscriberState => ({
  subscribers: people.map(({ name, email }, index) => {
    const [first = '', ...rest] = name.split(' ')
    return {
      id: 700 - index,
      first_name: first,
      email_address: email,
      state: ['active', 'active', 'cancelled', 'bounced'][index % 4] ?? 'active',
      created_at: moment(now - index * 86_400_000),
      fields: { last_name: rest.join(' ') },
    }
  }),
  tags: [{ id: 1, name: 'Customer', created_at: moment(now) }],
  tagged: {},
  onForms: {},
  changed: {},
})

const forms = ['Sign up', 'Wholesale'].map((name, index) => ({
  id: 9002 - index,
  name,
  created_at: '2026-02-17T11:43:55Z',
  type: 'embed',
  format: null,
  embed_js: `https://${shop.domain}/form.js`,
  embed_url: `https://${shop.domain}/form`,
  archived: false,
  uid: `1ab00cafe${index}`,
}))

function upsert(request: LabRequest, { state, now }: KitBench): LabAnswer {
  const { email_address: email, first_name: first, state: wanted = 'active', fields } = bodyOf(request)
  if (typeof email !== 'string' || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
    return failure(422, 'Email address is invalid')
  const known = state.subscribers.find((one) => one.email_address.toLowerCase() === email.toLowerCase())
  const last = (fields as { readonly 'Last name'?: string } | undefined)?.['Last name']
  const more = last === undefined ? {} : { last_name: last }
  if (known !== undefined) {
    if (typeof first === 'string') known.first_name = first
    Object.assign(known.fields, more)
    state.changed[`s${known.id}`] = moment(now)
    return json(200, { subscriber: known })
  }
  const made: Subscriber = {
    id: Math.max(...state.subscribers.map(({ id }) => id), 0) + 1,
    first_name: typeof first === 'string' ? first : null,
    email_address: email,
    state: String(wanted),
    created_at: moment(now),
    fields: more,
  }
  state.subscribers.unshift(made)
  state.subscribers.length = Math.min(state.subscribers.length, mostKept)
  return json(201, { subscriber: made })
}

const withSubscriber =
  (handle: (subscriber: Subscriber, request: LabRequest, bench: KitBench) => LabAnswer) =>
  (request: LabRequest, bench: KitBench): LabAnswer => {
    const found = bench.state.subscribers.find(({ id }) => String(id) === request.params['id'])
    return found === undefined ? notFound() : handle(found, request, bench)
  }

function makeTag(request: LabRequest, { state, now }: KitBench): LabAnswer {
  const { name } = bodyOf(request)
  if (typeof name !== 'string' || name === '') return failure(422, "Name can't be blank")
  const known = state.tags.find((tag) => tag.name.toLowerCase() === name.toLowerCase())
  if (known !== undefined) return json(200, { tag: known })
  const made = { id: state.tags.length + 1, name, created_at: moment(now) }
  state.tags.push(made)
  return json(201, { tag: made })
}

function tag(subscriber: Subscriber, request: LabRequest, { state, now }: KitBench): LabAnswer {
  const known = state.tags.find(({ id }) => String(id) === request.params['tag'])
  if (known === undefined) return notFound()
  const held = (state.tagged[`s${subscriber.id}`] ??= [])
  const before = held.find(({ id }) => id === known.id)
  const at = before?.tagged_at ?? moment(now)
  if (before === undefined) held.unshift({ id: known.id, tagged_at: at })
  return json(before === undefined ? 201 : 200, { subscriber: { ...subscriber, tagged_at: at } })
}

/** Kit knows when somebody changed, and does not show it. */
const changedAt = ({ state }: KitBench, { id, created_at }: Subscriber) =>
  Date.parse(state.changed[`s${id}`] ?? created_at)

function listAll(request: LabRequest, bench: KitBench): LabAnswer {
  const since = Date.parse(request.query.get('updated_after') ?? '1970-01-01T00:00:00Z')
  if (Number.isNaN(since)) return failure(422, 'Updated after is invalid')
  return list(
    request,
    bench.state.subscribers.filter((one) => changedAt(bench, one) > since),
  )
}

function list(request: LabRequest, subscribers: readonly Subscriber[]): LabAnswer {
  const email = request.query.get('email_address')?.toLowerCase()
  const status = request.query.get('status') ?? 'active'
  const wanted = subscribers
    .filter((one) => email === undefined || one.email_address.toLowerCase() === email)
    .filter((one) => status === 'all' || one.state === status)
  return pageOf(request, 'subscribers', wanted)
}

const needs = 'Subscribers'
export const kitSubscriberRoutes: readonly Route<KitSubscriberState>[] = [
  { method: 'GET', path: '/v4/subscribers', needs, handle: listAll },
  { method: 'POST', path: '/v4/subscribers', needs, handle: upsert },
  {
    method: 'POST',
    path: '/v4/subscribers/:id/unsubscribe',
    needs,
    handle: withSubscriber((subscriber, _request, { state, now }) => {
      subscriber.state = 'cancelled'
      state.changed[`s${subscriber.id}`] = moment(now)
      return { status: 204 }
    }),
  },
  {
    method: 'GET',
    path: '/v4/subscribers/:id/tags',
    needs,
    handle: withSubscriber(({ id }, request, { state }) => {
      const names = new Map(state.tags.map((known) => [known.id, known.name]))
      const held = state.tagged[`s${id}`] ?? []
      return pageOf(
        request,
        'tags',
        held.map((one) => ({ id: one.id, name: names.get(one.id) ?? '', tagged_at: one.tagged_at })),
      )
    }),
  },
  { method: 'POST', path: '/v4/tags', needs, handle: makeTag },
  { method: 'POST', path: '/v4/tags/:tag/subscribers/:id', needs, handle: withSubscriber(tag) },
  {
    method: 'DELETE',
    path: '/v4/tags/:tag/subscribers/:id',
    needs,
    handle: withSubscriber(({ id }, request, { state }) => {
      const held = state.tagged[`s${id}`] ?? []
      const at = held.findIndex((one) => String(one.id) === request.params['tag'])
      if (at < 0) return notFound()
      held.splice(at, 1)
      return { status: 204 }
    }),
  },
  { method: 'GET', path: '/v4/forms', needs, handle: (request) => pageOf(request, 'forms', forms) },
  {
    method: 'GET',
    path: '/v4/forms/:form/subscribers',
    needs,
    handle: (request, { state }) => {
      const ids = new Set(state.onForms[`f${request.params['form']}`])
      return list(
        request,
        state.subscribers.filter(({ id }) => ids.has(id)),
      )
    },
  },
  {
    method: 'POST',
    path: '/v4/forms/:form/subscribers/:id',
    needs,
    handle: withSubscriber((subscriber, request, { state, now }) => {
      if (!forms.some(({ id }) => String(id) === request.params['form'])) return notFound()
      const on = (state.onForms[`f${request.params['form']}`] ??= [])
      const known = on.includes(subscriber.id)
      if (!known) on.push(subscriber.id)
      const utm = { source: '', medium: '', campaign: '', term: '', content: '' }
      const referrer = { referrer: '', referrer_utm_parameters: utm }
      return json(known ? 200 : 201, { subscriber: { ...subscriber, added_at: moment(now), ...referrer } })
    }),
  },
]
