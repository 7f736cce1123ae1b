import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** What the server saw, read to its end. */
export interface Seen {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

export interface VendorServer extends AsyncDisposable {
  readonly origin: string
  readonly port: number
  /** Every request, in order of arrival. */
  readonly seen: Seen[]
  /** Sockets opened so far. */
  readonly connections: () => number
}

export type VendorHandler = (seen: Seen, answer: ServerResponse, request: IncomingMessage) => void | Promise<void>

const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')

/** Certificate for vendor.example and other.example, signed by itself. */
export const vendorCertificate = (): string => fixture('vendor-certificate.pem')

/** A small vendor on loopback. `secure` speaks https with the test certificate. */
export async function startVendor(handler: VendorHandler, secure = false): Promise<VendorServer> {
  const seen: Seen[] = []
  let connections = 0
  const listener = (request: IncomingMessage, answer: ServerResponse) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const entry = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(parts).toString(),
      }
      seen.push(entry)
      Promise.resolve(handler(entry, answer, request)).catch(() => answer.destroy())
    })
  }
  const server: Server = secure
    ? createSecureServer({ key: fixture('vendor-key.pem'), cert: vendorCertificate() }, listener)
    : createServer(listener)
  server.on('connection', () => connections++)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http${secure ? 's' : ''}://127.0.0.1:${port}`,
    port,
    seen,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

/** Answers with JSON. */
export function answerJson(
  answer: ServerResponse,
  status: number,
  value: unknown,
  headers: Record<string, string> = {},
): void {
  answer.writeHead(status, { 'content-type': 'application/json', ...headers })
  answer.end(JSON.stringify(value))
}
