import { createSign, generateKeyPairSync } from 'node:crypto'
import { EventWebhook } from '@sendgrid/eventwebhook'
import { type Scheme, seconds } from './scheme.ts'

const official = new EventWebhook()
const [signature, timestamp] = [
  'x-twilio-email-event-webhook-signature',
  'x-twilio-email-event-webhook-timestamp',
] as const

export const sendgridScheme: Scheme = {
  slug: 'sendgrid',
  holdsMs: 25 * 3_600_000,
  coversBody: true,
  proofs: [signature, timestamp],
  makeKey: async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' })
    return {
      secret: publicKey.export({ type: 'spki', format: 'der' }).toString('base64'),
      sign: (body, at) => {
        const time = String(seconds(at))
        const signed = createSign('sha256').update(time).update(body)
        return { headers: { [timestamp]: time, [signature]: signed.sign(privateKey, 'base64') } }
      },
    }
  },
  witness: ({ body, headers }, secret) =>
    official.verifySignature(
      official.convertPublicKeyToECDSA(secret),
      body,
      headers[signature] ?? '',
      headers[timestamp] ?? '',
    ),
}
