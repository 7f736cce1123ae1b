import { randomUUID } from 'node:crypto'
import type { Row } from '@patchbay/prisma/database.ts'
import { Analytics } from '@patchbay/schema/load/analytics/analytics.ts'
import type { Reach } from '@patchbay/schema/load/reach.ts'
import { hashApiKey, newApiKey, prefixOf } from '@patchbay/server/engine/people/api-keys.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { writeHistory } from '../support/call-history.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { listening } from '../support/statements.ts'

// Figures against a full scan of the calls they are figures of.

let hub: TestHub
let database: TestDatabase
let connections: readonly string[]
const zone = 'Asia/Dubai'
const calls = 50_000
const until = new Date(Date.now() - 60_000)
const keyIds = [randomUUID(), randomUUID()]
let narrowKey = ''
const statements: string[] = []

beforeAll(async () => {
  database = await testDatabase()
  hub = await startHub({ database: listening(database, (statement) => statements.push(statement)) })
  const { organizationId } = hub
  const { prisma, sql } = database.system
  await prisma.organization.update({ where: { id: organizationId }, data: { timeZone: zone, currency: 'AED' } })
  for (const [n, id] of keyIds.entries())
    await insertAnyRow(sql, 'ApiKey', { id, organizationId, name: `Key ${n}`, role: 'OPERATOR' })
  connections = await writeHistory(database, { organizationId, calls, until, days: 40, apiKeyIds: keyIds })
  narrowKey = newApiKey()
  await prisma.apiKey.create({
    data: {
      id: randomUUID(),
      organizationId,
      name: 'narrow',
      prefix: prefixOf(narrowKey),
      hash: hashApiKey(narrowKey),
      role: 'VIEWER',
      scopes: ['*'],
      connectionIds: connections.slice(0, 2),
    },
  })
}, 240_000)
afterAll(async () => {
  await hub.stop()
  await database.cleanup()
})

const globalId = (noun: string, id: string) => Buffer.from(`${noun}:${id}`).toString('base64')

async function read<T>(query: string, variables: Record<string, unknown> = {}, key?: string): Promise<T> {
  const answer = await hub.graphql<T>(query, variables, key === undefined ? {} : { key })
  expect(answer.errors, query).toEqual([])
  return answer.data
}

interface Counted {
  readonly calls: number
  readonly errors: number
  readonly retries: number
  readonly cached: number
  readonly limited: number
  readonly requestBytes: string
  readonly responseBytes: string
  readonly costMicros: string
  readonly p50Ms: number
  readonly p95Ms: number
  readonly p99Ms: number
}
const counted = 'calls errors retries cached limited requestBytes responseBytes costMicros p50Ms p95Ms p99Ms'
const exactNames = ['calls', 'errors', 'retries', 'cached', 'limited', 'requestBytes', 'responseBytes', 'costMicros']

type Scanned = Counted & { key: string } & Record<string, unknown>

/** What a full scan says, by any expression. */
const scan = (by: string, since: Date, more = 'true'): Promise<Scanned[]> =>
  database.system.sql.query<Scanned>(
    `select (${by})::text as "key", count(*)::int as "calls", (count(*) filter (where not "ok"))::int as "errors",
       sum(greatest("attempts" - 1, 0))::int as "retries", (count(*) filter (where "cache" = 'HIT'))::int as "cached",
       (count(*) filter (where "errorClass" = 'RATE_LIMITED'))::int as "limited", sum("requestBytes")::text as "requestBytes",
       sum("responseBytes")::text as "responseBytes", sum("costMicros")::text as "costMicros",
       percentile_disc(0.5) within group (order by "latencyMs") as "p50Ms",
       percentile_disc(0.95) within group (order by "latencyMs") as "p95Ms",
       percentile_disc(0.99) within group (order by "latencyMs") as "p99Ms"
     from "Call" where "organizationId" = $1::uuid and "at" >= $2::timestamptz and ${more} group by 1 order by 1`,
    [hub.organizationId, since.toISOString()],
  )

function expectSame(found: Counted | undefined, scanned: Counted | undefined, what: string): void {
  const pick = (row: Counted | undefined) => exactNames.map((name) => row?.[name as 'calls'])
  expect(pick(found), what).toEqual(pick(scanned))
  for (const name of ['p50Ms', 'p95Ms', 'p99Ms'] as const)
    expect(Math.abs((found?.[name] ?? 0) / Number(scanned?.[name]) - 1), `${what} ${name}`).toBeLessThanOrEqual(0.02)
}

interface Answered {
  readonly since: string
  readonly grain: string
  readonly totals: Counted
  readonly points: readonly (Counted & { readonly at: string })[]
  readonly previous: { readonly totals: Counted; readonly points: readonly unknown[] } | null
  readonly series: readonly {
    readonly key: string
    readonly label: string
    readonly totals: Counted
    readonly points: readonly Counted[]
  }[]
}
const ask = async (args: string, fields: string, key?: string): Promise<Answered> =>
  (await read<{ analytics: Answered }>(`{ analytics(${args}) { ${fields} } }`, {}, key)).analytics

describe('A1, A3: figures equal a full scan', () => {
  test.each(['HOUR', 'DAY', 'WEEK', 'MONTH', 'QUARTER', 'YEAR', 'TODAY', 'THIS_WEEK', 'THIS_MONTH'])(
    'of %s, exactly, and percentiles within two percent',
    async (preset) => {
      const found = await ask(
        `range: { preset: ${preset} }`,
        `since grain totals { ${counted} } points { at calls errors }`,
      )
      const [whole] = await scan(`''`, new Date(found.since))
      if (whole === undefined) return expect(found.totals.calls).toBe(0)
      expectSame(found.totals, whole, preset)
      // Six hours by the minute, and about 200 points of any other grain: today has both, by the hour of the day.
      expect(found.points.length).toBeLessThanOrEqual(found.grain === 'MINUTE' ? 360 : 200)
      expect(found.points.reduce((sum, point) => sum + point.calls, 0)).toBe(whole.calls)
      expect(found.points.reduce((sum, point) => sum + point.errors, 0)).toBe(whole.errors)
    },
  )

  test('by the day of the organization, point by point', async () => {
    const found = await ask('range: { preset: QUARTER }, grain: DAY', `since points { at ${counted} }`)
    const days = await scan(`date_trunc('day', "at", '${zone}')`, new Date(found.since))
    const byDay = new Map(days.map((day) => [new Date(day.key.replace(' ', 'T').replace('+00', 'Z')).getTime(), day]))
    expect(byDay.size).toBeGreaterThanOrEqual(40)
    for (const point of found.points) {
      const scanned = byDay.get(new Date(point.at).getTime())
      if (scanned === undefined) expect(point.calls, point.at).toBe(0)
      else expectSame(point, scanned, point.at)
    }
  })

  test.each([
    ['CONNECTION', '"connectionId"'],
    ['PROVIDER', '"provider"'],
    ['OPERATION', `"connectionId" || ':' || "operation"`],
    ['API_KEY', '"actorId"'],
    [
      'CATEGORY',
      `case "provider" when 'printful' then 'FULFILLMENT' when 'aramex' then 'SHIPPING' when 'sendgrid' then 'EMAIL' else 'PAYMENT' end`,
    ],
  ])('by %s', async (groupBy, by) => {
    const found = await ask(
      `range: { preset: QUARTER }, groupBy: ${groupBy}, top: 50`,
      `since series { key label totals { ${counted} } points { calls } }`,
    )
    const scanned = await scan(by, new Date(found.since), groupBy === 'API_KEY' ? `"actorKind" = 'API_KEY'` : 'true')
    expect(found.series.map(({ key }) => key).sort()).toEqual(scanned.map(({ key }) => key).sort())
    for (const series of found.series) {
      expectSame(
        series.totals,
        scanned.find(({ key }) => key === series.key),
        `${groupBy} ${series.key}`,
      )
      expect(series.points.reduce((sum, point) => sum + point.calls, 0)).toBe(series.totals.calls)
      expect(series.label).not.toBe('')
    }
    const busiest = found.series.map(({ totals }) => totals.calls)
    expect(busiest).toEqual(busiest.toSorted((a, b) => b - a))
  })

  test('of spans that begin and end anywhere, minute by minute', async () => {
    const since = new Date(until.getTime() - 5.3 * 86_400_000)
    const end = new Date(until.getTime() - 1.7 * 86_400_000)
    const args = `range: { since: "${since.toISOString()}", until: "${end.toISOString()}" }`
    const found = await ask(args, `since totals { ${counted} } points { calls }`)
    const minute = (at: Date) => new Date(Math.floor(at.getTime() / 60_000) * 60_000)
    const stop = new Date(Math.ceil(end.getTime() / 60_000) * 60_000)
    const [whole] = await scan(`''`, minute(since), `"at" < '${stop.toISOString()}'`)
    expectSame(found.totals, whole, args)
    expect(found.points.reduce((sum, point) => sum + point.calls, 0)).toBe(whole?.calls)
  })

  test('of the connections a filter leaves', async () => {
    const [first = ''] = connections
    for (const [filter, condition] of [
      [`{ connectionIds: ["${globalId('Connection', first)}"] }`, `"connectionId" = '${first}'`],
      ['{ providers: ["stripe", "paypal"] }', `"provider" in ('stripe', 'paypal')`],
      ['{ categories: [SHIPPING] }', `"provider" = 'aramex'`],
      ['{ environment: LIVE }', 'true'],
    ] as const) {
      const found = await ask(`range: { preset: QUARTER }, filter: ${filter}`, `since totals { ${counted} }`)
      const [scanned] = await scan(`''`, new Date(found.since), condition)
      expectSame(found.totals, scanned, filter)
    }
    const nothing = await ask(
      'range: { preset: WEEK }, filter: { environment: SANDBOX }',
      'totals { calls p95Ms } points { calls }',
    )
    expect(nothing.totals).toEqual({ calls: 0, p95Ms: null })
  })

  test('compared with the span before and with a year ago', async () => {
    const found = await ask(
      'range: { preset: WEEK }, compare: PREVIOUS',
      'since grain points { calls } previous { totals { calls } points { calls } }',
    )
    const since = new Date(found.since)
    const before = new Date(since.getTime() - 7 * 86_400_000)
    const end = new Date(Date.now() - 7 * 86_400_000)
    const rows = await scan(`''`, before, `"at" < '${end.toISOString()}'`)
    const hour = await scan(
      `''`,
      new Date(end.getTime() - 3_600_000),
      `"at" < '${new Date(end.getTime() + 120_000).toISOString()}'`,
    )
    // The present moves on while this runs; a burst is less than the last hour holds.
    expect(Math.abs((found.previous?.totals.calls ?? 0) - (rows[0]?.calls ?? 0))).toBeLessThanOrEqual(
      hour[0]?.calls ?? 0,
    )
    expect(found.previous?.points).toHaveLength(found.points.length)
    const year = await ask('range: { preset: MONTH }, compare: YEAR', 'previous { totals { calls p50Ms } }')
    expect(year.previous?.totals).toEqual({ calls: 0, p50Ms: null })
  })
})

describe('A3: figures are never counted from the log', () => {
  test('whatever is asked, the log itself is not read, and every statement finds its rows by an index', async () => {
    const { organizationId } = hub
    const reach: Reach = {
      tenant: {
        organizationId,
        prisma: database.tenant(organizationId).prisma,
        sql: { ...database.system.sql, query: explained } as never,
      },
      connectionIds: [],
      now: () => new Date(),
    }
    const plans: string[] = []
    async function explained<R extends Row>(text: string, params: readonly unknown[] = []): Promise<R[]> {
      if (text.includes('Rollup"'))
        for (const line of await database.system.sql.query(`explain ${text}`, params))
          plans.push(String(line['QUERY PLAN']))
      return database.system.sql.query<R>(text, params)
    }
    await database.system.sql.script('analyze "CallRollup"')
    for (const groupBy of ['NONE', 'CONNECTION', 'PROVIDER', 'OPERATION', 'API_KEY'] as const)
      for (const preset of ['DAY', 'WEEK', 'QUARTER', 'YEAR'] as const) {
        const input = { range: { preset }, grain: 'AUTO', groupBy, filter: {}, compare: 'NONE', top: 8 } as const
        const analytics = new Analytics(reach, input, { timeZone: zone, currency: 'AED' })
        await (groupBy === 'NONE' ? analytics.whole() : (await analytics.series())[0]?.points(true))
      }
    expect(plans.filter((line) => line.includes('Index')).length).toBeGreaterThan(20)
    expect(plans.filter((line) => line.includes('Seq Scan on "CallRollup"'))).toEqual([])

    statements.length = 0
    await ask(
      'range: { preset: YEAR }, groupBy: CONNECTION, compare: PREVIOUS',
      'totals { calls } series { totals { p95Ms } } previous { totals { calls } }',
    )
    await read(
      '{ costs(range: { preset: MONTH }) { totals { totalMicros } items { share } forecast { totalMicros } } }',
    )
    expect(statements.filter((statement) => /"Call"[ \n]/.test(statement))).toEqual([])
  })
})

describe('T2: a key narrowed to connections', () => {
  test('sees their figures and no others, added up from themselves', async () => {
    const found = await ask(
      'range: { preset: QUARTER }, groupBy: CONNECTION',
      `since totals { ${counted} } series { key }`,
      narrowKey,
    )
    const ids = connections.slice(0, 2)
    const [scanned] = await scan(
      `''`,
      new Date(found.since),
      `"connectionId" in (${ids.map((id) => `'${id}'`).join(', ')})`,
    )
    expectSame(found.totals, scanned, 'narrow')
    expect(found.series.map(({ key }) => key).sort()).toEqual([...ids].sort())
    const foreign = await ask(
      `range: { preset: QUARTER }, filter: { connectionIds: ["${globalId('Connection', connections[3] ?? '')}"] }`,
      'totals { calls }',
      narrowKey,
    )
    expect(foreign.totals.calls).toBe(0)
  })

  test('is told why it cannot see the use of keys', async () => {
    const answer = await hub.graphql(
      '{ analytics(range: { preset: WEEK }, groupBy: API_KEY) { series { key } } }',
      {},
      { key: narrowKey },
    )
    expect(answer.errors[0]?.message).toContain('narrowed to some connections')
  })
})

describe('A1: what makes no sense is refused in words', () => {
  const ago = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString()
  test.each([
    ['range: {}', 'Say when the span begins'],
    [`range: { preset: DAY, since: "${ago(1)}" }`, 'not both'],
    [`range: { since: "${ago(-1)}" }`, 'future'],
    [`range: { since: "${ago(1)}", until: "${ago(2)}" }`, 'must end after'],
    [`range: { since: "${ago(2000)}" }`, 'kept for 1830 days'],
    [`range: { since: "${ago(20)}" }, grain: MINUTE`, 'Choose a wider grain'],
    [`range: { since: "${ago(5)}" }, grain: MINUTE`, 'too many to show'],
    [`range: { since: "${ago(500)}" }, grain: HOUR`, 'kept for 400 days'],
    ['range: { preset: HOUR }, grain: MINUTE, groupBy: OPERATION', 'not counted by the minute'],
    ['range: { preset: DAY }, top: 51', '1 to 50 series'],
    [`range: { preset: DAY }, groupBy: API_KEY, filter: { providers: ["stripe"] }`, 'Leave the filter out'],
  ])('%s', async (args, words) => {
    const answer = await hub.graphql(`{ analytics(${args}) { series { key } totals { calls } } }`)
    expect(answer.errors[0]?.message).toContain(words)
  })
})

describe('A4: what fails', () => {
  test('is told by class and operation, with first, last and a sample', async () => {
    interface Class {
      errorClass: string
      errors: number
      share: number
      days: { errors: number }[]
      kinds: {
        errors: number
        firstAt: string
        lastAt: string
        status: number | null
        operation: string
        sample: { uuid: string; ok: boolean } | null
      }[]
    }
    const { errorClasses } = await read<{ errorClasses: Class[] }>(
      `{ errorClasses(range: { preset: QUARTER }) { errorClass errors share days { errors }
         kinds { errors firstAt lastAt status operation sample { uuid ok } sampleMessage } } }`,
    )
    const scanned = await scan('"errorClass"', new Date(0), 'not "ok"')
    expect(new Map(errorClasses.map(({ errorClass, errors }) => [errorClass, errors]))).toEqual(
      new Map(scanned.map(({ key, calls: errors }) => [key, errors])),
    )
    expect(errorClasses.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
    for (const { errorClass, errors, kinds, days } of errorClasses) {
      expect(kinds.reduce((sum, kind) => sum + kind.errors, 0)).toBe(errors)
      expect(days.reduce((sum, day) => sum + day.errors, 0)).toBe(errors)
      const [edges] = await database.system.sql.query<{ first: Date; last: Date }>(
        `select min("at") as "first", max("at") as "last" from "Call" where "errorClass" = $1`,
        [errorClass],
      )
      expect(Math.min(...kinds.map(({ firstAt }) => Date.parse(firstAt)))).toBe(edges?.first.getTime())
      expect(Math.max(...kinds.map(({ lastAt }) => Date.parse(lastAt)))).toBe(edges?.last.getTime())
      expect(kinds[0]?.sample).toMatchObject({ ok: false })
    }
  })

  test.each(['CALLS', 'ERRORS', 'LATENCY', 'COST'])('the connections that stand out by %s', async (by) => {
    const { topConnections } = await read<{
      topConnections: { connection: { uuid: string }; share: number; figures: Counted }[]
    }>(
      `{ topConnections(range: { preset: QUARTER }, by: ${by}, first: 3) { connection { uuid } share figures { ${counted} } } }`,
    )
    expect(topConnections).toHaveLength(3)
    const scanned = await scan('"connectionId"', new Date(0))
    const value = (row: Counted) =>
      ({ CALLS: row.calls, ERRORS: row.errors, LATENCY: row.p95Ms, COST: Number(row.costMicros) })[by] ?? 0
    const values = topConnections.map(({ figures }) => value(figures))
    expect(values).toEqual(values.toSorted((a, b) => b - a))
    for (const { connection, figures } of topConnections)
      expectSame(
        figures,
        scanned.find(({ key }) => key === connection.uuid),
        by,
      )
    if (by !== 'LATENCY') expect(values[0]).toBe(Math.max(...scanned.map(value)))
  })
})
