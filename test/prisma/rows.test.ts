import { randomUUID } from 'node:crypto'
import type { Row, SqlPool, Tenant } from '@patchbay/prisma/database.ts'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'

/** What these tests use of any model's delegate. */
interface Delegate {
  findFirst(args?: object): Promise<Row | null>
  findMany(args?: object): Promise<Row[]>
  updateMany(args: object): Promise<{ count: number }>
  deleteMany(args: object): Promise<{ count: number }>
  create(args: object): Promise<Row>
}

const database: TestDatabase = await testDatabase()
const { sql } = database.system
afterAll(() => database.cleanup())

/** Tables with an organization, as the database itself says; partitions belong to their table. */
const tenantTables = (
  await sql.query<{ name: string }>(
    `select relname::text as name from pg_class join pg_attribute on attrelid = pg_class.oid
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
       and attname = 'organizationId' order by 1`,
  )
).map(({ name }) => name)

/** Tables that hub_app can reach although nothing keeps an organization's rows apart there. */
async function unguardedTables(pool: SqlPool): Promise<string[]> {
  const rows = await pool.query<{ name: string }>(
    `select relname::text as name from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v', 'm', 'f')
       and (has_table_privilege('hub_app', oid, 'select, insert, update, delete, truncate')
         or has_any_column_privilege('hub_app', oid, 'select, insert, update'))
       and not (relrowsecurity and exists (select from pg_policy where polrelid = pg_class.oid))
     order by 1`,
  )
  return rows.map(({ name }) => name)
}

const mine = randomUUID()
const theirs = randomUUID()
let me: Tenant
const theirRow = new Map<string, Row>()

beforeAll(async () => {
  for (const id of [mine, theirs]) await insertAnyRow(sql, 'Organization', { id })
  for (const table of tenantTables) {
    await insertAnyRow(sql, table, { organizationId: mine })
    theirRow.set(table, await insertAnyRow(sql, table, { organizationId: theirs }))
  }
  me = database.tenant(mine)
})

const delegate = (table: string, client: Tenant['prisma']): Delegate =>
  (client as unknown as Record<string, Delegate>)[`${table[0]?.toLowerCase()}${table.slice(1)}`] as Delegate

/** Asks for a change and tells how many rows it reached; a refusal reached none. */
async function reached(change: Promise<{ count: number } | Row[]>): Promise<number> {
  try {
    const result = await change
    return Array.isArray(result) ? result.length : result.count
  } catch (error) {
    expect(String(error)).toMatch(/permission denied|row-level security|denied access/)
    return 0
  }
}

test('T2: the tables with an organization are known', () => {
  expect(tenantTables).toContain('Connection')
  expect(tenantTables.length).toBeGreaterThanOrEqual(15)
})

describe.each(tenantTables)('T2: %s keeps organizations apart', (table) => {
  const ownerView = () => sql.query(`select * from "${table}" where "organizationId" = $1`, [theirs])

  test('reading', async () => {
    const seen = await me.sql.query<{ organizationId: string }>(`select "organizationId" from "${table}"`)
    expect(seen.map((row) => row.organizationId)).toEqual(seen.map(() => mine))
    expect(seen.length).toBeGreaterThan(0)
    const found = await delegate(table, me.prisma).findMany()
    expect(found.map((row) => row['organizationId'])).toEqual(seen.map(() => mine))
    expect(await delegate(table, me.prisma).findFirst({ where: { organizationId: theirs } })).toBeNull()
  })

  test('changing and deleting', async () => {
    const before = await ownerView()
    expect(before.length).toBeGreaterThan(0)
    const where = { organizationId: theirs }
    expect(
      await reached(
        me.sql.query(`update "${table}" set "organizationId" = $1 where "organizationId" = $2 returning 1`, [
          mine,
          theirs,
        ]),
      ),
    ).toBe(0)
    expect(await reached(me.sql.query(`update "${table}" set "organizationId" = $1 returning 1`, [theirs]))).toBe(0)
    expect(
      await reached(me.sql.query(`delete from "${table}" where "organizationId" = $1 returning 1`, [theirs])),
    ).toBe(0)
    expect(await reached(delegate(table, me.prisma).updateMany({ where, data: { organizationId: mine } }))).toBe(0)
    expect(await reached(delegate(table, me.prisma).deleteMany({ where }))).toBe(0)
    expect(await ownerView()).toEqual(before)
  })

  test('inserting', async () => {
    const row = Object.fromEntries(Object.entries(theirRow.get(table) ?? {}).filter(([, value]) => value !== null))
    const columns = Object.keys(row)
    const copy = me.sql.query(
      `insert into "${table}" (${columns.map((name) => `"${name}"`).join()})
       select ${columns.map((name) => `"${name}"`).join()} from jsonb_populate_record(null::"${table}", $1::jsonb)`,
      [JSON.stringify(row, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value))],
    )
    await expect(copy).rejects.toThrow('row-level security')
    await expect(delegate(table, me.prisma).create({ data: row })).rejects.toThrow(/row-level security|denied access/)
  })
})

test('T2: an organization sees itself and no other, and cannot rename another', async () => {
  expect((await me.prisma.organization.findMany()).map(({ id }) => id)).toEqual([mine])
  expect((await me.prisma.organization.updateMany({ data: { name: 'Renamed' } })).count).toBe(1)
  expect((await database.system.prisma.organization.findUniqueOrThrow({ where: { id: theirs } })).name).not.toBe(
    'Renamed',
  )
  await expect(me.prisma.organization.deleteMany()).rejects.toThrow()
})

test('T2: of people, only names and addresses of fellow members can be read', async () => {
  const fellow = await me.sql.query<{ userId: string }>('select "userId" from "Member"')
  const seen = await me.sql.query<{ id: string }>(
    'select id, name, email, image, "twoFactorEnabled", "createdAt" from "User"',
  )
  expect(seen.map(({ id }) => id)).toEqual(fellow.map(({ userId }) => userId))
  await expect(me.sql.query('select "superAdmin" from "User"')).rejects.toThrow('permission denied')
  await expect(me.sql.query(`update "User" set name = 'x'`)).rejects.toThrow('permission denied')
})

test.each(['Session', 'Account', 'Verification', 'TwoFactor', 'MasterKey', '_prisma_migrations', 'Call_default'])(
  'T2: %s is out of reach',
  async (table) => {
    await expect(me.sql.query(`select * from "${table}"`)).rejects.toThrow('permission denied')
    await expect(me.sql.query(`delete from "${table}"`)).rejects.toThrow('permission denied')
  },
)

test('T2: everything hub_app can reach is guarded, and a table that is not is noticed', async () => {
  expect(await unguardedTables(sql)).toEqual([])
  await sql.script('create table "Careless" ("organizationId" uuid); grant select on "Careless" to hub_app')
  expect(await unguardedTables(sql)).toEqual(['Careless'])
  await sql.script('drop table "Careless"')
})

test('T2: without an organization there are no rows, and something else than an id is refused', async () => {
  const rows = await sql.transaction(async (tx) => {
    await tx.query('set local role hub_app')
    return tx.query('select id from "Organization"')
  })
  expect(rows).toEqual([])
  expect(() => database.tenant(`'; reset role; --`)).toThrow('UUID')
})

test('T2: organizations never leak into each other on shared connections', async () => {
  const shared =
    inject('database').engine === 'pglite' ? database : await testDatabase({ maxConnections: 4, maxTenants: 3 })
  try {
    const ids = await Promise.all(
      Array.from({ length: 8 }, async () => String((await insertAnyRow(shared.system.sql, 'Organization', {}))['id'])),
    )
    const own = async (id: string, round: number) => {
      const tenant = shared.tenant(id)
      const ways = [
        async () => (await tenant.sql.query<{ id: string }>('select id from "Organization"')).map((row) => row.id),
        async () => (await tenant.prisma.organization.findMany()).map((row) => row.id),
        () => tenant.prisma.$transaction(async (tx) => (await tx.organization.findMany()).map((row) => row.id)),
        () =>
          tenant.sql.transaction(async (tx) => {
            await tx.query('select pg_sleep(0.001)')
            return (await tx.query<{ id: string }>('select id from "Organization"')).map((row) => row.id)
          }),
        async () => {
          await expect(tenant.sql.query('select * from "Session"')).rejects.toThrow('permission denied')
          await expect(tenant.sql.transaction((tx) => tx.query('select 1 / 0'))).rejects.toThrow('division by zero')
          return [id]
        },
      ]
      expect(await ways[round % ways.length]?.()).toEqual([id])
    }
    await Promise.all(ids.flatMap((id, n) => Array.from({ length: 25 }, (_, round) => own(id, round + n))))
    const [owner] = await shared.system.sql.query<{ role: string }>('select current_user::text as role')
    expect(owner?.role).not.toBe('hub_app')
  } finally {
    if (shared !== database) await shared.cleanup()
  }
})
