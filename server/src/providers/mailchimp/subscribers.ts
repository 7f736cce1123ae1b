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
import { hash } from 'node:crypto'
import { z } from 'zod'
import type { Call, CallAnswer, ConnectionFacts } from '../provider.ts'
import { numberCursor, readNumberCursor } from '../shared/cursor.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromText, iso, someText } from '../shared/message.ts'
import { audienceOf, listPath } from './audience.ts'

const statuses: Readonly<Record<string, Subscriber['status']>> = {
  subscribed: 'SUBSCRIBED',
  pending: 'PENDING',
  unsubscribed: 'UNSUBSCRIBED',
  // Gets order mails only, never news.
  transactional: 'UNSUBSCRIBED',
  cleaned: 'BOUNCED',
  archived: 'ARCHIVED',
}

const member = z.object({
  id: z.string().min(1),
  email_address: z.string(),
  status: z.string(),
  unique_email_id: someText,
  contact_id: someText,
  merge_fields: z.record(z.string(), z.unknown()).default({}),
  tags: z.array(z.object({ name: z.string() })).default([]),
  last_changed: someText,
  list_id: someText,
})

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)

const toSubscriber = (found: z.output<typeof member>): Subscriber => ({
  id: found.id,
  email: found.email_address,
  firstName: textOf(found.merge_fields['FNAME']),
  lastName: textOf(found.merge_fields['LNAME']),
  status: statuses[found.status] ?? 'UNSUBSCRIBED',
  vendorStatus: found.status,
  tags: found.tags.map(({ name }) => name),
  updatedAt: iso(fromText(found.last_changed)),
  providerData: {
    contact_id: found.contact_id,
    unique_email_id: found.unique_email_id,
    list_id: found.list_id,
  },
})

const read = (answer: CallAnswer) => readAnswer('Mailchimp', answer, member, toSubscriber)

/** Mailchimp names a member by the MD5 of the address in small letters; it hides nothing and is not meant to. */
const memberPath = (audienceId: string, email: string) =>
  `${listPath(audienceId)}/members/${hash('md5', String(email).toLowerCase())}`

const total = z.object({ total_items: z.int().nonnegative() })

interface PageAsked {
  readonly first: number
  readonly after: string | null
}

/** How Mailchimp's lists are asked for, and where the next page begins. */
export const offsetOf = ({ after }: PageAsked) => readNumberCursor(after, 0)
export function nextAfter(asked: PageAsked, found: number, all: number): string | null {
  const next = offsetOf(asked) + found
  return found > 0 && next < all ? numberCursor(next) : null
}

const listList = total.extend({
  lists: z.array(
    z.object({
      id: z.string().min(1),
      name: z.string(),
      stats: z.object({ member_count: z.int().nullish(), unsubscribe_count: z.int().nullish() }).optional(),
      double_optin: z.boolean().nullish(),
      date_created: someText,
    }),
  ),
})

export async function listAudiences(call: Call, input: ListAudiences): Promise<AudiencePage> {
  const answer = await call({ method: 'GET', path: '/lists', query: { count: input.first, offset: offsetOf(input) } })
  return readAnswer('Mailchimp', answer, listList, ({ lists, total_items: all }) => ({
    items: lists.map(({ id, name, stats, double_optin, date_created: made }) => ({
      id,
      name,
      subscribers: stats?.member_count ?? null,
      providerData: {
        double_optin: double_optin ?? null,
        date_created: made,
        unsubscribe_count: stats?.unsubscribe_count ?? null,
      },
    })),
    nextCursor: nextAfter(input, lists.length, all),
  }))
}

/** Adds tags and takes them away; a tag that is not there yet is made. Says nothing back. */
async function changeTags(
  call: Call,
  path: string,
  change: { readonly add: readonly string[]; readonly remove: readonly string[] },
): Promise<void> {
  const tags = [
    ...change.add.map((name) => ({ name, status: 'active' })),
    ...change.remove.map((name) => ({ name, status: 'inactive' })),
  ]
  if (tags.length > 0) await call({ method: 'POST', path: `${path}/tags`, json: { tags } })
}

/**
 * Who is on the list already keeps their status: somebody who unsubscribed is not brought back by an order. PUT by address
 * finds the member there is, so a repeat changes nothing.
 */
export async function upsertSubscriber(
  call: Call,
  input: UpsertSubscriber,
  connection: ConnectionFacts,
): Promise<Subscriber> {
  const { email, firstName, lastName, phone, tags = [], doubleOptIn, idempotencyKey } = input
  const path = memberPath(audienceOf(input.audienceId, connection), email)
  const answer = await call({
    method: 'PUT',
    path,
    // An audience may ask for fields that the shop does not have.
    query: { skip_merge_validation: true },
    idempotencyKey,
    json: {
      email_address: email,
      status_if_new: doubleOptIn ? 'pending' : 'subscribed',
      merge_fields: {
        ...(firstName === undefined ? {} : { FNAME: firstName }),
        ...(lastName === undefined ? {} : { LNAME: lastName }),
        ...(phone === undefined ? {} : { PHONE: phone }),
      },
    },
  })
  const subscriber = read(answer)
  await changeTags(call, path, { add: tags, remove: [] })
  return { ...subscriber, tags: [...new Set([...subscriber.tags, ...tags])] }
}

export async function getSubscriber(
  call: Call,
  input: GetSubscriber,
  connection: ConnectionFacts,
): Promise<Subscriber> {
  return read(await call({ method: 'GET', path: memberPath(audienceOf(input.audienceId, connection), input.email) }))
}

const memberList = total.extend({ members: z.array(member) })

export async function listSubscribers(
  call: Call,
  input: ListSubscribers,
  connection: ConnectionFacts,
): Promise<SubscriberPage> {
  const answer = await call({
    method: 'GET',
    path: `${listPath(audienceOf(input.audienceId, connection))}/members`,
    query: { count: input.first, offset: offsetOf(input), since_last_changed: input.updatedSince },
  })
  return readAnswer('Mailchimp', answer, memberList, ({ members, total_items: all }) => ({
    items: members.map(toSubscriber),
    nextCursor: nextAfter(input, members.length, all),
  }))
}

export async function unsubscribe(call: Call, input: Unsubscribe, connection: ConnectionFacts): Promise<Subscriber> {
  const answer = await call({
    method: 'PATCH',
    path: memberPath(audienceOf(input.audienceId, connection), input.email),
    idempotencyKey: input.idempotencyKey,
    json: { status: 'unsubscribed' },
  })
  return read(answer)
}

export async function tagSubscriber(
  call: Call,
  input: TagSubscriber,
  connection: ConnectionFacts,
): Promise<Subscriber> {
  const path = memberPath(audienceOf(input.audienceId, connection), input.email)
  await changeTags(call, path, input)
  return read(await call({ method: 'GET', path }))
}
