import type { Sql } from '@patchbay/prisma/database.ts'
import type { Result } from './attempt.ts'
import type { Concluded } from './finish.ts'

const holdText = `
select given."attemptId"
from unnest($1::timestamptz[], $2::uuid[], $3::int[], $4::int[], $5::uuid[])
  as given("at", "id", "round", "number", "attemptId")
join "Delivery" delivery on delivery."at" = given."at" and delivery."id" = given."id"
where delivery."state" = 'SENDING' and delivery."round" = given."round" and delivery."attempts" = given."number"
order by delivery."at", delivery."id"
for no key update of delivery`

/** Locks the deliveries of these results. Ids of the attempts whose claim still holds. */
export async function holdDeliveries(sql: Sql, results: readonly Result[]): Promise<Set<string>> {
  const rows = await sql.query<{ attemptId: string }>(holdText, [
    results.map(({ job }) => job.at.toISOString()),
    results.map(({ job }) => job.deliveryId),
    results.map(({ job }) => job.round),
    results.map(({ job }) => job.number),
    results.map(({ job }) => job.attemptId),
  ])
  return new Set(rows.map((row) => row.attemptId))
}

const closeText = `
update "Attempt" attempt
set "outcome" = given."outcome"::"AttemptOutcome", "finishedAt" = given."finishedAt", "status" = given."status",
  "errorClass" = given."errorClass", "message" = given."message", "latencyMs" = given."latencyMs",
  "requestHead" = given."requestHead"::jsonb, "requestBytes" = given."requestBytes",
  "responseHead" = given."responseHead"::jsonb, "responseBody" = given."responseBody",
  "nextAttemptAt" = given."nextAttemptAt"
from unnest($1::timestamptz[], $2::uuid[], $3::text[], $4::timestamptz[], $5::int[], $6::text[], $7::text[], $8::int[],
  $9::text[], $10::int[], $11::text[], $12::text[], $13::timestamptz[])
  as given("at", "id", "outcome", "finishedAt", "status", "errorClass", "message", "latencyMs",
    "requestHead", "requestBytes", "responseHead", "responseBody", "nextAttemptAt")
where attempt."at" = given."at" and attempt."id" = given."id" and attempt."outcome" in ('OPEN', 'LOST')`

const lateWords = 'Its answer came after its claim had ended: the delivery went on without it.'

/** Writes what happened into the attempts, also into those that came too late to change anything else. */
export async function closeAttempts(sql: Sql, concluded: readonly Concluded[], late: readonly Result[]): Promise<void> {
  const rows = [
    ...concluded.map(({ result, outcome }) => ({
      result,
      outcome: outcome.attempt,
      message: outcome.message,
      next: outcome.nextAttemptAt,
    })),
    ...late.map((result) => ({
      result,
      outcome: result.verdict.kind === 'DELIVERED' ? 'DELIVERED' : 'FAILED',
      message: `${result.verdict.words} ${lateWords}`,
      next: null,
    })),
  ]
  await sql.query(closeText, [
    rows.map(({ result }) => result.job.startedAt.toISOString()),
    rows.map(({ result }) => result.job.attemptId),
    rows.map(({ outcome }) => outcome),
    rows.map(({ result }) => result.finishedAt.toISOString()),
    rows.map(({ result }) => result.verdict.status),
    rows.map(({ result }) => result.verdict.errorClass),
    rows.map(({ message }) => message),
    rows.map(({ result }) => result.latencyMs),
    rows.map(({ result }) => json(result.requestHead)),
    rows.map(({ result }) => result.requestBytes),
    rows.map(({ result }) => json(result.responseHead)),
    rows.map(({ result }) => result.responseBody),
    rows.map(({ next }) => next?.toISOString() ?? null),
  ])
}

const json = (value: unknown) => (value === null ? null : JSON.stringify(value))

const updateText = `
update "Delivery" delivery
set "state" = given."state"::"DeliveryState", "reason" = given."reason", "nextAttemptAt" = given."nextAttemptAt",
  "lastStatus" = given."status", "lastErrorClass" = given."errorClass", "lastLatencyMs" = given."latencyMs",
  "deliveredAt" = given."deliveredAt", "seq" = nextval('hub_deliveries_seq')
from unnest($1::timestamptz[], $2::uuid[], $3::text[], $4::text[], $5::timestamptz[], $6::int[], $7::text[], $8::int[],
  $9::timestamptz[])
  as given("at", "id", "state", "reason", "nextAttemptAt", "status", "errorClass", "latencyMs", "deliveredAt")
where delivery."at" = given."at" and delivery."id" = given."id"`

/** Moves the deliveries on. Their rows and the stream are locked by the caller. */
export async function updateDeliveries(sql: Sql, concluded: readonly Concluded[]): Promise<void> {
  await sql.query(updateText, [
    concluded.map(({ result }) => result.job.at.toISOString()),
    concluded.map(({ result }) => result.job.deliveryId),
    concluded.map(({ outcome }) => outcome.state),
    concluded.map(({ outcome }) => outcome.reason),
    concluded.map(({ outcome }) => outcome.nextAttemptAt?.toISOString() ?? null),
    concluded.map(({ result }) => result.verdict.status),
    concluded.map(({ result }) => result.verdict.errorClass),
    concluded.map(({ result }) => result.latencyMs),
    concluded.map(({ result, outcome }) => (outcome.state === 'DELIVERED' ? result.finishedAt.toISOString() : null)),
  ])
}
