import { randomUUID } from 'node:crypto'
import { openDatabase } from '@patchbay/prisma/client.ts'
import type { Database } from '@patchbay/prisma/database.ts'
import { InvalidInputError } from '@patchbay/schema/errors.ts'
import type { StreamBatch, StreamRows, SubscribeOptions } from '@patchbay/schema/events.ts'
import type { LiveHub } from '@patchbay/server/engine/live/contract.ts'
import { createLive, type LiveOptions } from '@patchbay/server/engine/live/live.ts'
import { afterAll, afterEach, beforeAll, expect, inject, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { makeTenant, type TestTenant } from '../support/tenants.ts'
import { until } from '../support/until.ts'

type Transition = StreamRows['health']
type Batch = StreamBatch<Transition>

let database: TestDatabase
let tenant: TestTenant
let other: TestTenant
const opened: LiveHub[] = []

beforeAll(async () => {
  database = await testDatabase()
  tenant = await makeTenant(database)
  other = await makeTenant(database)
})
afterEach(async () => {
  for (const live of opened.splice(0)) await live.close()
})
afterAll(() => database.cleanup())

async function startLive(options: Partial<LiveOptions> = {}): Promise<LiveHub> {
  const live = createLive({ database, ...options })
  opened.push(live)
  await live.start()
  return live
}

/** Appends transitions with these reasons, in one transaction. */
async function append(live: LiveHub, reasons: readonly string[], at: TestTenant = tenant, on: Database = database) {
  await on.tenant(at.organizationId).sql.transaction(async (sql) => {
    await live.append(sql, 'health')
    await sql.query(
      `insert into "HealthTransition" ("id", "organizationId", "connectionId", "at", "from", "to", "reason")
       select gen_random_uuid(), $1::uuid, $2::uuid, now(), 'HEALTHY', 'DOWN', reason
       from unnest($3::text[]) with ordinality as given(reason, n) order by n`,
      [at.organizationId, at.connectionId, reasons],
    )
  })
}

function subscribe(live: LiveHub, options: Partial<SubscribeOptions<Transition>> = {}) {
  const { organizationId } = tenant
  return live.subscribe('health', { organizationId, ...options })[Symbol.asyncIterator]()
}

async function batch(iterator: AsyncIterator<Batch>): Promise<Batch> {
  const result = await iterator.next()
  expect(result.done).toBeFalsy()
  return result.value as Batch
}

/** Reads until `count` rows have come. */
async function collect(
  iterator: AsyncIterator<Batch>,
  count: number,
): Promise<{ reasons: string[]; batches: Batch[] }> {
  const reasons: string[] = []
  const batches: Batch[] = []
  while (reasons.length < count) {
    const next = await batch(iterator)
    batches.push(next)
    reasons.push(...next.rows.map((row) => row.reason ?? ''))
  }
  return { reasons, batches }
}

const names = (prefix: string, count: number) => Array.from({ length: count }, (_, n) => `${prefix}${n}`)

test('L2: a new subscription starts from now, with a cursor before anything happened', async () => {
  const live = await startLive()
  await append(live, ['before'])
  const iterator = subscribe(live)
  const first = await batch(iterator)
  expect(first).toMatchObject({ rows: [], catchingUp: false })

  await append(live, ['one', 'two'])
  const second = await batch(iterator)
  expect(second.rows.map((row) => row.reason)).toEqual(['one', 'two'])
  expect(second.rows[0]?.seq).toBeTypeOf('bigint')
  expect(second.rows[0]?.at).toBeInstanceOf(Date)

  await iterator.return?.()
  await append(live, ['three'])
  const resumed = subscribe(live, { after: second.cursor })
  expect((await collect(resumed, 1)).reasons).toEqual(['three'])
  const fromStart = subscribe(live, { after: first.cursor })
  expect((await collect(fromStart, 3)).reasons).toEqual(['one', 'two', 'three'])
})

test('L2: calls travel without heads and bodies, every other column as the model has it', async () => {
  const live = await startLive()
  const iterator = live.subscribe('calls', { organizationId: tenant.organizationId })[Symbol.asyncIterator]()
  await iterator.next()
  const { organizationId, connectionId } = tenant
  await database.tenant(organizationId).sql.transaction(async (sql) => {
    await live.append(sql, 'calls')
    await sql.query(
      `insert into "Call" ("id", "at", "organizationId", "connectionId", "provider", "environment", "purpose",
         "operation", "method", "host", "path", "status", "ok", "latencyMs", "attempts", "requestBytes", "responseBytes",
         "requestHead", "requestBody", "steps", "actorKind", "correlationId", "costMicros")
       values ($1, now(), $2, $3, 'stripe', 'SANDBOX', 'OPERATION', 'payment.create', 'POST', 'api.stripe.com', '/v1', 200,
         true, 12, 1, 10, 20, '{}', 'a body', '{"egress": 7}', 'USER', 'c-1', 5)`,
      [randomUUID(), organizationId, connectionId],
    )
  })
  const { value } = await iterator.next()
  const [row] = value?.rows ?? []
  expect(row).toMatchObject({ operation: 'payment.create', steps: { egress: 7 }, costMicros: 5n, status: 200 })
  expect(row).not.toHaveProperty('requestBody')
  const stored = await database.system.prisma.call.findFirstOrThrow({ where: { organizationId } })
  expect(stored).toMatchObject({ ...row })
})

test('L2: a transaction of Prisma appends too', async () => {
  const live = await startLive()
  const iterator = subscribe(live)
  await iterator.next()
  const { organizationId, connectionId } = tenant
  await database.tenant(organizationId).prisma.$transaction(async (tx) => {
    await live.append(tx, 'health')
    await tx.$executeRaw`
      insert into "HealthTransition" ("id", "organizationId", "connectionId", "at", "from", "to", "reason")
      values (${randomUUID()}::uuid, ${organizationId}::uuid, ${connectionId}::uuid, now(), 'DOWN', 'HEALTHY', 'prisma')`
  })
  expect((await collect(iterator, 1)).reasons).toEqual(['prisma'])
})

test('T2: rows of another organization never arrive', async () => {
  const live = await startLive()
  const start = await batch(subscribe(live))
  await append(live, ['theirs'], other)
  await append(live, ['ours'])
  await append(live, ['theirs again'], other)
  const resumed = subscribe(live, { after: start.cursor })
  expect((await collect(resumed, 1)).reasons).toEqual(['ours'])
  const foreign = subscribe(live, { after: start.cursor, organizationId: other.organizationId })
  expect((await collect(foreign, 2)).reasons).toEqual(['theirs', 'theirs again'])
})

test('L2: a filter hides rows, and the cursor passes over them', async () => {
  const live = await startLive({ limits: { quietRows: 10 } })
  const iterator = subscribe(live, { filter: (row) => row.reason === 'wanted' })
  const start = await batch(iterator)
  await append(live, [...names('noise', 5), 'wanted', ...names('noise', 3)])
  const found = await batch(iterator)
  expect(found.rows.map((row) => row.reason)).toEqual(['wanted'])
  await append(live, names('noise', 12))
  const quiet = await batch(iterator)
  expect(quiet.rows).toEqual([])
  await append(live, ['after'])
  const resumed = subscribe(live, { after: quiet.cursor })
  expect((await collect(resumed, 1)).reasons).toEqual(['after'])
  const filtered = subscribe(live, { after: start.cursor, filter: (row) => row.reason === 'after' })
  expect((await collect(filtered, 1)).reasons).toEqual(['after'])
})

test('L2: a filter that throws ends its own subscription only', async () => {
  const live = await startLive()
  const broken = subscribe(live, {
    filter: () => {
      throw new Error('broken filter')
    },
  })
  const sound = subscribe(live)
  await broken.next()
  await sound.next()
  await append(live, ['row'])
  await expect(broken.next()).rejects.toThrow('broken filter')
  expect((await collect(sound, 1)).reasons).toEqual(['row'])
  expect(await broken.next()).toEqual({ done: true, value: undefined })
  expect(live.subscriberCount).toBe(1)
})

test('L2: a cursor that is garbage, altered, of another stream or ahead of the stream is refused', async () => {
  const live = await startLive()
  const { cursor } = await batch(subscribe(live))
  const calls = await live.subscribe('calls', { organizationId: tenant.organizationId })[Symbol.asyncIterator]().next()
  const encode = (text: string) => Buffer.from(text).toString('base64url')
  const bad = ['', 'garbage', `${cursor}A`, `${cursor}=`, encode('1:health:-1'), encode('1:health:01'), 'x'.repeat(1e6)]
  for (const after of [...bad, calls.value!.cursor, encode('1:health:9999999999999999999')]) {
    expect(() => subscribe(live, { after }), after.slice(0, 40)).toThrow(InvalidInputError)
  }
  await expect(subscribe(live, { after: encode('1:health:9223372036854775807') }).next()).rejects.toThrow(
    InvalidInputError,
  )
})

test('L2: a subscriber that does not read keeps a bounded buffer and is caught up from the table', async () => {
  let pagesRead = 0
  const counting: LiveOptions['database'] = {
    system: database.system,
    listen: database.listen,
    tenant: (id) => {
      pagesRead += 1
      return database.tenant(id)
    },
  }
  const live = await startLive({ database: counting, limits: { bufferRows: 100, batchRows: 50 } })
  const slow = subscribe(live)
  const quick = subscribe(live)
  await slow.next()
  await quick.next()
  const expected = names('row', 1_000)
  const reading = collect(quick, 1_000)
  for (let at = 0; at < 1_000; at += 40) await append(live, expected.slice(at, at + 40))
  expect((await reading).reasons).toEqual(expected)

  pagesRead = 0
  const late = await collect(slow, 1_000)
  expect(late.reasons).toEqual(expected)
  expect(late.batches[0]?.catchingUp).toBe(true)
  expect(late.batches.at(-1)?.catchingUp).toBe(false)
  expect(Math.max(...late.batches.map(({ rows }) => rows.length))).toBeLessThanOrEqual(50)
  // Fewer than 100 rows were in memory, so at least 900 came from the table.
  expect(pagesRead).toBeGreaterThanOrEqual(18)
})

test('L2: many small commits come in few batches', async () => {
  const live = await startLive()
  const iterator = subscribe(live)
  await iterator.next()
  const expected = names('small', 200)
  const reading = collect(iterator, 200)
  for (const reason of expected) await append(live, [reason])
  const { reasons, batches } = await reading
  expect(reasons).toEqual(expected)
  expect(batches.length).toBeLessThan(100)
})

test('L2: ending a subscription that waits for rows leaves nothing behind', async () => {
  const live = await startLive()
  const returned = subscribe(live)
  const controller = new AbortController()
  const aborted = subscribe(live, { signal: controller.signal })
  const closed = subscribe(live)
  for (const iterator of [returned, aborted, closed]) await iterator.next()
  const waiting = [returned, aborted, closed].map((iterator) => iterator.next())
  expect(live.subscriberCount).toBe(3)

  await returned.return?.()
  expect(await waiting[0]).toEqual({ done: true, value: undefined })
  controller.abort()
  expect(await waiting[1]).toEqual({ done: true, value: undefined })
  expect(live.subscriberCount).toBe(1)
  await live.close()
  expect(await waiting[2]).toEqual({ done: true, value: undefined })
  expect(live.subscriberCount).toBe(0)
  expect(await subscribe(live).next()).toEqual({ done: true, value: undefined })
  expect(await subscribe(live, { signal: AbortSignal.abort() }).next()).toEqual({ done: true, value: undefined })
})

test('L2: rows nobody rang for are found, and a failed read loses nothing', async () => {
  let failures = 0
  const faults: unknown[] = []
  const query: Database['system']['sql']['query'] = async (text, params) => {
    if (failures > 0 && text.includes('"seq" >')) {
      failures -= 1
      throw new Error('the database is away')
    }
    return database.system.sql.query(text, params)
  }
  const flaky: LiveOptions['database'] = {
    system: { ...database.system, sql: { ...database.system.sql, query } },
    tenant: database.tenant,
    listen: async () => async () => {},
  }
  const live = await startLive({ database: flaky, pollMs: 20, onFault: (error) => faults.push(error) })
  const iterator = subscribe(live)
  await iterator.next()
  failures = 3
  const expected = names('silent', 5)
  for (const reason of expected) await append(live, [reason])
  expect((await collect(iterator, 5)).reasons).toEqual(expected)
  expect(faults.length).toBeGreaterThanOrEqual(1)
})

test.runIf(inject('database').engine === 'postgres')(
  'L2: after the database dropped every connection, what was written meanwhile arrives without a poll',
  async () => {
    const faults: unknown[] = []
    const live = await startLive({ pollMs: 3_600_000, onFault: (error) => faults.push(error) })
    const iterator = subscribe(live)
    await iterator.next()
    await append(live, ['before'])
    expect((await collect(iterator, 1)).reasons).toEqual(['before'])
    const writer = await openDatabase({ url: database.url, maxConnections: 2 })
    await writer.system.sql.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()`,
    )
    await append(live, ['meanwhile'], tenant, writer)
    await writer.close()
    expect((await collect(iterator, 1)).reasons).toEqual(['meanwhile'])
  },
)

test(
  'L2: eight writers in several replicas, subscribers that cut and resume: every row once and in order',
  { timeout: 90_000 },
  async () => {
    // On PostgreSQL each replica is a pool of its own; PGlite has one connection, so both share it.
    const second = database.url ? await openDatabase({ url: database.url, maxConnections: 8 }) : database
    const replicas = [
      { database: database as Database, live: await startLive({ limits: { bufferRows: 60, batchRows: 30 } }) },
      { database: second, live: await startLive({ database: second }) },
    ] as const
    const start = (await batch(subscribe(replicas[0].live))).cursor
    const perWriter = 120
    const total = 8 * perWriter
    const dice = seeded(7)

    const writers = names('w', 8).map(async (name, index) => {
      const { live, database: on } = replicas[index % 2]!
      let n = 0
      while (n < perWriter) {
        const size = Math.min(1 + Math.floor(dice() * 4), perWriter - n)
        await append(
          live,
          names('', size).map((_, at) => `${name}:${n + at}`),
          tenant,
          on,
        )
        n += size
      }
    })

    const readers = names('r', 6).map(async (_, index) => {
      let cursor: string = start
      const seen: Transition[] = []
      while (seen.length < total) {
        const iterator = subscribe(replicas[(index + seen.length) % 2]!.live, { after: cursor })
        const patience = 1 + Math.floor(dice() * 6)
        for (let turn = 0; turn < patience && seen.length < total; turn += 1) {
          const next = await batch(iterator)
          seen.push(...next.rows)
          cursor = next.cursor
          if (dice() < 0.2) await new Promise((resolve) => setTimeout(resolve, dice() * 40))
        }
        await iterator.return?.()
      }
      return seen
    })

    await Promise.all(writers)
    const stored = await database.system.sql.query<{ seq: bigint; reason: string }>(
      `select "seq", "reason" from "HealthTransition" where "reason" like 'w%:%' order by "seq"`,
    )
    expect(stored).toHaveLength(total)
    for (const seen of await Promise.all(readers)) {
      expect(seen.map(({ seq, reason }) => ({ seq, reason }))).toEqual(stored)
    }
    for (const { live } of replicas) await until('no subscriber is left', () => live.subscriberCount <= 1)
    if (second !== database) {
      await replicas[1].live.close()
      await second.close()
    }
  },
)

/** Repeatable random numbers (mulberry32). */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
