import type { Money } from '@patchbay/schema/capabilities/values.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { toDecimal } from '../shared/money.ts'

export const versionPattern = /^[4-9]\d\.0$/
export const latestVersion = '66.0'

/** A My Domain host, also of sandboxes and trials; never the host that people's browsers show (lightning.force.com). */
export const hostPattern =
  /^[a-zA-Z0-9]([a-zA-Z0-9-]{0,78}[a-zA-Z0-9])?(\.(sandbox|develop|scratch|demo|patch|trailblaze|free))?\.my\.salesforce\.com$/

export function pathOf({ settings }: ConnectionFacts, rest: string): string {
  const version = settings['apiVersion'] ?? ''
  return `/services/data/v${versionPattern.test(version) ? version : latestVersion}${rest}`
}

export const recordPath = (connection: ConnectionFacts, object: string, id?: string) =>
  pathOf(connection, `/sobjects/${object}${id === undefined ? '' : `/${encodeURIComponent(id)}`}`)

/** A record's page; Salesforce leads on to the view the person uses. */
export const pageOf = ({ settings }: ConnectionFacts, id: string) =>
  hostPattern.test(settings['host'] ?? '') ? `https://${settings['host']}/${encodeURIComponent(id)}` : null

const escapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\b': '\\b',
  '\f': '\\f',
}

/**
 * A text inside a query, in its quotes:
 * https://developer.salesforce.com/docs/atlas.en-us.soql_sosl.meta/soql_sosl/sforce_api_calls_soql_select_quotedstringescapes.htm
 */
export const quoted = (text: string): string => `'${text.replace(/[\\'\n\r\t\b\f]/g, (sign) => escapes[sign] ?? sign)}'`

/** A moment inside a query, which stands there without quotes. */
export const instant = (text: string): string => new Date(text).toISOString()

const idPattern = /^[a-zA-Z0-9]{15}(?:[a-zA-Z0-9]{3})?$/

/** Asks for records; `select` holds no text from outside that is not `quoted` or an `instant`. */
export async function query<Row extends z.ZodType>(
  call: Call,
  connection: ConnectionFacts,
  soql: string,
  row: Row,
): Promise<readonly z.output<Row>[]> {
  const answer = await call({ method: 'GET', path: pathOf(connection, '/query'), query: { q: soql } })
  return readAnswer('Salesforce', answer, z.object({ records: z.array(row) }), ({ records }) => records)
}

export interface Listing {
  /** Fields and table, up to WHERE. */
  readonly select: string
  /** Conditions that all hold. */
  readonly where: readonly string[]
  readonly first: number
  readonly after: string | null
}

/**
 * One page in the order of ids, which never change: a page begins after the last id of the one before, however many records come
 * and go meanwhile. OFFSET would end at 2,000.
 */
export async function queryPage<Row extends z.ZodType<{ readonly Id: string }>>(
  call: Call,
  connection: ConnectionFacts,
  { select, where, first, after }: Listing,
  row: Row,
): Promise<{ readonly rows: readonly z.output<Row>[]; readonly nextCursor: string | null }> {
  const last = after === null ? null : Buffer.from(after, 'base64url').toString()
  if (last !== null && !idPattern.test(last))
    throw cannotSend('This cursor does not come from this list.', 'Start again from the first page.')
  const conditions = [...where, ...(last === null ? [] : [`Id > ${quoted(last)}`])]
  const filter = conditions.length === 0 ? '' : ` WHERE ${conditions.join(' AND ')}`
  const found = await query(call, connection, `${select}${filter} ORDER BY Id LIMIT ${first + 1}`, row)
  const rows = found.slice(0, first)
  const end = found.length > first ? rows.at(-1)?.Id : undefined
  return { rows, nextCursor: end === undefined ? null : Buffer.from(end).toString('base64url') }
}

const made = z.object({ id: z.string(), success: z.literal(true) })

/** Makes a record; its id. */
export async function create(call: Call, connection: ConnectionFacts, object: string, json: object): Promise<string> {
  const answer = await call({ method: 'POST', path: recordPath(connection, object), json })
  return readAnswer('Salesforce', answer, made, ({ id }) => id)
}

/** Currency of the organisation, and whether it uses several: Salesforce tells neither where there is one only. */
export const currencyOf = ({ settings }: ConnectionFacts) => ({
  home: settings['currency'] || 'USD',
  several: settings['multiCurrency'] === 'yes',
})

/** Fields of an amount. @throws ProviderCallError for a currency the organisation does not use */
export function amountFields(
  amount: Money | undefined,
  connection: ConnectionFacts,
): Readonly<Record<string, unknown>> {
  if (amount === undefined) return {}
  const { home, several } = currencyOf(connection)
  if (!several && amount.currency !== home)
    throw cannotSend(
      `This organisation’s amounts are in ${home}.`,
      'Give the amount in that currency, or set the connection’s currency fields to what Salesforce → Setup → Company Information shows.',
      'amount',
    )
  return { Amount: Number(toDecimal(amount)), ...(several ? { CurrencyIsoCode: amount.currency } : {}) }
}
