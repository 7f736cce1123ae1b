import type { CreateDeal, Deal, DealPage, GetDeal, ListDeals, UpdateDeal } from '@patchbay/schema/capabilities/crm.ts'
import type { Money } from '@patchbay/schema/capabilities/values.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { malformed, readAnswer } from '../shared/failure.ts'
import { fromText, idText, iso } from '../shared/message.ts'
import { fromDecimal, toDecimal } from '../shared/money.ts'
import { homeCurrency, type HubspotRecord, objectsPath, property, readRecord, readRecords } from './objects.ts'

const properties = [
  'dealname',
  'amount',
  'deal_currency_code',
  'dealstage',
  'pipeline',
  'closedate',
  'hs_lastmodifieddate',
] as const
const dealPath = (id: string) => `${objectsPath}/deals/${encodeURIComponent(id)}`

/** Association of a deal with a contact, as HubSpot numbers them. */
const dealToContact = 3

function amountOf(found: HubspotRecord, home: string | null): Money | null {
  const [amount, currency] = [property(found, 'amount'), property(found, 'deal_currency_code') ?? home]
  if (amount === null || currency === null) return null
  try {
    return fromDecimal(amount, currency)
  } catch (error) {
    throw malformed('HubSpot', `the amount of deal ${found.id} cannot be read`, error)
  }
}

function toDeal(found: HubspotRecord, home: string | null): Deal {
  return {
    id: found.id,
    name: property(found, 'dealname') ?? '',
    amount: amountOf(found, home),
    stage: property(found, 'dealstage'),
    pipeline: property(found, 'pipeline'),
    closeOn: iso(fromText(property(found, 'closedate')))?.slice(0, 10) ?? null,
    contactIds: [...new Set(found.associations?.contacts?.results.map(({ id }) => id))],
    createdAt: iso(fromText(found.createdAt)),
    updatedAt: iso(fromText(found.updatedAt)),
    url: found.url ?? null,
    providerData: { dealstage: property(found, 'dealstage'), pipeline: property(found, 'pipeline') },
  }
}

/** Deals of accounts with one currency do not name it: it is the account's. */
async function toDeals(call: Call, records: readonly HubspotRecord[]): Promise<Deal[]> {
  const unnamed = records.some((found) => property(found, 'amount') && !property(found, 'deal_currency_code'))
  const home = unnamed ? await homeCurrency(call) : null
  return records.map((found) => toDeal(found, home))
}

/** Accounts with one currency refuse to be told it. */
async function amountProperties(call: Call, amount: Money | undefined): Promise<Readonly<Record<string, string>>> {
  if (amount === undefined) return {}
  const foreign = (await homeCurrency(call)) !== amount.currency
  return { amount: toDecimal(amount), ...(foreign ? { deal_currency_code: amount.currency } : {}) }
}

/** HubSpot knows no key for a new deal and takes two of one name: only the hub's own record of the key keeps them apart. */
export async function createDeal(call: Call, input: CreateDeal): Promise<Deal> {
  const { name, stage, pipeline, closeOn, contactId } = input
  const types = [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: dealToContact }]
  const id = await readRecord(
    call,
    {
      method: 'POST',
      path: `${objectsPath}/deals`,
      json: {
        properties: {
          dealname: name,
          dealstage: stage,
          closedate: `${closeOn}T00:00:00Z`,
          ...(pipeline === undefined ? {} : { pipeline }),
          ...(await amountProperties(call, input.amount)),
        },
        associations: contactId === undefined ? [] : [{ to: { id: contactId }, types }],
      },
    },
    (made) => made.id,
  )
  return getDeal(call, { id })
}

export async function updateDeal(call: Call, input: UpdateDeal): Promise<Deal> {
  const { name, stage, closeOn } = input
  const changed = {
    ...(name === undefined ? {} : { dealname: name }),
    ...(stage === undefined ? {} : { dealstage: stage }),
    ...(closeOn === undefined ? {} : { closedate: `${closeOn}T00:00:00Z` }),
    ...(await amountProperties(call, input.amount)),
  }
  const request = { method: 'PATCH', path: dealPath(input.id), json: { properties: changed } } as const
  return getDeal(call, await readRecord(call, request, ({ id }) => ({ id })))
}

export async function getDeal(call: Call, { id }: GetDeal): Promise<Deal> {
  const query = { properties: properties.join(','), associations: 'contacts' }
  const found = await readRecord(call, { method: 'GET', path: dealPath(id), query }, (one) => one)
  const [deal] = await toDeals(call, [found])
  return deal ?? toDeal(found, null)
}

const tied = z.object({
  results: z.array(z.object({ from: z.object({ id: idText }), to: z.array(z.object({ toObjectId: idText })) })),
})

/** A search, which `updatedSince` is, leaves out which contacts a deal is tied to: they are asked for in one more call. */
async function withContacts(call: Call, records: readonly HubspotRecord[]): Promise<readonly HubspotRecord[]> {
  if (records.length === 0) return records
  const answer = await call({
    method: 'POST',
    path: '/crm/v4/associations/deals/contacts/batch/read',
    safe: true,
    json: { inputs: records.map(({ id }) => ({ id })) },
  })
  return readAnswer('HubSpot', answer, tied, ({ results }) => {
    const contacts = new Map(results.map(({ from, to }) => [from.id, to.map(({ toObjectId: id }) => ({ id }))]))
    return records.map((found) => ({
      ...found,
      associations: { contacts: { results: contacts.get(found.id) ?? [] } },
    }))
  })
}

export async function listDeals(call: Call, { first, after, updatedSince }: ListDeals): Promise<DealPage> {
  const since = updatedSince === undefined ? null : String(Date.parse(updatedSince))
  const { records, nextCursor } = await readRecords(call, {
    object: 'deals',
    properties,
    first,
    after,
    sortBy: 'hs_lastmodifieddate',
    filters: since === null ? [] : [{ propertyName: 'hs_lastmodifieddate', operator: 'GTE', value: since }],
  })
  const whole = since === null ? records : await withContacts(call, records)
  return { items: await toDeals(call, whole), nextCursor }
}
