// `pnpm chaos`: kills the hub at random moments under load and checks that it keeps every promise.
//   --kills 100   how often    --engine pglite | postgres   --seed 1   the same moments again
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { databaseUrl, startPostgres } from '../support/postgres-server.ts'
import { runChaos } from './chaos.ts'

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    engine: { type: 'string', default: 'pglite' },
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
  },
})
const kills = Number(values.kills)
const seed = Number(values.seed)
if (
  !Number.isInteger(kills) ||
  kills < 1 ||
  !Number.isInteger(seed) ||
  !['pglite', 'postgres'].includes(values.engine)
) {
  console.error('Usage: pnpm chaos [--kills 100] [--engine pglite|postgres] [--seed 1]')
  process.exit(2)
}

const startedAt = performance.now()
const seconds = () => Math.round((performance.now() - startedAt) / 1000)
const server = values.engine === 'postgres' ? await startPostgres() : null
console.log(`${kills} kills on ${values.engine}, seed ${seed}`)
let failed = true
try {
  const report = await runChaos({
    kills,
    seed,
    databaseUrl: server === null ? undefined : databaseUrl(server.url, 'postgres'),
    deadlineMs: 300_000 + kills * 30_000,
    say: (line) => console.log(`${seconds()} s  ${line}`),
  })
  const { rows, auditEntries, credentials } = report.reckoned ?? {}
  const boots = report.boots.toSorted((a, b) => a - b)
  console.log(
    [
      '',
      `${report.kills} kills; judged ${report.judged} times between them, then once more in the tables`,
      `${report.acknowledged} changes acknowledged, ${report.settled} cut off and settled, ${report.refused} refused with reason`,
      `${auditEntries} audit entries, ${credentials} sealed credentials, ${report.incidents} incidents`,
      `${rows?.calls} calls, ${rows?.health} health changes, ${rows?.incidents} incident lines; streams resumed ${report.resumed} times`,
      `${report.rotations} rotations of the master key, ${report.interruptedRotations} finished after a kill`,
      `a start took ${Math.round(boots[boots.length >> 1] ?? 0)} ms in the middle, ${Math.round(boots.at(-1) ?? 0)} ms at most`,
    ].join('\n'),
  )
  for (const violation of report.violations) console.error(`✗ ${violation}`)
  failed = report.violations.length > 0
} catch (error) {
  console.error(error)
} finally {
  await server?.stop()
}
console.log(
  failed ? `\nFailed. Again: pnpm chaos --kills ${kills} --engine ${values.engine} --seed ${seed}` : '\nNothing lost.',
)
process.exit(failed ? 1 : 0)
