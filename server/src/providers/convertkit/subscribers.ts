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
import { readTextCursor, textCursor } from '../shared/cursor.ts'
import { cannotSend, cannotTellChanges, readAnswer } from '../shared/failure.ts'
import { fromText, idText, iso, someText } from '../shared/message.ts'
import { unlessGone } from '../shared/registration.ts'

const statuses: Readonly<Record<string, Subscriber['status']>> = {
  active: 'SUBSCRIBED',
  // Has not confirmed yet.
  inactive: 'PENDING',
  cancelled: 'UNSUBSCRIBED',
  complained: 'UNSUBSCRIBED',
  bounced: 'BOUNCED',
}

const subscriber = z.object({
  id: idText,
  email_address: z.string(),
  first_name: someText,
  state: z.string(),
  created_at: someText,
  fields: z.record(z.string(), z.unknown()).nullish(),
})
type Found = z.output<typeof subscriber>

const textOf = (value: unknown) => (typeof value === 'string' && value !== '' ? value : null)

/** Kit tells when somebody came and not when they changed. */
const toSubscriber = ({ fields, ...found }: Found, tags: readonly string[]): Subscriber => ({
  id: found.id,
  email: found.email_address,
  firstName: found.first_name,
  lastName: textOf(fields?.['last_name']) ?? textOf(fields?.['Last name']),
  status: statuses[found.state] ?? 'UNSUBSCRIBED',
  vendorStatus: found.state,
  tags: [...tags],
  updatedAt: null,
  providerData: { created_at: iso(fromText(found.created_at)) },
})

export const pagination = z.object({ has_next_page: z.boolean(), end_cursor: someText })

interface PageAsked {
  readonly first: number
  readonly after: string | null
}
export const pageQuery = ({ first, after }: PageAsked) => ({
  per_page: first,
  after: after === null ? undefined : readTextCursor(after),
})
export const nextOf = ({ has_next_page: more, end_cursor: end }: z.output<typeof pagination>) =>
  more && end !== null ? textCursor(end) : null

/** The form that is meant: the one asked for, else the connection's; null where there is neither. */
const formOf = (asked: string | undefined, { settings }: ConnectionFacts) => asked || settings['formId'] || null

const formList = z.object({
  forms: z.array(
    z.object({ id: idText, name: z.string(), type: someText, uid: someText, archived: z.boolean().nullish() }),
  ),
  pagination,
})

/** Kit keeps one list of everybody; people come to it by forms, which are the nearest to lists. */
export async function listAudiences(call: Call, input: ListAudiences): Promise<AudiencePage> {
  const answer = await call({ method: 'GET', path: '/v4/forms', query: pageQuery(input) })
  return readAnswer('Kit', answer, formList, ({ forms, pagination: page }) => ({
    items: forms.map(({ id, name, type, uid, archived }) => ({
      id,
      name,
      subscribers: null,
      providerData: { type, uid, archived: archived ?? null },
    })),
    nextCursor: nextOf(page),
  }))
}

const subscriberList = z.object({ subscribers: z.array(subscriber), pagination })

/** Somebody by address, whatever their state. @throws ProviderCallError NOT_FOUND */
async function find(call: Call, email: string): Promise<Found> {
  const answer = await call({
    method: 'GET',
    path: '/v4/subscribers',
    query: { email_address: email, status: 'all', per_page: 1 },
  })
  return readAnswer('Kit', answer, subscriberList, ({ subscribers: [first] }) => {
    if (first !== undefined) return first
    throw new ProviderCallError({
      errorClass: 'NOT_FOUND',
      message: 'Kit knows nobody with this address.',
      advice: 'Check the address, or add the subscriber first.',
    })
  })
}

const path = (...parts: readonly string[]) => `/v4/${parts.map(encodeURIComponent).join('/')}`

const tag = z.object({ id: idText, name: z.string() })
const tagList = z.object({ tags: z.array(tag), pagination })

/** Every tag of somebody; nobody has thousands, and the list is read to its end. */
async function tagsOf(call: Call, id: string): Promise<readonly z.output<typeof tag>[]> {
  const found: z.output<typeof tag>[] = []
  for (let after: string | null | undefined; after !== null;) {
    const query: Record<string, string | number | undefined> = { per_page: 500, after }
    const answer = await call({ method: 'GET', path: path('subscribers', id, 'tags'), query })
    const page = readAnswer('Kit', answer, tagList, (value) => value)
    found.push(...page.tags)
    after = page.pagination.has_next_page && page.tags.length > 0 ? page.pagination.end_cursor : null
  }
  return found
}

/** Making a tag that is there already answers with it, and tagging twice is once. */
async function addTags(call: Call, id: string, names: readonly string[]): Promise<void> {
  for (const name of names) {
    const answer = await call({ method: 'POST', path: '/v4/tags', json: { name } })
    const made = readAnswer('Kit', answer, z.object({ tag }), (value) => value.tag)
    await call({ method: 'POST', path: path('tags', made.id, 'subscribers', id), json: {} })
  }
}

/** Kit's own upsert: somebody known keeps their state, so nobody who left is brought back. */
export async function upsertSubscriber(
  call: Call,
  input: UpsertSubscriber,
  connection: ConnectionFacts,
): Promise<Subscriber> {
  const { email, firstName, lastName, phone, tags = [], doubleOptIn, idempotencyKey } = input
  const form = formOf(input.audienceId, connection)
  if (doubleOptIn && form === null)
    throw cannotSend(
      'Kit asks by mail only those who come by a form.',
      'Set the form of the connection, or give `audienceId`; its confirmation mail is what asks.',
      'formId',
    )
  const answer = await call({
    method: 'POST',
    path: '/v4/subscribers',
    idempotencyKey,
    json: {
      email_address: email,
      ...(firstName === undefined ? {} : { first_name: firstName }),
      state: doubleOptIn ? 'inactive' : 'active',
      // Fields an account does not have are passed over by Kit.
      fields: {
        ...(lastName === undefined ? {} : { 'Last name': lastName }),
        ...(phone === undefined ? {} : { Phone: phone }),
      },
    },
  })
  const found = readAnswer('Kit', answer, z.object({ subscriber }), (value) => value.subscriber)
  if (form !== null) await call({ method: 'POST', path: path('forms', form, 'subscribers', found.id), json: {} })
  await addTags(call, found.id, tags)
  return toSubscriber(found, tags)
}

export async function getSubscriber(call: Call, input: GetSubscriber): Promise<Subscriber> {
  const found = await find(call, input.email)
  const tags = await tagsOf(call, found.id)
  return toSubscriber(
    found,
    tags.map(({ name }) => name),
  )
}

/** Everybody, or those who came by a form that is asked for. Tags are told one by one only. */
export async function listSubscribers(call: Call, input: ListSubscribers): Promise<SubscriberPage> {
  const { audienceId, updatedSince } = input
  if (audienceId !== undefined) cannotTellChanges('Kit', 'subscribers of a form', updatedSince)
  const answer = await call({
    method: 'GET',
    path: audienceId === undefined ? '/v4/subscribers' : path('forms', audienceId, 'subscribers'),
    query: { ...pageQuery(input), status: 'all', updated_after: updatedSince },
  })
  return readAnswer('Kit', answer, subscriberList, ({ subscribers, pagination: page }) => ({
    items: subscribers.map((found) => toSubscriber(found, [])),
    nextCursor: nextOf(page),
  }))
}

export async function unsubscribe(call: Call, input: Unsubscribe): Promise<Subscriber> {
  const { id } = await find(call, input.email)
  const { idempotencyKey } = input
  await call({ method: 'POST', path: path('subscribers', id, 'unsubscribe'), idempotencyKey, json: {} })
  return getSubscriber(call, input)
}

export async function tagSubscriber(call: Call, input: TagSubscriber): Promise<Subscriber> {
  const found = await find(call, input.email)
  await addTags(call, found.id, input.add)
  const unwanted = new Set(input.remove)
  for (const { id, name } of unwanted.size === 0 ? [] : await tagsOf(call, found.id))
    if (unwanted.has(name))
      await unlessGone(call({ method: 'DELETE', path: path('tags', id, 'subscribers', found.id) }))
  const tags = await tagsOf(call, found.id)
  return toSubscriber(
    found,
    tags.map(({ name }) => name),
  )
}
