import type { Database } from '@patchbay/prisma/database.ts'

// The bell's own channel stays, so an organization that has one was prepared before: rules that people deleted do not come
// back. Ids follow from the organization's, so that two replicas make the same rows.
const prepareText = `
with made as (
  insert into "AlertChannel" ("id", "organizationId", "name", "kind", "createdAt", "updatedAt")
  select md5('alert channel bell ' || organization."id")::uuid, organization."id", 'Bell', 'IN_APP', $1::timestamptz, $1::timestamptz
  from "Organization" organization
  where not exists (
    select 1 from "AlertChannel" where "AlertChannel"."organizationId" = organization."id" and "kind" = 'IN_APP')
  on conflict do nothing
  returning "id", "organizationId"
)
insert into "AlertRule" ("id", "organizationId", "name", "condition", "kinds", "leastSeverity", "threshold", "channelIds",
  "createdAt", "updatedAt")
select md5('alert rule ' || given.name || made."organizationId")::uuid, made."organizationId", given.name,
  given.condition::"AlertCondition", given.kinds::text[], 'WARNING', given.threshold, array[made."id"], $1::timestamptz, $1::timestamptz
from made cross join (values
  ('Everything that needs a look', 'RAISED', '{*}', null::float8),
  ('Many calls fail', 'ERROR_RATE', '{}', 20),
  ('Calls are slow', 'LATENCY', '{}', 5000)
) as given(name, condition, kinds, threshold)
on conflict do nothing`

/**
 * Gives every organization that has none its bell and first rules: all that needs a look rings the bell, and so do more than
 * 20 % of failed calls and a 95th percentile above five seconds. Changes nothing where it ran before.
 */
export async function prepare(database: Pick<Database, 'system'>, now: Date): Promise<void> {
  await database.system.sql.query(prepareText, [now.toISOString()])
}
