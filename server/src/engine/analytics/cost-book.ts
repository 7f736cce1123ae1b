import type { Database } from '@patchbay/prisma/database.ts'
import type { Budget, Price } from '@patchbay/prisma/generated/client.ts'
import { microsPerMinor } from '@patchbay/schema/currency.ts'
import { amountOf } from '@patchbay/schema/event-types/amount.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { CostBook } from './contract.ts'
import { readLedger, type Ledger } from './ledger.ts'

/** Rung with the organization whose prices or budgets changed. */
export const costsChannel = 'hub_costs'

export interface CostBookOptions {
  readonly database: Pick<Database, 'system' | 'tenant' | 'listen'>
  readonly now: () => Date
  readonly onFault: (error: unknown) => void
  /** Age at which what is known is read anew, in milliseconds. Default 10,000. */
  readonly refreshMs?: number
}

export interface RunningCostBook extends CostBook {
  /** Reads every organization that has prices or budgets, and hears of changes from now on. */
  start(): Promise<void>
  /** Reads one organization anew. Never rejects. */
  refresh(organizationId: string): Promise<void>
  close(): Promise<void>
}

/** Prices of organizations and what they spent, as of a moment. */
interface Page extends Ledger {
  /** What was spent since the ledger was read, by reading and connection: it is not in there yet. */
  readonly since: Map<number, Map<string, bigint>>
}

export function createCostBook(options: CostBookOptions): RunningCostBook {
  const { database, now, onFault, refreshMs = 10_000 } = options
  const pages = new Map<string, Page>()
  const reading = new Map<string, Promise<void>>()
  let stopListening = async (): Promise<void> => {}
  let timer: NodeJS.Timeout | null = null

  /** Readings so far: what is spent from the beginning of one on is not in its ledger. */
  let readings = 0
  let settled: () => Promise<void> = async () => {}

  async function read(organizationId: string): Promise<void> {
    try {
      const reading = ++readings
      // Everything spent before is in the database when it is asked, and counts once.
      await settled()
      const ledger = await readLedger(database, organizationId, now)
      const before = pages.get(organizationId)
      if (ledger === null) return void pages.delete(organizationId)
      const since = new Map([...(before?.since ?? [])].filter(([n]) => n >= reading))
      pages.set(organizationId, { ...ledger, since })
    } catch (error) {
      onFault(error)
    }
  }

  /** One reading at a time; who asks meanwhile gets one that began after they asked. */
  function refresh(organizationId: string): Promise<void> {
    const next = (reading.get(organizationId) ?? Promise.resolve()).then(() => read(organizationId))
    reading.set(organizationId, next)
    return next.finally(() => {
      if (reading.get(organizationId) === next) reading.delete(organizationId)
    })
  }

  async function refreshAll(): Promise<void> {
    try {
      const rows = await database.system.sql.query<{ id: string }>(
        `select "organizationId"::text as "id" from "Price" union select "organizationId"::text from "Budget"`,
      )
      const wanted = new Set([...rows.map(({ id }) => id), ...pages.keys()])
      for (const id of wanted) if (!reading.has(id)) await refresh(id)
    } catch (error) {
      onFault(error)
    }
  }

  function plan(): void {
    timer = setTimeout(() => void refreshAll().then(plan), refreshMs)
    timer.unref()
  }

  /** Spent this month, of one connection or of all; 0 once the month it was read of is over. */
  function used(page: Page, connectionId: string | null): bigint {
    if (now() >= page.monthEnd) return 0n
    let sum = connectionId === null ? page.spent : (page.spentBy.get(connectionId) ?? 0n)
    for (const sums of page.since.values())
      for (const [id, micros] of sums) if (connectionId === null || connectionId === id) sum += micros
    return sum
  }

  return {
    priceOf({ organizationId, connectionId, operation, at, attempts }) {
      const prices = pages.get(organizationId)?.prices.get(connectionId)
      const price = priceAt(prices, 'PER_CALL', operation, at)
      return price === null ? null : price.amountMicros * BigInt(attempts)
    },

    priceOfEvent({ organizationId, connectionId, type, at, data }) {
      const page = pages.get(organizationId)
      if (page === undefined || connectionId === null) return 0n
      const price = priceAt(page.prices.get(connectionId), 'PER_TRANSACTION', type, at)
      if (price === null) return 0n
      const { currency, amountMinor } = amountOf(data)
      if (price.sharePpm === 0 || currency !== page.currency) return price.amountMicros
      const millionths = amountMinor * microsPerMinor(currency) * BigInt(price.sharePpm)
      return price.amountMicros + (millionths + 500_000n) / 1_000_000n
    },

    spent(organizationId, connectionId, micros) {
      const page = pages.get(organizationId)
      if (page === undefined || page.budgets.length === 0 || micros === 0n) return
      const sums = page.since.get(readings) ?? new Map<string, bigint>()
      page.since.set(readings, sums)
      sums.set(connectionId, (sums.get(connectionId) ?? 0n) + micros)
    },

    requireRoom(connection) {
      const page = pages.get(connection.organizationId)
      if (page === undefined) return
      for (const budget of page.budgets) {
        if (!budget.stop || (budget.connectionId !== null && budget.connectionId !== connection.id)) continue
        if (used(page, budget.connectionId) >= budget.monthlyMicros)
          throw usedUp(budget, connection.name, page.monthEnd)
      }
    },

    settleBy(flush) {
      settled = flush
    },

    async start() {
      stopListening = await database.listen(
        costsChannel,
        (organizationId) => void refresh(organizationId),
        () => void refreshAll(),
      )
      await refreshAll()
      plan()
    },
    refresh,
    async close() {
      if (timer) clearTimeout(timer)
      await stopListening()
      await Promise.all(reading.values())
    },
  }
}

/** The price that held at a moment: of this very thing, else of all that have none of their own. */
function priceAt(prices: readonly Price[] | undefined, kind: Price['kind'], thing: string, at: Date): Price | null {
  let general: Price | null = null
  for (const price of prices ?? []) {
    if (price.kind !== kind || price.since > at || (price.until !== null && price.until <= at)) continue
    if (price.appliesTo === thing) return price
    if (price.appliesTo === null) general = price
  }
  return general
}

function usedUp(budget: Budget, name: string, monthEnd: Date): ProviderCallError {
  const whose = budget.connectionId === null ? 'The organization’s budget' : `The budget of ${name}`
  return new ProviderCallError({
    errorClass: 'BUDGET_EXCEEDED',
    message: `${whose} for this month is used up, and it stops calls.`,
    advice: `Raise the budget, or let it warn instead of stopping. Otherwise calls go on with the next month, ${monthEnd.toISOString().slice(0, 10)}.`,
  })
}
