import { instagram as twin } from '@patchbay/server/lab/twins/instagram.ts'
import type { ProviderCase } from './case.ts'

export const instagram: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, accessToken: 'EAALabSomebodyElse000000000000000000000' },
  inputs: {
    'posts.publish': {
      text: 'New: falcon',
      media: [{ kind: 'IMAGE', url: 'https://noor-atelier.example/falcon.jpg', description: 'A falcon' }],
      idempotencyKey: 'post-1',
    },
    'posts.list': { first: 4 },
    'posts.get': { id: '17895695004865551' },
    'posts.delete': { id: '17895695004865559', idempotencyKey: 'post-2' },
    'comments.list': { postId: '17895695004865551', first: 2 },
    'comments.reply': { commentId: '17873227454001', text: 'It does, from Monday.', idempotencyKey: 'reply-1' },
    'comments.hide': { commentId: '17873227454001', idempotencyKey: 'hide-1' },
  },
  moves: {
    posts: { operation: 'posts.publish' },
  },
  descriptions: {
    folder: 'meta',
    files: ['graph-api-nodes.json'],
    // A container of a post is no node of the file.
    outdated: /fields: status_code/,
  },
}
