import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSystemLog } from '@patchbay/server/engine/system/system-log.ts'
import type { SystemFact } from '@patchbay/server/engine/system/contract.ts'
import type { Sql, SqlPool } from '@patchbay/prisma/database.ts'
import { newId } from '@patchbay/server/app/ids.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { makeTenant } from '../support/tenants.ts'
import { until } from '../support/until.ts'

interface Found {
  readonly kind: string
  readonly severity: string
  readonly text: string
  readonly facts: Record<string, unknown>
}
const list = `query ($filter: SystemEventFilter, $search: String) { systemEvents(filter: $filter, search: $search) {
  edges { node { id uuid kind severity text facts at } } } }`

async function found(hub: TestHub, variables: object = {}, key?: string): Promise<Found[]> {
  const { data, errors } = await hub.graphql<{ systemEvents: { edges: { node: Found }[] } }>(
    list,
    { ...variables },
    key ? { key } : {},
  )
  expect(errors).toEqual([])
  return data.systemEvents.edges.map(({ node }) => node)
}

describe('L1: what the hub itself did', () => {
  let database: TestDatabase
  let hub: TestHub
  // Its keys outlive it.
  const home = mkdtempSync(join(tmpdir(), 'patchbay-system-'))
  const env = { PATCHBAY_DATA_DIR: home }
  beforeAll(async () => {
    database = await testDatabase()
    hub = await startHub({ database, env })
  })
  afterAll(async () => {
    await hub.stop()
    await database.cleanup()
    rmSync(home, { recursive: true, force: true })
  })

  test('its start is told, with version, engine and role', async () => {
    const [started] = await until('the start is written', async () => {
      const rows = await found(hub, { filter: { kind: ['hub.started'] } })
      return rows.length > 0 ? rows : undefined
    })
    expect(started).toMatchObject({ severity: 'INFO', facts: { engine: database.engine, role: 'all', mode: 'demo' } })
    expect(started?.text).toContain(String(started?.facts['version']))
  })

  test('is found by kind, pattern, severity, time and words, in SQL and live alike', async () => {
    const { database: _, live } = hub.app.parts
    const log = createSystemLog({ database, live, now: () => new Date(), newId })
    const begun = new Date().toISOString()
    const filters = [
      { filter: { kind: ['test.*'] } },
      { filter: { kind: ['test.one'] } },
      { filter: { severity: ['WARNING'], since: begun } },
      { filter: { kind: ['test.*'] }, search: 'ZEBRA crossing' },
      { filter: { kind: ['test.*'] }, search: '100%' },
      { filter: { kind: ['test'] } },
    ]
    const streams = filters.map((variables) =>
      hub.subscribe<{ systemEventAdded: { systemEvents: { kind: string }[] } }>(
        `subscription ($filter: SystemEventFilter, $search: String) { systemEventAdded(filter: $filter, search: $search) {
          systemEvents { kind } cursor } }`,
        variables,
      ),
    )
    await Promise.all(streams.map((stream) => stream.first('the first batch', () => true)))
    log.note({ kind: 'test.one', severity: 'INFO', text: 'A zebra is crossing.', facts: { share: '100%' } })
    log.note({ kind: 'test.two', severity: 'WARNING', text: 'Nothing crossed.' })
    log.note({ kind: 'testing.three', severity: 'INFO', text: 'Another noun.' })
    await log.flush()
    for (const [n, kinds] of [
      ['test.two', 'test.one'],
      ['test.one'],
      ['test.two'],
      ['test.one'],
      ['test.one'],
      [],
    ].entries()) {
      const variables = filters[n] ?? {}
      expect(
        (await found(hub, variables)).map(({ kind }) => kind),
        JSON.stringify(variables),
      ).toEqual(kinds)
      const stream = streams[n]
      const heard = () =>
        stream?.received.flatMap(({ systemEventAdded }) => systemEventAdded.systemEvents.map(({ kind }) => kind)) ?? []
      await until('they are heard', () => (heard().length >= kinds.length ? true : undefined))
      expect(heard()).toEqual(kinds.toReversed())
      stream?.stop()
    }
    await log.close()
  })

  test('facts of the hub are the oldest organization’s, others their own; a strip counts them', async () => {
    const other = await hub.createOrganization()
    const log = createSystemLog({ database, live: hub.app.parts.live, now: () => new Date(), newId })
    log.note({ kind: 'own.fact', severity: 'CRITICAL', text: 'Theirs.', organizationId: other.organizationId })
    await log.close()
    expect((await found(hub, { filter: { kind: ['own.*'] } })).length).toBe(0)
    expect((await found(hub, {}, other.apiKey)).map(({ kind }) => kind)).toEqual(['own.fact'])
    const { data } = await hub.graphql<{ systemEventStatistics: Record<string, unknown> }>(
      '{ systemEventStatistics { rows troubled states { state rows } barSeconds bars { rows troubled } } }',
      {},
      { key: other.apiKey },
    )
    expect(data.systemEventStatistics).toMatchObject({
      rows: 1,
      troubled: 1,
      states: [{ state: 'CRITICAL', rows: 1 }],
      barSeconds: 60,
    })
  })

  test('a stop in good order is told; a predecessor that was killed too', async () => {
    await hub.stop()
    const { sql } = database.system
    const kinds = async () =>
      (
        await sql.query<{ kind: string }>(`select "kind" from "SystemEvent" where "kind" like 'hub.%' order by "seq"`)
      ).map(({ kind }) => kind)
    expect(await kinds()).toEqual(['hub.started', 'hub.stopped'])
    // A kill leaves a start without its stop.
    await sql.query(`delete from "SystemEvent" where "kind" = 'hub.stopped'`)
    hub = await startHub({ database, env })
    await until('the second start is written', async () =>
      (await kinds()).slice(1).includes('hub.started') ? true : undefined,
    )
    const expected = database.engine === 'pglite' ? ['hub.killed', 'hub.started'] : ['hub.started']
    expect((await kinds()).slice(1)).toEqual(expected)
  })
})

describe('the writer of system events', () => {
  let database: TestDatabase
  beforeAll(async () => (database = await testDatabase()))
  afterAll(() => database.cleanup())
  const live = { append: async () => {} }
  const fact = (n: number, more: Partial<SystemFact> = {}): SystemFact => ({
    kind: `n.${n}`,
    severity: 'INFO',
    text: `Number ${n}.`,
    ...more,
  })
  const kinds = async () =>
    (await database.system.sql.query<{ kind: string }>('select "kind" from "SystemEvent" order by "seq"')).map(
      ({ kind }) => kind,
    )

  test('keeps what comes before there is an organization, tells a repeat once and then how often', async () => {
    let at = new Date()
    const log = createSystemLog({ database, live, now: () => at, newId })
    log.note(fact(0))
    await log.flush()
    expect(await kinds()).toEqual([])
    await makeTenant(database)
    for (let n = 0; n < 1000; n++) log.fault('a part', Object.assign(new TypeError('a secret word'), { code: 'E_X' }))
    await log.flush()
    expect(await kinds()).toEqual(['n.0', 'worker.fault'])
    at = new Date(at.getTime() + 11 * 60_000)
    await log.flush()
    const rows = await database.system.prisma.systemEvent.findMany({ orderBy: { seq: 'asc' } })
    expect(rows.map(({ facts }) => facts)).toEqual([
      {},
      { part: 'a part', error: 'TypeError E_X' },
      { part: 'a part', error: 'TypeError E_X', times: 999 },
    ])
    // Messages of errors may hold what is not for everybody.
    expect(JSON.stringify(rows, (_name, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain(
      'secret',
    )
    await log.close()
  })

  test('never fails its caller: a lost database is told once it is back, and what did not fit is counted', async () => {
    await database.system.sql.query('delete from "SystemEvent"')
    let away = true
    const sql: SqlPool = {
      ...database.system.sql,
      transaction: <T>(work: (tx: Sql) => Promise<T>) =>
        away
          ? Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
          : database.system.sql.transaction(work),
    }
    const faults: unknown[] = []
    const log = createSystemLog({
      database: { system: { ...database.system, sql } },
      live,
      now: () => new Date(),
      newId,
      most: 10,
      onFault: (error) => faults.push(error),
    })
    log.fault('jobs', Object.assign(new Error('lost'), { code: '57P01' }))
    log.fault(
      'live',
      Object.assign(new Error('lost'), { cause: Object.assign(new Error('x'), { code: 'ECONNRESET' }) }),
    )
    for (let n = 0; n < 25; n++) log.note(fact(n))
    await log.flush()
    expect(faults).toHaveLength(1)
    away = false
    await log.flush()
    expect(await kinds()).toEqual([
      'database.lost',
      ...Array.from({ length: 9 }, (_, n) => `n.${n + 16}`),
      'system.overflow',
      'database.back',
    ])
    await log.close()
  })
})
