import type { AppendTx, LiveWriter } from '../live/contract.ts'
import type { LaneWriter } from './contract.ts'

export interface LaneWriterOptions {
  readonly live: Pick<LiveWriter, 'append'>
  readonly now: () => Date
}

// The sequence's number of a row that collides is taken anyway: it becomes the position of the change.
const changeText = `
insert into "ConnectionLane" as lane
  ("connectionId", "organizationId", "breakerSince", "reason", "quietUntil", "cacheEpoch", "changedAt")
values ($1::uuid, $2::uuid, $3::timestamptz, $4::text, $6::timestamptz, $7::int, $3::timestamptz)
on conflict ("connectionId") do update set
  "seq" = excluded."seq",
  "changedAt" = excluded."changedAt",
  "breakerSince" = case when $4::text is not null and lane."breaker" <> 'CLOSED' then $3::timestamptz else lane."breakerSince" end,
  "breaker" = case when $4::text is null then lane."breaker" else 'CLOSED' end,
  "reason" = coalesce($4::text, lane."reason"),
  "retryAt" = case when $4::text is null then lane."retryAt" end,
  "quietUntil" = case when $5::bool then null else greatest(lane."quietUntil", $6::timestamptz) end,
  "cacheEpoch" = lane."cacheEpoch" + $7::int`

/** Writes lanes for the rules. */
export function createLaneWriter({ live, now }: LaneWriterOptions): LaneWriter {
  return {
    async change(tx, owner, { closed, quietUntil, purged }) {
      await live.append(tx, 'lanes')
      await run(tx, changeText, [
        owner.id,
        owner.organizationId,
        now().toISOString(),
        closed?.reason ?? null,
        quietUntil === null,
        quietUntil?.toISOString() ?? null,
        purged === true ? 1 : 0,
      ])
    },
  }
}

async function run(tx: AppendTx, statement: string, values: readonly unknown[]): Promise<void> {
  if ('$executeRawUnsafe' in tx) await tx.$executeRawUnsafe(statement, ...values)
  else await tx.query(statement, values)
}
