import { createHmac } from 'node:crypto'
import { addNewest } from '../bounded.ts'
import type { OAuthState, OAuthVendor } from '../oauth.ts'
import { authorizationPage, readAccess, readForm, tokenEndpoint } from '../oauth.ts'
import { goods } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { bearer, defineTwin, json } from '../twin.ts'
import type { Scenario } from '../webhook.ts'

const good = {
  clientId: '77labnooratel1',
  clientSecret: 'WPL_AP1.labNoorAtelierSecret.0001',
  authorUrn: 'urn:li:organization:71234567',
}
const write = 'w_organization_social'
const read = 'r_organization_social'

/** LinkedIn's authorization server. Its page has no boxes to untick; here they play a person who is no administrator. */
const server: OAuthVendor = {
  slug: 'linkedin',
  name: 'LinkedIn',
  account: 'Noor Atelier',
  clients: { [good.clientId]: { secret: good.clientSecret, scopes: [write, read] } },
  pkce: false,
  granular: true,
  rotates: false,
  grants: ['authorization_code', 'refresh_token'],
  separator: ' ',
  prefixes: { access: 'AQVlab-', refresh: 'AQWlab-', code: 'AQTlab-' },
  refreshLifetimeSeconds: 365 * 86_400,
}

interface Post {
  id: string
  author: string
  commentary: string
  lifecycleState: string
  visibility: string
  createdAt: number
  publishedAt: number
  lastModifiedAt: number
}
interface Comment {
  id: string
  commentUrn: string
  actor: string
  object: string
  message: { text: string }
  created: { actor: string; time: number }
}
interface State extends OAuthState {
  posts: Post[]
  comments: Comment[]
}

const failure = (status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) =>
  json(status, { status, code, message, serviceErrorCode: 100 }, headers)
const notFound = () => failure(404, 'RESOURCE_NOT_FOUND', 'Could not find entity')

function guard(request: LabRequest, needs: string | null, bench: Bench<State>): LabAnswer | null {
  const scopes = readAccess(server, bearer(request), bench.now)
  if (scopes === 'INVALID') return failure(401, 'INVALID_ACCESS_TOKEN', 'Invalid access token')
  if (scopes === 'EXPIRED') return failure(401, 'EXPIRED_ACCESS_TOKEN', 'The token used in the request has expired')
  if (!/^20\d{4}$/.test(request.headers['linkedin-version'] ?? ''))
    return failure(426, 'NONEXISTENT_VERSION', 'Requested version is not active')
  return needs === null || scopes.includes(needs)
    ? null
    : failure(403, 'ACCESS_DENIED', `Not enough permissions to access: ${needs}`)
}

const firstDay = 9
function create(now: number): State {
  const posts = Array.from({ length: firstDay }, (_, index): Post => {
    const at = now - index * 86_400_000
    return {
      id: `urn:li:share:70000000000000000${String(index).padStart(2, '0')}`,
      author: good.authorUrn,
      commentary: `New in the shop \\(limited\\): ${goods[index % goods.length]?.title ?? ''}`,
      lifecycleState: 'PUBLISHED',
      visibility: 'PUBLIC',
      createdAt: at,
      publishedAt: at,
      lastModifiedAt: at,
    }
  })
  const comments = Array.from({ length: 6 }, (_, index): Comment => {
    const object = 'urn:li:activity:7000000000000000001'
    const id = `71000000${index}`
    const actor = `urn:li:person:labPerson${index}`
    return {
      id,
      commentUrn: `urn:li:comment:(${object},${id})`,
      actor,
      object,
      message: { text: 'Do you ship to Kuwait?' },
      created: { actor, time: now - index * 3_600_000 },
    }
  })
  return { posts, comments, used: {} }
}

const urnOf = ({ params }: LabRequest) => decodeURIComponent(params['urn'] ?? '')
const isOwn = (post: Post | undefined): post is Post => post !== undefined

function page<Item>({ query, path }: LabRequest, items: readonly Item[]): LabAnswer {
  const start = Number(query.get('start') ?? '0')
  const count = Number(query.get('count') ?? '10')
  if (!Number.isInteger(start) || !Number.isInteger(count) || count < 1 || count > 100)
    return failure(400, 'ILLEGAL_ARGUMENT', 'Invalid paging parameters')
  const next = { rel: 'next', type: 'application/json', href: `${path}?start=${start + count}&count=${count}` }
  const links = start + count < items.length ? [next] : []
  return json(200, {
    elements: items.slice(start, start + count),
    paging: { start, count, total: items.length, links },
  })
}

function publish(request: LabRequest, bench: Bench<State>): LabAnswer {
  const body = (request.json ?? {}) as Partial<Post> & { readonly distribution?: unknown; readonly content?: unknown }
  if (body.author !== good.authorUrn)
    return failure(403, 'ACCESS_DENIED', 'Member does not have permission to create as author')
  if (body.commentary === undefined || body.visibility === undefined || body.distribution === undefined)
    return failure(422, 'MISSING_FIELD', 'ERROR :: /commentary :: field is required but not found')
  if (/(?<!\\)[|{}@[\]()<>#*_~]/.test(body.commentary))
    return failure(400, 'INVALID_VALUE', 'Reserved characters in the commentary must be escaped')
  if (body.content === undefined && body.commentary === bench.state.posts[0]?.commentary)
    return failure(422, 'DUPLICATE_POST', 'Content is a duplicate of urn:li:share')
  const id = `urn:li:share:7${bench.id('', 18, '0123456789')}`
  const post: Post = {
    id,
    author: body.author,
    commentary: body.commentary,
    lifecycleState: 'PUBLISHED',
    visibility: body.visibility,
    createdAt: bench.now,
    publishedAt: bench.now,
    lastModifiedAt: bench.now,
  }
  addNewest(bench.state.posts, post, firstDay)
  return { status: 201, headers: { 'x-restli-id': id } }
}

function reply(request: LabRequest, bench: Bench<State>): LabAnswer {
  const body = (request.json ?? {}) as {
    readonly actor?: string
    readonly object?: string
    readonly message?: { readonly text?: string }
  }
  const above = bench.state.comments.find(({ commentUrn }) => commentUrn === urnOf(request))
  if (above === undefined) return notFound()
  if (body.actor !== good.authorUrn || !body.message?.text || body.object === undefined)
    return failure(400, 'MISSING_FIELD', 'ERROR :: /message :: field is required but not found')
  const id = bench.id('72', 10, '0123456789')
  const made: Comment = {
    id,
    commentUrn: `urn:li:comment:(${above.object},${id})`,
    actor: body.actor,
    object: above.object,
    message: { text: body.message.text },
    created: { actor: body.actor, time: bench.now },
  }
  addNewest(bench.state.comments, made, 6)
  return json(201, made)
}

function scenario(description: string, action: string, text: string): Scenario<State> {
  return {
    description,
    make: ({ now, id }) => {
      const notificationId = Number(id('', 9, '123456789'))
      const entity = `urn:li:comment:(urn:li:activity:7000000000000000001,${notificationId})`
      const said = { entity, owner: 'urn:li:person:labPerson1', text }
      const notification = {
        organizationalEntity: good.authorUrn,
        notificationId,
        action,
        lastModifiedAt: now,
        sourcePost: 'urn:li:share:7000000000000000001',
        generatedActivity: entity,
        decoratedGeneratedActivity: action === 'COMMENT' ? { comment: said } : { share: said },
      }
      const data = { type: 'ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS', notifications: [notification] }
      return [{ id: String(notificationId), type: data.type, at: now, data }]
    },
  }
}

/** LinkedIn's pages of organizations with its sign-in, simulated. */
export const linkedin = defineTwin<State>({
  slug: 'linkedin',
  name: 'LinkedIn',
  hosts: ['api', 'web'],
  credentials: { good, restricted: good, missing: write, restrictedScopes: [read] },
  calm: { tokenLifetimeSeconds: 5_184_000 },
  create,
  guard,
  webhooks: {
    proof: ['x-li-signature'],
    coversBody: true,
    scenarios: {
      'social.comment': scenario('Somebody commented on a post.', 'COMMENT', 'Do you ship to Kuwait?'),
      'social.mention': scenario('Somebody named the page.', 'SHARE_MENTION', 'Thank you, Noor Atelier!'),
    },
    subscribers: () => [],
    adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret: secret ?? good.clientSecret, types: null } }),
    write: ({ data }, { secret }) => {
      const body = JSON.stringify(data)
      const signature = secret === null ? null : createHmac('sha256', secret).update(`hmacsha256=${body}`).digest('hex')
      return {
        headers: { 'content-type': 'application/json', ...(signature === null ? {} : { 'x-li-signature': signature }) },
        body,
      }
    },
  },
  faults: {
    unavailable: () => failure(503, 'SERVICE_UNAVAILABLE', 'Service is unavailable'),
    failure: () => failure(500, 'INTERNAL_SERVER_ERROR', 'Internal Server Error'),
    tooMany: (seconds) =>
      failure(429, 'TOO_MANY_REQUESTS', 'Resource level throttle limit for calls to this resource is reached.', {
        'retry-after': String(seconds),
      }),
    unknown: notFound,
  },
  routes: [
    { method: 'GET', host: 'web', path: '/oauth/v2/authorization', open: true, handle: authorizationPage(server) },
    { method: 'POST', host: 'web', path: '/oauth/v2/accessToken', open: true, handle: tokenEndpoint(server, readForm) },
    {
      method: 'GET',
      path: '/rest/posts',
      needs: read,
      handle: (request, { state }) =>
        request.query.get('q') !== 'author' || request.headers['x-restli-method'] !== 'FINDER'
          ? failure(400, 'ILLEGAL_ARGUMENT', 'Unknown finder')
          : page(
              request,
              state.posts.filter(({ author }) => author === request.query.get('author')),
            ),
    },
    { method: 'POST', path: '/rest/posts', needs: write, handle: publish },
    {
      method: 'GET',
      path: '/rest/posts/:urn',
      needs: read,
      handle: (request, { state }) => {
        const post = state.posts.find(({ id }) => id === urnOf(request))
        return isOwn(post) ? json(200, post) : notFound()
      },
    },
    {
      method: 'DELETE',
      path: '/rest/posts/:urn',
      needs: write,
      handle: (request, { state }) => {
        const index = state.posts.findIndex(({ id }) => id === urnOf(request))
        if (index < 0) return notFound()
        state.posts.splice(index, 1)
        return { status: 204 }
      },
    },
    {
      method: 'GET',
      path: '/rest/socialActions/:urn/comments',
      needs: read,
      handle: (request, { state }) => page(request, state.comments),
    },
    { method: 'POST', path: '/rest/socialActions/:urn/comments', needs: write, handle: reply },
  ],
})
