import { randomUUID } from 'node:crypto'
import type { Database } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import { createWindowStore } from '@patchbay/server/engine/limits/store.ts'
import { gatewayReplica, watched } from '../support/gateway-replica.ts'
import { testActor } from '../support/test-provider.ts'
import type { Comparison } from './measure.ts'
import { organizationId } from './seed.ts'

const callers = 20
const windows = ['MINUTE', 'HOUR', 'DAY', 'MONTH'] as const

/** Calls taken from limits against one statement of the same library for each call and one window. */
export async function compareLimits(_url: string, database: Database): Promise<Comparison[]> {
  const { database: seen, heard } = watched(database)
  const at = new Date()
  await using replica = await gatewayReplica({ database: seen, now: () => at })
  const actor = testActor(organizationId)
  const store = createWindowStore(database.system.sql)
  const bound = perSecond(2_000, () => store.add('bench', 1, 60_000))
  const found: Comparison[] = []
  for (const [calls, count] of [
    [1_000_000_000, 400_000],
    [20_000, 4_000],
    [300, 60],
  ] as const) {
    const connection = await limited(database, calls)
    const take = () => replica.limits.take(connection, actor)
    await take()
    heard.length = 0
    const ours = perSecond(count, take)
    const windowsOf = `four windows, the smallest of ${calls.toLocaleString('en')} calls`
    const result = await once(`calls taken from ${windowsOf}`, ours, bound)
    const taken = result.count
    const statements = Math.round((heard.length / taken) * 1_000)
    found.push({
      ...result,
      note: `one statement for each call and one window; ours: ${statements} statements per 1,000 calls`,
    })
  }
  return found
}

/** Small limits are used up after one round: such a figure is of one. */
async function once(
  name: string,
  ours: () => Promise<{ rate: number; count: number }>,
  bound: () => Promise<{ rate: number; count: number }>,
): Promise<Comparison & { readonly count: number }> {
  await bound()
  const mine = await ours()
  const theirs = await bound()
  const ratio = mine.rate / theirs.rate
  return { name, ours: mine.rate, bound: theirs.rate, ratio, unit: 'calls/s', note: '', count: mine.count }
}

const perSecond = (count: number, work: () => Promise<unknown>) => async () => {
  const began = performance.now()
  let left = count
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (left-- > 0) await work()
    }),
  )
  return { rate: count / ((performance.now() - began) / 1_000), count }
}

/** A connection with the same limit for every window. */
async function limited(database: Database, calls: number): Promise<Connection> {
  const { prisma } = database.system
  const connection = await prisma.connection.create({
    data: {
      id: randomUUID(),
      organizationId,
      provider: 'acme',
      category: 'PAYMENT',
      name: `Limited to ${calls}`,
      environment: 'LIVE',
      status: 'ACTIVE',
    },
  })
  for (const window of windows)
    await prisma.callLimit.create({
      data: { id: randomUUID(), organizationId, connectionId: connection.id, window, calls },
    })
  return connection
}
