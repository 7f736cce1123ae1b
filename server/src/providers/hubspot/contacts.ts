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
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromText, iso } from '../shared/message.ts'
import { type HubspotRecord, objectsPath, property, readRecord, readRecords, record } from './objects.ts'

const properties = ['email', 'firstname', 'lastname', 'phone', 'company', 'lifecyclestage', 'lastmodifieddate'] as const

const toContact = (found: HubspotRecord): Contact => ({
  id: found.id,
  email: property(found, 'email'),
  firstName: property(found, 'firstname'),
  lastName: property(found, 'lastname'),
  phone: property(found, 'phone'),
  company: property(found, 'company'),
  created: found.new ?? null,
  createdAt: iso(fromText(found.createdAt)),
  updatedAt: iso(fromText(found.updatedAt)),
  url: found.url ?? null,
  providerData: { lifecyclestage: property(found, 'lifecyclestage') },
})

/** HubSpot's own upsert by e-mail address: a repeat changes nothing. */
export async function upsertContact(call: Call, input: UpsertContact): Promise<Contact> {
  const { email, firstName, lastName, phone, company } = input
  const given = {
    email,
    ...(firstName === undefined ? {} : { firstname: firstName }),
    ...(lastName === undefined ? {} : { lastname: lastName }),
    ...(phone === undefined ? {} : { phone }),
    ...(company === undefined ? {} : { company }),
  }
  const answer = await call({
    method: 'POST',
    path: `${objectsPath}/contacts/batch/upsert`,
    json: { inputs: [{ idProperty: 'email', id: email, properties: given }] },
  })
  // What stood in other properties comes back only when it is asked for.
  const { id, new: created } = readAnswer(
    'HubSpot',
    answer,
    z.object({ results: z.tuple([record]) }),
    ({ results: [found] }) => found,
  )
  return { ...(await getContact(call, { id })), created: created ?? null }
}

export const getContact = (call: Call, { id }: GetContact): Promise<Contact> =>
  readRecord(
    call,
    {
      method: 'GET',
      path: `${objectsPath}/contacts/${encodeURIComponent(id)}`,
      query: { properties: properties.join(',') },
    },
    toContact,
  )

export async function listContacts(call: Call, input: ListContacts): Promise<ContactPage> {
  const { first, after, email, updatedSince } = input
  const { records, nextCursor } = await readRecords(call, {
    object: 'contacts',
    properties,
    first,
    after,
    sortBy: 'lastmodifieddate',
    filters: [
      ...(email === undefined ? [] : [{ propertyName: 'email', operator: 'EQ', value: email.toLowerCase() }]),
      ...(updatedSince === undefined
        ? []
        : [{ propertyName: 'lastmodifieddate', operator: 'GTE', value: String(Date.parse(updatedSince)) }]),
    ],
  })
  return { items: records.map(toContact), nextCursor }
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Notes are HTML: what a person wrote is shown as it was written, and is never markup. */
const toHtml = (text: string) => text.replace(/[&<>"]/g, (sign) => entities[sign] ?? sign).replace(/\r?\n/g, '<br>')

/** Association of a note with its contact, as HubSpot numbers them. */
const noteToContact = 202

export async function createNote(call: Call, input: CreateNote): Promise<ContactNote> {
  const path = `${objectsPath}/contacts/${encodeURIComponent(input.contactId)}`
  const asked = await call({ method: 'GET', path, query: { properties: 'email' } })
  const contact = readAnswer('HubSpot', asked, record, (found) => found)
  // A note needs its moment, and the vendor's clock is the one that sorts the record's timeline.
  const moment = iso(fromText(asked.headers['date'])) ?? contact.updatedAt ?? '1970-01-01T00:00:00Z'
  return readRecord(
    call,
    {
      method: 'POST',
      path: `${objectsPath}/notes`,
      json: {
        properties: { hs_note_body: toHtml(input.text), hs_timestamp: moment },
        associations: [
          {
            to: { id: contact.id },
            types: [{ associationCategory: 'HUBSPOT_DEFINED', associationTypeId: noteToContact }],
          },
        ],
      },
    },
    ({ id, createdAt }) => ({ id, providerData: { createdAt: createdAt ?? null } }),
  )
}
