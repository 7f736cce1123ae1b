import { z } from 'zod'
import type { Call, CallRequest, ConnectionFacts } from '../provider.ts'
import { numberCursor, readNumberCursor } from '../shared/cursor.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromText, iso } from '../shared/message.ts'

export const codePattern = /^[A-Za-z][A-Za-z0-9_]{0,31}$/
export const codeOf = ({ settings }: ConnectionFacts) =>
  codePattern.test(settings['storeCode'] ?? '') ? (settings['storeCode'] ?? '') : 'default'

/** Magento writes its moments as "2026-01-01 09:00:00" in UTC. @throws RangeError for what is no moment */
export function momentOf(text: string): string {
  const found = iso(fromText(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/.test(text) ? `${text.replace(' ', 'T')}Z` : text))
  if (found === null) throw new RangeError(`${text.slice(0, 40)} is no moment`)
  return found
}

/** A condition on when a row changed; none for all. */
export const changedSince = (updatedSince: string | undefined): Pick<Listing, 'filter'> =>
  updatedSince === undefined
    ? {}
    : {
        filter: {
          field: 'updated_at',
          value: new Date(updatedSince).toISOString().slice(0, 19).replace('T', ' '),
          condition: 'gteq',
        },
      }

export interface Listing {
  readonly path: string
  readonly first: number
  readonly after: string | null
  /** One condition on a field. */
  readonly filter?: { readonly field: string; readonly value: string; readonly condition: string }
  /** Field, the largest first. */
  readonly sortBy?: string
}

/** A list's query, in the way Magento writes it. */
export function criteria({ filter, sortBy }: Pick<Listing, 'filter' | 'sortBy'>, page: number, size: number) {
  const at = 'searchCriteria[filterGroups][0][filters][0]'
  const query: NonNullable<CallRequest['query']> = {
    ...(filter === undefined
      ? {}
      : { [`${at}[field]`]: filter.field, [`${at}[value]`]: filter.value, [`${at}[conditionType]`]: filter.condition }),
    ...(sortBy === undefined
      ? {}
      : { 'searchCriteria[sortOrders][0][field]': sortBy, 'searchCriteria[sortOrders][0][direction]': 'DESC' }),
    'searchCriteria[pageSize]': size,
    'searchCriteria[currentPage]': page,
  }
  return query
}

/** One page of a list. Past its end Magento repeats the last page, so the count of all rows says where the end is. */
export async function readPage<Row extends z.ZodType>(call: Call, listing: Listing, row: Row) {
  const { path, first, after } = listing
  const page = readNumberCursor(after, 1)
  const answer = await call({ method: 'GET', path, query: criteria(listing, page, first) })
  const shape = z.object({ items: z.array(row), total_count: z.int() })
  return readAnswer('Magento', answer, shape, ({ items, total_count: total }) => ({
    rows: items,
    nextCursor: items.length > 0 && page * first < total ? numberCursor(page + 1) : null,
  }))
}

const config = z.object({ code: z.string(), base_currency_code: z.string().length(3) })
const configs = z.tuple([config], config)

/** Currency in which the store view's prices are kept. */
export async function currencyOf(call: Call, connection: ConnectionFacts): Promise<string> {
  const answer = await call({ method: 'GET', path: '/V1/store/storeConfigs' })
  const code = codeOf(connection)
  return readAnswer(
    'Magento',
    answer,
    configs,
    (all) => (all.find((one) => one.code === code) ?? all[0]).base_currency_code,
  )
}
