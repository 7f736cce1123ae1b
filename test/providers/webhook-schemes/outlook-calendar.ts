import { random, type Scheme } from './scheme.ts'

export const outlookCalendarScheme: Scheme = {
  slug: 'outlook-calendar',
  holdsMs: null,
  // Nothing is signed: every notice repeats a state that only Graph was told.
  coversBody: false,
  proofs: [{ json: ['value', 0, 'clientState'] }],
  makeKey: async () => {
    const secret = random(32).toString('base64url')
    const sign = (body: Buffer) => {
      const notice = JSON.parse(body.toString()) as object
      return Buffer.from(JSON.stringify({ value: [{ ...notice, subscriptionId: 's-1', clientState: secret }] }))
    }
    return { secret, sign: (body) => ({ headers: {}, body: sign(body) }) }
  },
}
