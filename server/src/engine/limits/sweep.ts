import type { Database } from '@patchbay/prisma/database.ts'
import type { Alerts } from '../alerts/contract.ts'
import { toldPrefix } from './tell.ts'

export interface SweepOptions {
  readonly database: Pick<Database, 'system'>
  readonly alerts: Pick<Alerts, 'settle'>
  readonly now: () => Date
}

const batch = 500

const toldText = `
delete from "RateWindow" where "key" in (
  select "key" from "RateWindow" where "expire" <= $1::bigint and "key" like '${toldPrefix}%'
  order by "expire" limit $2::int for update skip locked)
returning "key"`
const goneText = `
delete from "RateWindow" where "key" in (
  select "key" from "RateWindow" where "expire" <= $1::bigint and "key" not like '${toldPrefix}%'
  order by "expire" limit $2::int for update skip locked)
returning 1 as "gone"`

/** Settles alerts of windows that are over, and removes windows that nobody counts any more. Any number of replicas may. */
export async function sweepWindows({ database, alerts, now }: SweepOptions): Promise<void> {
  const { sql } = database.system
  const values = [BigInt(now().getTime()), batch]
  const settleSome = () =>
    sql.transaction(async (tx) => {
      const rows = await tx.query<{ key: string }>(toldText, values)
      const told = rows.map(({ key }) => key.slice(toldPrefix.length).split(' '))
      for (const [organizationId = '', some] of Map.groupBy(told, ([organizationId]) => organizationId))
        await alerts.settle(
          tx,
          organizationId,
          some.map(([, key = '']) => key),
          'The window is over: calls pass again.',
        )
      return rows.length
    })
  while ((await settleSome()) === batch);
  while ((await sql.query(goneText, values)).length === batch);
}
