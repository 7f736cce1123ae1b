import type { Database } from '@patchbay/prisma/database.ts'
import { openEndpoint, openSources } from '../chaos/webhooks/setting.ts'
import { startChild } from './children.ts'
import { bounds, hub } from './files.ts'
import { doorOf, signedRequests } from './intake.ts'
import { median, type Comparison } from './measure.ts'
import { organizationId } from './seed.ts'
import { fire } from './shots.ts'
import { setTimeout as wait } from 'node:timers/promises'

const few = 10_000
const many = Number(process.env['BENCH_STORED'] ?? 1_000_000)
const eventsPerRound = 3_000

/** What one event costs, from the vendor's request to the subscriber's, with few stored before it and with many. */
export async function compareGrowth(databaseUrl: string, database: Database): Promise<Comparison[]> {
  await using receiver = await startChild(bounds.receiver)
  await using ours = await startChild(hub, [databaseUrl, 'all', receiver.url])
  const door = await doorOf(ours.url)
  const addresses = await openSources(door, 16)
  await openEndpoint(door, `${receiver.url}/shop`)

  async function cost(): Promise<number> {
    await (await fetch(receiver.url)).text()
    const requests = signedRequests(addresses, eventsPerRound)
    const began = performance.now()
    await fire({ url: ours.url, requests, connections: 64 })
    for (let total = 0; total < eventsPerRound; await wait(20)) {
      const { received } = (await (await fetch(receiver.url)).json()) as { received: number }
      total += received
    }
    return (performance.now() - began) / eventsPerRound
  }
  const costs = async () => median([await cost(), await cost(), await cost()])

  await store(database, few)
  await cost()
  const bound = await costs()
  await store(database, many - few)
  const grown = await costs()
  return [
    {
      name: `growth: one event all the way, ${many.toLocaleString('en')} events stored`,
      ours: grown,
      bound,
      ratio: grown / bound,
      unit: 'ms',
      note: `the same with ${few.toLocaleString('en')} stored; 1 means flat`,
    },
  ]
}

/** Events of the past with all that belongs to them, delivered and done. */
async function store(database: Database, count: number): Promise<void> {
  const { sql } = database.system
  const rows = 50_000
  for (let done = 0; done < count; done += rows) {
    const batch = Math.min(rows, count - done)
    await sql.script(`
      with numbers as materialized (
        select n, now() - n * interval '1 millisecond' - interval '1 hour' as at, gen_random_uuid() as inbound, gen_random_uuid() as event, gen_random_uuid() as delivery
        from generate_series(1, ${batch}) n
      ), target as (select s.id as source, s."connectionId" as connection from "Source" s limit 1), endpoint as (select id from "Endpoint" limit 1),
      keys as (
        insert into "InboundKey" ("organizationId", "sourceId", digest, "inboundEventId", at)
        select '${organizationId}', source, sha256(inbound::text::bytea), inbound, at from numbers, target
      ), received as (
        insert into "InboundEvent" (id, at, "organizationId", "sourceId", "connectionId", provider, "vendorEventId", "vendorType", state, verdict,
          "verdictText", method, query, head, body, bytes, "correlationId", events, "routedAt")
        select inbound, at, '${organizationId}', source, connection, 'stripe', 'evt_' || inbound, 'payment_intent.succeeded', 'ROUTED', 'VERIFIED',
          '', 'POST', '', '{}', repeat('x', 900)::bytea, 900, 'bench', 1, at from numbers, target
      ), recorded as (
        insert into "Event" (id, at, "organizationId", type, version, "occurredAt", "connectionId", provider, data, source, "inboundEventId")
        select event, at, '${organizationId}', 'payment.succeeded', 1, at, connection, 'stripe', '{}', '{}', inbound from numbers, target
      ), sent as (
        insert into "Delivery" (id, at, "organizationId", "eventId", "endpointId", "eventType", state, "roundAt", attempts, "lastAttemptAt", "deliveredAt")
        select delivery, at, '${organizationId}', event, endpoint.id, 'payment.succeeded', 'DELIVERED', at, 1, at, at from numbers, endpoint
      )
      insert into "Attempt" (id, at, "organizationId", "deliveryId", "endpointId", "eventId", round, number, outcome, "finishedAt", status, "latencyMs")
      select gen_random_uuid(), at, '${organizationId}', delivery, endpoint.id, event, 1, 1, 'DELIVERED', at, 204, 5 from numbers, endpoint;
    `)
  }
  await sql.script('vacuum analyze')
}
