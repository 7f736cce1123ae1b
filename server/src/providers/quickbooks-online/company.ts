import { hash } from 'node:crypto'
import { z } from 'zod'
import type { Call, CallAnswer, CallRequest } from '../provider.ts'
import { numberCursor, readNumberCursor } from '../shared/cursor.ts'
import { readAnswer } from '../shared/failure.ts'

/** The version of fields and behaviour that answers are read by; Intuit serves no older one since August 2025. */
const minorVersion = 75

/** A request into the books of the connection's company. */
export const ask = (call: Call, request: CallRequest): Promise<CallAnswer> =>
  call({ ...request, query: { ...request.query, minorversion: minorVersion } })

/**
 * A change under a key: QuickBooks gives the first answer again for the same `requestid`, which takes 50 characters, so the key
 * goes in as its digest.
 */
export const change = (
  call: Call,
  request: Omit<CallRequest, 'method' | 'idempotencyKey'> & { readonly idempotencyKey: string },
): Promise<CallAnswer> =>
  ask(call, {
    ...request,
    method: 'POST',
    query: { ...request.query, requestid: hash('sha256', request.idempotencyKey).slice(0, 40) },
  })

/**
 * A text inside a query, in its quotes. QuickBooks escapes by backslash:
 * https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/data-queries
 */
export const quoted = (text: string): string => `'${text.replace(/[\\']/g, '\\$&')}'`

export interface Query {
  readonly entity: 'Customer' | 'Vendor' | 'Invoice' | 'Payment' | 'Purchase' | 'Account' | 'Preferences'
  /** Conditions that all hold; what comes from outside stands in `quoted`. */
  readonly where?: readonly string[]
  readonly orderBy?: string
  /** 1 for the first row. */
  readonly start?: number
  readonly rows?: number
}

/** Rows of a query; no rows leave the entity's name out of the answer. */
export async function select<Row extends z.ZodType>(
  call: Call,
  { entity, where = [], orderBy, start = 1, rows = 1 }: Query,
  row: Row,
): Promise<{ readonly rows: readonly z.output<Row>[]; readonly headers: CallAnswer['headers'] }> {
  const query = [
    `select * from ${entity}`,
    ...(where.length === 0 ? [] : [`where ${where.join(' and ')}`]),
    ...(orderBy === undefined ? [] : [`orderby ${orderBy}`]),
    `startposition ${start} maxresults ${rows}`,
  ].join(' ')
  const answer = await ask(call, { method: 'GET', path: '/query', query: { query } })
  const shape = z.object({ QueryResponse: z.record(z.string(), z.unknown()) })
  return readAnswer('QuickBooks Online', answer, shape, ({ QueryResponse }) => ({
    rows: z.array(row).parse(QueryResponse[entity] ?? []),
    headers: answer.headers,
  }))
}

/** One page of a query: a row more is asked for than the page takes, which tells whether there is a next one. */
export async function selectPage<Row extends z.ZodType>(
  call: Call,
  query: Omit<Query, 'start' | 'rows'>,
  { first, after }: { readonly first: number; readonly after: string | null },
  row: Row,
) {
  const start = readNumberCursor(after, 1)
  const found = await select(call, { ...query, start, rows: first + 1 }, row)
  return {
    rows: found.rows.slice(0, first),
    headers: found.headers,
    nextCursor: found.rows.length > first ? numberCursor(start + first) : null,
  }
}

/** A condition on when something changed; none for all. */
export const changedSince = (updatedSince: string | undefined): readonly string[] =>
  updatedSince === undefined ? [] : [`MetaData.LastUpdatedTime >= ${quoted(updatedSince)}`]

export const reference = z.object({ value: z.string(), name: z.string().nullish() })

const preferences = z.object({
  CurrencyPrefs: z.object({ MultiCurrencyEnabled: z.boolean().nullish(), HomeCurrency: reference.nullish() }),
})

/** The company's own currency, and whether it may use others. Companies that were never asked are in US dollars. */
export async function currencies(call: Call): Promise<{ readonly home: string; readonly several: boolean }> {
  const { rows } = await select(call, { entity: 'Preferences' }, preferences)
  const found = rows[0]?.CurrencyPrefs
  return { home: found?.HomeCurrency?.value ?? 'USD', several: found?.MultiCurrencyEnabled === true }
}

/** The currency of amounts that name none; asked for only where one of them does not. */
export const homeFor = async (
  call: Call,
  rows: readonly { readonly CurrencyRef?: { readonly value: string } | null | undefined }[],
): Promise<string> => (rows.every(({ CurrencyRef }) => CurrencyRef) ? '' : (await currencies(call)).home)
