import type { Sql } from '@patchbay/prisma/database.ts'
import type { PayloadKind } from '@patchbay/schema/commands/endpoint.ts'
import type { LaneState } from './breaker.ts'

/** An endpoint and how it is doing, as a transaction that holds its lock sees it. */
export interface Lane extends LaneState {
  readonly endpointId: string
  readonly organizationId: string
  readonly url: string
  readonly enabled: boolean
  readonly disabledReason: string | null
  readonly deletedAt: Date | null
  readonly ratePerSecond: number | null
  readonly schedule: readonly number[]
  readonly strictOrder: boolean
  readonly payload: PayloadKind
  readonly payloadText: string | null
}

const stateTypes = {
  breaker: 'text',
  breakerSince: 'timestamptz',
  failuresInRow: 'int',
  rowSince: 'timestamptz',
  failingSince: 'timestamptz',
  rests: 'int',
  probeAt: 'timestamptz',
  slotAt: 'timestamptz',
  quietUntil: 'timestamptz',
  pace: 'float8',
} as const satisfies Record<keyof LaneState, string>
const stateNames = Object.keys(stateTypes) as (keyof LaneState)[]

const readText = `
select lane."endpointId", lane."organizationId", ${stateNames.map((name) => `lane."${name}"`).join(', ')},
  endpoint."url", endpoint."enabled", endpoint."disabledReason", endpoint."deletedAt", endpoint."ratePerSecond",
  coalesce(endpoint."schedule", '{}') as "schedule", endpoint."strictOrder", endpoint."payload"::text as "payload", endpoint."payloadText"
from "EndpointLane" lane join "Endpoint" endpoint on endpoint."id" = lane."endpointId"
where lane."endpointId" = any($1::uuid[])
order by lane."endpointId"`
const lockText = `${readText}
for no key update of lane`

/** Takes the lanes that nobody else holds: one endpoint is claimed by one replica at a time. */
export const takeLanes = (sql: Sql, endpointIds: readonly string[]): Promise<Lane[]> =>
  read(sql, `${lockText} skip locked`, endpointIds)

/** Takes all of these lanes, in one order everywhere, waiting for who holds them. */
export const awaitLanes = (sql: Sql, endpointIds: readonly string[]): Promise<Lane[]> =>
  read(sql, lockText, endpointIds)

/** How lanes are right now, without waiting and without a lock. */
export const lookAtLanes = (sql: Sql, endpointIds: readonly string[]): Promise<Lane[]> =>
  read(sql, readText, endpointIds)

async function read(sql: Sql, text: string, endpointIds: readonly string[]): Promise<Lane[]> {
  return (await sql.query(text, [endpointIds])) as unknown as Lane[]
}

const writeText = `
update "EndpointLane" lane
set ${stateNames.map((name) => `"${name}" = given."${name}"${name === 'breaker' ? '::"EndpointBreaker"' : ''}`).join(', ')}
from unnest($1::uuid[], ${stateNames.map((name, n) => `$${n + 2}::${stateTypes[name]}[]`).join(', ')})
  as given("id", ${stateNames.map((name) => `"${name}"`).join(', ')})
where lane."endpointId" = given."id"`

/** Writes back lanes whose lock the transaction holds. */
export async function writeLanes(sql: Sql, lanes: readonly (LaneState & { readonly endpointId: string })[]) {
  if (lanes.length === 0) return
  await sql.query(writeText, [
    lanes.map((lane) => lane.endpointId),
    ...stateNames.map((name) => lanes.map((lane) => plain(lane[name]))),
  ])
}

const plain = (value: LaneState[keyof LaneState]) => (value instanceof Date ? value.toISOString() : value)
