import type { Jobs } from '../jobs/contract.ts'
import { watchFloods } from './key-floods.ts'
import { rotateKeys, type KeyRotationOptions } from './key-rotation.ts'
import { watchKeys } from './key-watch.ts'

const dayMs = 86_400_000
/** Use by the hour is kept as long as figures are shown and a little longer. */
const keptHoursDays = 92
const keptRefusalsDays = 90
const mostAddresses = 1_000

/** Looks after API keys: judges their use every minute, carries out the rotation policy and tidies up every hour. */
export interface KeyKeeper {
  watch(signal?: AbortSignal): Promise<void>
  keep(signal?: AbortSignal): Promise<void>
}

export function createKeyKeeper(options: KeyRotationOptions): KeyKeeper {
  return {
    async watch(signal) {
      await watchKeys(options, signal)
      await watchFloods(options)
    },
    async keep(signal) {
      await rotateKeys(options, signal)
      await tidy(options)
    },
  }
}

/** Takes the queues of API keys, worker role only. Both run at once as well: a hub that was down has keys that are due. */
export async function registerKeys(jobs: Jobs, keeper: KeyKeeper): Promise<void> {
  await jobs.work('keys.watch', (_data, signal) => keeper.watch(signal))
  await jobs.work('keys.keep', (_data, signal) => keeper.keep(signal))
  await jobs.schedule('keys.watch', '* * * * *')
  await jobs.schedule('keys.keep', '23 * * * *')
  await jobs.send('keys.keep', {}, { singletonKey: 'start' })
}

async function tidy({ database, now }: KeyRotationOptions): Promise<void> {
  const { sql } = database.system
  const before = (days: number) => new Date(now().getTime() - days * dayMs).toISOString()
  await sql.query(`delete from "ApiKeyHour" where "hour" < $1::timestamptz`, [before(keptHoursDays)])
  await sql.query(`delete from "ApiKeyRefusal" where "hour" < $1::timestamptz`, [before(keptRefusalsDays)])
  await sql.query(`delete from "RateWindow" where "key" like 'key:%' and "expire" < $1`, [now().getTime() - 3_600_000])
  await sql.query(
    `delete from "ApiKeyAddress" a using (
       select "apiKeyId", "ipAddress", row_number() over (partition by "apiKeyId" order by "lastAt" desc) as nth
       from "ApiKeyAddress" where "apiKeyId" in
         (select "apiKeyId" from "ApiKeyAddress" group by 1 having count(*) > ${mostAddresses})) old
     where a."apiKeyId" = old."apiKeyId" and a."ipAddress" = old."ipAddress" and old.nth > ${mostAddresses}`,
  )
}
