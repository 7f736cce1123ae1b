import type {
  AccountingContact,
  AccountingContactPage,
  ListAccountingContacts,
  UpsertAccountingContact,
} from '@patchbay/schema/capabilities/accounting.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { numberCursor, readNumberCursor } from '../shared/cursor.ts'
import { readAnswer } from '../shared/failure.ts'
import { iso, someText } from '../shared/message.ts'
import { booksOf, changedSince, momentOf, oneOf, pageOf, quoted } from './books.ts'

const contact = z.object({
  ContactID: z.string(),
  Name: z.string(),
  EmailAddress: someText,
  ContactStatus: someText,
  IsCustomer: z.boolean().nullish(),
  IsSupplier: z.boolean().nullish(),
  DefaultCurrency: someText,
  UpdatedDateUTC: someText,
  Phones: z.array(z.object({ PhoneNumber: someText, PhoneAreaCode: someText, PhoneCountryCode: someText })).nullish(),
})

function toContact(found: z.output<typeof contact>): AccountingContact {
  const phone = found.Phones?.find(({ PhoneNumber }) => PhoneNumber !== null)
  const parts = [phone?.PhoneCountryCode, phone?.PhoneAreaCode, phone?.PhoneNumber]
  return {
    id: found.ContactID,
    name: found.Name,
    email: found.EmailAddress,
    phone: phone === undefined ? null : parts.filter((part) => part).join(' '),
    currency: found.DefaultCurrency,
    updatedAt: iso(momentOf(found.UpdatedDateUTC)),
    providerData: {
      ContactStatus: found.ContactStatus,
      IsCustomer: found.IsCustomer ?? null,
      IsSupplier: found.IsSupplier ?? null,
    },
  }
}

const whereEmail = (email: string) => `EmailAddress==${quoted(email)}`

/**
 * Looks for the address first. Another customer under the same name is a CONFLICT of Xero's and is never written over,
 * which its POST would do.
 */
export async function upsertContact(
  call: Call,
  input: UpsertAccountingContact,
  connection: ConnectionFacts,
): Promise<AccountingContact> {
  const books = await booksOf(call, connection)
  const { name, email, phone, address, currency, idempotencyKey } = input
  const query = { where: whereEmail(email), page: 1, pageSize: 1 }
  const [known] = readAnswer(
    'Xero',
    await books({ method: 'GET', path: '/Contacts', query }),
    pageOf('Contacts', contact),
    ({ Contacts }) => Contacts,
  )
  const wanted = {
    Name: name,
    EmailAddress: email,
    ...(phone === undefined ? {} : { Phones: [{ PhoneType: 'DEFAULT', PhoneNumber: phone }] }),
    ...(currency === undefined ? {} : { DefaultCurrency: currency }),
    ...(address === undefined
      ? {}
      : {
          Addresses: [
            {
              AddressType: 'POBOX',
              AttentionTo: address.name ?? '',
              AddressLine1: address.line1 ?? '',
              AddressLine2: address.line2 ?? '',
              City: address.city ?? '',
              Region: address.state ?? '',
              PostalCode: address.postalCode ?? '',
              Country: address.country,
            },
          ],
        }),
  }
  const answer =
    known === undefined
      ? await books({ method: 'PUT', path: '/Contacts', json: { Contacts: [wanted] }, idempotencyKey })
      : await books({
          method: 'POST',
          path: '/Contacts',
          json: { Contacts: [{ ...wanted, ContactID: known.ContactID }] },
          // Under one key Xero takes one body, and the first request may have been the one that made the contact.
          idempotencyKey: `${idempotencyKey}:update`,
        })
  return readAnswer('Xero', answer, oneOf('Contacts', contact), ({ Contacts: [made] }) => toContact(made))
}

export async function listContacts(
  call: Call,
  input: ListAccountingContacts,
  connection: ConnectionFacts,
): Promise<AccountingContactPage> {
  const page = readNumberCursor(input.after, 1)
  const books = await booksOf(call, connection)
  const where = input.email === undefined ? undefined : whereEmail(input.email)
  const query = { page, pageSize: input.first, where, order: 'Name ASC' }
  const answer = await books({ method: 'GET', path: '/Contacts', query, ...changedSince(input.updatedSince) })
  return readAnswer('Xero', answer, pageOf('Contacts', contact), ({ Contacts, pagination }) => ({
    items: Contacts.map(toContact),
    nextCursor: page < (pagination?.pageCount ?? 0) ? numberCursor(page + 1) : null,
  }))
}
