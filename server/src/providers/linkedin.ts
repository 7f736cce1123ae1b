import { z } from 'zod'
import {
  authorOf,
  deletePost,
  getPost,
  listComments,
  listPosts,
  publishPost,
  replyToComment,
  versioned,
} from './linkedin/posts.ts'
import { linkedinWebhooks } from './linkedin/webhooks.ts'
import type { Call, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [
  { name: 'w_organization_social', why: 'publishing, removing and answering', required: true },
  { name: 'r_organization_social', why: 'the health probe, reading posts and comments', required: true },
] as const

const firstPost = (connection: ConnectionFacts) =>
  ({
    method: 'GET',
    path: '/rest/posts',
    query: { author: authorOf(connection), q: 'author', count: 1 },
    headers: versioned(connection, { 'x-restli-method': 'FINDER' }),
  }) as const

/** Proves the grant, the version and that the organization may be read. */
async function probe(call: Call, connection: ConnectionFacts): Promise<void> {
  const answer = await call(firstPost(connection))
  readAnswer('LinkedIn', answer, z.object({ elements: z.array(z.unknown()) }), () => undefined)
}

/**
 * LinkedIn's Community Management API for pages of organizations; profiles of members are not served, because LinkedIn does
 * not let their posts be read. Paths and bodies are those of LinkedIn's documentation; no live account was asked.
 */
export const linkedin = defineProvider({
  entry: {
    slug: 'linkedin',
    name: 'LinkedIn',
    category: 'SOCIAL',
    summary: 'Publish words and links on your company’s LinkedIn page, read its posts, answer comments.',
    description:
      'The hub publishes on one page of an organization, reads what stands there and its comments, answers them, and receives comments and mentions where LinkedIn grants webhooks. The app needs LinkedIn’s Community Management API, which is granted on request.',
    authKind: 'OAUTH2_CODE',
    regions: ['GLOBAL'],
    environments: ['LIVE'],
    capabilities: ['posts.publish', 'posts.get', 'posts.list', 'posts.delete', 'comments.list', 'comments.reply'],
    fields: [
      {
        name: 'clientId',
        label: 'Client ID',
        help: 'LinkedIn Developers → your app → Auth.',
        kind: 'text',
        required: true,
        hint: { pattern: '^[a-z0-9]{12,16}$', message: 'Client IDs have twelve to sixteen small letters and digits.' },
      },
      {
        name: 'clientSecret',
        label: 'Client secret',
        help: 'On the same page. Webhooks are signed with it, too.',
        kind: 'secret',
        required: true,
      },
      {
        name: 'authorUrn',
        label: 'Organization',
        help: 'urn:li:organization: and the number in the address of your page’s admin view.',
        kind: 'text',
        required: true,
        placeholder: 'urn:li:organization:12345678',
        rule: { pattern: '^urn:li:organization:\\d{1,20}$', message: 'It looks like urn:li:organization:12345678.' },
      },
      {
        name: 'apiVersion',
        label: 'API version',
        help: 'Year and month. LinkedIn serves a version for about a year.',
        kind: 'text',
        required: false,
        default: '202610',
        rule: { pattern: '^20\\d{4}$', message: 'A year and a month, such as 202610.' },
      },
    ],
    permissions,
    limits: [
      {
        requests: 100,
        windowSeconds: 86_400,
        scope: 'not published; your app’s Analytics page shows each endpoint’s own, per app and person',
        enforced: false,
      },
    ],
    webhookEvents: ['ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS'],
    setupGuide: [
      {
        title: 'Create an app',
        text: 'Create an app for your page and ask for the product Community Management API. It must be the app’s only product.',
        url: 'https://www.linkedin.com/developers/apps',
      },
      {
        title: 'Set up sign-in',
        text: 'Auth → Authorized redirect URLs: add this hub’s address followed by /oauth/callback.',
      },
      {
        title: 'Connect',
        text: 'Paste client ID, secret and organization here, then choose Connect and sign in as an administrator of the page. The grant lasts 60 days; LinkedIn gives refresh tokens to approved partners only.',
        url: 'https://learn.microsoft.com/en-us/linkedin/shared/authentication/authorization-code-flow',
      },
    ],
    pricingNotes: 'The API is free; LinkedIn decides by review who may use it.',
    docsUrl: 'https://learn.microsoft.com/en-us/linkedin/marketing/community-management/shares/posts-api',
    statusUrl: 'https://www.linkedin-apistatus.com',
    verified: false,
    logo: {
      path: 'M2 1h20a1 1 0 0 1 1 1v20a1 1 0 0 1-1 1H2a1 1 0 0 1-1-1V2a1 1 0 0 1 1-1zm2.500 8.500v10h3v-10zM6 4.500a1.700 1.700 0 1 0 0 3.400 1.700 1.700 0 0 0 0-3.400zM9.500 9.500v10h3v-5.300c0-1.500.600-2.300 1.900-2.300 1.200 0 1.600.900 1.600 2.300v5.300h3.100v-5.800c0-3-1.400-4.500-3.700-4.500-1.500 0-2.400.700-2.900 1.600V9.500z',
      viewBox: '0 0 24 24',
      color: '#0A66C2',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => ({ api: 'https://api.linkedin.com', web: 'https://www.linkedin.com' }),
  oauth: {
    grant: 'authorization_code',
    authorize: { host: 'web', path: '/oauth/v2/authorization' },
    token: { host: 'web', path: '/oauth/v2/accessToken' },
    clientAuth: 'form',
    clientIdField: 'clientId',
    clientSecretField: 'clientSecret',
    pkce: false,
    scopes: permissions.map(({ name }) => name),
    scopeSeparator: ' ',
    refreshRotates: false,
  },
  authorize: (request, _fields, accessToken) => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${accessToken ?? ''}` },
  }),
  judge: judgeWith((body, { status }) => {
    const message = textAt(body, 'message') ?? textAt(body, 'error_description')
    const code = textAt(body, 'code') ?? textAt(body, 'serviceErrorCode') ?? textAt(body, 'error')
    const duplicate = status === 422 && /duplicate/i.test(`${code ?? ''} ${message ?? ''}`)
    return {
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { vendorCode: code }),
      ...(duplicate ? { errorClass: 'CONFLICT' as const } : {}),
      ...(status === 426 ? { field: 'apiVersion' } : {}),
    }
  }),
  probe,
  tests: [
    connectionStep('LinkedIn', probe),
    permissionsByTrying('LinkedIn', permissions, [
      // A post without words is refused after the permission was checked.
      {
        permission: permissions[0].name,
        request: (connection) => ({
          method: 'POST',
          path: '/rest/posts',
          headers: versioned(connection),
          json: { author: authorOf(connection) },
          safe: true,
        }),
      },
      { permission: permissions[1].name, request: firstPost },
    ]),
    {
      suite: 'sample',
      name: 'Read a post',
      run: async (call, connection) => {
        const { items } = await listPosts(call, { first: 1, after: null }, connection)
        const what = items[0] === undefined ? 'has no post' : `last said “${(items[0].text ?? '').slice(0, 60)}”`
        return { ok: true, message: `LinkedIn answers; the page ${what}.` }
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
  },
  resources: {
    posts: pulled(listPosts),
  },
  webhooks: linkedinWebhooks,
})
