import { openDatabase } from '@patchbay/prisma/client.ts'
import type { Database } from '@patchbay/prisma/database.ts'
import type { Jobs } from '@patchbay/server/engine/jobs/contract.ts'
import { createJobs, type JobsOptions } from '@patchbay/server/engine/jobs/jobs.ts'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { makeTenant, type TestTenant } from '../support/tenants.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
let tenant: TestTenant
const opened: Jobs[] = []
const faults: unknown[] = []

beforeAll(async () => {
  database = await testDatabase()
})
beforeEach(async () => {
  tenant = await makeTenant(database)
})
afterEach(async () => {
  for (const jobs of opened.splice(0)) await jobs.stop(1_000)
  await database.system.sql.script('delete from pgboss.job')
  expect(faults.splice(0)).toEqual([])
})
afterAll(() => database.cleanup())

async function startJobs(options: Partial<JobsOptions> = {}): Promise<Jobs> {
  const onFault = (error: unknown) => faults.push(error)
  const jobs = createJobs({ database, worker: true, fastestPoll: 0.5, onFault, ...options })
  opened.push(jobs)
  await jobs.start()
  return jobs
}

const probe = (connectionId: string, organizationId = tenant.organizationId) => ({ organizationId, connectionId })

async function queued(): Promise<string[]> {
  const rows = await database.system.sql.query<{ connection: string }>(
    `select data ->> 'connectionId' as connection from pgboss.job
     where name = 'health.probe' and state = 'created' order by created_on`,
  )
  return rows.map((row) => row.connection)
}

test('N2: a job sent by one replica is done by another, at once, and only once', { timeout: 90_000 }, async () => {
  const second: Database = database.url ? await openDatabase({ url: database.url, maxConnections: 6 }) : database
  // Both make the tables at the same time.
  const [web, worker] = await Promise.all([
    startJobs({ worker: false }),
    startJobs({ database: second, fastestPoll: 5 }),
  ])
  const done: string[] = []
  await worker.work('health.probe', async (data) => void done.push(data.connectionId), { concurrency: 3 })
  const wanted = Array.from({ length: 40 }, (_, n) => `c-${n}`)
  for (const id of wanted) await web.send('health.probe', probe(id))
  // They ring: three workers that only poll would take more than a minute for 40 jobs. A ring that meets a busy worker
  // may be lost, and the poll makes up for it.
  await until('all are done', () => done.length >= wanted.length, 55_000)
  expect(done.sort()).toEqual(wanted.sort())
  if (second !== database) {
    await worker.stop(1_000)
    await second.close()
  }
})

test('N2: the first job of a fresh hub may join a transaction', async () => {
  const fresh = await testDatabase()
  const jobs = await startJobs({ database: fresh, worker: false })
  const at = await makeTenant(fresh)
  const { sql } = fresh.tenant(at.organizationId)
  await sql.transaction((tx) => jobs.send('health.probe', probe('first', at.organizationId), { sql: tx }))
  expect(await fresh.system.sql.query('select name from pgboss.job')).toEqual([{ name: 'health.probe' }])
  await jobs.stop(1_000)
  await fresh.cleanup()
})

test('N2: at most one job is queued per key', async () => {
  const jobs = await startJobs()
  for (let n = 0; n < 3; n += 1) await jobs.send('health.probe', probe('a'), { singletonKey: 'a' })
  await jobs.send('health.probe', probe('b'), { singletonKey: 'b', startAfter: 3_600 })
  await jobs.send('health.probe', probe('c'))
  await jobs.send('health.probe', probe('c'), { startAfter: new Date(Date.now() + 3_600_000) })
  expect(await queued()).toEqual(['a', 'b', 'c', 'c'])

  // While one runs, one more may wait, so that what changed meanwhile is seen.
  let finish = () => {}
  const started = new Promise<void>((begun) => {
    void jobs.work('health.probe', async ({ connectionId }) => {
      if (connectionId !== 'a') return
      begun()
      await new Promise<void>((resolve) => (finish = resolve))
    })
  })
  await started
  for (let n = 0; n < 3; n += 1) await jobs.send('health.probe', probe('a'), { singletonKey: 'a' })
  expect((await queued()).filter((id) => id === 'a')).toEqual(['a'])
  finish()
  finish = () => {}
  await until('c was done', async () => !(await queued()).includes('a'))
  finish()
})

test('N2: a job commits with the rows it speaks of, or not at all', async () => {
  const jobs = await startJobs()
  const { sql, prisma } = database.tenant(tenant.organizationId)
  const rename = `update "Connection" set "name" = $1 where "id" = $2`
  await sql.transaction(async (tx) => {
    await tx.query(rename, ['New', tenant.connectionId])
    await jobs.send('health.probe', probe('by sql'), { sql: tx })
    if (database.url) expect(await queued()).toEqual([])
  })
  await prisma.$transaction(async (tx) => {
    await tx.connection.update({ where: { id: tenant.connectionId }, data: { name: 'Newer' } })
    await jobs.send('health.probe', probe('by prisma'), { sql: tx, singletonKey: 'p' })
  })
  const undone = sql.transaction(async (tx) => {
    await tx.query(rename, ['Newest', tenant.connectionId])
    await jobs.send('health.probe', probe('undone'), { sql: tx })
    throw new Error('changed my mind')
  })
  await expect(undone).rejects.toThrow('changed my mind')
  await database.system.sql.transaction((tx) => jobs.send('health.plan', {}, { sql: tx }))
  expect(await queued()).toEqual(['by sql', 'by prisma'])
  const connection = await database.system.prisma.connection.findUniqueOrThrow({ where: { id: tenant.connectionId } })
  expect(connection.name).toBe('Newer')
})

test('T2: an organization neither sends nor sees jobs of another', async () => {
  const jobs = await startJobs()
  const other = await makeTenant(database)
  await jobs.send('health.probe', probe('ours'))
  await jobs.send('health.probe', probe('theirs', other.organizationId))
  const { sql } = database.tenant(tenant.organizationId)
  const foreign = sql.transaction((tx) => jobs.send('health.probe', probe('forged', other.organizationId), { sql: tx }))
  await expect(foreign).rejects.toThrow(/row-level security/)
  await expect(sql.transaction((tx) => jobs.send('health.plan', {}, { sql: tx }))).rejects.toThrow(/row-level security/)
  const seen = await sql.query(`select data ->> 'connectionId' as id from pgboss.job_common`)
  expect(seen).toEqual([{ id: 'ours' }])
  await expect(sql.query('delete from pgboss.job_common')).rejects.toThrow(/permission denied/)
  await expect(sql.query('select * from pgboss.job')).rejects.toThrow(/permission denied/)
})

test(
  'N4: a job that fails is tried again, and one that keeps failing ends among the dead letters',
  { timeout: 90_000 },
  async () => {
    const jobs = await startJobs()
    let tries = 0
    await jobs.work('health.probe', async () => {
      tries += 1
      if (tries === 1) throw new Error('the first time fails')
    })
    await jobs.work('health.plan', async () => {
      throw new Error('never works')
    })
    await jobs.send('health.plan', {})
    const [letter] = await until('the dead letter', async () => {
      const letters = await jobs.deadLetters(10)
      return letters.length > 0 && letters
    })
    expect(letter).toMatchObject({ queue: 'health.plan', data: {}, error: 'never works', at: expect.any(Date) })
    await jobs.send('health.probe', probe('again'))
    await until('the second try', () => tries === 2, 40_000)
    expect(await jobs.deadLetters(10)).toHaveLength(1)
  },
)

test('N4: stopping waits for jobs in hand and takes no new ones', async () => {
  const jobs = await startJobs()
  let finish = () => {}
  const events: string[] = []
  const started = new Promise<void>((begun) => {
    void jobs.work('health.probe', async ({ connectionId }) => {
      events.push(`${connectionId} begun`)
      begun()
      await new Promise<void>((resolve) => (finish = resolve))
      events.push(`${connectionId} done`)
    })
  })
  await jobs.send('health.probe', probe('first'))
  await started
  const stopped = jobs.stop(10_000).then(() => events.push('stopped'))
  const sender = await startJobs({ worker: false })
  await sender.send('health.probe', probe('second'))
  finish()
  await stopped
  expect(events).toEqual(['first begun', 'first done', 'stopped'])
  expect(await queued()).toEqual(['second'])
})

test('N4: a job that outlasts the stop is told so and runs again elsewhere', { timeout: 90_000 }, async () => {
  const jobs = await startJobs()
  let told = false
  const started = new Promise<void>((begun) => {
    void jobs.work('health.probe', async (_, signal) => {
      begun()
      await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()))
      told = true
    })
  })
  await jobs.send('health.probe', probe('stubborn'))
  await started
  await jobs.stop(100)
  await until('its signal was aborted', () => told)
  const second = await startJobs()
  const done: string[] = []
  await second.work('health.probe', async (data) => void done.push(data.connectionId))
  await until('it was done by the next one', () => done.length === 1, 40_000)
  expect(done).toEqual(['stubborn'])
})

test('N2: a schedule is one for all replicas, and can be set again', async () => {
  for (const jobs of await Promise.all([startJobs(), startJobs()])) {
    await jobs.schedule('health.plan', '* * * * *')
    await jobs.schedule('data.retention', '17 3 * * *')
  }
  const schedules = await database.system.sql.query('select name, cron, timezone from pgboss.schedule order by name')
  expect(schedules).toEqual([
    { name: 'data.retention', cron: '17 3 * * *', timezone: 'UTC' },
    { name: 'health.plan', cron: '* * * * *', timezone: 'UTC' },
  ])
  await database.system.sql.query('delete from pgboss.schedule')
})
