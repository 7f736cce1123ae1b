import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { openDatabase } from '@patchbay/prisma/client.ts'
import { migrate } from '@patchbay/prisma/migrations.ts'
import Stripe from 'stripe'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { Door } from '../chaos/door.ts'
import { openEndpoint, openSources } from '../chaos/webhooks/setting.ts'
import type { Address } from '../chaos/webhooks/vendor.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { startPostgres, type PostgresServer } from '../support/postgres-server.ts'
import { until } from '../support/until.ts'

const here = inject('database').engine === 'postgres' ? test : test.skip
const sdk = new Stripe('sk_test_restart')

interface Answer {
  readonly id: string
  readonly status: number
  readonly retryAfter: string | null
}

let server: PostgresServer
let hub: TestHub
let addresses: readonly Address[]
const arrived = new Set<string>()
const shop = createServer((request, response) => {
  request.resume()
  arrived.add(String(request.headers['webhook-id']))
  response.writeHead(204).end()
})

beforeAll(async () => {
  if (inject('database').engine !== 'postgres') return
  await new Promise<void>((resolve) => shop.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(shop.address() as AddressInfo).port}`
  server = await startPostgres()
  const database = await openDatabase({ url: server.url })
  await migrate(database)
  hub = await startHub({
    database: { ...database, url: server.url, cleanup: () => database.close() },
    env: { PATCHBAY_EGRESS_ORIGINS: origin, PATCHBAY_HOOKS_PER_MINUTE: '0' },
  })
  const door = new Door(hub.apiKey, (fault) => expect.fail(fault))
  door.url = hub.url
  addresses = await openSources(door, 4)
  await openEndpoint(door, `${origin}/shop`)
})
afterAll(async () => {
  await hub?.stop()
  await server?.stop()
  shop.close()
})

async function send(id: string): Promise<Answer> {
  const address = addresses[id.charCodeAt(id.length - 1) % addresses.length]
  const body = JSON.stringify({
    id,
    object: 'event',
    type: 'payment_intent.succeeded',
    created: 1_790_000_000,
    livemode: false,
    data: {
      object: { id: `pi_${id}`, object: 'payment_intent', amount: 100, currency: 'aed', created: 1_790_000_000 },
    },
  })
  const signature = sdk.webhooks.generateTestHeaderString({ payload: body, secret: address?.secret ?? '' })
  const response = await fetch(new URL(address?.path ?? '', hub.url), {
    method: 'POST',
    headers: { 'stripe-signature': signature, 'content-type': 'application/json' },
    body,
  })
  await response.arrayBuffer()
  return { id, status: response.status, retryAfter: response.headers.get('retry-after') }
}

here.each(['fast', 'crash'] as const)(
  'W2: PostgreSQL restarted (%s) under load: 503 with Retry-After, never a false 2xx, and everything comes back by itself',
  async (how) => {
    const answers: Answer[] = []
    let going = true
    const senders = Array.from({ length: 16 }, async () => {
      while (going) {
        answers.push(await send(`evt_${how}_${randomUUID()}`))
        await wait(5)
      }
    })
    const acknowledged = () => answers.filter(({ status }) => status >= 200 && status < 300)
    await until('some are acknowledged', () => acknowledged().length > 100)
    await server.restart(how, 500)
    const before = acknowledged().length
    await until('intake is back', () => acknowledged().length > before + 100, 60_000)
    going = false
    await Promise.all(senders)

    for (const { status, retryAfter } of answers)
      expect(status < 300 || (status === 503 && Number(retryAfter) > 0), `${status}, ${retryAfter}`).toBe(true)
    expect(answers.some(({ status }) => status === 503)).toBe(true)
    const stored = await until(
      'every event that got a 2xx is routed and delivered',
      async () => {
        const rows = await hub.database.system.sql.query<{ vendorId: string; delivered: number; events: number }>(
          `select i."vendorEventId" as "vendorId", count(distinct e.id)::int as events,
             count(d.id) filter (where d.state = 'DELIVERED')::int as delivered
           from "InboundEvent" i left join "Event" e on e."inboundEventId" = i.id left join "Delivery" d on d."eventId" = e.id
           where i."vendorEventId" like $1 group by i.id, i."vendorEventId"`,
          [`evt_${how}_%`],
        )
        return rows.every(({ delivered }) => delivered === 1) && rows
      },
      120_000,
    )
    const counts = Map.groupBy(stored, ({ vendorId }) => vendorId)
    for (const { id } of acknowledged()) expect(counts.get(id), id).toHaveLength(1)
    for (const row of stored) expect(row.events).toBe(1)
  },
  240_000,
)
