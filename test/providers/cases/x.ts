import { x as twin } from '@patchbay/server/lab/twins/x.ts'
import type { ProviderCase } from './case.ts'

export const x: ProviderCase = {
  ...twin.credentials,
  wrong: null,
  inputs: {
    'posts.publish': { text: 'Two new prints.', link: 'https://noor-atelier.example/prints', idempotencyKey: 'post-1' },
    'posts.list': { first: 4 },
    'posts.get': { id: '1860000000000000098' },
    'posts.delete': { id: '1860000000000000090', idempotencyKey: 'post-2' },
    'comments.list': { postId: '1860000000000000098', first: 2 },
    'comments.reply': { commentId: '1860000000000000087', text: 'It does, from Monday.', idempotencyKey: 'reply-1' },
    'comments.hide': { commentId: '1860000000000000086', idempotencyKey: 'hide-1' },
  },
  moves: { posts: { operation: 'posts.publish' } },
  descriptions: {
    folder: 'x',
    files: ['x-api-v2.openapi.json'],
    // Refusals are problem documents (RFC 9457), which the description gives another media type.
    outdated: /^answer: must have required property 'code'/,
  },
}
