import { randomBytes, randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '@patchbay/prisma/database.ts'
import { newId } from '@patchbay/server/app/ids.ts'
import { createFanOut } from '@patchbay/server/engine/delivery/fan-out.ts'
import type { NewEvent } from '@patchbay/server/engine/delivery/contract.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import { Pool } from 'undici'
import { openEndpoint, openSources } from '../chaos/webhooks/setting.ts'
import { startChild } from './children.ts'
import { bounds, hub } from './files.ts'
import { doorOf, signedRequests } from './intake.ts'
import { compare, median, type Comparison } from './measure.ts'
import { organizationId } from './seed.ts'
import { fire } from './shots.ts'

const endpoints = 16
const eventsPerRound = 1_000
const deliveriesPerRound = endpoints * eventsPerRound
/** Open requests of the bound: what sixteen endpoints with eight open attempts each may have. */
const concurrency = 128

interface Arrived {
  readonly received: number
  readonly firstAt: number
  readonly lastAt: number
}

/** Deliveries a second, signed and kept, against the least a sender can do: POST the same bytes from memory. */
export async function compareDeliveries(databaseUrl: string, database: Database): Promise<Comparison[]> {
  await using receiver = await startChild(bounds.receiver)
  await using ours = await startChild(hub, [databaseUrl, 'all', receiver.url])
  const door = await doorOf(ours.url)
  for (let n = 0; n < endpoints; n++) await openEndpoint(door, `${receiver.url}/shop-${n}`)
  const fanOut = createFanOut({ live: createLive({ database }), now: () => new Date(), newId })

  async function delivered(): Promise<number> {
    await arrived(receiver.url)
    const events = Array.from({ length: eventsPerRound }, (_, n) => paymentEvent(n))
    for (let at = 0; at < events.length; at += 200)
      await database.system.sql.transaction((sql) => fanOut.record(sql, events.slice(at, at + 200)))
    let seen: Arrived = { received: 0, firstAt: 0, lastAt: 0 }
    let total = 0
    let first = 0
    while (total < deliveriesPerRound) {
      await wait(50)
      seen = await arrived(receiver.url)
      total += seen.received
      if (first === 0 && seen.received > 0) first = seen.firstAt
    }
    return total / ((seen.lastAt - first) / 1000)
  }

  const pool = new Pool(receiver.url, { connections: concurrency })
  const body = JSON.stringify(paymentEvent(0))
  async function posted(): Promise<number> {
    let left = deliveriesPerRound
    const began = performance.now()
    const send = async () => {
      while (left-- > 0) {
        const answer = await pool.request({ method: 'POST', path: '/bound', headers, body })
        await answer.body.dump()
      }
    }
    await Promise.all(Array.from({ length: concurrency }, send))
    return deliveriesPerRound / ((performance.now() - began) / 1000)
  }
  const throughput = await compare(
    `deliveries: one event to ${endpoints} endpoints, signed, every attempt kept`,
    delivered,
    posted,
    'deliveries/s',
    'bare undici POST loop of the same bytes',
  )
  await pool.destroy()
  return [throughput]
}

const headers = {
  'content-type': 'application/json',
  'user-agent': 'Patchbay',
  'webhook-id': randomUUID(),
  'webhook-timestamp': '1790000000',
  'webhook-signature': `v1,${randomBytes(32).toString('base64')}`,
}

async function arrived(url: string): Promise<Arrived> {
  return (await fetch(url)).json() as Promise<Arrived>
}

export function paymentEvent(n: number): NewEvent {
  const at = new Date()
  return {
    id: newId(at.getTime()),
    at,
    organizationId,
    type: 'payment.succeeded',
    version: 1,
    occurredAt: at,
    connectionId: null,
    provider: 'stripe',
    data: {
      id: `pi_${n}`,
      amount: { amountMinor: 12_500, currency: 'AED' },
      reference: String(n),
      note: 'x'.repeat(400),
    },
    source: { kind: 'HUB', vendorType: null, vendorEventId: null, inboundEventId: null },
    inboundEventId: null,
    ordinal: 0,
    run: 1,
    orderKey: null,
    test: false,
  }
}

/** From the vendor's request to the subscriber's: one event at a time, in milliseconds (p50). The bound posts straight to the subscriber. */
export async function compareWay(databaseUrl: string): Promise<Comparison[]> {
  await using receiver = await startChild(bounds.receiver)
  await using ours = await startChild(hub, [databaseUrl, 'all', receiver.url])
  const door = await doorOf(ours.url)
  const addresses = await openSources(door, 1)
  await openEndpoint(door, `${receiver.url}/shop`)

  async function way(url: string): Promise<number> {
    const times: number[] = []
    for (const request of signedRequests(addresses, 100)) {
      await arrived(receiver.url)
      const began = performance.timeOrigin + performance.now()
      await fire({ url, requests: [request], connections: 1 })
      for (;;) {
        const { received, firstAt } = await arrived(receiver.url)
        if (received > 0) {
          times.push(firstAt - began)
          break
        }
        await wait(2)
      }
    }
    return median(times)
  }
  return [
    await compare(
      'the whole way: vendor’s request to subscriber’s first attempt, one at a time (p50)',
      () => way(ours.url),
      () => way(receiver.url),
      'ms',
      'the same request sent straight to the subscriber; lower is better',
    ),
  ]
}
