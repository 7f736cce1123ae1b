import type {
  Contact,
  ContactNote,
  ContactPage,
  CreateNote,
  GetContact,
  ListContacts,
  UpsertContact,
} from '@patchbay/schema/capabilities/crm.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { known } from '../shared/known.ts'
import { fromText, iso, someText } from '../shared/message.ts'
import { create, instant, pageOf, query, queryPage, quoted, recordPath } from './org.ts'

const select =
  'SELECT Id, FirstName, LastName, Email, Phone, AccountId, Account.Name, LeadSource, CreatedDate, LastModifiedDate FROM Contact'

const contact = z.object({
  Id: z.string(),
  FirstName: someText,
  LastName: someText,
  Email: someText,
  Phone: someText,
  AccountId: someText,
  Account: z.object({ Name: someText }).nullish(),
  LeadSource: someText,
  CreatedDate: someText,
  LastModifiedDate: someText,
})

const toContact = (
  found: z.output<typeof contact>,
  connection: ConnectionFacts,
  created: boolean | null = null,
): Contact => ({
  id: found.Id,
  email: found.Email,
  firstName: found.FirstName,
  lastName: found.LastName,
  phone: found.Phone,
  company: found.Account?.Name ?? null,
  created,
  createdAt: iso(fromText(found.CreatedDate)),
  updatedAt: iso(fromText(found.LastModifiedDate)),
  url: pageOf(connection, found.Id),
  providerData: { AccountId: found.AccountId, LeadSource: found.LeadSource },
})

async function read(call: Call, id: string, connection: ConnectionFacts) {
  const rows = await query(call, connection, `${select} WHERE Id = ${quoted(id)} LIMIT 1`, contact)
  return known('Salesforce', rows[0], 'contact', id)
}

/** A contact's company is an account of its own: the one of that name, or a new one. */
async function accountOf(call: Call, name: string, connection: ConnectionFacts): Promise<string> {
  const soql = `SELECT Id FROM Account WHERE Name = ${quoted(name)} ORDER BY Id LIMIT 1`
  const [found] = await query(call, connection, soql, z.object({ Id: z.string() }))
  return found?.Id ?? create(call, connection, 'Account', { Name: name })
}

/** Looks for the address first; of several contacts with it the oldest is the one. Salesforce wants a last name. */
export async function upsertContact(call: Call, input: UpsertContact, connection: ConnectionFacts): Promise<Contact> {
  const { email, firstName, lastName, phone, company } = input
  const soql = `${select} WHERE Email = ${quoted(email)} ORDER BY CreatedDate, Id LIMIT 1`
  const [old] = await query(call, connection, soql, contact)
  const fields = {
    ...(firstName === undefined ? {} : { FirstName: firstName }),
    ...(lastName ? { LastName: lastName } : old === undefined ? { LastName: email.split('@')[0] } : {}),
    ...(phone === undefined ? {} : { Phone: phone }),
    ...(company ? { AccountId: await accountOf(call, company, connection) } : {}),
  }
  const id = old?.Id ?? (await create(call, connection, 'Contact', { Email: email, ...fields }))
  if (old !== undefined && Object.keys(fields).length > 0)
    await call({ method: 'PATCH', path: recordPath(connection, 'Contact', id), json: fields })
  return toContact(await read(call, id, connection), connection, old === undefined)
}

export const getContact = async (call: Call, { id }: GetContact, connection: ConnectionFacts): Promise<Contact> =>
  toContact(await read(call, id, connection), connection)

export async function listContacts(
  call: Call,
  { first, after, email, updatedSince }: ListContacts,
  connection: ConnectionFacts,
): Promise<ContactPage> {
  const where = [
    ...(email === undefined ? [] : [`Email = ${quoted(email)}`]),
    ...(updatedSince === undefined ? [] : [`LastModifiedDate >= ${instant(updatedSince)}`]),
  ]
  const { rows, nextCursor } = await queryPage(call, connection, { select, where, first, after }, contact)
  return { items: rows.map((found) => toContact(found, connection)), nextCursor }
}

/** A note of the kind every organisation has; it stands under “Notes & Attachments”. */
export async function createNote(call: Call, input: CreateNote, connection: ConnectionFacts): Promise<ContactNote> {
  const contactId = (await read(call, input.contactId, connection)).Id
  const [line = ''] = input.text.trim().split('\n')
  const note = { ParentId: contactId, Title: line.slice(0, 80) || 'Note', Body: input.text }
  return { id: await create(call, connection, 'Note', note), providerData: { ParentId: contactId } }
}
