import { WebhooksHelper } from 'square'
import { hmac, random, type Scheme } from './scheme.ts'

export const squareScheme: Scheme = {
  slug: 'square',
  holdsMs: null,
  coversBody: true,
  coversUrl: true,
  proofs: ['x-square-hmacsha256-signature'],
  makeKey: async () => {
    const secret = random(16).toString('base64url')
    return {
      secret,
      sign: (body, _at, url) => ({
        headers: { 'x-square-hmacsha256-signature': hmac(secret, 'base64', url, body) },
      }),
    }
  },
  witness: ({ body, headers, url }, secret) =>
    WebhooksHelper.verifySignature({
      requestBody: body.toString(),
      signatureHeader: headers['x-square-hmacsha256-signature'] ?? '',
      signatureKey: secret,
      notificationUrl: url,
    }),
}
