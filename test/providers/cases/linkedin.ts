import { linkedin as twin } from '@patchbay/server/lab/twins/linkedin.ts'
import type { ProviderCase } from './case.ts'

export const linkedin: ProviderCase = {
  ...twin.credentials,
  wrong: null,
  inputs: {
    'posts.publish': {
      text: 'Two new prints (limited).',
      link: 'https://noor-atelier.example/prints',
      idempotencyKey: 'post-1',
    },
    'posts.list': { first: 4 },
    'posts.get': { id: 'urn:li:share:7000000000000000001' },
    'posts.delete': { id: 'urn:li:share:7000000000000000008', idempotencyKey: 'post-2' },
    'comments.list': { postId: 'urn:li:activity:7000000000000000001', first: 2 },
    'comments.reply': {
      commentId: 'urn:li:comment:(urn:li:activity:7000000000000000001,710000001)',
      text: 'We do, within three days.',
      idempotencyKey: 'reply-1',
    },
  },
  silent: ['posts.delete'],
  descriptions: {
    folder: 'linkedin',
    files: ['linkedin-marketing-community.openapi.yaml', 'linkedin-marketing-content.openapi.yaml'],
    // Made by a third party from LinkedIn's collections, which hold reading only, and no parameters.
    proseOnly: [
      'POST /rest/posts',
      'DELETE /rest/posts/*',
      'GET /rest/socialActions/*/comments',
      'POST /rest/socialActions/*/comments',
    ],
    outdated: /^query: (author|q|count|sortBy|start) is not described/,
  },
  understood: { 'posts.delete': [404, 410] },
}
