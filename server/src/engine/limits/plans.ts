import type { Database, Row } from '@patchbay/prisma/database.ts'
import type { LimitSpec } from '@patchbay/schema/catalog.ts'
import { LRUCache } from 'lru-cache'
import type { LimitedConnection } from './contract.ts'
import { planWindows, type OwnLimit, type PlannedWindow } from './plan.ts'

/** Limits of a connection, as they were read. */
export interface Plan {
  readonly windows: readonly PlannedWindow[]
  /** Time zone of the organization. */
  readonly zone: string
  /** Version of the connection they were read for. */
  readonly version: number
  readonly readAt: number
}

export interface PlansOptions {
  readonly database: Pick<Database, 'system'>
  readonly vendorLimits: (provider: string) => readonly LimitSpec[]
  /** Clock of this process, in milliseconds. */
  readonly ticks: () => number
  readonly onFault: (error: unknown) => void
}

const mostPlans = 10_000
/** A change of limits raises the connection's version; one of the time zone is only noticed after this. */
const freshMs = 60_000

interface PlanRow extends Row {
  readonly id: string
  readonly zone: string
  readonly own: readonly OwnLimit[] | null
}

const readText = `
select c."id", o."timeZone" as "zone",
  (select json_agg(json_build_object('window', l."window", 'calls', l."calls", 'replacesVendor', l."replacesVendor"))
   from "CallLimit" l where l."connectionId" = c."id") as "own"
from "Connection" c join "Organization" o on o."id" = c."organizationId"
where c."id" = any($1::uuid[])`

/** Limits of connections, read when first needed and when they may have changed. */
export class Plans {
  readonly #options: PlansOptions
  readonly #known = new LRUCache<string, Plan>({ max: mostPlans })
  readonly #reading = new Map<string, Promise<Plan>>()

  constructor(options: PlansOptions) {
    this.#options = options
  }

  /** What is at hand and still holds; a plan that may be old holds while it is read again. */
  known(connection: LimitedConnection): Plan | null {
    const plan = this.#known.get(connection.id)
    if (plan === undefined || plan.version < connection.version) return null
    if (this.#options.ticks() - plan.readAt > freshMs) this.read(connection).catch(this.#options.onFault)
    return plan
  }

  /** Rejects when the database is away. */
  read(connection: LimitedConnection): Promise<Plan> {
    const key = `${connection.id} ${connection.version}`
    const reading =
      this.#reading.get(key) ??
      this.of([connection])
        .then(([plan]) => plan as Plan)
        .finally(() => this.#reading.delete(key))
    this.#reading.set(key, reading)
    return reading
  }

  /** Plans of many, read together; a deleted connection has the vendor's limits alone. */
  async of(connections: readonly LimitedConnection[]): Promise<Plan[]> {
    const rows = await this.#options.database.system.sql.query<PlanRow>(readText, [connections.map(({ id }) => id)])
    const byId = new Map(rows.map((row) => [row.id, row]))
    const readAt = this.#options.ticks()
    return connections.map(({ id, provider, environment, version }) => {
      const row = byId.get(id)
      const windows = planWindows(this.#options.vendorLimits(provider), row?.own ?? [], environment)
      const plan: Plan = { windows, zone: row?.zone ?? 'UTC', version, readAt }
      if (row !== undefined) this.#known.set(id, plan)
      return plan
    })
  }

  forget(connectionId: string): void {
    this.#known.delete(connectionId)
  }
}
