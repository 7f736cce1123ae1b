import type { Database, Sql } from '@patchbay/prisma/database.ts'
import type { Budget } from '@patchbay/prisma/generated/client.ts'
import { windowOf } from '@patchbay/schema/calendar.ts'
import { minorOfMicros, exponentOf } from '@patchbay/schema/currency.ts'
import type { AlertInput, Alerts } from '../alerts/contract.ts'
import { readLedger, type Ledger } from './ledger.ts'

export interface BudgetAlertsOptions {
  readonly database: Pick<Database, 'system' | 'tenant'>
  readonly alerts: Pick<Alerts, 'raise' | 'settle'>
  readonly now: () => Date
}

/** Key of the alert of one share of a budget in one month: each is raised once. */
export const alertKeyOf = (budgetId: string, percent: number, month: string): string =>
  `budget:${budgetId}:${percent}:${month}`

/** Months as their alerts are told apart, by the calendar of the organization: this one and the one before. */
export function monthsOf(now: Date, timeZone: string): readonly [string, string] {
  const month = windowOf('MONTH', now, timeZone)
  const before = windowOf('MONTH', new Date(month.start.getTime() - 1), timeZone)
  return [month.start.toISOString().slice(0, 10), before.start.toISOString().slice(0, 10)]
}

/** Raises what budgets say, once a month for each share, and settles what is over. Once a minute, in any one process. */
export async function watchBudgets(options: BudgetAlertsOptions): Promise<void> {
  const rows = await options.database.system.sql.query<{ id: string }>(
    `select distinct "organizationId"::text as "id" from "Budget" order by 1`,
  )
  for (const { id } of rows) {
    const ledger = await readLedger(options.database, id, options.now)
    if (ledger !== null) await tell(options, id, ledger)
  }
}

async function tell(
  { database, alerts, now }: BudgetAlertsOptions,
  organizationId: string,
  ledger: Ledger,
): Promise<void> {
  const [month, before] = monthsOf(now(), ledger.timeZone)
  const names = new Map(
    (
      await database.system.sql.query<{ id: string; name: string }>(
        `select "id"::text as "id", "name" from "Connection" where "id" = any($1::uuid[])`,
        [ledger.budgets.flatMap(({ connectionId }) => connectionId ?? [])],
      )
    ).map(({ id, name }) => [id, name]),
  )
  for (const budget of ledger.budgets) {
    const used = budget.connectionId === null ? ledger.spent : (ledger.spentBy.get(budget.connectionId) ?? 0n)
    const reached = budget.alertAtPercent.filter((percent) => used * 100n >= budget.monthlyMicros * BigInt(percent))
    const over = budget.alertAtPercent.filter((percent) => !reached.includes(percent))
    const stale = [
      ...over.map((percent) => alertKeyOf(budget.id, percent, month)),
      ...budget.alertAtPercent.map((percent) => alertKeyOf(budget.id, percent, before)),
    ]
    await database.system.sql.transaction(async (sql) => {
      const fresh = await untold(sql, organizationId, reached, (percent) => alertKeyOf(budget.id, percent, month))
      const inputs = fresh.map((percent) => alertOf(budget, percent, { used, ledger, names, month }))
      if (inputs.length > 0) await alerts.raise(sql, inputs)
      await alerts.settle(sql, organizationId, stale, 'There is room in the budget again.')
    })
  }
}

/** Shares that were not told of this month, whatever became of their alerts. One process at a time looks. */
async function untold(
  sql: Sql,
  organizationId: string,
  reached: readonly number[],
  keyOf: (percent: number) => string,
): Promise<number[]> {
  if (reached.length === 0) return []
  const keys = reached.map(keyOf)
  await sql.query(`select pg_advisory_xact_lock(hashtextextended($1, 0))`, [`hub.budgets.${organizationId}`])
  const told = await sql.query<{ key: string }>(
    `select distinct "dedupeKey" as "key" from "Alert" where "organizationId" = $1::uuid and "dedupeKey" = any($2::text[])`,
    [organizationId, keys],
  )
  const known = new Set(told.map(({ key }) => key))
  return reached.filter((percent) => !known.has(keyOf(percent)))
}

interface Standing {
  readonly used: bigint
  readonly ledger: Ledger
  readonly names: ReadonlyMap<string, string>
  readonly month: string
}

function alertOf(budget: Budget, percent: number, { used, ledger, names, month }: Standing): AlertInput {
  const { organizationId, connectionId } = budget
  const whose = connectionId === null ? 'the organization' : (names.get(connectionId) ?? 'a connection')
  const isExceeded = percent >= 100
  const money = (micros: bigint) => `${inWords(micros, ledger.currency)} ${ledger.currency}`
  const stops =
    budget.stop && used >= budget.monthlyMicros
      ? ' Calls are refused until the budget is raised or the month ends.'
      : ''
  return {
    organizationId,
    kind: isExceeded ? 'budget.exceeded' : 'budget.near',
    severity: isExceeded ? 'CRITICAL' : 'WARNING',
    subjectType: connectionId === null ? 'Budget' : 'Connection',
    subjectId: connectionId ?? budget.id,
    title: `${percent} % of the month’s budget of ${whose} is spent`,
    text: `${money(used)} of ${money(budget.monthlyMicros)} were spent since the month began.${stops}`,
    dedupeKey: alertKeyOf(budget.id, percent, month),
    connectionId,
  }
}

function inWords(micros: bigint, currency: string): string {
  const digits = exponentOf(currency)
  const minor = String(minorOfMicros(micros, currency)).padStart(digits + 1, '0')
  return digits === 0 ? minor : `${minor.slice(0, -digits)}.${minor.slice(-digits)}`
}
