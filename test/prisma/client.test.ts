import { randomUUID } from 'node:crypto'
import { DatabaseFault } from '@patchbay/prisma/errors.ts'
import { Turnstile } from '@patchbay/prisma/turnstile.ts'
import { afterAll, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase({ maxTenants: 2 })
const { sql, prisma } = database.system
afterAll(() => database.cleanup())

const organization = async (): Promise<string> => String((await insertAnyRow(sql, 'Organization', {}))['id'])

test('N2: plain SQL gives values as Prisma does, on both engines', async () => {
  const moment = new Date('2026-02-03T04:05:06.789Z')
  const [row] = await sql.query(
    `select $1::int8 as big, $2::timestamptz as moment, $2::timestamptz::timestamp as utc, '2026-02-03'::date as day,
       $3::bytea as bytes, $4::jsonb as json, $5::uuid[] as ids, $6::int8[] as bigs, $7::timestamptz[] as moments,
       $8::bytea[] as blobs, $9::text[] as texts, 1.50::numeric as price, $10::bool as yes, $11::text as nothing,
       array[]::int4[] as none, 'DOWN'::"HealthState" as label, 0.5::float8 as half`,
    [
      9_007_199_254_740_993n,
      moment,
      new Uint8Array([0, 255]),
      JSON.stringify({ a: [1, null] }),
      ['7f0b07b2-cbc8-41fb-802f-a1aef4b89ab2'],
      [1n, 2n],
      [moment],
      [new Uint8Array([1])],
      ['a"b\\c,{d}', null, ''],
      true,
      null,
    ],
  )
  expect(row).toStrictEqual({
    big: 9_007_199_254_740_993n,
    moment,
    utc: moment,
    day: new Date('2026-02-03T00:00:00Z'),
    bytes: new Uint8Array([0, 255]),
    json: { a: [1, null] },
    ids: ['7f0b07b2-cbc8-41fb-802f-a1aef4b89ab2'],
    bigs: [1n, 2n],
    moments: [moment],
    blobs: [new Uint8Array([1])],
    texts: ['a"b\\c,{d}', null, ''],
    price: '1.50',
    yes: true,
    nothing: null,
    none: [],
    label: 'DOWN',
    half: 0.5,
  })
})

test('N2: a row reads the same through Prisma and plain SQL', async () => {
  const { id } = await insertAnyRow(sql, 'Credential', {})
  const [plain] = await sql.query('select * from "Credential" where id = $1', [id])
  expect(plain).toStrictEqual({ ...(await prisma.credential.findUniqueOrThrow({ where: { id: String(id) } })) })
})

test('N2: a script gives the rows of all its statements, and a failing one leaves nothing behind', async () => {
  expect(await sql.script('select 1 as n; select 2 as n')).toEqual([{ n: 1 }, { n: 2 }])
  const id = randomUUID()
  const script = `begin; insert into "Verification" (id, identifier, value, "expiresAt", "updatedAt") values ('${id}', '', '', now(), now()); select 1 / 0; commit`
  await expect(sql.script(script)).rejects.toThrow('division by zero')
  expect(await sql.query('select 1 as n')).toEqual([{ n: 1 }])
  expect(await prisma.verification.findUnique({ where: { id } })).toBeNull()
})

test('C6: an error of the database carries no parameter of its statement', async () => {
  const secret = `canary-${randomUUID()}`
  const tenant = database.tenant(await organization())
  const failures = await Promise.all(
    [sql, tenant.sql].flatMap((pool) => [
      pool.query('select * from missing where secret = $1', [secret]).catch((error: unknown) => error),
      pool
        .transaction((tx) => tx.query('select * from missing where secret = $1', [secret]))
        .catch((error: unknown) => error),
    ]),
  )
  for (const failure of failures) {
    expect(failure).toMatchObject({ code: '42P01' })
    const everything = JSON.stringify(failure, Object.getOwnPropertyNames(failure))
    expect(everything).not.toContain(secret)
  }
})

test('N4: a transaction whose failed statement was ignored is not taken for done', async () => {
  const pools = [sql, database.tenant(await organization()).sql]
  for (const pool of pools) {
    const done = pool.transaction(async (tx) => {
      await tx.query('select 1 / 0').catch(() => {})
    })
    await expect(done).rejects.toMatchObject({ code: 'TRANSACTION_ABORTED' })
  }
})

test('N4: transactions of Prisma keep all or nothing', async () => {
  const id = await organization()
  const tenant = database.tenant(id)
  const rename = (name: string, then: () => void) =>
    tenant.prisma.$transaction(async (tx) => {
      await tx.organization.update({ where: { id }, data: { name } })
      then()
    })
  await rename('kept', () => {})
  const failing = rename('lost', () => {
    throw new Error('changed my mind')
  })
  await expect(failing).rejects.toThrow('changed my mind')
  expect((await prisma.organization.findUniqueOrThrow({ where: { id } })).name).toBe('kept')
  await tenant.prisma.$transaction([tenant.prisma.organization.update({ where: { id }, data: { name: 'batch' } })])
  expect((await prisma.organization.findUniqueOrThrow({ where: { id } })).name).toBe('batch')
})

test('T2: a statement of an organization waits for an open transaction of the owner and then runs', async () => {
  const id = await organization()
  const begun = Promise.withResolvers<void>()
  const held = Promise.withResolvers<void>()
  const transaction = sql.transaction(async (tx) => {
    await tx.query(`update "Organization" set name = 'first' where id = $1`, [id])
    begun.resolve()
    await held.promise
  })
  await begun.promise
  const second = database.tenant(id).sql.query(`update "Organization" set name = 'second' where id = $1`, [id])
  held.resolve()
  await Promise.all([transaction, second])
  expect((await prisma.organization.findUniqueOrThrow({ where: { id } })).name).toBe('second')
})

test('T2: handles beyond the kept ones go on working', async () => {
  const ids = await Promise.all(Array.from({ length: 5 }, organization))
  const tenants = ids.map((id) => database.tenant(id))
  const all = await Promise.all(tenants.map((tenant) => tenant.prisma.organization.findMany()))
  expect(all.map((rows) => rows.map((row) => row.id))).toEqual(ids.map((id) => [id]))
  expect(database.tenant(ids[4] ?? '')).toBe(tenants[4])
  expect(database.tenant(ids[0] ?? '')).not.toBe(tenants[0])
  expect((await tenants[0]?.prisma.organization.findMany())?.map((row) => row.id)).toEqual([ids[0]])
})

test('N4: a statement that waits for its own transaction is refused, and the line moves on', async () => {
  const turnstile = new Turnstile(20)
  const turn = await turnstile.enter()
  const nested = turn.inside(() => turnstile.enter())
  const next = turnstile.enter()
  await expect(nested).rejects.toBeInstanceOf(DatabaseFault)
  turn.leave()
  ;(await next).leave()
})

test('N4: what was started inside a transaction and runs after it is not refused', async () => {
  const turnstile = new Turnstile(10_000)
  const turn = await turnstile.enter()
  const later = turn.inside(async () => {
    const waiting = turnstile.enter()
    turn.leave()
    return waiting
  })
  ;(await later).leave()
})
