import { Agent, request } from 'node:http'
import { startChild } from './children.ts'
import { writeFigures } from './figure-rows.ts'
import { hub } from './files.ts'
import type { Comparison } from './measure.ts'
import { benchKey, seed, type DatabasePlace } from './seed.ts'

const most = Number(process.env['BENCH_CALLS'] ?? 10_000_000)
const asks = Number(process.env['BENCH_ASKS'] ?? 100)

const figures = 'calls errors errorRate p50Ms p95Ms p99Ms requestBytes responseBytes costMicros retries cached limited'
/** What the screens ask, one request each. */
const documents: Readonly<Record<string, string>> = {
  'a day, all': `{ analytics(range: { preset: DAY }, compare: PREVIOUS) { totals { ${figures} } points { at ${figures} } previous { totals { ${figures} } points { at calls } } } }`,
  'a month by connection': `{ analytics(range: { preset: MONTH }, groupBy: CONNECTION, compare: PREVIOUS) { totals { ${figures} } points { at ${figures} } previous { totals { ${figures} } } series { key label totals { ${figures} } points { at calls errors p95Ms } } } }`,
  'a quarter by provider': `{ analytics(range: { preset: QUARTER }, groupBy: PROVIDER) { totals { ${figures} } points { at ${figures} } series { key label totals { ${figures} } points { at calls errors p95Ms } } } }`,
  'a year by connection': `{ analytics(range: { preset: YEAR }, groupBy: CONNECTION, compare: YEAR) { totals { ${figures} } points { at ${figures} } previous { totals { calls } } series { key label totals { ${figures} } points { at calls errors p95Ms } } } }`,
  'a year by operation': `{ analytics(range: { preset: YEAR }, groupBy: OPERATION, top: 10) { series { key label totals { ${figures} } points { at calls } } } }`,
  'a month by API key': `{ analytics(range: { preset: MONTH }, groupBy: API_KEY) { series { key label totals { ${figures} } points { at calls } } } }`,
  'a table of all connections': `{ analytics(range: { preset: YEAR }, groupBy: CONNECTION, top: 40) { series { label totals { ${figures} } } } }`,
  'the slowest of a quarter': `{ topConnections(range: { preset: QUARTER }, by: LATENCY) { connection { name } figures { ${figures} } } }`,
  'costs of a month': `{ costs(range: { preset: THIS_MONTH }) { totals { totalMicros } points { at totalMicros } items { label totalMicros share } forecast { totalMicros } } }`,
  'webhooks, deliveries, business': `{ analytics(range: { preset: MONTH }) { webhooks { totals { received } points { at received } } deliveries { totals { attempts p95Ms } points { at attempts } } business { events ordersPerDay points { at orders } } } }`,
}

type Place = () => Promise<{ place: DatabasePlace; close: () => Promise<void> }>

/**
 * Answers to the dashboard's questions with 10 million calls behind them, and with a million. Both hubs are asked in turn, so
 * that whatever else the machine does falls on both.
 */
export async function compareAnalytics(name: string, open: Place): Promise<Comparison[]> {
  await using few = await hubWith(open, most / 10)
  await using many = await hubWith(open, most)
  const comparisons: Comparison[] = []
  for (const [what, query] of Object.entries(documents)) {
    const [bound = NaN, ours = NaN] = await p95sOf([few.url, many.url], query)
    comparisons.push({
      name: `analytics, ${name}: ${what}, ${most.toLocaleString('en')} calls`,
      ours,
      bound,
      ratio: ours / bound,
      unit: 'ms (p95)',
      note: `the same with ${(most / 10).toLocaleString('en')} calls; the aim is 100 ms`,
    })
  }
  return comparisons
}

/** A hub with so many calls in its figures. */
async function hubWith(open: Place, calls: number): Promise<{ url: string } & AsyncDisposable> {
  const stack = new AsyncDisposableStack()
  const { place, close } = await open()
  stack.defer(close)
  const database = await seed(place)
  await writeFigures(database, calls, new Date())
  await database.close()
  const { url } = stack.use(
    await startChild(hub, [
      'url' in place ? place.url : place.dataDir.replace(/\/database$/, ''),
      'url' in place ? 'web' : 'all',
    ]),
  )
  return { url, [Symbol.asyncDispose]: () => stack.disposeAsync() }
}

/** 95th percentile of the requests' times at each hub, one after another, the first three left out. */
async function p95sOf(urls: readonly string[], query: string): Promise<number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${benchKey}` }
  const body = JSON.stringify({ query })
  const once = (url: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const began = performance.now()
      const sent = request(`${url}/graphql`, { agent, method: 'POST', headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () =>
          text.includes('"errors":[')
            ? reject(new Error(`${query} answered ${text.slice(0, 500)}`))
            : resolve(performance.now() - began),
        )
      })
      sent.on('error', reject).end(body)
    })
  const times = urls.map((): number[] => [])
  for (let n = 0; n < asks + 3; n++) for (const [at, url] of urls.entries()) times[at]?.push(await once(url))
  agent.destroy()
  return times.map((each) => {
    const sorted = each.slice(3).sort((a, b) => a - b)
    return sorted[Math.floor(sorted.length * 0.95)] ?? NaN
  })
}
