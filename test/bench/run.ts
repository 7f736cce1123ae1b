// pnpm bench [part …]: figures as ratios against a bound measured in the same run.
//   Parts: queries, calls, proxy, limits, fan-out, log, intake, intake-embedded, deliveries, way, fairness, growth, analytics, analytics-embedded, start-up.
//   BENCH_SECONDS  seconds of each round, default 5
//   BENCH_ROUNDS   rounds, ours and the bound in turn, default 3
//   BENCH_CALLS    calls of each round through the proxy, default 20,000; --long adds a million calls and bodies of 1 GB
//   BENCH_EVENTS   webhooks of each round of intake, default 20,000
//   BENCH_STORED   events stored before the last rounds of growth, default 1,000,000
//   BENCH_CALLS    calls behind the figures of analytics, default 10,000,000
//   BENCH_PROFILE  folder for CPU profiles of the servers
import { mkdtemp, rm } from 'node:fs/promises'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database } from '@patchbay/prisma/database.ts'
import { startPostgres } from '../support/postgres-server.ts'
import { compareAnalytics } from './analytics.ts'
import { compareCalls } from './calls.ts'
import { compareDeliveries, compareWay } from './deliveries.ts'
import { compareFairness } from './fairness.ts'
import { compareFanOut } from './fan-out.ts'
import { compareGrowth } from './growth.ts'
import { compareIntake } from './intake.ts'
import { compareLimits } from './limits.ts'
import { compareLogWrites } from './log-writes.ts'
import type { Comparison } from './measure.ts'
import { compareProxy } from './proxy.ts'
import { compareQueries } from './queries.ts'
import { seed } from './seed.ts'
import { compareStartUp } from './start-up.ts'

type Part = () => Promise<Comparison[]>

/** A part with a database server of its own: what one wrote must not slow the next. Durable: commits wait for the disk. */
const onPostgres =
  (run: (url: string, database: Database) => Promise<Comparison[]>, durable = false): Part =>
  async () => {
    const server = await startPostgres({ durable })
    try {
      const database = await seed({ url: server.url })
      try {
        return await run(server.url, database)
      } finally {
        await database.close()
      }
    } finally {
      await server.stop()
    }
  }

async function embedded(): Promise<Comparison[]> {
  const home = await mkdtemp(join(tmpdir(), 'patchbay-bench-'))
  try {
    // One process at a time holds an embedded database.
    await (await seed({ dataDir: join(home, 'database') })).close()
    const [result] = await compareIntake(home)
    return result === undefined ? [] : [{ ...result, name: `${result.name}, routed meanwhile (embedded database)` }]
  } finally {
    await rm(home, { recursive: true, force: true })
  }
}

const onServer = async () => {
  const server = await startPostgres({})
  return { place: { url: server.url }, close: () => server.stop() }
}

const inFolder = async () => {
  const home = await mkdtemp(join(tmpdir(), 'patchbay-bench-'))
  return { place: { dataDir: join(home, 'database') }, close: () => rm(home, { recursive: true, force: true }) }
}

const parts: Readonly<Record<string, Part>> = {
  queries: onPostgres(compareQueries),
  calls: onPostgres(compareCalls),
  proxy: onPostgres(compareProxy),
  limits: onPostgres(compareLimits),
  'fan-out': onPostgres(compareFanOut),
  log: onPostgres((_url, database) => compareLogWrites(database)),
  intake: onPostgres(compareIntake, true),
  'intake-embedded': embedded,
  deliveries: onPostgres(compareDeliveries, true),
  way: onPostgres(compareWay, true),
  fairness: onPostgres(compareFairness, true),
  growth: onPostgres(compareGrowth, true),
  analytics: () => compareAnalytics('PostgreSQL', onServer),
  'analytics-embedded': () => compareAnalytics('embedded database', inFolder),
  'start-up': compareStartUp,
}

const wanted = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const unknown = wanted.filter((name) => !(name in parts))
if (unknown.length > 0) {
  console.error(`No such part: ${unknown.join(', ')}. There are ${Object.keys(parts).join(', ')}.`)
  process.exit(2)
}

const short = (value: number): string =>
  value >= 100 ? Math.round(value).toLocaleString('en') : value >= 10 ? value.toFixed(1) : value.toFixed(2)

console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim() ?? 'unknown'}, PostgreSQL on the same machine\n`,
)
for (const [name, run] of Object.entries(parts)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  for (const { name: what, ours, bound, ratio, unit, note } of await run())
    console.log(
      `${what}\n  ours ${short(ours)} ${unit}, bound ${short(bound)} ${unit} (${note})\n  ratio ${ratio.toFixed(2)}\n`,
    )
}
