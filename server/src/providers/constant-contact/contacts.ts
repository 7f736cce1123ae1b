import type {
  AudiencePage,
  GetSubscriber,
  ListAudiences,
  ListSubscribers,
  Subscriber,
  SubscriberPage,
  TagSubscriber,
  Unsubscribe,
  UpsertSubscriber,
} from '@patchbay/schema/capabilities/marketing.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { fromText, iso, someText } from '../shared/message.ts'
import { links, nextOf, pageQuery } from './pages.ts'
import { tagIds, tagNames } from './tags.ts'

const statuses: Readonly<Record<string, Subscriber['status']>> = {
  explicit: 'SUBSCRIBED',
  implicit: 'SUBSCRIBED',
  pending_confirmation: 'PENDING',
  not_set: 'PENDING',
  temp_hold: 'PENDING',
  unsubscribed: 'UNSUBSCRIBED',
}

const contact = z.looseObject({
  contact_id: z.string().min(1),
  email_address: z.looseObject({ address: z.string(), permission_to_send: z.string().default('not_set') }),
  first_name: someText,
  last_name: someText,
  updated_at: someText,
  deleted_at: someText,
  list_memberships: z.array(z.string()).default([]),
  taggings: z.array(z.string()).default([]),
})
type Contact = z.output<typeof contact>

function toSubscriber(found: Contact, names: ReadonlyMap<string, string>): Subscriber {
  const permission = found.email_address.permission_to_send
  return {
    id: found.contact_id,
    email: found.email_address.address,
    firstName: found.first_name,
    lastName: found.last_name,
    status: found.deleted_at === null ? (statuses[permission] ?? 'PENDING') : 'ARCHIVED',
    vendorStatus: permission,
    tags: found.taggings.map((id) => names.get(id) ?? id),
    updatedAt: iso(fromText(found.updated_at)),
    providerData: { list_memberships: found.list_memberships },
  }
}

/** The list that is meant. @throws ProviderCallError where neither the input nor the connection names one */
export function listOf(asked: string | undefined, { settings }: ConnectionFacts): string {
  const found = asked || settings['listId'] || ''
  if (found === '')
    throw cannotSend(
      'No list is named, and the connection has none.',
      'Set the list of the connection, or give `audienceId`.',
      'listId',
    )
  return found
}

const listList = z.object({
  lists: z.array(
    z.object({
      list_id: z.string().min(1),
      name: z.string(),
      membership_count: z.int().nullish(),
      updated_at: someText,
    }),
  ),
  _links: links,
})

export async function listAudiences(call: Call, input: ListAudiences): Promise<AudiencePage> {
  const query = pageQuery(input, { include_count: true, include_membership_count: 'all' })
  const answer = await call({ method: 'GET', path: '/contact_lists', ...(query === undefined ? {} : { query }) })
  return readAnswer('Constant Contact', answer, listList, (page) => ({
    items: page.lists.map(({ list_id: id, name, membership_count: count, updated_at: at }) => ({
      id,
      name,
      subscribers: count ?? null,
      providerData: { updated_at: at },
    })),
    nextCursor: nextOf(page._links),
  }))
}

/** Everything that a PUT must say again, because what it leaves out is emptied. */
const parts = 'custom_fields,list_memberships,notes,phone_numbers,street_addresses,taggings'
const kept = [
  'first_name',
  'last_name',
  'job_title',
  'company_name',
  'birthday_month',
  'birthday_day',
  'anniversary',
  'custom_fields',
  'phone_numbers',
  'street_addresses',
  'list_memberships',
  'taggings',
  'notes',
] as const

const contactList = z.object({ contacts: z.array(contact), _links: links })

/** Somebody by address, whatever their state; null where there is nobody. */
async function look(call: Call, email: string): Promise<Contact | null> {
  const answer = await call({
    method: 'GET',
    path: '/contacts',
    query: { email, status: 'all', include: parts, limit: 1 },
  })
  return readAnswer('Constant Contact', answer, contactList, ({ contacts: [first] }) => first ?? null)
}

async function find(call: Call, email: string): Promise<Contact> {
  const found = await look(call, email)
  if (found !== null) return found
  throw new ProviderCallError({
    errorClass: 'NOT_FOUND',
    message: 'Constant Contact knows nobody with this address.',
    advice: 'Check the address, or add the subscriber first.',
  })
}

/** Writes somebody back with a change. */
async function put(
  call: Call,
  before: Contact,
  change: Readonly<Record<string, unknown>>,
  permission = before.email_address.permission_to_send,
): Promise<Contact> {
  const answer = await call({
    method: 'PUT',
    path: `/contacts/${encodeURIComponent(before.contact_id)}`,
    json: {
      ...Object.fromEntries(kept.flatMap((name) => (before[name] ? [[name, before[name]]] : []))),
      email_address: { address: before.email_address.address, permission_to_send: permission },
      update_source: 'Account',
      ...change,
    },
  })
  return readAnswer('Constant Contact', answer, contact, (after) => ({
    ...after,
    list_memberships: after['list_memberships'].length > 0 ? after.list_memberships : before.list_memberships,
  }))
}

const namesOf = ({ firstName, lastName }: UpsertSubscriber) => ({
  ...(firstName === undefined ? {} : { first_name: firstName }),
  ...(lastName === undefined ? {} : { last_name: lastName }),
})

/** Whoever is new, or gets mail already: Constant Contact's own upsert, by address. It would bring back who left. */
async function signUp(call: Call, input: UpsertSubscriber, list: string): Promise<void> {
  const { email, phone, idempotencyKey } = input
  const answer = await call({
    method: 'POST',
    path: '/contacts/sign_up_form',
    idempotencyKey,
    json: {
      email_address: email,
      ...namesOf(input),
      ...(phone === undefined ? {} : { phone_number: phone }),
      list_memberships: [list],
    },
  })
  readAnswer('Constant Contact', answer, z.object({ contact_id: z.string().min(1) }), () => undefined)
}

/** Whoever is new and is to be asked by mail first. */
async function ask(call: Call, input: UpsertSubscriber, list: string): Promise<void> {
  const { email, phone, idempotencyKey } = input
  const answer = await call({
    method: 'POST',
    path: '/contacts',
    idempotencyKey,
    json: {
      email_address: { address: email, permission_to_send: 'pending_confirmation' },
      create_source: 'Contact',
      ...namesOf(input),
      ...(phone === undefined ? {} : { phone_numbers: [{ phone_number: phone, kind: 'other' }] }),
      list_memberships: [list],
    },
  })
  readAnswer('Constant Contact', answer, contact, () => undefined)
}

/** Looks first: who unsubscribed stays unsubscribed, and only what is known of them is brought up to date. */
export async function upsertSubscriber(
  call: Call,
  input: UpsertSubscriber,
  connection: ConnectionFacts,
): Promise<Subscriber> {
  const list = listOf(input.audienceId, connection)
  const before = await look(call, input.email)
  if (before === null) await (input.doubleOptIn ? ask : signUp)(call, input, list)
  else if (before.email_address.permission_to_send === 'unsubscribed') await put(call, before, namesOf(input))
  else await signUp(call, input, list)
  const now = await find(call, input.email)
  return withTags(call, now, input.tags ?? [], [])
}

async function withTags(
  call: Call,
  before: Contact,
  add: readonly string[],
  remove: readonly string[],
): Promise<Subscriber> {
  const names = await tagNames(call)
  const added = await tagIds(call, add, names)
  const gone = new Set(remove.map((name) => name.toLowerCase()))
  const stays = before.taggings.filter((id) => !gone.has((names.get(id) ?? '').toLowerCase()))
  const taggings = [...new Set([...stays, ...added])]
  const all = new Map([...names, ...added.map((id, at): [string, string] => [id, names.get(id) ?? add[at] ?? id])])
  const same = taggings.length === before.taggings.length && taggings.every((id) => before.taggings.includes(id))
  if (!same) await put(call, before, { taggings })
  return toSubscriber({ ...before, taggings }, all)
}

export async function getSubscriber(call: Call, input: GetSubscriber): Promise<Subscriber> {
  return toSubscriber(await find(call, input.email), await tagNames(call))
}

export async function listSubscribers(
  call: Call,
  input: ListSubscribers,
  connection: ConnectionFacts,
): Promise<SubscriberPage> {
  return readContacts(call, input, { lists: listOf(input.audienceId, connection) })
}

/** Whoever the account knows, on whatever list: somebody who unsubscribes or is deleted is on none any more. */
export const listEverybody = (call: Call, input: ListSubscribers): Promise<SubscriberPage> =>
  readContacts(call, input, {})

async function readContacts(
  call: Call,
  input: ListSubscribers,
  chosen: { readonly lists?: string },
): Promise<SubscriberPage> {
  const query = pageQuery(input, {
    ...chosen,
    status: 'all',
    include: 'list_memberships,taggings',
    updated_after: input.updatedSince,
  })
  const answer = await call({ method: 'GET', path: '/contacts', ...(query === undefined ? {} : { query }) })
  const names = await tagNames(call)
  return readAnswer('Constant Contact', answer, contactList, (page) => ({
    items: page.contacts.map((found) => toSubscriber(found, names)),
    nextCursor: nextOf(page._links),
  }))
}

export async function unsubscribe(call: Call, input: Unsubscribe): Promise<Subscriber> {
  const before = await find(call, input.email)
  const names = await tagNames(call)
  if (before.email_address.permission_to_send === 'unsubscribed') return toSubscriber(before, names)
  const after = await put(call, before, { list_memberships: [] }, 'unsubscribed')
  return toSubscriber({ ...after, taggings: before.taggings, list_memberships: [] }, names)
}

export async function tagSubscriber(call: Call, input: TagSubscriber): Promise<Subscriber> {
  return withTags(call, await find(call, input.email), input.add, input.remove)
}
