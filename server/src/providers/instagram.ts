import { z } from 'zod'
import {
  accountPath,
  deletePost,
  getPost,
  hideComment,
  listComments,
  listPosts,
  publishPost,
  replyToComment,
} from './instagram/media.ts'
import { instagramWebhooks } from './instagram/webhooks.ts'
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
  { name: 'instagram_business_content_publish', why: 'publishing posts', required: true },
  { name: 'instagram_business_basic', why: 'the health probe and reading posts', required: true },
  { name: 'instagram_business_manage_comments', why: 'reading, answering and hiding comments', required: false },
] as const

async function accountOf(call: Call, connection: ConnectionFacts) {
  const answer = await call({ method: 'GET', path: accountPath(connection), query: { fields: 'id,username' } })
  return readAnswer('Instagram', answer, z.object({ id: z.string(), username: z.string() }), (found) => found)
}
const probe = async (call: Call, connection: ConnectionFacts): Promise<void> => void (await accountOf(call, connection))

/**
 * Instagram's professional accounts, by a long-lived token. Tokens of Instagram's own sign-in end after 60 days and are
 * prolonged by a call of Meta's own that is no OAuth refresh; tokens of a system user at Facebook do not end. Fields and
 * edges are held against Meta's description for its own SDKs (v25.0), permissions are named as for Instagram's own sign-in; no
 * live account was asked.
 */
export const instagram = defineProvider({
  entry: {
    slug: 'instagram',
    name: 'Instagram',
    category: 'SOCIAL',
    summary: 'Publish pictures, carousels and reels on your Instagram account, read and answer comments.',
    description:
      'The hub publishes on one professional account, reads its posts with likes and comments, answers and hides comments, and receives new comments, mentions and messages. Pictures must be JPEG at a public https address; Instagram fetches them. Films take a while: they are PROCESSING first.',
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
        name: 'igUserId',
        label: 'Instagram account ID',
        help: 'Your app → Instagram → API setup, or the Graph API: /{page}?fields=instagram_business_account.',
        kind: 'text',
        required: true,
        rule: { pattern: '^\\d{5,20}$', message: 'IDs of Meta are numbers.' },
      },
      {
        name: 'accessToken',
        label: 'Access token',
        help: 'A long-lived token: Instagram → API setup → Generate token (60 days), or a system user’s token of Business settings, which does not end.',
        kind: 'secret',
        required: true,
        hint: {
          pattern: '^(IG|EAA)[A-Za-z0-9_-]+$',
          message: 'Tokens start with IG (Instagram’s sign-in) or EAA (Facebook’s).',
        },
      },
      {
        name: 'signIn',
        label: 'Where the token comes from',
        help: 'Tokens that start with EAA are Facebook’s.',
        kind: 'select',
        options: [
          { value: 'facebook', label: 'Facebook (EAA…)' },
          { value: 'instagram', label: 'Instagram (IG…)' },
        ],
        required: false,
        default: 'facebook',
      },
      metaAppSecretField,
      metaVerifyTokenField,
      metaVersionField,
    ],
    permissions,
    limits: [{ requests: 100, windowSeconds: 86_400, scope: 'posts published, per account', enforced: false }],
    webhookEvents: ['comments', 'live_comments', 'mentions', 'messages', 'story_insights'],
    templates: [
      {
        key: 'instagram-sign-in',
        name: 'Instagram’s own sign-in',
        description: 'An account without a Facebook page, whose token starts with IG.',
        environment: 'LIVE',
        settings: { signIn: 'instagram' },
        probeIntervalSeconds: 300,
      },
    ],
    setupGuide: [
      {
        title: 'Make the account professional',
        text: 'Instagram → Settings → Account type: Business or Creator. For Facebook’s sign-in link it to your page.',
        url: 'https://help.instagram.com/502981923235522',
      },
      {
        title: 'Create an app',
        text: 'Create an app of the type Business and add Instagram. In development it works with accounts of people who have a role in it.',
        url: 'https://developers.facebook.com/apps',
      },
      {
        title: 'Get a lasting token',
        text: 'Best a system user’s token of Business settings with instagram_basic, instagram_content_publish and instagram_manage_comments. A token of Instagram’s own page ends after 60 days.',
        url: 'https://business.facebook.com/latest/settings/system_users',
      },
    ],
    pricingNotes: 'The Graph API is free; at most 100 posts in 24 hours may be published through it.',
    docsUrl: 'https://developers.facebook.com/docs/instagram-platform',
    statusUrl: 'https://metastatus.com',
    verified: true,
    logo: {
      path: 'M7 1h10a6 6 0 0 1 6 6v10a6 6 0 0 1-6 6H7a6 6 0 0 1-6-6V7a6 6 0 0 1 6-6zm0 2a4 4 0 0 0-4 4v10a4 4 0 0 0 4 4h10a4 4 0 0 0 4-4V7a4 4 0 0 0-4-4zm5 4a5 5 0 1 1 0 10 5 5 0 0 1 0-10zm0 2a3 3 0 1 0 0 6 3 3 0 0 0 0-6zm5.500-3.500a1.200 1.200 0 1 1 0 2.400 1.200 1.200 0 0 1 0-2.400z',
      viewBox: '0 0 24 24',
      color: '#FF0069',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: (connection) => ({
    api: graphBase(
      connection,
      connection.settings['signIn'] === 'instagram' ? 'graph.instagram.com' : 'graph.facebook.com',
    ),
  }),
  authorize: graphAuthorize('accessToken'),
  judge: graphJudge('accessToken'),
  probe,
  tests: [
    connectionStep('Instagram', probe),
    permissionsByTrying(
      'Instagram',
      permissions,
      [
        // A container of nothing is refused after the permission was checked.
        {
          permission: permissions[0].name,
          request: (connection) => ({
            method: 'POST',
            path: accountPath(connection, '/media'),
            form: { caption: '' },
            safe: true,
          }),
        },
        {
          permission: permissions[1].name,
          request: (connection) => ({ method: 'GET', path: accountPath(connection, '/media'), query: { limit: 1 } }),
        },
        // Replying to nothing likewise.
        {
          permission: permissions[2].name,
          request: { method: 'POST', path: '/0/replies', form: { message: '' }, safe: true },
        },
      ],
      'accessToken',
    ),
    {
      suite: 'sample',
      name: 'Read the account',
      run: async (call, connection) => {
        const { username } = await accountOf(call, connection)
        return { ok: true, message: `Instagram answers for @${username}.` }
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
  webhooks: instagramWebhooks,
})
