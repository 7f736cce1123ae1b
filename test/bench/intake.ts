import { randomUUID } from 'node:crypto'
import Stripe from 'stripe'
import { Door } from '../chaos/door.ts'
import { openSources } from '../chaos/webhooks/setting.ts'
import type { Address } from '../chaos/webhooks/vendor.ts'
import { fireCannon } from './cannon.ts'
import { startChild } from './children.ts'
import { bounds, hub } from './files.ts'
import { compare, type Comparison } from './measure.ts'
import { fire } from './shots.ts'
import { benchKey } from './seed.ts'

const sources = 64
const connections = 256
export const eventsPerRound = Number(process.env['BENCH_EVENTS'] ?? 20_000)

const sdk = new Stripe('sk_test_bench')
const filler = 'x'.repeat(560)

/** One kilobyte, as Stripe sends a payment that succeeded. */
export function stripeEvent(id: string): string {
  return JSON.stringify({
    id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: 1_790_000_000,
    livemode: false,
    type: 'payment_intent.succeeded',
    data: {
      object: {
        id: `pi_${id}`,
        object: 'payment_intent',
        amount: 12_500,
        amount_received: 12_500,
        currency: 'aed',
        status: 'succeeded',
        metadata: { reference: '1001' },
        created: 1_790_000_000,
        livemode: false,
        description: filler,
      },
    },
  })
}

/** Requests ready to be sent: signed now, each another event. */
export function signedRequests(addresses: readonly Address[], count: number): Buffer[] {
  return Array.from({ length: count }, (_, n) => {
    const { path, secret } = addresses[n % addresses.length] ?? { path: '/', secret: '' }
    const body = stripeEvent(`evt_${randomUUID()}`)
    const signature = sdk.webhooks.generateTestHeaderString({ payload: body, secret })
    return Buffer.from(
      `POST ${path} HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-type: application/json\r\nstripe-signature: ${signature}\r\n` +
        `content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
    )
  })
}

export async function doorOf(url: string): Promise<Door> {
  const door = new Door(benchKey, (fault) => {
    throw new Error(fault)
  })
  door.url = url
  return door
}

/**
 * Signed events of one kilobyte, each answered after its commit, against a server that reads the same bytes and sends them
 * back. Once by bare sockets, which take little of the machine both sides share, and on PostgreSQL also by autocannon, and
 * with another process that routes meanwhile. `database`: a URL, or a data folder.
 */
export async function compareIntake(database: string): Promise<Comparison[]> {
  const isServer = database.startsWith('postgres')
  await using ours = await startChild(hub, [database, isServer ? 'web' : 'all'])
  await using echo = await startChild(bounds.rawEcho)
  const addresses = await openSources(await doorOf(ours.url), sources)
  const measured = (what: string, volley: typeof fire): Promise<Comparison> => {
    const round = (url: string) => volley({ url, requests: signedRequests(addresses, eventsPerRound), connections })
    return compare(
      `intake: signed events of 1 kB from ${sources} sources, committed${what}`,
      () => round(ours.url),
      () => round(echo.url),
      'events/s',
      'bare Node echo of the same requests',
    )
  }
  const bySockets = await measured('', fire)
  if (!isServer) return [bySockets]
  const byCannon = await measured(', sent by autocannon', fireCannon)
  await using worker = await startChild(hub, [database, 'worker'])
  if (worker.process.exitCode !== null) throw new Error('the worker ended')
  return [bySockets, byCannon, await measured(', routed meanwhile by a worker process', fire)]
}
