import type { CreateDeal, Deal, DealPage, GetDeal, ListDeals, UpdateDeal } from '@patchbay/schema/capabilities/crm.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { malformed } from '../shared/failure.ts'
import { known } from '../shared/known.ts'
import { fromText, iso, someText } from '../shared/message.ts'
import { fromDecimal } from '../shared/money.ts'
import { amountFields, create, currencyOf, instant, pageOf, query, queryPage, quoted, recordPath } from './org.ts'

/** Only organisations with several currencies have the field. */
const selectFor = (connection: ConnectionFacts) =>
  `SELECT Id, Name, Amount, ${currencyOf(connection).several ? 'CurrencyIsoCode, ' : ''}StageName, CloseDate, IsClosed, IsWon, Probability, CreatedDate, LastModifiedDate, (SELECT ContactId FROM OpportunityContactRoles) FROM Opportunity`

const opportunity = z.object({
  Id: z.string(),
  Name: z.string(),
  Amount: z.number().nullish(),
  CurrencyIsoCode: z.string().nullish(),
  StageName: someText,
  CloseDate: someText,
  IsClosed: z.boolean().nullish(),
  IsWon: z.boolean().nullish(),
  Probability: z.number().nullish(),
  CreatedDate: someText,
  LastModifiedDate: someText,
  OpportunityContactRoles: z.object({ records: z.array(z.object({ ContactId: z.string() })) }).nullish(),
})
type Found = z.output<typeof opportunity>

function amountOf({ Id, Amount, CurrencyIsoCode }: Found, home: string): Deal['amount'] {
  if (typeof Amount !== 'number') return null
  try {
    return fromDecimal(Amount, CurrencyIsoCode ?? home)
  } catch (error) {
    throw malformed('Salesforce', `the amount of opportunity ${Id} cannot be read`, error)
  }
}

const toDeal = (found: Found, connection: ConnectionFacts): Deal => ({
  id: found.Id,
  name: found.Name,
  amount: amountOf(found, currencyOf(connection).home),
  stage: found.StageName,
  pipeline: null,
  closeOn: found.CloseDate,
  contactIds: [...new Set(found.OpportunityContactRoles?.records.map(({ ContactId }) => ContactId))],
  createdAt: iso(fromText(found.CreatedDate)),
  updatedAt: iso(fromText(found.LastModifiedDate)),
  url: pageOf(connection, found.Id),
  providerData: {
    IsClosed: found.IsClosed ?? null,
    IsWon: found.IsWon ?? null,
    Probability: found.Probability ?? null,
  },
})

export async function getDeal(call: Call, { id }: GetDeal, connection: ConnectionFacts): Promise<Deal> {
  const soql = `${selectFor(connection)} WHERE Id = ${quoted(id)} LIMIT 1`
  const rows = await query(call, connection, soql, opportunity)
  return toDeal(known('Salesforce', rows[0], 'opportunity', id), connection)
}

/**
 * An opportunity; the contact becomes its primary one, which Salesforce takes at this moment only. Salesforce knows no key for a
 * new record: only the hub's own record of the key keeps two apart. A pipeline is the record type, which the user's profile sets.
 */
export async function createDeal(call: Call, input: CreateDeal, connection: ConnectionFacts): Promise<Deal> {
  const { name, stage, closeOn, contactId } = input
  const id = await create(call, connection, 'Opportunity', {
    Name: name,
    StageName: stage,
    CloseDate: closeOn,
    ...amountFields(input.amount, connection),
    ...(contactId === undefined ? {} : { ContactId: contactId }),
  })
  return getDeal(call, { id }, connection)
}

export async function updateDeal(call: Call, input: UpdateDeal, connection: ConnectionFacts): Promise<Deal> {
  const { id, name, stage, closeOn } = input
  const json = {
    ...(name === undefined ? {} : { Name: name }),
    ...(stage === undefined ? {} : { StageName: stage }),
    ...(closeOn === undefined ? {} : { CloseDate: closeOn }),
    ...amountFields(input.amount, connection),
  }
  if (Object.keys(json).length > 0)
    await call({ method: 'PATCH', path: recordPath(connection, 'Opportunity', id), json })
  return getDeal(call, { id }, connection)
}

export async function listDeals(
  call: Call,
  { first, after, updatedSince }: ListDeals,
  connection: ConnectionFacts,
): Promise<DealPage> {
  const where = updatedSince === undefined ? [] : [`LastModifiedDate >= ${instant(updatedSince)}`]
  const listing = { select: selectFor(connection), where, first, after }
  const { rows, nextCursor } = await queryPage(call, connection, listing, opportunity)
  return { items: rows.map((found) => toDeal(found, connection)), nextCursor }
}
