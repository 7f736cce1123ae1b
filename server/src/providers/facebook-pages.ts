import { z } from 'zod'
import {
  deletePost,
  getPost,
  hideComment,
  listComments,
  listPosts,
  pagePath,
  publishPost,
  replyToComment,
} from './facebook-pages/posts.ts'
import { facebookWebhooks } from './facebook-pages/webhooks.ts'
import type { Call, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { readAnswer } from './shared/failure.ts'
import {
  graphAuthorize,
  graphBase,
  graphJudge,
  metaAppSecretField,
  metaVerifyTokenField,
  metaVersionField,
} from './shared/meta.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [
  { name: 'pages_manage_posts', why: 'publishing and removing posts', required: true },
  { name: 'pages_read_engagement', why: 'the health probe, reading posts and comments', required: true },
  { name: 'pages_manage_metadata', why: 'registering webhooks', required: false },
] as const

async function pageOf(call: Call, connection: ConnectionFacts) {
  const answer = await call({ method: 'GET', path: pagePath(connection), query: { fields: 'id,name,link' } })
  return readAnswer('Facebook', answer, z.object({ id: z.string(), name: z.string().nullish() }), (found) => found)
}
const probe = async (call: Call, connection: ConnectionFacts): Promise<void> => void (await pageOf(call, connection))

const digits = { pattern: '^\\d{5,20}$', message: 'IDs of Meta are numbers.' }

/**
 * Facebook Pages, by a page's token. A page token made of a long-lived user token, or of a system user, does not end, which
 * a sign-in at the hub could not give: Facebook has no refresh tokens. Edges and fields are held against Meta's description
 * for its own SDKs (v25.0); no live account was asked.
 */
export const facebookPages = defineProvider({
  entry: {
    slug: 'facebook-pages',
    name: 'Facebook Pages',
    category: 'SOCIAL',
    summary: 'Publish and schedule posts on your Facebook page, read and answer comments, hear of new ones at once.',
    description:
      'The hub publishes words, links, pictures and films on one page, now or later, reads what stands there with likes and shares, answers and hides comments, and receives new comments, mentions and messages.',
    authKind: 'API_KEY',
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
        name: 'pageId',
        label: 'Page ID',
        help: 'Your page → About → Page transparency, or the Graph API’s /me/accounts.',
        kind: 'text',
        required: true,
        rule: digits,
      },
      {
        name: 'pageAccessToken',
        label: 'Page access token',
        help: 'Graph API: /me/accounts with a long-lived user token or a system user’s token. Made that way it does not end.',
        kind: 'secret',
        required: true,
        hint: { pattern: '^EAA[A-Za-z0-9]+$', message: 'Meta’s tokens start with EAA.' },
      },
      {
        name: 'appId',
        label: 'App ID',
        help: 'developers.facebook.com → your app → App settings → Basic. Needed to register webhooks.',
        kind: 'text',
        required: false,
        rule: digits,
      },
      metaAppSecretField,
      metaVerifyTokenField,
      metaVersionField,
    ],
    permissions,
    limits: [
      { requests: 200, windowSeconds: 3_600, scope: 'per person who uses the app; pages have more', enforced: false },
    ],
    webhookEvents: ['feed', 'mention', 'messages', 'leadgen', 'ratings'],
    setupGuide: [
      {
        title: 'Create an app',
        text: 'Create an app of the type Business. In development it works with pages of people who have a role in it; others need Meta’s review.',
        url: 'https://developers.facebook.com/apps',
      },
      {
        title: 'Get a page token',
        text: 'Business settings → System users: assign app and page, generate a token with the three permissions and pages_show_list, then ask /me/accounts for the page’s own token.',
        url: 'https://business.facebook.com/latest/settings/system_users',
      },
      {
        title: 'Copy app ID and secret',
        text: 'App settings → Basic. With them the hub registers webhooks and proves every call.',
      },
    ],
    pricingNotes: 'The Graph API is free; what it may do to a page depends on Meta’s review of the app.',
    docsUrl: 'https://developers.facebook.com/docs/pages-api',
    statusUrl: 'https://metastatus.com',
    verified: true,
    logo: {
      path: 'M13.500 23V13.300h3.300l.500-3.800h-3.800V7.100c0-1.100.300-1.800 1.900-1.800h2V1.900C17 1.800 15.900 1.700 14.500 1.700c-2.900 0-4.900 1.800-4.900 5v2.800H6.300v3.800h3.300V23z',
      viewBox: '0 0 24 24',
      color: '#0866FF',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: (connection) => ({ api: graphBase(connection) }),
  authorize: graphAuthorize('pageAccessToken'),
  judge: graphJudge('pageAccessToken'),
  probe,
  tests: [
    connectionStep('Facebook', probe),
    permissionsByTrying(
      'Facebook',
      permissions,
      [
        // An empty post is refused after the permission was checked.
        {
          permission: permissions[0].name,
          request: (connection) => ({
            method: 'POST',
            path: pagePath(connection, '/feed'),
            form: { message: '' },
            safe: true,
          }),
        },
        {
          permission: permissions[1].name,
          request: (connection) => ({ method: 'GET', path: pagePath(connection, '/posts'), query: { limit: 1 } }),
        },
        {
          permission: permissions[2].name,
          request: (connection) => ({ method: 'GET', path: pagePath(connection, '/subscribed_apps') }),
        },
      ],
      'pageAccessToken',
    ),
    {
      suite: 'sample',
      name: 'Read the page',
      run: async (call, connection) => {
        const { name, id } = await pageOf(call, connection)
        return { ok: true, message: `Facebook answers for the page “${name ?? id}”.` }
      },
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
  webhooks: facebookWebhooks,
})
