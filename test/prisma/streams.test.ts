import type { Database } from '@patchbay/prisma/database.ts'
import { openDatabase } from '@patchbay/prisma/client.ts'
import { afterAll, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { testDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'

const database = await testDatabase()
const { sql } = database.system
/** A second process would be the same: its own connections to the same database. PGlite has only one process. */
const replica: Database = database.url ? await openDatabase({ url: database.url }) : database
afterAll(async () => {
  if (replica !== database) await replica.close()
  await database.cleanup()
})

test('X7: rows of a stream appear in the order of their numbers, however many writers commit at once', async () => {
  const writers = 24
  const rowsEach = 5
  const write = (writer: Database, n: number) =>
    writer.system.sql.transaction(async (tx) => {
      await tx.query(`select hub_append_lock('health')`)
      for (let row = 0; row < rowsEach; row++) await insertAnyRow(tx, 'HealthTransition', {})
      // Those that hold long commit after those that began later, unless the lock keeps them in line.
      await tx.query('select pg_sleep($1)', [n % 3 === 0 ? 0.02 : 0])
    })
  const total = writers * rowsEach
  const seen: bigint[] = []
  const read = async () => {
    const rows = await sql.query<{ seq: bigint }>('select seq from "HealthTransition" where seq > $1 order by seq', [
      seen.at(-1) ?? 0n,
    ])
    seen.push(...rows.map(({ seq }) => seq))
    return seen.length >= total
  }
  const writing = Promise.all(Array.from({ length: writers }, (_, n) => write(n % 2 === 0 ? database : replica, n)))
  const reading = until('every row was read once by number', read, 20_000)
  await writing
  await reading
  const [count] = await sql.query<{ n: bigint }>('select count(*) as n from "HealthTransition"')
  expect(BigInt(seen.length)).toBe(count?.n)
  expect(new Set(seen).size).toBe(total)
})

test('G2: a ring is heard on every replica once its statement has committed, and not if it rolled back', async () => {
  const heard: string[] = []
  const stops = await Promise.all(
    [database, replica].map((hub, n) => hub.listen('Some-channel', (payload) => heard.push(`${n}:${payload}`))),
  )
  const failing = sql.transaction(async (tx) => {
    await tx.query(`select pg_notify('Some-channel', 'lost')`)
    throw new Error('rolled back')
  })
  await expect(failing).rejects.toThrow('rolled back')
  await replica.notify('Some-channel', 'kept')
  await until('both replicas heard', () => heard.length >= 2)
  expect(heard.sort()).toEqual(['0:kept', '1:kept'])
  await Promise.all(stops.map((stop) => stop()))
  const stopAgain = await database.listen('Some-channel', (payload) => heard.push(`again:${payload}`))
  await database.notify('Some-channel', 'more')
  await until('the one that still listens heard', () => heard.includes('again:more'))
  expect(heard).toHaveLength(3)
  await stopAgain()
})

test('G2: a payload PostgreSQL would refuse is refused before it is sent', async () => {
  await expect(database.notify('Some-channel', 'x'.repeat(7_001))).rejects.toThrow(RangeError)
})

test.runIf(database.url)(
  'G2: a listener whose connection was cut comes back and says that it missed some',
  async () => {
    const heard: string[] = []
    let gaps = 0
    const stop = await database.listen(
      'cut',
      (payload) => heard.push(payload),
      () => gaps++,
    )
    for (let cut = 1; cut <= 2; cut++) {
      await sql.query(
        `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and query ilike 'listen%' and pid <> pg_backend_pid()`,
      )
      await until('it came back', () => gaps === cut)
      await replica.notify('cut', `after ${cut}`)
      await until('it hears again', () => heard.includes(`after ${cut}`))
    }
    await stop()
  },
)

test.runIf(database.url)('N4: statements go on after every connection was cut', async () => {
  const { id } = await insertAnyRow(sql, 'Organization', {})
  const tenant = database.tenant(String(id))
  const count = () => tenant.prisma.organization.count()
  expect(await count()).toBe(1)
  await replica.system.sql.query(
    `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
  )
  await until('tenants are served again', () => count().catch(() => 0))
  await until('the owner is served again', () => sql.query('select 1').catch(() => undefined))
})
