import { z } from 'zod'
import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { readAnswer } from './shared/failure.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'
import { creatorRequest, getPost, listPosts, listRequest, privacyLevels, publishPost } from './tiktok/posts.ts'
import { tiktokJudge } from './tiktok/refusals.ts'
import { tiktokWebhooks } from './tiktok/webhooks.ts'

const permissions = [
  { name: 'video.publish', why: 'publishing films and pictures, and asking what has become of them', required: true },
  { name: 'user.info.basic', why: 'the health probe', required: true },
  { name: 'video.list', why: 'reading films with their likes, comments and views', required: false },
] as const

const userRequest = { method: 'GET', path: '/v2/user/info/', query: { fields: 'open_id,display_name' } } as const
const user = z.object({
  data: z.object({ user: z.object({ open_id: z.string(), display_name: z.string().nullish() }) }),
})

const whoAmI = async (call: Call) => readAnswer('TikTok', await call(userRequest), user, ({ data }) => data.user)
const probe = async (call: Call): Promise<void> => void (await whoAmI(call))

/**
 * TikTok API v2 with its Content Posting API: https://developers.tiktok.com/doc/overview
 *
 * Written by TikTok's own pages, which hold no description a machine could judge by; no live account was asked. Posts cannot be
 * removed and comments are not to be had with what TikTok gives to apps of this kind. Films are fetched from an address: an
 * upload in parts goes to a host of its own for each post, which no call of the hub reaches.
 */
export const tiktok = defineProvider({
  entry: {
    slug: 'tiktok',
    name: 'TikTok',
    category: 'SOCIAL',
    summary: 'Publish films and picture posts on TikTok, follow them until they are up, and read how they do.',
    description:
      'The hub publishes a film or up to ten pictures as the account that signs in, tells what has become of them, and lists public films with likes, comments, shares and views. TikTok fetches the files itself, from a domain that is verified for the app, and takes a while: posts are PROCESSING first. Until TikTok has audited the app, posts are for the account alone. TikTok gives apps neither comments nor a way to delete.',
    authKind: 'OAUTH2_CODE',
    regions: ['GLOBAL'],
    environments: ['SANDBOX', 'LIVE'],
    capabilities: ['posts.publish', 'posts.get', 'posts.list'],
    fields: [
      {
        name: 'clientKey',
        label: 'Client key',
        help: 'developers.tiktok.com → Manage apps → your app → Credentials. A sandbox has a key of its own.',
        kind: 'text',
        required: true,
        hint: { pattern: '^[a-z0-9]{14,24}$', message: 'Client keys are 14 to 24 small letters and digits.' },
      },
      {
        name: 'clientSecret',
        label: 'Client secret',
        help: 'Beside the client key. TikTok also signs its webhooks with it.',
        kind: 'secret',
        required: true,
      },
      {
        name: 'privacyLevel',
        label: 'Who sees posts',
        help: 'Apps that TikTok has not audited may only post for the account itself, and the account must be private.',
        kind: 'select',
        options: privacyLevels,
        required: false,
        default: 'SELF_ONLY',
      },
      {
        name: 'ownBusiness',
        label: 'Label posts as promotion',
        help: 'TikTok wants posts that promote your own business to be labelled “Promotional content”.',
        kind: 'select',
        options: [
          { value: 'no', label: 'No label' },
          { value: 'yes', label: 'Promotional content' },
        ],
        required: false,
        default: 'no',
      },
      {
        name: 'openId',
        label: 'Open ID',
        help: 'What a test of this connection tells. With it, webhooks about other accounts of the same app are left out.',
        kind: 'text',
        required: false,
      },
    ],
    permissions,
    limits: [
      { requests: 6, windowSeconds: 60, scope: 'posts begun, per account', enforced: false },
      { requests: 15, windowSeconds: 86_400, scope: 'posts, per account and about that many', enforced: false },
      { requests: 30, windowSeconds: 60, scope: 'questions what has become of a post, per account', enforced: false },
      { requests: 600, windowSeconds: 60, scope: 'reads of films or of the account, each', enforced: false },
    ],
    webhookEvents: [
      'post.publish.complete',
      'post.publish.failed',
      'post.publish.publicly_available',
      'post.publish.no_longer_publicaly_available',
      'post.publish.inbox_delivered',
      'authorization.removed',
      'video.publish.completed',
      'video.upload.failed',
    ],
    templates: [
      {
        key: 'public',
        name: 'Public posts',
        description: 'An audited app and a public account, whose posts everybody sees.',
        environment: 'LIVE',
        settings: { privacyLevel: 'PUBLIC_TO_EVERYONE' },
        probeIntervalSeconds: 300,
      },
      {
        key: 'own-brand',
        name: 'Your own brand',
        description: 'Public posts of an audited app, labelled as promotion of your own business.',
        environment: 'LIVE',
        settings: { privacyLevel: 'PUBLIC_TO_EVERYONE', ownBusiness: 'yes' },
        probeIntervalSeconds: 300,
      },
    ],
    setupGuide: [
      {
        title: 'Create an app',
        text: 'Manage apps → Connect an app. Add the products Login Kit and Content Posting API, and switch Direct Post on. A sandbox of the app works at once, for ten accounts you name.',
        url: 'https://developers.tiktok.com/apps',
      },
      {
        title: 'Set up sign-in',
        text: 'Login Kit → Redirect URI (Web): this hub’s address followed by /oauth/callback; it must be https. Scopes: user.info.basic, video.list, video.publish.',
      },
      {
        title: 'Verify where your files are',
        text: 'URL properties → Verify the domain, or the beginning of the address, of your films and pictures: TikTok fetches from nowhere else.',
        url: 'https://developers.tiktok.com/doc/content-posting-api-media-transfer-guide',
      },
      {
        title: 'Connect',
        text: 'Paste client key and secret here, then choose Connect and sign in with the account that is to post.',
      },
      {
        title: 'Have the app audited',
        text: 'Before the audit posts are for the account alone. Afterwards choose who sees posts in the connection’s settings.',
        url: 'https://developers.tiktok.com/application/content-posting-api',
      },
    ],
    pricingNotes:
      'The API is free. About 15 posts in 24 hours for each account, fewer accounts a day before the audit; TikTok does not publish exact figures.',
    docsUrl: 'https://developers.tiktok.com/doc/overview',
    // No description of a machine's kind is published for this API.
    verified: false,
    logo: {
      path: 'M12.525.02c1.31-.02 2.61-.01 3.91-.02.08 1.53.63 3.09 1.75 4.17 1.12 1.11 2.7 1.62 4.24 1.79v4.03c-1.44-.05-2.89-.35-4.2-.97-.57-.26-1.1-.59-1.62-.93-.01 2.92.01 5.84-.02 8.75-.08 1.4-.54 2.79-1.35 3.94-1.31 1.92-3.58 3.17-5.91 3.21-1.43.08-2.86-.31-4.08-1.03-2.02-1.19-3.44-3.37-3.65-5.71-.02-.5-.03-1-.01-1.49.18-1.9 1.12-3.72 2.58-4.96 1.66-1.44 3.98-2.13 6.15-1.72.02 1.48-.04 2.96-.04 4.44-.99-.32-2.15-.23-3.02.37-.63.41-1.11 1.04-1.36 1.75-.21.51-.15 1.07-.14 1.61.24 1.64 1.82 3.02 3.5 2.87 1.12-.01 2.19-.66 2.77-1.61.19-.33.4-.67.41-1.06.1-1.79.06-3.57.07-5.36.01-4.03-.01-8.05.02-12.07z',
      viewBox: '0 0 24 24',
      color: '#000000',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => ({ api: 'https://open.tiktokapis.com', web: 'https://www.tiktok.com' }),
  oauth: {
    grant: 'authorization_code',
    authorize: { host: 'web', path: '/v2/auth/authorize/' },
    token: { host: 'api', path: '/v2/oauth/token/' },
    clientAuth: 'form',
    clientIdField: 'clientKey',
    clientSecretField: 'clientSecret',
    clientIdParam: 'client_key',
    // TikTok takes a challenge from desktop and mobile apps alone, and hashes it in hexadecimal.
    pkce: false,
    scopes: ['user.info.basic', 'video.list', 'video.publish'],
    scopeSeparator: ',',
    // Tokens live a day; a refresh may bring another refresh token, which lives the rest of its 365 days.
    refreshRotates: true,
  },
  authorize: (request, _fields, accessToken) => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${accessToken ?? ''}` },
  }),
  judge: tiktokJudge,
  redact: ['access_token', 'refresh_token'],
  probe,
  tests: [
    connectionStep('TikTok', probe),
    permissionsByTrying('TikTok', permissions, [
      { permission: permissions[0].name, request: creatorRequest },
      { permission: permissions[1].name, request: userRequest },
      { permission: permissions[2].name, request: listRequest(1) },
    ]),
    {
      suite: 'sample',
      name: 'Read the account',
      run: async (call) => {
        const { display_name: name, open_id: id } = await whoAmI(call)
        return { ok: true, message: `TikTok answers for ${name ?? 'the account'}; its open ID is ${id}.` }
      },
    },
  ],
  operations: { 'posts.publish': publishPost, 'posts.get': getPost, 'posts.list': listPosts },
  resources: { posts: pulled(listPosts, { by: 'createdAfter' }) },
  webhooks: tiktokWebhooks,
})
