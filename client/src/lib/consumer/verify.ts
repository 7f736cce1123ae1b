import { createHmac, timingSafeEqual } from 'node:crypto'

/** The event of a delivery, or an error. `body` is the raw text as it arrived: verify first, parse afterwards. */
export function verify(body: string, headers: Headers, secret: string): unknown {
  const id = headers.get('webhook-id') ?? ''
  const timestamp = headers.get('webhook-timestamp') ?? ''
  const age = Math.abs(Date.now() / 1000 - Number(timestamp))
  if (id === '' || !(age < 300)) throw new Error('Not a fresh delivery.')

  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()

  // One signature for each key that holds, so that keys can change without a gap.
  const genuine = (headers.get('webhook-signature') ?? '').split(' ').some((signature) => {
    const [version, text = ''] = signature.split(',')
    const given = Buffer.from(text, 'base64')
    return version === 'v1' && given.length === expected.length && timingSafeEqual(given, expected)
  })
  if (!genuine) throw new Error('The signature does not fit.')
  return JSON.parse(body)
}

// In a handler of the Fetch API:
//   const event = verify(await request.text(), request.headers, settings.webhookSecret)
//   if (await seenBefore(request.headers.get('webhook-id'))) return new Response(null, { status: 204 })
//   await queue(event) // answer at once, work afterwards
//   return new Response(null, { status: 204 })
