import { z } from 'zod'
import type { Call, CallRequest } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'

/** A record of the CRM: every property is text, whatever it means. */
export const record = z.object({
  id: z.string(),
  properties: z.record(z.string(), z.string().nullish()),
  createdAt: z.string().nullish(),
  updatedAt: z.string().nullish(),
  url: z.string().nullish(),
  new: z.boolean().nullish(),
  associations: z
    .object({ contacts: z.object({ results: z.array(z.object({ id: z.string() })) }).optional() })
    .nullish(),
})
export type HubspotRecord = z.output<typeof record>

const page = z.object({
  results: z.array(record),
  paging: z.object({ next: z.object({ after: z.string() }).nullish() }).nullish(),
})

export const objectsPath = '/crm/v3/objects'

/** A property that is there and not empty. */
export const property = ({ properties }: HubspotRecord, name: string): string | null => properties[name] || null

export const readRecord = async <Output>(
  call: Call,
  request: CallRequest,
  map: (found: HubspotRecord) => Output,
): Promise<Output> => readAnswer('HubSpot', await call(request), record, map)

export interface Listing {
  readonly object: 'contacts' | 'deals'
  readonly properties: readonly string[]
  readonly first: number
  readonly after: string | null
  /** Conditions that all hold; with none the plain list is read, which goes on beyond the 10,000 results of a search. */
  readonly filters: readonly { readonly propertyName: string; readonly operator: string; readonly value: string }[]
  /** Property by which a search is sorted, oldest first. */
  readonly sortBy: string
}

/** A page of records and where the next one begins. */
export async function readRecords(
  call: Call,
  { object, properties, first, after, filters, sortBy }: Listing,
): Promise<{ readonly records: readonly HubspotRecord[]; readonly nextCursor: string | null }> {
  const path = `${objectsPath}/${object}`
  const plain: CallRequest = {
    method: 'GET',
    path,
    query: {
      limit: first,
      after: after ?? undefined,
      properties: properties.join(','),
      associations: object === 'deals' ? 'contacts' : undefined,
    },
  }
  const search: CallRequest = {
    method: 'POST',
    path: `${path}/search`,
    safe: true,
    json: {
      filterGroups: [{ filters }],
      sorts: [{ propertyName: sortBy, direction: 'ASCENDING' }],
      properties,
      limit: first,
      ...(after === null ? {} : { after }),
    },
  }
  const answer = await call(filters.length === 0 ? plain : search)
  return readAnswer('HubSpot', answer, page, ({ results, paging }) => ({
    records: results,
    nextCursor: paging?.next?.after ?? null,
  }))
}

const account = z.object({ portalId: z.int(), companyCurrency: z.string().nullish() })

/** The account behind the credentials. */
export const readAccount = async (call: Call) =>
  readAnswer('HubSpot', await call({ method: 'GET', path: '/account-info/v3/details' }), account, (found) => found)

/** Currency of amounts that name none. @throws ProviderCallError MALFORMED_ANSWER where the account has none */
export const homeCurrency = async (call: Call): Promise<string> =>
  readAnswer(
    'HubSpot',
    await call({ method: 'GET', path: '/account-info/v3/details' }),
    account.extend({ companyCurrency: z.string().length(3) }),
    (found) => found.companyCurrency,
  )
