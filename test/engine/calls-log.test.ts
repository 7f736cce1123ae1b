import { randomUUID } from 'node:crypto'
import type { Database, Sql } from '@patchbay/prisma/database.ts'
import type { CallRollupModel } from '@patchbay/prisma/generated/models.ts'
import { createCallLog, type CallLogOptions } from '@patchbay/server/engine/calls/calls.ts'
import type { CallRow } from '@patchbay/server/engine/calls/log.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import { histogramText, sumBuckets } from '@patchbay/schema/load/histogram.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { callRow } from '../support/call-row.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.cleanup())

type FigureRow = CallRollupModel & { histogram: string }

const makeLog = (options: Partial<CallLogOptions> = {}) =>
  createCallLog({ database, live: createLive({ database }), retryMs: 1, ...options })

test('X7: a row comes back as it was handed in', async () => {
  const log = makeLog()
  const given = callRow({ responseHead: { 'x-y': 'z' }, requestBody: 'NULL', errorMessage: '' })
  await log.add(given)
  await log.flush()
  const stored = await database.system.prisma.call.findFirstOrThrow({ where: { id: given.id } })
  const { seq, ...rest } = stored
  expect(rest).toEqual(given)
  expect(seq).toBeGreaterThan(0n)
  await log.close()
})

test('X7: rows equal calls and the roll-up equals the rows, with many writers at once', async () => {
  const organizationId = randomUUID()
  const connections = [randomUUID(), randomUUID(), randomUUID()]
  const logs = [makeLog({ batchRows: 50 }), makeLog({ batchRows: 70 }), makeLog({ batchRows: 500 })]
  const given = Array.from({ length: 2400 }, (_, n) =>
    callRow({
      organizationId,
      connectionId: connections[n % 3] ?? '',
      at: new Date(Date.parse('2026-11-21T10:00:00Z') + (n % 7) * 20_000),
      latencyMs: (n * 37) % 9000,
      ok: n % 5 !== 0,
      requestBytes: n,
      responseBytes: n * 1000,
    }),
  )
  await Promise.all(given.map((each, n) => logs[n % 3]?.add(each)))
  await Promise.all(logs.map((log) => log.flush()))
  expect(await database.system.prisma.call.count({ where: { organizationId } })).toBe(2400)
  const rollups = await database.system.sql.query<FigureRow>(
    `select *, "buckets"::text as "histogram" from "CallRollup"
     where "organizationId" = $1::uuid and "grain" = 'MINUTE' and "dimension" = 'CONNECTION'`,
    [organizationId],
  )
  expect(rollups).toHaveLength(9)
  for (const rollup of rollups) {
    const mine = given.filter(
      (each) =>
        each.connectionId === rollup.connectionId &&
        Math.floor(each.at.getTime() / 60_000) * 60_000 === rollup.at.getTime(),
    )
    const sum = (of: (each: CallRow) => number) => mine.reduce((total, each) => total + of(each), 0)
    expect(rollup).toMatchObject({
      calls: mine.length,
      errors: sum((each) => (each.ok ? 0 : 1)),
      latencyTotalMs: BigInt(sum((each) => each.latencyMs)),
      requestBytes: BigInt(sum((each) => each.requestBytes)),
      responseBytes: BigInt(sum((each) => each.responseBytes)),
    })
    expect(sumBuckets([rollup.histogram])).toEqual(sumBuckets([histogramText(mine.map(({ latencyMs }) => latencyMs))]))
  }
  await Promise.all(logs.map((log) => log.close()))
})

/** The real database with a transaction that fails as told. */
function hiccups(fate: (attempt: number) => 'before' | 'after' | null): {
  database: Pick<Database, 'system'>
  attempts: () => number
} {
  let attempts = 0
  const sql = database.system.sql
  const faulty = {
    ...database.system,
    sql: {
      query: sql.query.bind(sql),
      script: sql.script.bind(sql),
      async transaction<T>(work: (tx: Sql) => Promise<T>): Promise<T> {
        const when = fate(attempts++)
        if (when === 'before') throw new Error('the database is away')
        const result = await sql.transaction(work)
        if (when === 'after') throw new Error('the connection broke before the commit was heard of')
        return result
      },
    },
  }
  return { database: { system: faulty }, attempts: () => attempts }
}

test('X7: a database hiccup loses nothing and counts nothing twice, before or after the commit', async () => {
  const organizationId = randomUUID()
  const connectionId = randomUUID()
  const faults: unknown[] = []
  const shaky = hiccups((attempt) => ([0, 1].includes(attempt) ? 'before' : [2, 4].includes(attempt) ? 'after' : null))
  const log = makeLog({ database: shaky.database, batchRows: 10, onFault: (error) => faults.push(error) })
  const given = Array.from({ length: 35 }, () => callRow({ organizationId, connectionId }))
  await Promise.all(given.map((each) => log.add(each)))
  await log.flush()
  expect(log.waiting).toBe(0)
  expect(faults).toHaveLength(4)
  expect(await database.system.prisma.call.count({ where: { organizationId } })).toBe(35)
  const figures = await database.system.prisma.callRollup.findMany({ where: { organizationId } })
  // Minute, hour, day and month of all, of the connection and of the provider; the operation by hour, day and month.
  expect(figures).toHaveLength(15)
  for (const figure of figures) expect(figure).toMatchObject({ calls: 35, latencyTotalMs: 420n })
  await log.close()
})

test('X7: a full queue makes callers wait and drops nothing', async () => {
  const organizationId = randomUUID()
  let away = true
  const shaky = hiccups(() => (away ? 'before' : null))
  const log = makeLog({ database: shaky.database, queueRows: 20, batchRows: 10 })
  let through = 0
  const adding = Array.from({ length: 50 }, () => log.add(callRow({ organizationId })).then(() => through++))
  await expect.poll(() => shaky.attempts()).toBeGreaterThan(3)
  expect(through).toBe(20)
  away = false
  await Promise.all(adding)
  await log.flush()
  expect(await database.system.prisma.call.count({ where: { organizationId } })).toBe(50)
  await log.close()
})

test('X7: one row the database refuses does not hold up the others', async () => {
  const organizationId = randomUUID()
  const faults: unknown[] = []
  const log = makeLog({ onFault: (error) => faults.push(error) })
  const given = Array.from({ length: 20 }, (_, n) =>
    callRow({ organizationId, responseBody: n === 13 ? 'a\u0000b' : 'fine' }),
  )
  await Promise.all(given.map((each) => log.add(each)))
  await log.flush()
  expect(await database.system.prisma.call.count({ where: { organizationId } })).toBe(19)
  expect(
    await database.system.prisma.callRollup.aggregate({
      where: { organizationId, grain: 'DAY', dimension: 'ALL' },
      _sum: { calls: true },
    }),
  ).toMatchObject({ _sum: { calls: 19 } })
  expect(faults.length).toBeGreaterThan(0)
  await log.close()
})

test('N4: a stop writes what is waiting, and gives up on a database that stays away', async () => {
  const organizationId = randomUUID()
  const log = makeLog({ batchMs: 60_000 })
  await log.add(callRow({ organizationId }))
  await log.close()
  expect(await database.system.prisma.call.count({ where: { organizationId } })).toBe(1)
  const faults: string[] = []
  const lost = makeLog({
    database: hiccups(() => 'before').database,
    closeMs: 20,
    onFault: (error) => faults.push(String(error)),
  })
  await lost.add(callRow())
  await lost.close()
  expect(faults.at(-1)).toContain('1 calls could not be logged')
})
