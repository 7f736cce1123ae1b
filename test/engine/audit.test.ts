import { openDatabase } from '@patchbay/prisma/client.ts'
import type { Database, Sql } from '@patchbay/prisma/database.ts'
import { createAudit, type AuditOptions } from '@patchbay/server/engine/audit/audit.ts'
import type { Audit } from '@patchbay/server/engine/audit/contract.ts'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { makeTenant, type TestTenant } from '../support/tenants.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
let tenant: TestTenant
const opened: Audit[] = []

beforeAll(async () => {
  database = await testDatabase()
})
beforeEach(async () => {
  tenant = await makeTenant(database)
})
afterEach(async () => {
  for (const audit of opened.splice(0)) await audit.close()
})
afterAll(() => database.cleanup())

function audit(options: Partial<AuditOptions> = {}): Audit {
  const made = createAudit({ database, ...options })
  opened.push(made)
  return made
}

function append(
  to: Audit,
  action: string,
  details: { before?: unknown; after?: unknown } = {},
  on: Database = database,
) {
  const entry = { action, subjectType: 'connection', subjectId: tenant.connectionId, ...details }
  return on.tenant(tenant.organizationId).prisma.$transaction((tx) => to.append(tx, tenant.actor, entry))
}

const used = (subjectId: string) => ({ action: 'credential.used', subjectType: 'credential', subjectId })
const stored = (organizationId = tenant.organizationId) =>
  database.system.prisma.auditEntry.findMany({ where: { organizationId }, orderBy: { position: 'asc' } })

/** As somebody with the owner's password would. */
function tamper(work: (sql: Sql) => Promise<unknown>) {
  return database.system.sql.transaction(async (sql) => {
    await sql.query(`select set_config('hub.retention', 'on', true)`)
    await work(sql)
  })
}

test('T3: an entry says who did what, before and after, and commits with the change', async () => {
  const log = audit({ now: () => new Date('2026-11-21T10:00:00.123Z') })
  await append(log, 'connection.renamed', { before: { name: 'Old' }, after: { name: 'New' } })
  const { prisma } = database.tenant(tenant.organizationId)
  const undone = prisma.$transaction(async (tx) => {
    await log.append(tx, tenant.actor, { action: 'connection.deleted', subjectType: 'connection', subjectId: 'x' })
    throw new Error('changed my mind')
  })
  await expect(undone).rejects.toThrow('changed my mind')
  const entries = await stored()
  expect(entries).toHaveLength(1)
  expect(entries[0]).toMatchObject({
    position: 1,
    at: new Date('2026-11-21T10:00:00.123Z'),
    actorKind: 'USER',
    actorName: 'Ada',
    ipAddress: '192.0.2.7',
    action: 'connection.renamed',
    before: { name: 'Old' },
    after: { name: 'New' },
    previousHash: '0'.repeat(64),
  })
  expect(await log.verify(tenant.organizationId)).toEqual({ ok: true, entries: 1, brokenAt: null })
})

test('T3: values no database keeps as they are do not break the chain', async () => {
  const log = audit()
  const values: unknown[] = [
    { z: 1, a: 2, 10: 'ten', 9: 'nine', nested: { y: [1, { b: 1, a: 2 }], x: null, u: undefined } },
    'NUL \0 and half a pair \ud83d',
    { ['key \0 too']: 1n, at: new Date(0), ['__proto__']: 'kept' },
    [0.1, -0, 1e21, 1e-7, 5e-324, 1.7976931348623157e308, 2 ** 53 + 2, Number.NaN],
    undefined,
    null,
    false,
    '',
    '\u2028 😀 ı \\ " \u0007',
  ]
  for (const value of values) await append(log, 'thing.changed', { before: value, after: { value } })
  expect(await log.verify(tenant.organizationId)).toEqual({ ok: true, entries: values.length, brokenAt: null })
  const [, , , , missing] = await database.system.sql.query<{ missing: boolean }>(
    `select "before" is null as missing from "AuditEntry" where "organizationId" = $1 order by "position"`,
    [tenant.organizationId],
  )
  expect(missing).toEqual({ missing: true })
})

test('T3: entries of many writers in several replicas make one chain without gap', async () => {
  const second = database.url ? await openDatabase({ url: database.url, maxConnections: 8 }) : database
  const logs = [
    { log: audit(), on: database as Database },
    { log: audit({ database: second }), on: second },
  ]
  const work = logs.flatMap(({ log, on }, replica) =>
    Array.from({ length: 30 }, async (_, n) => {
      if (n % 3 === 0) {
        log.note(tenant.actor, used(`note-${replica}-${n}`))
        await log.flush()
      } else {
        await append(log, `thing.changed-${replica}-${n}`, {}, on)
      }
    }),
  )
  const elsewhere = await makeTenant(database)
  for (const { log } of logs) log.note(elsewhere.actor, used('elsewhere'))
  await Promise.all(work)
  for (const { log } of logs) await log.flush()
  const entries = await stored()
  expect(entries.map(({ position }) => position)).toEqual(Array.from({ length: 60 }, (_, n) => n + 1))
  expect(new Set(entries.map(({ hash }) => hash)).size).toBe(60)
  const [{ log } = { log: audit() }] = logs
  expect(await log.verify(tenant.organizationId)).toEqual({ ok: true, entries: 60, brokenAt: null })
  expect(await log.verify(elsewhere.organizationId)).toEqual({ ok: true, entries: 2, brokenAt: null })
  if (second !== database) {
    await logs[1]?.log.close()
    await second.close()
  }
})

test('T3: nobody changes an entry, and who forces it is found out', async () => {
  const log = audit()
  for (let n = 1; n <= 12; n += 1) await append(log, `thing.changed-${n}`)
  const id = tenant.organizationId
  const { sql } = database.system
  const update = `update "AuditEntry" set "actorName" = 'Eve' where "organizationId" = $1 and "position" = 7`
  await expect(sql.query(update, [id])).rejects.toThrow(/append-only/)
  await expect(database.tenant(id).sql.query(update, [id])).rejects.toThrow(/permission denied/)
  await expect(sql.query(`delete from "AuditEntry" where "organizationId" = $1`, [id])).rejects.toThrow(/append-only/)
  expect(await log.verify(id)).toMatchObject({ ok: true })

  await tamper((tx) => tx.query(update, [id]))
  expect(await log.verify(id)).toEqual({ ok: false, entries: 6, brokenAt: 7 })
  await tamper((tx) => tx.query(update.replace('Eve', 'Ada'), [id]))
  expect(await log.verify(id)).toMatchObject({ ok: true })

  // An entry altered together with its own hash still does not fit the next one.
  await tamper((tx) =>
    tx.query(`update "AuditEntry" set "hash" = repeat('a', 64) where "organizationId" = $1 and "position" = 5`, [id]),
  )
  expect(await log.verify(id)).toEqual({ ok: false, entries: 4, brokenAt: 5 })
})

test('T3: a removed, moved or foreign entry is found out', async () => {
  const log = audit()
  for (let n = 1; n <= 8; n += 1) await append(log, `thing.changed-${n}`)
  const id = tenant.organizationId
  const other = await makeTenant(database)
  await tamper((tx) =>
    tx.query(`update "AuditEntry" set "organizationId" = $2 where "organizationId" = $1 and "position" = 8`, [
      id,
      other.organizationId,
    ]),
  )
  expect(await log.verify(other.organizationId)).toEqual({ ok: false, entries: 0, brokenAt: 8 })

  await tamper(async (tx) => {
    const move = `update "AuditEntry" set "position" = $3 where "organizationId" = $1 and "position" = $2`
    for (const [from, to] of [
      [5, 100],
      [6, 5],
      [100, 6],
    ])
      await tx.query(move, [id, from, to])
  })
  expect(await log.verify(id)).toEqual({ ok: false, entries: 4, brokenAt: 5 })
  await tamper((tx) => tx.query(`delete from "AuditEntry" where "organizationId" = $1 and "position" = 3`, [id]))
  expect(await log.verify(id)).toEqual({ ok: false, entries: 2, brokenAt: 3 })
})

test('T3: a chain of several pages verifies', async () => {
  const log = audit()
  for (let n = 0; n < 2_300; n += 1) log.note(tenant.actor, used(`c-${n}`))
  await log.flush()
  expect(await log.verify(tenant.organizationId)).toEqual({ ok: true, entries: 2_300, brokenAt: null })
  expect((await stored()).map(({ subjectId }) => subjectId)).toEqual(Array.from({ length: 2_300 }, (_, n) => `c-${n}`))
})

test('T3, L3: retention removes whole months from the beginning, and the chain still verifies', async () => {
  let today = new Date('2021-01-10T00:00:00Z')
  const log = audit({ now: () => today })
  for (const [day, count] of [
    ['2021-01-10', 3],
    ['2021-01-31', 2],
    ['2021-02-01', 4],
    ['2026-02-15', 1],
  ] as const) {
    today = new Date(`${day}T12:00:00Z`)
    for (let n = 0; n < count; n += 1) await append(log, `on ${day}`)
  }
  const id = tenant.organizationId
  expect(await log.trim(new Date('2021-01-31T23:00:00Z'))).toBe(0)
  expect(await log.trim(new Date('2021-02-20T00:00:00Z'))).toBe(5)
  expect(await log.verify(id)).toEqual({ ok: true, entries: 6, brokenAt: null })
  expect(await log.trim(new Date('2021-02-20T00:00:00Z'))).toBe(0)
  expect(await log.trim(new Date('2021-03-01T00:00:00Z'))).toBe(4)
  await append(log, 'afterwards')
  const entries = await stored()
  expect(entries.map(({ position, action }) => [position, action])).toEqual([
    [10, 'on 2026-02-15'],
    [11, 'audit.trimmed'],
    [12, 'audit.trimmed'],
    [13, 'afterwards'],
  ])
  expect(await log.verify(id)).toEqual({ ok: true, entries: 4, brokenAt: null })

  // Whoever removes more than retention did is found out.
  await tamper((tx) => tx.query(`delete from "AuditEntry" where "organizationId" = $1 and "position" = 10`, [id]))
  expect(await log.verify(id)).toEqual({ ok: false, entries: 0, brokenAt: 1 })
})

test('T3, L3: a chain that is wholly past its term goes but for the entry that says so', async () => {
  const log = audit({ now: () => new Date('2020-06-01T00:00:00Z'), mostNotes: 10_000 })
  for (let n = 0; n < 6_000; n += 1) log.note(tenant.actor, used(`c-${n}`))
  await log.flush()
  const later = audit({ now: () => new Date('2026-06-01T00:00:00Z') })
  expect(await later.trim(new Date('2021-06-01T00:00:00Z'))).toBe(6_000)
  expect(await later.verify(tenant.organizationId)).toMatchObject({ ok: true })
  await append(later, 'afterwards')
  expect((await stored()).at(-1)).toMatchObject({ action: 'afterwards', position: 6_003 })
  expect(await later.verify(tenant.organizationId)).toMatchObject({ ok: true })
})

test('T3: uses noted while the database is away are kept, in order, and written when it is back', async () => {
  let away = true
  const flaky: AuditOptions['database'] = {
    system: database.system,
    tenant(id) {
      if (away) throw new Error('the database is away')
      return database.tenant(id)
    },
  }
  const faults: unknown[] = []
  const log = audit({ database: flaky, flushMs: 5, onFault: (error) => faults.push(error) })
  log.note(tenant.actor, used('first'))
  await expect(log.flush()).rejects.toThrow('away')
  log.note(tenant.actor, used('second'))
  await until('the timer tried and failed', () => faults.length > 0)
  away = false
  await until('the timer wrote both', async () => (await stored()).length === 2)
  expect((await stored()).map(({ subjectId }) => subjectId)).toEqual(['first', 'second'])
})

test('T3: more uses than memory may hold are counted together, none is dropped', async () => {
  const log = audit({ mostNotes: 100, flushMs: 60_000 })
  log.note(tenant.actor, used('lonely'))
  for (let n = 0; n < 10_000; n += 1) log.note(tenant.actor, used(`c-${n % 3}`))
  for (let n = 0; n < 10_000; n += 1) log.note({ ...tenant.actor, name: `person ${n}` }, used(`d-${n}`))
  await log.flush()
  const entries = await stored()
  expect(entries.length).toBeLessThanOrEqual(100)
  const times = entries.map(({ after }) => (after as { times?: number } | null)?.times ?? 1)
  expect(times.reduce((sum, one) => sum + one, 0)).toBe(20_001)
  expect(await log.verify(tenant.organizationId)).toMatchObject({ ok: true })
})
