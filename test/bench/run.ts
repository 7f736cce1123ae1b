// pnpm bench [part …]: figures as ratios against a bound measured in the same run. Parts: queries, calls, fan-out, log.
//   BENCH_SECONDS  seconds of each round, default 5
//   BENCH_ROUNDS   rounds, ours and the bound in turn, default 3
//   BENCH_PROFILE  folder for CPU profiles of the servers
import { cpus } from 'node:os'
import type { Database } from '@patchbay/prisma/database.ts'
import { startPostgres } from '../support/postgres-server.ts'
import { compareCalls } from './calls.ts'
import { compareFanOut } from './fan-out.ts'
import { compareLogWrites } from './log-writes.ts'
import type { Comparison } from './measure.ts'
import { compareQueries } from './queries.ts'
import { seed } from './seed.ts'

const parts: Record<string, (url: string, database: Database) => Promise<Comparison[]>> = {
  queries: compareQueries,
  calls: compareCalls,
  'fan-out': compareFanOut,
  log: (_url, database) => compareLogWrites(database),
}

const wanted = process.argv.slice(2)
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
  // A database of its own for each part: what one wrote must not slow the next.
  const server = await startPostgres()
  try {
    const database = await seed(server.url)
    try {
      for (const { name: what, ours, bound, ratio, unit, note } of await run(server.url, database)) {
        console.log(
          `${what}\n  ours ${short(ours)} ${unit}, bound ${short(bound)} ${unit} (${note})\n  ratio ${ratio.toFixed(2)}\n`,
        )
      }
    } finally {
      await database.close()
    }
  } finally {
    await server.stop()
  }
}
