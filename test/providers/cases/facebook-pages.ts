import { facebookPages as twin } from '@patchbay/server/lab/twins/facebook-pages.ts'
import type { ProviderCase } from './case.ts'

const post = (index: number) => `108824017345866_12209500000000${String(index).padStart(4, '0')}`
const comment = '122095000000000001_90001'

export const facebookPages: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, pageAccessToken: 'EAALabSomebodyElse000000000000000000000' },
  inputs: {
    'posts.publish': {
      text: 'Two new prints.',
      media: [
        { kind: 'IMAGE', url: 'https://noor-atelier.example/dhow.jpg', description: 'A dhow at dusk' },
        { kind: 'IMAGE', url: 'https://noor-atelier.example/falcon.jpg' },
      ],
      publishAt: new Date(Date.now() + 86_400_000).toISOString(),
      idempotencyKey: 'post-1',
    },
    'posts.list': { first: 4 },
    'posts.get': { id: post(1) },
    'posts.delete': { id: post(9), idempotencyKey: 'post-2' },
    'comments.list': { postId: post(1), first: 2 },
    'comments.reply': { commentId: comment, text: 'It does, from Monday.', idempotencyKey: 'reply-1' },
    'comments.hide': { commentId: comment, idempotencyKey: 'hide-1' },
  },
  moves: {
    posts: { operation: 'posts.publish', input: () => ({ publishAt: undefined }) },
  },
  registration: { alone: true },
  descriptions: {
    folder: 'meta',
    files: ['graph-api-nodes.json'],
  },
}
