import type {
  AccountingContact,
  AccountingContactPage,
  ListAccountingContacts,
  UpsertAccountingContact,
} from '@patchbay/schema/capabilities/accounting.ts'
import { z } from 'zod'
import type { Call, CallAnswer, ConnectionFacts } from '../provider.ts'
import { cannotTellChanges } from '../shared/failure.ts'
import { idText, someText } from '../shared/message.ts'
import { momentOf, pathOf, readOne, readPage } from './account.ts'

const client = z.object({
  id: idText,
  email: someText,
  organization: someText,
  fname: someText,
  lname: someText,
  bus_phone: someText,
  mob_phone: someText,
  home_phone: someText,
  currency_code: someText,
  updated: someText,
  vis_state: z.int().nullish(),
})
type Client = z.output<typeof client>

function toContact(found: Client): AccountingContact {
  const person = [found.fname, found.lname].filter((part) => part !== null).join(' ')
  return {
    id: found.id,
    name: found.organization ?? (person || found.email || found.id),
    email: found.email,
    phone: found.bus_phone ?? found.mob_phone ?? found.home_phone,
    currency: found.currency_code,
    updatedAt: momentOf(found.updated),
    providerData: {
      organization: found.organization,
      fname: found.fname,
      lname: found.lname,
      vis_state: found.vis_state ?? null,
    },
  }
}

/** FreshBooks writes countries out. */
const countries = new Intl.DisplayNames('en', { type: 'region' })
const clientsPath = (connection: ConnectionFacts, id?: string) =>
  pathOf(connection, `/users/clients${id === undefined ? '' : `/${encodeURIComponent(id)}`}`)

/** The client and the answer that told, whose clock is the vendor's. */
export async function readClient(
  call: Call,
  id: string,
  connection: ConnectionFacts,
): Promise<{ readonly contact: AccountingContact; readonly answer: CallAnswer }> {
  const answer = await call({ method: 'GET', path: clientsPath(connection, id) })
  return { contact: readOne(answer, 'client', client, toContact), answer }
}

/** Looks for the address first, so that a repeat changes what the first made. */
export async function upsertContact(
  call: Call,
  input: UpsertAccountingContact,
  connection: ConnectionFacts,
): Promise<AccountingContact> {
  const { name, email, phone, address, currency, idempotencyKey } = input
  const { rows } = await readPage(
    call,
    { path: clientsPath(connection), name: 'clients', query: { 'search[email]': email }, first: 100, after: null },
    client,
  )
  // The search also finds addresses that only contain this one, and clients that were removed.
  const known = rows.find((one) => one.email?.toLowerCase() === email.toLowerCase() && one.vis_state !== 1)
  const wanted = {
    email,
    organization: name,
    ...(phone === undefined ? {} : { bus_phone: phone }),
    ...(currency === undefined ? {} : { currency_code: currency }),
    ...(address === undefined
      ? {}
      : {
          p_street: address.line1 ?? '',
          p_street2: address.line2 ?? '',
          p_city: address.city ?? '',
          p_province: address.state ?? '',
          p_code: address.postalCode ?? '',
          p_country: countries.of(address.country) ?? address.country,
        }),
  }
  const answer = await call({
    method: known === undefined ? 'POST' : 'PUT',
    path: clientsPath(connection, known?.id),
    json: { client: wanted },
    idempotencyKey,
  })
  return readOne(answer, 'client', client, toContact)
}

export async function listContacts(
  call: Call,
  { first, after, email, updatedSince }: ListAccountingContacts,
  connection: ConnectionFacts,
): Promise<AccountingContactPage> {
  cannotTellChanges('FreshBooks', 'clients', updatedSince)
  const query = { 'search[vis_state]': 0, ...(email === undefined ? {} : { 'search[email]': email }) }
  const listing = { path: clientsPath(connection), name: 'clients', query, first, after }
  const { rows, nextCursor } = await readPage(call, listing, client)
  return { items: rows.map(toContact), nextCursor }
}
