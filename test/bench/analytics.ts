import { Agent, request } from 'node:http'
import { startChild } from './children.ts'
import { writeFigures } from './figure-rows.ts'
import { hub } from './files.ts'
import type { Comparison } from './measure.ts'
import { benchKey, seed, type DatabasePlace } from './seed.ts'

const most = Number(process.env['BENCH_CALLS'] ?? 10_000_000)
const asks = Number(process.env['BENCH_ASKS'] ?? 60)

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

/** Answers to the dashboard's questions with 10 million calls behind them, and with a million. */
export async function compareAnalytics(
  name: string,
  place: () => Promise<{ place: DatabasePlace; close: () => Promise<void> }>,
): Promise<Comparison[]> {
  const few = await timesWith(place, most / 10)
  const many = await timesWith(place, most)
  return Object.keys(documents).map((what) => {
    const [ours, bound] = [many.get(what) ?? NaN, few.get(what) ?? NaN]
    return {
      name: `analytics, ${name}: ${what}, ${most.toLocaleString('en')} calls`,
      ours,
      bound,
      ratio: ours / bound,
      unit: 'ms (p95)',
      note: `the same with ${(most / 10).toLocaleString('en')} calls; the aim is 100 ms`,
    }
  })
}

async function timesWith(
  open: () => Promise<{ place: DatabasePlace; close: () => Promise<void> }>,
  calls: number,
): Promise<Map<string, number>> {
  const { place, close } = await open()
  try {
    const database = await seed(place)
    await writeFigures(database, calls, new Date())
    await database.close()
    await using ours = await startChild(hub, [
      'url' in place ? place.url : place.dataDir.replace(/\/database$/, ''),
      'url' in place ? 'web' : 'all',
    ])
    const times = new Map<string, number>()
    for (const [what, query] of Object.entries(documents)) times.set(what, await p95Of(`${ours.url}/graphql`, query))
    return times
  } finally {
    await close()
  }
}

/** 95th of a hundred requests' times, one after another on one connection, the first three left out. */
async function p95Of(url: string, query: string): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const headers = { 'content-type': 'application/json', authorization: `Bearer ${benchKey}` }
  const body = JSON.stringify({ query })
  const once = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const began = performance.now()
      const sent = request(url, { agent, method: 'POST', headers }, (response) => {
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
  const times: number[] = []
  for (let n = 0; n < asks + 3; n++) times.push(await once())
  agent.destroy()
  const sorted = times.slice(3).sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length * 0.95)] ?? NaN
}
