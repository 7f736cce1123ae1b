import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { VendorServer } from './vendor-server.ts'

/** A vendor that answers while the request still arrives: nothing is read for it. */
export async function streamingVendor(
  answer: (request: IncomingMessage, response: ServerResponse) => unknown,
): Promise<VendorServer> {
  let connections = 0
  const server = createServer((request, response) => {
    response.on('error', () => {})
    request.on('error', () => {})
    void Promise.resolve(answer(request, response)).catch(() => response.destroy())
  })
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    port,
    seen: [],
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
