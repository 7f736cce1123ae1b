import { randomUUID } from 'node:crypto'
import type { Database } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { LimitSpec } from '@patchbay/schema/catalog.ts'
import type { CalendarWindow } from '@patchbay/schema/calendar.ts'
import type { ProviderCallError } from '@patchbay/schema/errors.ts'
import { newId } from '@patchbay/server/app/ids.ts'
import { createGateway, type Gateway } from '@patchbay/server/app/gateway.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import type { LiveHub } from '@patchbay/server/engine/live/contract.ts'
import { testActor } from './test-provider.ts'

/** What one process of a hub has between its calls and their vendors. */
export interface GatewayReplica extends Gateway, AsyncDisposable {
  readonly live: LiveHub
  /** Faults that were told and repeated. */
  readonly faults: unknown[]
  /** Resolves when everything seen here is written. */
  settled(): Promise<void>
}

export interface GatewayReplicaOptions {
  readonly database: Database
  readonly now?: () => Date
  readonly vendorLimits?: readonly LimitSpec[]
  readonly cacheBytes?: number
}

export async function gatewayReplica(options: GatewayReplicaOptions): Promise<GatewayReplica> {
  const { database, now = () => new Date(), vendorLimits = [], cacheBytes = 1_000_000 } = options
  const stack = new AsyncDisposableStack()
  const faults: unknown[] = []
  const onFault = (error: unknown) => void faults.push(error)
  const live = createLive({ database, onFault })
  await live.start()
  stack.defer(() => live.close())
  const parts = { database, live, vendorLimits: () => vendorLimits, cacheBytes, now, newId, onFault, stack }
  const gateway = await createGateway(parts)
  return {
    ...gateway,
    live,
    faults,
    async settled() {
      await gateway.breakers.flush()
      await gateway.limits.flush()
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  }
}

/** An organization with one connection and its own limits. */
export async function limitedConnection(
  database: Pick<Database, 'system'>,
  limits: Partial<Record<CalendarWindow, number>> = {},
  timeZone = 'UTC',
): Promise<Connection> {
  const { prisma } = database.system
  const organizationId = randomUUID()
  await prisma.organization.create({ data: { id: organizationId, name: 'Test', slug: organizationId, timeZone } })
  const connection = await prisma.connection.create({
    data: {
      id: randomUUID(),
      organizationId,
      provider: 'acme',
      category: 'PAYMENT',
      name: 'Acme',
      environment: 'LIVE',
      status: 'ACTIVE',
    },
  })
  for (const [window, calls] of Object.entries(limits))
    await prisma.callLimit.create({
      data: { id: randomUUID(), organizationId, connectionId: connection.id, window: window as CalendarWindow, calls },
    })
  return connection
}

/** Takes one call. Null when it was granted. */
export async function refusalOfTake(
  { limits }: Pick<Gateway, 'limits'>,
  connection: Connection,
): Promise<ProviderCallError | null> {
  const actor = testActor(connection.organizationId)
  return limits.take(connection, actor).then(
    () => null,
    (error: ProviderCallError) => error,
  )
}

/** Takes from all replicas at once, in turns, and counts what was granted. */
export async function takeFromAll(
  replicas: readonly Pick<Gateway, 'limits'>[],
  connection: Connection,
  { rounds, each }: { readonly rounds: number; readonly each: number },
): Promise<number> {
  let granted = 0
  for (let round = 0; round < rounds; round++) {
    const takes = replicas.flatMap((replica) => Array.from({ length: each }, () => refusalOfTake(replica, connection)))
    for (const refusal of await Promise.all(takes)) if (refusal === null) granted += 1
  }
  return granted
}

/** All of it, or transactions alone. */
type Away = boolean | 'begin'

/** The database as a gateway's machines use it, telling of every statement and going away when told. */
export function watched(given: Database): { readonly database: Database; readonly heard: string[]; away: Away } {
  const heard: string[] = []
  const { sql } = given.system
  const guard = <T>(what: string, work: () => Promise<T>): Promise<T> => {
    if (state.away === true || state.away === what) return Promise.reject(new Error('the database is away'))
    heard.push(what)
    return work()
  }
  const state = {
    away: false as Away,
    heard,
    database: {
      ...given,
      system: {
        ...given.system,
        sql: {
          ...sql,
          query: (text: string, values?: readonly unknown[]) => guard(text, () => sql.query(text, values)),
          transaction: (work: Parameters<typeof sql.transaction>[0]) => guard('begin', () => sql.transaction(work)),
        },
      },
    } as Database,
  }
  return state
}
