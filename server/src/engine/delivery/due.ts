import type { Sql } from '@patchbay/prisma/database.ts'

/** When each endpoint is to be looked at next, as this process knows it. The table is the truth: `sweep` reads it. */
export interface DueSet {
  /** Look at an endpoint at this time, or earlier if that is planned already. */
  wake(endpointId: string, at: number): void
  /** Takes out endpoints whose time has come, longest waiting first. */
  take(now: number, limit: number, ready: (endpointId: string) => boolean): string[]
  /** Time of the earliest endpoint that is `ready`; null when there is none. */
  next(ready: (endpointId: string) => boolean): number | null
  readonly size: number
}

export function createDueSet(): DueSet {
  const times = new Map<string, number>()
  return {
    get size() {
      return times.size
    },
    wake(endpointId, at) {
      const known = times.get(endpointId)
      if (known === undefined || at < known) times.set(endpointId, at)
    },
    take(now, limit, ready) {
      const ripe = [...times].filter(([endpointId, at]) => at <= now && ready(endpointId))
      const taken = ripe.sort(([, a], [, b]) => a - b).slice(0, limit)
      for (const [endpointId] of taken) times.delete(endpointId)
      return taken.map(([endpointId]) => endpointId)
    },
    next(ready) {
      let earliest: number | null = null
      for (const [endpointId, at] of times) if ((earliest === null || at < earliest) && ready(endpointId)) earliest = at
      return earliest
    },
  }
}

// Hops from endpoint to endpoint along the index of what is due: its cost grows with the endpoints that have work, not
// with the deliveries, open or done.
const sweepText = `
with recursive busy as (
  (select "endpointId" from "Delivery" where "nextAttemptAt" is not null order by "endpointId" limit 1)
  union all
  select (
    select next."endpointId" from "Delivery" next
    where next."nextAttemptAt" is not null and next."endpointId" > busy."endpointId"
    order by next."endpointId" limit 1
  )
  from busy where busy."endpointId" is not null
), made as (
  insert into "EndpointLane" ("endpointId", "organizationId")
  select endpoint."id", endpoint."organizationId" from busy join "Endpoint" endpoint on endpoint."id" = busy."endpointId"
  where not exists (select from "EndpointLane" lane where lane."endpointId" = busy."endpointId")
  on conflict do nothing
)
select busy."endpointId" as "id", case
  when not endpoint."enabled" or endpoint."deletedAt" is not null then $1::timestamptz
  else greatest(
    first."at", lane."quietUntil", lane."slotAt",
    case when lane."breaker" in ('OPEN', 'HALF_OPEN') then lane."probeAt" end
  ) end as "at"
from busy
join "Endpoint" endpoint on endpoint."id" = busy."endpointId"
left join "EndpointLane" lane on lane."endpointId" = busy."endpointId"
cross join lateral (
  select case when lane."breaker" = 'CATCHING_UP' then $1::timestamptz else (
    select due."nextAttemptAt" from "Delivery" due
    where due."endpointId" = busy."endpointId" and due."nextAttemptAt" is not null
    order by due."nextAttemptAt" limit 1
  ) end as "at"
) first`

/** Finds every endpoint that has deliveries waiting, and when the first of them is to be sent. */
export async function sweep(sql: Sql, due: DueSet, now: Date): Promise<void> {
  const rows = await sql.query<{ id: string; at: Date | null }>(sweepText, [now.toISOString()])
  for (const { id, at } of rows) if (at !== null) due.wake(id, at.getTime())
}
