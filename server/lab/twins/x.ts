import { createHmac } from 'node:crypto'
import { addNewest } from '../bounded.ts'
import { pick } from '../chance.ts'
import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { authorizationPage, readAccess, readBasic, tokenEndpoint } from '../oauth.ts'
import { goods, people } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'
import type { Scenario } from '../webhook.ts'

const good = {
  clientId: 'bGFiTm9vckF0ZWxpZXI6MTpjaQ',
  clientSecret: 'lab-noor-atelier-x-client-secret-000000000001',
  apiSecret: 'lab-noor-atelier-x-consumer-secret-0001',
}
const write = 'tweet.write'
const read = 'tweet.read'
const me = { id: '2244994945', name: 'Noor Atelier', username: 'nooratelier' }

/** X's authorization server. Its page has no boxes to untick; here they play an app that may only read. */
const server: OAuthVendor = {
  slug: 'x',
  name: 'X',
  account: `@${me.username}`,
  clients: {
    [good.clientId]: {
      secret: good.clientSecret,
      scopes: [read, write, 'users.read', 'tweet.moderate.write', 'offline.access'],
    },
  },
  pkce: true,
  granular: true,
  rotates: true,
  grants: ['authorization_code', 'refresh_token'],
  separator: ' ',
  prefixes: { access: 'labXaccess-', refresh: 'labXrefresh-', code: 'labXcode-' },
  refreshLifetimeSeconds: 180 * 86_400,
}

interface Tweet {
  id: string
  text: string
  created_at: string
  author_id: string
  conversation_id: string
  edit_history_tweet_ids: string[]
  public_metrics: Record<string, number>
}
interface State extends OAuthState {
  tweets: Tweet[]
}

const problem = (status: number, title: string, detail: string, headers: Readonly<Record<string, string>> = {}) =>
  json(status, { title, detail, type: 'about:blank', status }, headers)

function guard(request: LabRequest, needs: string | null, bench: Bench<State>): LabAnswer | null {
  const scopes = readAccess(server, bearer(request), bench.now)
  if (scopes === 'INVALID' || scopes === 'EXPIRED') return problem(401, 'Unauthorized', 'Unauthorized')
  return needs === null || scopes.includes(needs)
    ? null
    : problem(403, 'Forbidden', 'Your client app is not configured with the appropriate oauth2 app permissions.')
}

const firstDay = 18
const own = 12

function create(now: number): State {
  const tweets = Array.from({ length: firstDay }, (_, index): Tweet => {
    const isOwn = index < own
    const id = `18600000000000000${String(99 - index).padStart(2, '0')}`
    return {
      id,
      text: isOwn ? `New in the shop: ${goods[index % goods.length]?.title ?? ''}` : 'Does it come in blue?',
      created_at: new Date(now - index * 3_600_000).toISOString(),
      author_id: isOwn ? me.id : `99900${index}`,
      conversation_id: isOwn ? id : '1860000000000000098',
      edit_history_tweet_ids: [id],
      public_metrics: {
        like_count: 10 + index,
        reply_count: 6,
        retweet_count: 2,
        repost_count: 2,
        quote_count: 1,
        bookmark_count: 0,
        impression_count: 900 + index,
      },
    }
  })
  return { tweets, used: {} }
}

const find = ({ params }: LabRequest, { state }: Bench<State>) => state.tweets.find(({ id }) => id === params['id'])
const missing = (id: string | undefined) =>
  json(200, {
    errors: [
      {
        value: id ?? '',
        detail: `Could not find tweet with id: [${id ?? ''}].`,
        title: 'Not Found Error',
        resource_type: 'tweet',
        parameter: 'id',
        resource_id: id ?? '',
        type: 'https://api.twitter.com/2/problems/resource-not-found',
        status: 404,
      },
    ],
  })

function page({ query }: LabRequest, tweets: readonly Tweet[], least: number, token: string): LabAnswer {
  const size = Number(query.get('max_results') ?? '10')
  if (!Number.isInteger(size) || size < least || size > 100)
    return problem(
      400,
      'Invalid Request',
      `The \`max_results\` query parameter value [${size}] is not between ${least} and 100`,
    )
  const start = Number(/^lab(\d+)$/.exec(query.get(token) ?? 'lab0')?.[1] ?? Number.NaN)
  if (Number.isNaN(start)) return problem(400, 'Invalid Request', 'Invalid token')
  const data = tweets.slice(start, start + size)
  const more = start + size < tweets.length
  const users = [...new Set(data.map(({ author_id }) => author_id))].map((id, index) => ({
    id,
    name: people[index % people.length]?.name ?? '',
    username: people[index % people.length]?.name.split(' ')[0]?.toLowerCase() ?? '',
  }))
  const meta = { result_count: data.length, ...(more ? { next_token: `lab${start + size}` } : {}) }
  return json(200, { ...(data.length === 0 ? {} : { data, includes: { users } }), meta })
}

function post(request: LabRequest, bench: Bench<State>): LabAnswer {
  const { text = '', reply } = (request.json ?? {}) as {
    readonly text?: string
    readonly reply?: { readonly in_reply_to_tweet_id?: string }
  }
  if (text === '') return problem(400, 'Invalid Request', 'One or more parameters to your request was invalid.')
  if (text.length > 280) return problem(403, 'Forbidden', 'Your Tweet text is too long.')
  const above = bench.state.tweets.find(({ id }) => id === reply?.in_reply_to_tweet_id)
  if (reply !== undefined && above === undefined)
    return problem(403, 'Forbidden', 'You attempted to reply to a Tweet that is deleted or not visible to you.')
  if (bench.state.tweets[0]?.text === text && reply === undefined)
    return problem(403, 'Forbidden', 'You are not allowed to create a Tweet with duplicate content.')
  const id = `19${bench.id('', 17, '0123456789')}`
  const made: Tweet = {
    id,
    text,
    created_at: new Date(bench.now).toISOString(),
    author_id: me.id,
    conversation_id: above?.conversation_id ?? id,
    edit_history_tweet_ids: [id],
    public_metrics: {
      like_count: 0,
      reply_count: 0,
      retweet_count: 0,
      repost_count: 0,
      quote_count: 0,
      bookmark_count: 0,
      impression_count: 0,
    },
  }
  addNewest(bench.state.tweets, made, firstDay)
  return json(201, { data: { id, text, edit_history_tweet_ids: [id] } })
}

function scenario(description: string, type: string, text: string): Scenario<State> {
  return {
    description,
    make: ({ now, id, random }) => {
      const uuid = id('evt', 24)
      const payload = {
        id: `19${id('', 17, '0123456789')}`,
        text,
        created_at: new Date(now).toISOString(),
        ...(type === 'dm.received'
          ? { sender_id: '999001' }
          : { author_id: '999001', conversation_id: '1860000000000000098' }),
      }
      const filter = { user_id: me.id }
      const data = { event_uuid: uuid, filter, event_type: type, tag: pick(random, ['patchbay']), payload }
      return [{ id: uuid, type, at: now, data: { data } }]
    },
  }
}

/** X API v2 with its sign-in, simulated. */
export const x = defineTwin<State>({
  slug: 'x',
  name: 'X',
  hosts: ['api', 'web'],
  credentials: { good, restricted: good, missing: write, restrictedScopes: [read, 'users.read', 'offline.access'] },
  calm: { tokenLifetimeSeconds: 7_200 },
  create,
  guard,
  webhooks: {
    proof: ['x-twitter-webhooks-signature'],
    coversBody: true,
    scenarios: {
      'social.mention': scenario('Somebody named the account.', 'post.mention.create', 'Look at @nooratelier'),
      'social.comment': scenario('Somebody answered a post.', 'post.reply.create', 'Does it come in blue?'),
      'message.received': scenario('Somebody wrote directly.', 'dm.received', 'Do you ship to Kuwait?'),
    },
    subscribers: () => [],
    adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret: secret ?? good.apiSecret, types: null } }),
    write: ({ data }, { secret }) => {
      const body = JSON.stringify(data)
      const signature = secret === null ? null : createHmac('sha256', secret).update(body).digest('base64')
      return {
        headers: {
          'content-type': 'application/json',
          ...(signature === null ? {} : { 'x-twitter-webhooks-signature': `sha256=${signature}` }),
        },
        body,
      }
    },
  },
  faults: {
    unavailable: () => problem(503, 'Service Unavailable', 'Service Unavailable'),
    failure: () => problem(500, 'Internal Server Error', 'Internal Server Error'),
    tooMany: (seconds) => problem(429, 'Too Many Requests', 'Too Many Requests', { 'retry-after': String(seconds) }),
    unknown: () => problem(404, 'Not Found', 'Not Found'),
  },
  routes: [
    { method: 'GET', host: 'web', path: '/i/oauth2/authorize', open: true, handle: authorizationPage(server) },
    { method: 'POST', path: '/2/oauth2/token', open: true, handle: tokenEndpoint(server, readBasic) },
    { method: 'GET', path: '/2/users/me', needs: 'users.read', handle: () => json(200, { data: me }) },
    {
      method: 'GET',
      path: '/2/users/:id/tweets',
      needs: read,
      handle: (request, { state }) =>
        page(
          request,
          state.tweets
            .filter(({ author_id: author, id, conversation_id: root }) => author === me.id && id === root)
            .filter(({ created_at }) => created_at >= (request.query.get('start_time') ?? '')),
          5,
          'pagination_token',
        ),
    },
    {
      method: 'GET',
      path: '/2/tweets/search/recent',
      needs: read,
      handle: (request, { state }) => {
        const root = /conversation_id:(\d+)/.exec(request.query.get('query') ?? '')?.[1]
        const answers = state.tweets.filter(({ id, conversation_id: of }) => of === root && id !== root)
        return page(request, answers, 10, 'next_token')
      },
    },
    { method: 'POST', path: '/2/tweets', needs: write, handle: post },
    {
      method: 'GET',
      path: '/2/tweets/:id',
      needs: read,
      handle: (request, bench) => {
        const found = find(request, bench)
        return found === undefined ? missing(request.params['id']) : json(200, { data: found })
      },
    },
    {
      method: 'DELETE',
      path: '/2/tweets/:id',
      needs: write,
      handle: (request, bench) => {
        const found = find(request, bench)
        if (found !== undefined) bench.state.tweets.splice(bench.state.tweets.indexOf(found), 1)
        // X says so whether there was one or not.
        return json(200, { data: { deleted: true } })
      },
    },
    {
      method: 'PUT',
      path: '/2/tweets/:id/hidden',
      needs: 'tweet.moderate.write',
      handle: (request, bench) =>
        find(request, bench) === undefined
          ? problem(404, 'Not Found', 'Not Found')
          : json(200, { data: { hidden: (request.json as { readonly hidden?: boolean }).hidden === true } }),
    },
  ],
})
