import { tiktok as twin } from '@patchbay/server/lab/twins/tiktok.ts'
import type { ProviderCase } from './case.ts'

export const tiktok: ProviderCase = {
  ...twin.credentials,
  wrong: null,
  inputs: {
    'posts.publish': {
      text: 'New: the falcon canvas',
      media: [{ kind: 'VIDEO', url: 'https://noor-atelier.example/falcon.mp4' }],
      idempotencyKey: 'post-1',
    },
    'posts.list': { first: 4 },
    'posts.get': { id: '7300000000000000098' },
  },
  moves: {
    posts: 'a film is a draft until its owner publishes it in the app',
  },
}
