// A bare reverse proxy on undici: `node reverse-proxy.ts <upstream>` prints its URL.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'

const pool = new Pool(process.argv[2] ?? '', { connections: 50 })
const server = createServer((request, response) => {
  pool
    .stream(
      { path: request.url ?? '/', method: request.method ?? 'GET', body: request.method === 'GET' ? null : request },
      ({ statusCode, headers }) => response.writeHead(statusCode, headers),
    )
    .catch(() => response.destroy())
})
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
