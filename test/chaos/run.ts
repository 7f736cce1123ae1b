// `pnpm chaos`: kills the hub at random moments under load and checks that it keeps every promise.
//   --kills 100   how often    --engine pglite | postgres   --seed 1   the same moments again
//   --calls 10000 mixed calls through the proxy, 30 % of them to a vendor that fails on purpose; nobody is killed
//   --webhooks    20,000 signed webhooks from 64 connections meanwhile (20 kills); on postgres with two replicas
import { randomInt } from 'node:crypto'
import { parseArgs } from 'node:util'
import { databaseUrl, startPostgres } from '../support/postgres-server.ts'
import { runChaos } from './chaos.ts'
import { playEffects } from './effects-setting.ts'
import { runStorm } from './webhooks/storm.ts'

const { values } = parseArgs({
  options: {
    webhooks: { type: 'boolean', default: false },
    calls: { type: 'string' },
    kills: { type: 'string' },
    requests: { type: 'string', default: '20000' },
    engine: { type: 'string', default: 'pglite' },
    seed: { type: 'string', default: String(randomInt(1_000_000)) },
  },
})
const kills = Number(values.kills ?? (values.webhooks ? 20 : 100))
const requests = Number(values.requests)
const calls = Number(values.calls ?? 0)
const seed = Number(values.seed)
if (
  ![kills, requests].every((count) => Number.isInteger(count) && count >= 1) ||
  !Number.isInteger(seed) ||
  !Number.isInteger(calls) ||
  !['pglite', 'postgres'].includes(values.engine)
) {
  console.error(
    'Usage: pnpm chaos [--calls 10000 | --webhooks [--requests 20000]] [--kills 100] [--engine pglite|postgres] [--seed 1]',
  )
  process.exit(2)
}

const startedAt = performance.now()
const say = (line: string) => console.log(`${Math.round((performance.now() - startedAt) / 1000)} s  ${line}`)
const server = values.engine === 'postgres' ? await startPostgres() : null
const url = server === null ? undefined : databaseUrl(server.url, 'postgres')
console.log(`${calls > 0 ? `${calls} calls` : `${kills} kills`} on ${values.engine}, seed ${seed}`)
let failed = true
try {
  const violations = await (calls > 0 ? effects() : values.webhooks ? webhooks() : changes())
  for (const violation of violations.slice(0, 50)) console.error(`✗ ${violation}`)
  if (violations.length > 50) console.error(`… and ${violations.length - 50} more`)
  failed = violations.length > 0
} catch (error) {
  console.error(error)
} finally {
  await server?.stop()
}
const what = calls > 0 ? `--calls ${calls}` : `${values.webhooks ? '--webhooks ' : ''}--kills ${kills}`
const again = `pnpm chaos ${what} --engine ${values.engine} --seed ${seed}`
console.log(failed ? `\nFailed. Again: ${again}` : '\nNothing lost.')
process.exit(failed ? 1 : 0)

async function changes(): Promise<readonly string[]> {
  const report = await runChaos({ kills, seed, databaseUrl: url, deadlineMs: 300_000 + kills * 30_000, say })
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
  return report.violations
}

async function effects(): Promise<readonly string[]> {
  const report = await playEffects({ calls, seed, databaseUrl: url, say })
  const { violations, failed, ...figures } = report
  const told = Object.entries(failed).map(([word, count]) => `${count} ${word}`)
  console.log(
    [
      '',
      `${figures.calls} calls, ${figures.faulty} with a fault, ${figures.heldBack} times held back by the hub and sent later`,
      `${figures.succeeded} succeeded; failed: ${told.join(', ')}`,
      `${figures.unknown} failed although the vendor had done it; none was done twice`,
    ].join('\n'),
  )
  return violations
}

async function webhooks(): Promise<readonly string[]> {
  const replicas = server === null ? 1 : 2
  const report = await runStorm({
    requests,
    sources: 64,
    endpoints: 3,
    kills,
    seed,
    databaseUrl: url,
    replicas,
    deadlineMs: 300_000 + kills * 30_000,
    say,
  })
  const { stored, events, deliveries, attempts, lost, repeated } = report.reckoned
  console.log(
    [
      '',
      `${report.kills} kills of ${replicas} hub${replicas === 1 ? '' : 's'}`,
      `${report.answers} webhooks answered 2xx, ${report.turnedAway} times told to come back or cut off`,
      `${report.acknowledged} events acknowledged, ${stored} stored, ${events} events, ${deliveries} deliveries`,
      `${attempts} attempts, ${report.failedOnPurpose} failed on purpose, ${lost} cut off by a kill`,
      `${repeated} deliveries arrived more than once, each after an attempt that was open at a kill`,
    ].join('\n'),
  )
  return report.violations
}
