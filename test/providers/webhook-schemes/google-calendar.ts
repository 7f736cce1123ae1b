import { random, type Scheme } from './scheme.ts'

export const googleCalendarScheme: Scheme = {
  slug: 'google-calendar',
  holdsMs: null,
  // There is no body: a token that only Google was told is the proof.
  coversBody: false,
  proofs: ['x-goog-channel-token'],
  makeKey: async () => {
    const secret = random(32).toString('base64url')
    return {
      secret,
      sign: () => ({
        headers: {
          'x-goog-channel-token': secret,
          'x-goog-channel-id': 'channel-1',
          'x-goog-resource-id': 'resource-1',
          'x-goog-resource-state': 'exists',
          'x-goog-message-number': '2',
        },
      }),
    }
  },
}
