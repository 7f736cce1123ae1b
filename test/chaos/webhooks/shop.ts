import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook } from 'standardwebhooks'
import type { Chance } from '../chance.ts'

/** The subscribers' side: endpoints that count what they get, verify it, and now and then fail. */
export class Shop {
  readonly #chance: Chance
  readonly #server = createServer((request, response) => this.#take(request, response))
  readonly #keys = new Map<string, Webhook>()
  /** By path, then by webhook-id: how often it arrived. */
  readonly received = new Map<string, Map<string, number>>()
  /** Deliveries whose signature the official library refused. */
  readonly forged: string[] = []
  /** Deliveries it answered with 500 on purpose. */
  failed = 0
  /** No failures on purpose any more. */
  calm = false

  constructor(chance: Chance) {
    this.#chance = chance
  }

  async open(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve))
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  /** Tells the secret of the endpoint at `path`. */
  expect(path: string, secret: string): void {
    this.#keys.set(path, new Webhook(secret))
    this.received.set(path, new Map())
  }

  close(): void {
    this.#server.closeAllConnections()
    this.#server.close()
  }

  #take(request: IncomingMessage, response: ServerResponse): void {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('error', () => response.destroy())
    request.on('end', () => {
      const path = request.url ?? '/'
      const id = String(request.headers['webhook-id'])
      try {
        this.#keys.get(path)?.verify(Buffer.concat(chunks), request.headers as Record<string, string>)
      } catch (error) {
        this.forged.push(`${path} ${id}: ${String(error)}`)
      }
      if (!this.calm && this.#chance.draw() < 0.01) {
        this.failed++
        return void response.writeHead(500).end()
      }
      const seen = this.received.get(path)
      seen?.set(id, (seen.get(id) ?? 0) + 1)
      response.writeHead(204).end()
    })
  }
}
