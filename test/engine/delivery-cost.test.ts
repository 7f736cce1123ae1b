import { createDueSet, sweep } from '@patchbay/server/engine/delivery/due.ts'
import { findCandidates } from '@patchbay/server/engine/delivery/candidates.ts'
import { lookAtLanes } from '@patchbay/server/engine/delivery/lane.ts'
import type { Sql } from '@patchbay/prisma/database.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startDeliveryRig, type DeliveryRig } from '../support/delivery-rig.ts'

const oldRows = 20_000

let rig: DeliveryRig
beforeAll(async () => {
  rig = await startDeliveryRig()
})
afterAll(() => rig.close())

/** Blocks of table and index a statement touched, and the tables it read from end to end. */
async function costOf(work: (sql: Sql) => Promise<unknown>): Promise<{ blocks: number; scanned: string[] }> {
  let blocks = 0
  const scanned: string[] = []
  const { sql } = rig.database.system
  await sql.transaction(async (inner) => {
    const explained: Sql = {
      ...inner,
      async query(text, params) {
        const [row] = await inner.query<{ 'QUERY PLAN': [{ Plan: Node }] }>(
          `explain (analyze, buffers, timing off, format json) ${text}`,
          params,
        )
        const plan = row?.['QUERY PLAN'][0].Plan
        if (plan) {
          blocks += plan['Shared Hit Blocks'] + plan['Shared Read Blocks']
          scanned.push(...scansOf(plan))
        }
        return inner.query(text, params)
      },
    }
    await work(explained)
  })
  return { blocks, scanned }
}

interface Node {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Shared Hit Blocks': number
  readonly 'Shared Read Blocks': number
  readonly 'Actual Rows': number
  readonly 'Rows Removed by Filter'?: number
  readonly Plans?: readonly Node[]
}

function scansOf(node: Node): string[] {
  const own =
    node['Node Type'] === 'Seq Scan' && (node['Rows Removed by Filter'] ?? 0) > 100
      ? [node['Relation Name'] ?? 'unknown']
      : []
  return [...own, ...(node.Plans ?? []).flatMap(scansOf)]
}

test('X7: finding and claiming what is due costs the same however many deliveries are behind', async () => {
  const organizationId = await rig.organization()
  const endpointIds: string[] = []
  for (let n = 0; n < 4; n++) endpointIds.push(await rig.endpoint(organizationId, `cost-${n}`))
  await rig.record(organizationId, 5)
  const { sql } = rig.database.system
  const lanes = await lookAtLanes(sql, endpointIds)
  const look = () =>
    costOf(async (explained) => {
      await sweep(explained, createDueSet(), rig.clock.now)
      for (const mode of ['DUE', 'AGE'] as const) {
        const wanted = lanes.map((lane) => ({ lane, allowance: { limit: 8, mode, lookAt: null } }))
        await findCandidates(explained, wanted, rig.clock.now)
      }
    })
  await sql.script('analyze "Delivery"')
  const before = await look()
  await sql.query(
    `insert into "Delivery" ("id", "at", "organizationId", "eventId", "endpointId", "eventType", "state", "roundAt", "deliveredAt")
     select gen_random_uuid(), $1::timestamptz - n * interval '1 second', $2::uuid, gen_random_uuid(), endpoint,
       'payment.succeeded', 'DELIVERED', $1::timestamptz, $1::timestamptz
     from generate_series(1, $4::int) n, unnest($3::uuid[]) endpoint`,
    [rig.clock.now.toISOString(), organizationId, endpointIds, oldRows / endpointIds.length],
  )
  await sql.script('analyze "Delivery"')
  const after = await look()
  expect(after.scanned).toEqual([])
  expect(after.blocks).toBeLessThan(before.blocks * 2 + 50)
})
