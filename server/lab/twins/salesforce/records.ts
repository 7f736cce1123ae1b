import { addNewest } from '../../bounded.ts'
import { goods, people } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { parseSoql, type Row, runSoql } from './soql.ts'

type Stored = Record<string, unknown> & { Id: string }

export interface SalesforceRecords {
  contacts: Stored[]
  opportunities: Stored[]
  accounts: Stored[]
  notes: Stored[]
}
type RecordBench = Bench<SalesforceRecords>

export const version = '/services/data/v66.0'
const prefixes = { Contact: '003', Opportunity: '006', Account: '001', Note: '002' } as const
type ObjectName = keyof typeof prefixes
const isObject = (name: string | undefined): name is ObjectName => name !== undefined && name in prefixes

const idOf = (object: ObjectName, number: number) => `${prefixes[object]}Lab${String(number).padStart(9, '0')}AAA`
const stages = ['Prospecting', 'Qualification', 'Negotiation/Review', 'Closed Won', 'Closed Lost'] as const

export const refuse = (
  status: number,
  errorCode: string,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): LabAnswer => json(status, [{ message, errorCode }], headers)

const notFound = () => refuse(404, 'NOT_FOUND', 'The requested resource does not exist')

/** Salesforce writes the zone without a colon. */
const stamp = (at: number) => new Date(at).toISOString().replace('Z', '+0000')
const day = 86_400_000

export const firstRecords = (now: number): SalesforceRecords => ({
  accounts: [{ Id: idOf('Account', 1), Name: 'Al Quoz Trading' }],
  contacts: people.map(({ name, email }, index) => {
    const [FirstName = '', ...rest] = name.split(' ')
    return {
      Id: idOf('Contact', 1 + index),
      FirstName,
      LastName: rest.join(' '),
      Email: email,
      Phone: index % 2 === 0 ? `+97150000000${index}` : null,
      AccountId: index % 3 === 0 ? idOf('Account', 1) : null,
      LeadSource: 'Web',
      CreatedDate: stamp(now - (60 - index) * day),
      LastModifiedDate: stamp(now - (20 - index) * day),
    }
  }),
  opportunities: goods.map((item, index) => ({
    Id: idOf('Opportunity', 1 + index),
    Name: `${item.title}, ${10 + index} pieces`,
    Amount: (item.price * (10 + index)) / 100,
    StageName: stages[index % stages.length],
    CloseDate: new Date(now + index * day).toISOString().slice(0, 10),
    ContactId: idOf('Contact', 1 + (index % people.length)),
    CreatedDate: stamp(now - (40 - index) * day),
    LastModifiedDate: stamp(now - (15 - index) * day),
  })),
  notes: [],
})

const tableOf = (state: SalesforceRecords, object: ObjectName): Stored[] =>
  ({ Contact: state.contacts, Opportunity: state.opportunities, Account: state.accounts, Note: state.notes })[object]

function shown(object: ObjectName, row: Row, state: SalesforceRecords) {
  const attributes = { type: object, url: `${version}/sobjects/${object}/${row.Id}` }
  if (object === 'Contact') {
    const account = state.accounts.find(({ Id }) => Id === row['AccountId'])
    return { attributes, ...row, Account: account === undefined ? null : { Name: account['Name'] } }
  }
  if (object !== 'Opportunity') return { attributes, ...row }
  const { ContactId, ...rest } = row
  const stage = String(row['StageName'])
  const roles = ContactId ? { totalSize: 1, done: true, records: [{ ContactId }] } : null
  return {
    attributes,
    ...rest,
    IsClosed: stage.startsWith('Closed'),
    IsWon: stage === 'Closed Won',
    Probability: 10,
    OpportunityContactRoles: roles,
  }
}

function query(request: LabRequest, { state }: RecordBench): LabAnswer {
  const parsed = parseSoql(request.query.get('q') ?? '')
  if (parsed === null) return refuse(400, 'MALFORMED_QUERY', 'unexpected token')
  if (!isObject(parsed.table)) return refuse(400, 'INVALID_TYPE', `sObject type '${parsed.table}' is not supported.`)
  if (/CurrencyIsoCode/.test(parsed.fields))
    return refuse(400, 'INVALID_FIELD', `No such column 'CurrencyIsoCode' on entity '${parsed.table}'.`)
  const { table } = parsed
  const records = runSoql(tableOf(state, table), parsed).map((row) => shown(table, row, state))
  return json(200, { totalSize: records.length, done: true, records })
}

/** What Salesforce refuses in a record; null when it is well. */
function fault(
  object: ObjectName,
  fields: Readonly<Record<string, unknown>>,
  state: SalesforceRecords,
): LabAnswer | null {
  const stage = fields['StageName']
  if (object === 'Opportunity' && stage !== undefined && !stages.some((known) => known === stage))
    return refuse(
      400,
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      `Stage: bad value for restricted picklist field: ${String(stage)}`,
    )
  const contact = fields['ContactId'] ?? (object === 'Note' ? fields['ParentId'] : undefined)
  if (contact !== undefined && !state.contacts.some(({ Id }) => Id === contact))
    return refuse(400, 'INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id')
  return null
}

const required: Readonly<Record<ObjectName, readonly string[]>> = {
  Contact: ['LastName'],
  Opportunity: ['Name', 'StageName', 'CloseDate'],
  Account: ['Name'],
  Note: ['ParentId', 'Title'],
}

function create(request: LabRequest, { state, now, id }: RecordBench): LabAnswer {
  const object = request.params['object']
  if (!isObject(object)) return notFound()
  const fields = (request.json ?? {}) as Readonly<Record<string, unknown>>
  const missing = required[object].filter((name) => !fields[name])
  if (missing.length > 0)
    return refuse(400, 'REQUIRED_FIELD_MISSING', `Required fields are missing: [${missing.join(', ')}]`)
  const wrong = fault(object, fields, state)
  if (wrong !== null) return wrong
  const twice = state.contacts.some(({ Email }) => object === 'Contact' && Email === fields['Email'])
  if (twice) return refuse(400, 'DUPLICATES_DETECTED', 'Use one of these records?')
  const moment = { CreatedDate: stamp(now), LastModifiedDate: stamp(now) }
  const made: Stored = { ...fields, ...moment, Id: `${prefixes[object]}New${id('', 9, '123456789')}AAA` }
  addNewest(tableOf(state, object), made, 20)
  return json(201, { id: made.Id, success: true, errors: [] })
}

function update(request: LabRequest, { state, now }: RecordBench): LabAnswer {
  const object = request.params['object']
  if (!isObject(object)) return notFound()
  const found = tableOf(state, object).find(({ Id }) => Id === request.params['id'])
  if (found === undefined) return notFound()
  const fields = (request.json ?? {}) as Readonly<Record<string, unknown>>
  const wrong = fault(object, fields, state)
  if (wrong !== null) return wrong
  Object.assign(found, fields, { LastModifiedDate: stamp(now) })
  return { status: 204 }
}

export const recordRoutes: readonly Route<SalesforceRecords>[] = [
  { method: 'GET', path: `${version}/query`, needs: 'api', handle: query },
  { method: 'POST', path: `${version}/sobjects/:object`, needs: 'api', handle: create },
  { method: 'PATCH', path: `${version}/sobjects/:object/:id`, needs: 'api', handle: update },
]
