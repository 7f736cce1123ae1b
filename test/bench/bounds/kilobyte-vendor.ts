// A vendor that answers with 1 kB of JSON at once; `/bytes/n` sends n bytes, POST takes any body and tells its size. Prints
// its URL.
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

const thing = {
  object: 'payment_intent',
  amount: 12_500,
  currency: 'aed',
  status: 'succeeded',
  client_secret: 'pi_secret_1',
}
const empty = JSON.stringify({ ...thing, description: '' })
const answer = JSON.stringify({ ...thing, description: 'x'.repeat(1024 - empty.length) })
const chunk = Buffer.alloc(256 * 1024, 'patchbay')

const server = createServer((request, response) => {
  const bytes = Number(/^\/bytes\/(\d+)/.exec(request.url ?? '')?.[1] ?? -1)
  if (bytes >= 0) return void give(bytes)
  if (request.method === 'POST') return void take()
  response.writeHead(200, {
    'content-type': 'application/json',
    'content-length': answer.length,
    'cache-control': 'no-cache, no-store',
    'request-id': 'req_0123456789abcd',
  })
  response.end(answer)

  async function give(size: number): Promise<void> {
    response.writeHead(200, { 'content-length': size })
    for (let left = size; left > 0; left -= chunk.length)
      if (!response.write(left < chunk.length ? chunk.subarray(0, left) : chunk)) await once(response, 'drain')
    response.end()
  }

  function take(): void {
    let size = 0
    request.on('data', (part: Buffer) => (size += part.length))
    request.on('end', () => response.end(JSON.stringify({ size })))
  }
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
