import type { Call, CallAnswer } from './provider.ts'
import { defineProvider } from './provider.ts'
import { judgeWith, textAt } from './shared/failure.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'
import {
  deletePost,
  getPost,
  hideComment,
  listComments,
  listPosts,
  publishPost,
  replyToComment,
  whoAmI,
} from './x/posts.ts'
import { xWebhooks } from './x/webhooks.ts'

const permissions = [
  { name: 'tweet.write', why: 'publishing and removing posts', required: true },
  { name: 'tweet.read', why: 'the health probe and reading posts', required: true },
] as const

const probe = async (call: Call): Promise<void> => void (await whoAmI(call))

/** X says when a window ends in seconds since 1970, and sends no Retry-After. */
function untilReset({ status, headers }: CallAnswer): number | undefined {
  const wait = Number(headers['x-rate-limit-reset']) * 1000 - Date.parse(headers['date'] ?? '')
  return status === 429 && Number.isFinite(wait) ? Math.max(0, wait) : undefined
}

/** What is missing comes as a success without data. */
function inside(body: unknown, { status }: CallAnswer): 'NOT_FOUND' | 'PERMISSION' | null {
  if (status !== 200 || (typeof body === 'object' && body !== null && 'data' in body)) return null
  const type = textAt(body, 'errors', 0, 'type')
  if (type?.endsWith('/resource-not-found')) return 'NOT_FOUND'
  return type?.endsWith('/not-authorized-for-resource') ? 'PERMISSION' : null
}

/** X API v2, held against X's own description: https://docs.x.com/x-api */
export const x = defineProvider({
  entry: {
    slug: 'x',
    name: 'X',
    category: 'SOCIAL',
    summary: 'Publish posts on X, read how they do, answer and hide replies, hear of mentions at once.',
    description:
      'The hub publishes words and links as the account that signs in, reads its posts with likes, replies and views, answers and hides replies, and receives mentions, replies and direct messages. X charges for every call: health probes read one user each.',
    authKind: 'OAUTH2_CODE',
    regions: ['GLOBAL'],
    environments: ['LIVE'],
    capabilities: [
      'posts.publish',
      'posts.get',
      'posts.list',
      'posts.delete',
      'comments.list',
      'comments.reply',
      'comments.hide',
    ],
    fields: [
      {
        name: 'clientId',
        label: 'OAuth 2.0 client ID',
        help: 'console.x.com → your app → Keys and tokens → OAuth 2.0.',
        kind: 'text',
        required: true,
      },
      {
        name: 'clientSecret',
        label: 'OAuth 2.0 client secret',
        help: 'Beside the client ID; shown once. The app must be of the type “Web app”, which has one.',
        kind: 'secret',
        required: true,
      },
      {
        name: 'apiSecret',
        label: 'API secret',
        help: 'Keys and tokens → API key and secret (consumer secret). X signs webhooks with it.',
        kind: 'secret',
        required: false,
      },
      {
        name: 'userId',
        label: 'User ID',
        help: 'The number of the account; saves a billed call for each list of posts. Empty: asked for every time.',
        kind: 'text',
        required: false,
        rule: { pattern: '^\\d{1,19}$', message: 'User IDs are numbers.' },
      },
    ],
    permissions,
    limits: [
      { requests: 100, windowSeconds: 900, scope: 'posts created, per person', enforced: false },
      { requests: 75, windowSeconds: 900, scope: 'reads of the own user, per person', enforced: false },
    ],
    webhookEvents: [
      'post.mention.create',
      'post.reply.create',
      'dm.received',
      'post.create',
      'like.create',
      'follow.follow',
    ],
    setupGuide: [
      {
        title: 'Create an app',
        text: 'Create an app in X’s console and buy credits: every call is paid for.',
        url: 'https://console.x.com',
      },
      {
        title: 'Set up sign-in',
        text: 'User authentication settings: Read and write, type “Web app”, callback URL: this hub’s address followed by /oauth/callback.',
      },
      {
        title: 'Connect',
        text: 'Paste client ID and secret here, then choose Connect and sign in with the account that is to post.',
        url: 'https://docs.x.com/fundamentals/authentication/oauth-2-0/authorization-code',
      },
    ],
    pricingNotes:
      'Pay per use: about 0.015 USD for a post, 0.20 USD for one with a link, 0.005 USD to read a post, 0.01 USD to read a user.',
    docsUrl: 'https://docs.x.com/x-api',
    statusUrl: 'https://docs.x.com/status',
    verified: true,
    logo: {
      path: 'M2 2h6.300l5 6.700L19.100 2H22l-7.400 8.500L22.500 22h-6.300l-5.400-7.300L4.400 22H1.500l8-9.100zm4.100 1.900l11 16.200h1.700L7.900 3.900z',
      viewBox: '0 0 24 24',
      color: '#000000',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => ({ api: 'https://api.x.com', web: 'https://x.com' }),
  oauth: {
    grant: 'authorization_code',
    authorize: { host: 'web', path: '/i/oauth2/authorize' },
    token: { host: 'api', path: '/2/oauth2/token' },
    clientAuth: 'basic',
    clientIdField: 'clientId',
    clientSecretField: 'clientSecret',
    pkce: true,
    // Without offline.access there is no refresh token; each works once.
    scopes: ['tweet.read', 'tweet.write', 'users.read', 'tweet.moderate.write', 'offline.access'],
    scopeSeparator: ' ',
    refreshRotates: true,
  },
  authorize: (request, _fields, accessToken) => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${accessToken ?? ''}` },
  }),
  judge: judgeWith((body, answer) => {
    const detail = textAt(body, 'detail') ?? textAt(body, 'errors', 0, 'detail') ?? textAt(body, 'error_description')
    const code = textAt(body, 'title') ?? textAt(body, 'errors', 0, 'title') ?? textAt(body, 'error')
    const wait = untilReset(answer)
    const within = inside(body, answer)
    const duplicate = answer.status === 403 && /duplicate content/i.test(detail ?? '')
    // No credits left: nothing of the request is wrong.
    const unpaid = answer.status === 402
    const errorClass = duplicate ? 'CONFLICT' : unpaid ? 'PERMISSION' : within
    return {
      ...(detail === undefined ? {} : { message: detail }),
      ...(code === undefined ? {} : { vendorCode: code }),
      ...(wait === undefined ? {} : { retryAfterMs: wait }),
      ...(errorClass === null ? {} : { errorClass }),
    }
  }),
  probe,
  tests: [
    connectionStep('X', probe),
    permissionsByTrying('X', permissions, [
      // An empty post is refused after the permission was checked.
      {
        permission: permissions[0].name,
        request: { method: 'POST', path: '/2/tweets', json: { text: '' }, safe: true },
      },
      { permission: permissions[1].name, request: { method: 'GET', path: '/2/users/me' } },
    ]),
    {
      suite: 'sample',
      name: 'Read the account',
      run: async (call) => ({ ok: true, message: `X answers for @${(await whoAmI(call)).username}.` }),
    },
  ],
  operations: {
    'posts.publish': publishPost,
    'posts.get': getPost,
    'posts.list': listPosts,
    'posts.delete': deletePost,
    'comments.list': listComments,
    'comments.reply': replyToComment,
    'comments.hide': hideComment,
  },
  resources: {
    posts: pulled(listPosts, { by: 'createdAfter', deletions: 'UNTOLD' }),
  },
  webhooks: xWebhooks,
})
