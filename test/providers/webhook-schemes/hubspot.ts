import { Signature } from '@hubspot/api-client'
import { hmac, random, type Scheme } from './scheme.ts'

export const hubspotScheme: Scheme = {
  slug: 'hubspot',
  holdsMs: 300_000,
  coversBody: true,
  coversUrl: true,
  proofs: ['x-hubspot-signature-v3', 'x-hubspot-request-timestamp'],
  makeKey: async () => {
    const secret = random(18).toString('hex')
    return {
      secret,
      sign: (body, at, url) => ({
        headers: {
          'x-hubspot-request-timestamp': String(at),
          'x-hubspot-signature-v3': hmac(secret, 'base64', 'POST', url, body, String(at)),
        },
      }),
    }
  },
  witness: ({ method, url, headers, body }, clientSecret) =>
    headers['x-hubspot-signature-v3'] ===
    Signature.getSignature(method, 'v3', {
      signature: headers['x-hubspot-signature-v3'] ?? '',
      clientSecret,
      requestBody: body.toString(),
      url,
      timestamp: Number(headers['x-hubspot-request-timestamp']),
    }),
}
