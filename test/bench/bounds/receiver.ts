// A subscriber that answers at once. `GET /` tells how many deliveries arrived and when the first and the last did. Prints its URL.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

let received = 0
let firstAt = 0
let lastAt = 0
const server = createServer((request, response) => {
  if (request.method === 'GET') {
    response.end(JSON.stringify({ received, firstAt, lastAt }))
    received = 0
    return
  }
  request.resume()
  request.on('end', () => {
    lastAt = performance.timeOrigin + performance.now()
    if (received++ === 0) firstAt = lastAt
    response.writeHead(204).end()
  })
})
server.keepAliveTimeout = 60_000
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
