import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request as a consumer got it. */
export interface Received {
  /** First part of the path: which endpoint it was meant for. */
  readonly name: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  /** Order of arrival over all names, from 0. */
  readonly n: number
}

export interface Answer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** What a consumer does: answers, never answers, or cuts the connection. */
export type Behaviour = (received: Received) => Answer | 'hang' | 'cut' | Promise<Answer | 'hang' | 'cut'>

/** Consumers on one loopback port, one per name. */
export interface Receiver {
  readonly origin: string
  readonly received: Received[]
  url(name: string): string
  /** What one name got. */
  of(name: string): Received[]
  /** Behaviour of one name from now on. Default 200. */
  behave(name: string, behaviour: Behaviour): void
  /** Requests of one name that are open now, and the most there ever were. */
  open(name: string): { readonly now: number; readonly most: number }
  close(): Promise<void>
}

const accept: Behaviour = () => ({})

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  const behaviours = new Map<string, Behaviour>()
  const open = new Map<string, { now: number; most: number }>()

  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const name = decodeURIComponent(request.url?.split('/')[1] ?? '')
    const count = open.get(name) ?? { now: 0, most: 0 }
    open.set(name, count)
    count.now += 1
    count.most = Math.max(count.most, count.now)
    response.on('close', () => (count.now -= 1))
    const chunks: Buffer[] = []
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
    const headers = Object.fromEntries(Object.entries(request.headers).map(([key, value]) => [key, String(value)]))
    const got = { name, headers, body: Buffer.concat(chunks).toString(), n: received.length }
    received.push(got)
    const answer = await (behaviours.get(name) ?? accept)(got)
    if (answer === 'hang') return
    if (answer === 'cut') return void request.socket.destroy()
    response.writeHead(answer.status ?? 200, answer.headers).end(answer.body ?? '')
  }

  const server = createServer((request, response) => void handle(request, response).catch(() => response.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    origin,
    received,
    url: (name) => `${origin}/${encodeURIComponent(name)}`,
    of: (name) => received.filter((each) => each.name === name),
    behave: (name, behaviour) => void behaviours.set(name, behaviour),
    open: (name) => open.get(name) ?? { now: 0, most: 0 },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
