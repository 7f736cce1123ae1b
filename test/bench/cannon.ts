import autocannon, { type Client, type Request, type Result } from 'autocannon'
import type { Volley } from './shots.ts'

/**
 * The same volley as `fire`, by autocannon: a standard generator, which takes more of the machine for itself. Every connection
 * has requests of its own, so that each is sent once. Measured from the moment all are prepared to the last answer.
 */
export async function fireCannon({ url, requests, connections }: Volley): Promise<number> {
  const share = Math.floor(requests.length / connections)
  const amount = share * connections
  const prepared = requests.map(preparedOf)
  let armed = 0
  let began = 0
  let ended = 0
  let refused = 0
  const { errors, requests: sent } = await new Promise<Result>((resolve, reject) => {
    const instance = autocannon(
      {
        url: url.replace(/\/$/, ''),
        connections,
        amount,
        setupClient(client: Client) {
          client.setRequests(prepared.slice(armed * share, ++armed * share))
          began = performance.now()
        },
      },
      (error: Error | null, result) => (error ? reject(error) : resolve(result)),
    )
    instance.on('response', (_client, status) => {
      ended = performance.now()
      if (status < 200 || status > 299) refused++
    })
  })
  if (refused + errors > 0 || sent.total !== amount)
    throw new Error(`${url}: ${refused} refused, ${errors} broken, ${sent.total} of ${amount} answered`)
  return amount / ((ended - began) / 1000)
}

/** A whole request taken apart again: autocannon writes the head itself. */
function preparedOf(request: Buffer): Request {
  const [head = '', body = ''] = request.toString().split('\r\n\r\n', 2)
  const [first = '', ...lines] = head.split('\r\n')
  const headers = lines.map((line) => line.split(': ', 2) as [string, string])
  return {
    method: 'POST',
    path: first.split(' ', 2)[1] ?? '/',
    headers: Object.fromEntries(headers.filter(([name]) => name !== 'host' && name !== 'content-length')),
    body,
  }
}
