import type {
  AccountingContact,
  AccountingContactPage,
  ListAccountingContacts,
  UpsertAccountingContact,
} from '@patchbay/schema/capabilities/accounting.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromText, iso } from '../shared/message.ts'
import { change, changedSince, quoted, reference, select, selectPage } from './company.ts'

const customer = z.object({
  Id: z.string(),
  SyncToken: z.string(),
  DisplayName: z.string(),
  Active: z.boolean().nullish(),
  Balance: z.number().nullish(),
  PrimaryEmailAddr: z.object({ Address: z.string().nullish() }).nullish(),
  PrimaryPhone: z.object({ FreeFormNumber: z.string().nullish() }).nullish(),
  CurrencyRef: reference.nullish(),
  MetaData: z.object({ LastUpdatedTime: z.string().nullish() }).nullish(),
})

const toContact = (found: z.output<typeof customer>): AccountingContact => ({
  id: found.Id,
  name: found.DisplayName,
  email: found.PrimaryEmailAddr?.Address || null,
  phone: found.PrimaryPhone?.FreeFormNumber || null,
  currency: found.CurrencyRef?.value ?? null,
  updatedAt: iso(fromText(found.MetaData?.LastUpdatedTime)),
  providerData: { SyncToken: found.SyncToken, Active: found.Active ?? null, Balance: found.Balance ?? null },
})

const whereEmail = (email: string) => `PrimaryEmailAddr = ${quoted(email)}`

/** Looks for the address first; a name that another customer, supplier or employee has is a CONFLICT. */
export async function upsertContact(call: Call, input: UpsertAccountingContact): Promise<AccountingContact> {
  const { name, email, phone, address, currency, idempotencyKey } = input
  const { rows } = await select(call, { entity: 'Customer', where: [whereEmail(email)] }, customer)
  const [known] = rows
  const wanted = {
    DisplayName: name,
    PrimaryEmailAddr: { Address: email },
    ...(phone === undefined ? {} : { PrimaryPhone: { FreeFormNumber: phone } }),
    ...(address === undefined
      ? {}
      : {
          BillAddr: {
            ...(address.line1 === undefined ? {} : { Line1: address.line1 }),
            ...(address.line2 === undefined ? {} : { Line2: address.line2 }),
            ...(address.city === undefined ? {} : { City: address.city }),
            ...(address.state === undefined ? {} : { CountrySubDivisionCode: address.state }),
            ...(address.postalCode === undefined ? {} : { PostalCode: address.postalCode }),
            Country: address.country,
          },
        }),
  }
  const answer = await change(call, {
    path: '/customer',
    json:
      known === undefined
        ? { ...wanted, ...(currency === undefined ? {} : { CurrencyRef: { value: currency } }) }
        : // The currency of a customer stands for good.
          { ...wanted, Id: known.Id, SyncToken: known.SyncToken, sparse: true },
    idempotencyKey: known === undefined ? idempotencyKey : `${idempotencyKey}:${known.SyncToken}`,
  })
  return readAnswer('QuickBooks Online', answer, z.object({ Customer: customer }), (made) => toContact(made.Customer))
}

export async function listContacts(call: Call, input: ListAccountingContacts): Promise<AccountingContactPage> {
  const where = [...(input.email === undefined ? [] : [whereEmail(input.email)]), ...changedSince(input.updatedSince)]
  const page = await selectPage(call, { entity: 'Customer', where, orderBy: 'DisplayName' }, input, customer)
  return { items: page.rows.map(toContact), nextCursor: page.nextCursor }
}

/** Address a customer's bills are mailed to; null for none. */
export async function emailOf(call: Call, id: string): Promise<string | null> {
  const { rows } = await select(call, { entity: 'Customer', where: [`Id = ${quoted(id)}`] }, customer)
  return rows[0]?.PrimaryEmailAddr?.Address || null
}
