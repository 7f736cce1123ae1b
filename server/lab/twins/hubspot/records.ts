import { addNewest } from '../../bounded.ts'
import { uuidOf } from '../../chance.ts'
import type { Bench, LabAnswer, LabRequest } from '../../twin.ts'
import { json } from '../../twin.ts'
import { type CrmRecord, dealStages } from './data.ts'
import { hubspotApp, type HubspotWebhookState } from './webhooks.ts'

export interface CrmState extends HubspotWebhookState {
  contacts: CrmRecord[]
  deals: CrmRecord[]
  notes: CrmRecord[]
}
type CrmBench = Bench<CrmState>
export type CrmObject = 'contacts' | 'deals' | 'notes'

export const failure = (
  status: number,
  category: string,
  message: string,
  more: object = {},
  headers: Readonly<Record<string, string>> = {},
) => json(status, { status: 'error', message, correlationId: uuidOf(message), category, ...more }, headers)

const invalid = (message: string) => failure(400, 'VALIDATION_ERROR', message)
const notFound = () => json(404, { status: 'error', message: 'resource not found', correlationId: uuidOf('not found') })

const typeIds = { contacts: '0-1', deals: '0-3', notes: '0-46' } as const
const changedAt = { contacts: 'lastmodifieddate', deals: 'hs_lastmodifieddate', notes: 'hs_lastmodifieddate' } as const

function shown(object: CrmObject, found: CrmRecord, names: readonly string[], withContacts = false) {
  const { contacts, properties, ...rest } = found
  const chosen = ['hs_object_id', ...names].map((name) => [
    name,
    name === 'hs_object_id' ? found.id : (properties[name] ?? null),
  ])
  const results = contacts.map((id) => ({ id, type: `${object.slice(0, -1)}_to_contact` }))
  return {
    ...rest,
    properties: Object.fromEntries(chosen) as Record<string, string | null>,
    url: `https://app.hubspot.com/contacts/${hubspotApp.portalId}/record/${typeIds[object]}/${found.id}`,
    ...(withContacts && results.length > 0 ? { associations: { contacts: { results } } } : {}),
  }
}

const namesOf = (request: LabRequest) =>
  (request.query.get('properties') ?? '').split(',').filter((name) => name !== '')
const wantsContacts = (request: LabRequest) => request.query.get('associations') === 'contacts'

function pageOf(all: readonly CrmRecord[], after: string | null, limit: number, most: number) {
  const start = after === null ? 0 : /^\d{1,9}$/.test(after) ? Number(after) : NaN
  if (!Number.isInteger(limit) || limit < 1 || limit > most || Number.isNaN(start)) return null
  const next = start + limit < all.length ? { paging: { next: { after: String(start + limit) } } } : {}
  return { items: all.slice(start, start + limit), next }
}

export const list =
  (object: CrmObject) =>
  (request: LabRequest, { state }: CrmBench): LabAnswer => {
    const page = pageOf(state[object], request.query.get('after'), Number(request.query.get('limit') ?? '10'), 100)
    if (page === null) return invalid('Invalid input JSON: limit or after is not valid.')
    const results = page.items.map((found) => shown(object, found, namesOf(request), wantsContacts(request)))
    return json(200, { results, ...page.next })
  }

interface SearchBody {
  readonly filterGroups?: readonly {
    readonly filters?: readonly {
      readonly propertyName?: string
      readonly operator?: string
      readonly value?: string
    }[]
  }[]
  readonly properties?: readonly string[]
  readonly limit?: number
  readonly after?: string
}

const timeOf = (text: string | null | undefined) => (/^\d+$/.test(text ?? '') ? Number(text) : Date.parse(text ?? ''))

export const search =
  (object: CrmObject) =>
  (request: LabRequest, { state }: CrmBench): LabAnswer => {
    const body = (request.json ?? {}) as SearchBody
    const filters = body.filterGroups?.[0]?.filters ?? []
    if (filters.some(({ operator }) => operator !== 'EQ' && operator !== 'GTE'))
      return invalid('There was a problem with the request.')
    const fits = (found: CrmRecord) =>
      filters.every(({ propertyName = '', operator, value = '' }) => {
        const held = found.properties[propertyName]
        return operator === 'EQ' ? held === value : timeOf(held) >= timeOf(value)
      })
    const all = state[object]
      .filter(fits)
      .toSorted((a, b) => timeOf(a.properties[changedAt[object]]) - timeOf(b.properties[changedAt[object]]))
    const page = pageOf(all, body.after ?? null, body.limit ?? 10, 200)
    if (page === null) return invalid('There was a problem with the request.')
    const results = page.items.map((found) => shown(object, found, body.properties ?? []))
    return json(200, { total: all.length, results, ...page.next })
  }

/** Contacts of several deals; deals that have none are left out. */
export const contactsOfDeals = (request: LabRequest, { state }: CrmBench): LabAnswer => {
  const { inputs = [] } = (request.json ?? {}) as { readonly inputs?: readonly { readonly id: string }[] }
  if (inputs.length === 0 || inputs.length > 1000) return invalid('Invalid input JSON: inputs')
  const found = state.deals.filter(({ id, contacts }) => contacts.length > 0 && inputs.some((one) => one.id === id))
  const associationTypes = [{ category: 'HUBSPOT_DEFINED', typeId: 3, label: null }]
  const results = found.map(({ id, contacts }) => ({
    from: { id },
    to: contacts.map((contact) => ({ toObjectId: Number(contact), associationTypes })),
  }))
  return json(200, { status: 'COMPLETE', results })
}

const withRecord =
  (object: CrmObject, handle: (found: CrmRecord, request: LabRequest, bench: CrmBench) => LabAnswer) =>
  (request: LabRequest, bench: CrmBench): LabAnswer => {
    const found = bench.state[object].find(({ id }) => id === request.params['id'])
    return found === undefined ? notFound() : handle(found, request, bench)
  }

export const read = (object: CrmObject) =>
  withRecord(object, (found, request) => json(200, shown(object, found, namesOf(request), wantsContacts(request))))

/** What HubSpot refuses in properties; null when they are well. */
function fault(object: CrmObject, properties: Readonly<Record<string, unknown>>): string | null {
  const stage = properties['dealstage']
  if (object === 'deals' && typeof stage === 'string' && !dealStages.includes(stage))
    return `Property values were not valid: [{"isValid":false,"message":"${stage} was not one of the allowed options","error":"INVALID_OPTION","name":"dealstage"}]`
  const currency = properties['deal_currency_code']
  if (currency !== undefined && currency !== 'USD')
    return 'Property values were not valid: [{"isValid":false,"message":"The currency is not active in this account","error":"INVALID_OPTION","name":"deal_currency_code"}]'
  return null
}

type Properties = Record<string, string>

function change(object: CrmObject, found: CrmRecord, properties: Properties, now: number): void {
  const moment = new Date(now).toISOString()
  Object.assign(found.properties, properties, { [changedAt[object]]: moment })
  found.updatedAt = moment
}

export const update = (object: CrmObject) =>
  withRecord(object, (found, request, { now }) => {
    const { properties } = (request.json ?? {}) as { readonly properties?: Properties }
    if (properties === undefined) return invalid('Invalid input JSON: properties is missing.')
    const wrong = fault(object, properties)
    if (wrong !== null) return invalid(wrong)
    change(object, found, properties, now)
    return json(200, shown(object, found, Object.keys(properties)))
  })

function make(object: CrmObject, bench: CrmBench, properties: Properties, contacts: string[]): CrmRecord {
  const moment = new Date(bench.now).toISOString()
  const id = bench.id('', 11, '123456789')
  const made: CrmRecord = {
    id,
    properties: { ...properties, createdate: moment, [changedAt[object]]: moment },
    createdAt: moment,
    updatedAt: moment,
    archived: false,
    contacts,
  }
  addNewest(bench.state[object], made, 20)
  return made
}

interface CreateBody {
  readonly properties?: Properties
  readonly associations?: readonly {
    readonly to?: { readonly id?: unknown }
    readonly types?: readonly { readonly associationTypeId?: unknown }[]
  }[]
}

export const create =
  (object: 'deals' | 'notes') =>
  (request: LabRequest, bench: CrmBench): LabAnswer => {
    const { properties, associations = [] } = (request.json ?? {}) as CreateBody
    if (properties === undefined) return invalid('Invalid input JSON: properties is missing.')
    if (object === 'notes' && properties['hs_timestamp'] === undefined)
      return invalid('Some required properties were not set. [hs_timestamp]')
    const wrong = fault(object, properties)
    if (wrong !== null) return invalid(wrong)
    const wantedType = object === 'deals' ? 3 : 202
    if (associations.some(({ types }) => types?.[0]?.associationTypeId !== wantedType))
      return invalid('The association type is not valid between these objects.')
    const contacts = associations.map(({ to }) => String(to?.id))
    if (contacts.some((id) => !bench.state.contacts.some((contact) => contact.id === id)))
      return invalid(`One or more associations are not valid: contact ${contacts.join(', ')} does not exist.`)
    const made = make(
      object,
      bench,
      { ...(object === 'deals' ? { pipeline: 'default' } : {}), ...properties },
      contacts,
    )
    return json(201, shown(object, made, Object.keys(properties)))
  }

interface BatchBody {
  readonly inputs?: readonly {
    readonly id?: string
    readonly idProperty?: string
    readonly properties?: Properties
  }[]
}

export function upsertContacts(request: LabRequest, bench: CrmBench): LabAnswer {
  const { inputs = [] } = (request.json ?? {}) as BatchBody
  if (inputs.length === 0) return invalid('Invalid input JSON: inputs must not be empty.')
  const results = inputs.map(({ id = '', properties = {} }) => {
    const email = id.toLowerCase()
    const known = bench.state.contacts.find((contact) => contact.properties['email'] === email)
    if (known !== undefined) change('contacts', known, { ...properties, email }, bench.now)
    const found = known ?? make('contacts', bench, { lifecyclestage: 'lead', ...properties, email }, [])
    return { ...shown('contacts', found, Object.keys(properties)), new: known === undefined }
  })
  const moment = new Date(bench.now).toISOString()
  return json(200, { status: 'COMPLETE', results, startedAt: moment, completedAt: moment })
}

/** The hub sends it empty, to see whether it may. */
export const updateDeals = (): LabAnswer => invalid('Invalid input JSON: inputs must not be empty.')
