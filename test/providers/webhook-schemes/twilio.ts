import twilio from 'twilio'
import { random, type Scheme } from './scheme.ts'

const fieldsOf = (body: Buffer) => Object.fromEntries(new URLSearchParams(body.toString()))

export const twilioScheme: Scheme = {
  slug: 'twilio',
  holdsMs: null,
  coversBody: true,
  coversUrl: true,
  proofs: ['x-twilio-signature'],
  sample: {
    contentType: 'application/x-www-form-urlencoded',
    body: 'From=15550001111&Body=hello&MessageSid=SM1&SmsStatus=received',
  },
  makeKey: async () => {
    const secret = random(16).toString('hex')
    return {
      secret,
      sign: (body, _at, url) => ({
        headers: { 'x-twilio-signature': twilio.getExpectedTwilioSignature(secret, url, fieldsOf(body)) },
      }),
    }
  },
  witness: ({ body, headers, url }, secret) =>
    twilio.validateRequest(secret, headers['x-twilio-signature'] ?? '', url, fieldsOf(body)),
}
