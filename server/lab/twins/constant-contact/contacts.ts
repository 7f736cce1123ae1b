import { uuidOf } from '../../chance.ts'
import { people, shop } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { bodyOf, failure, invalid, moment, notFound, pageOf } from './answers.ts'

export const listId = uuidOf('constant-contact-list-news')
const lists = [
  { list_id: listId, name: `${shop.name} news` },
  { list_id: uuidOf('constant-contact-list-wholesale'), name: `${shop.name} wholesale` },
]

interface Contact {
  contact_id: string
  email_address: { address: string; permission_to_send: string; updated_at: string }
  first_name?: string
  last_name?: string
  create_source: string
  created_at: string
  updated_at: string
  phone_numbers: object[]
  list_memberships: string[]
  taggings: string[]
}
export interface ContactState {
  contacts: Contact[]
  tags: { tag_id: string; name: string; created_at: string; updated_at: string }[]
}
type ContactBench = Bench<ContactState>

const mostKept = 500

function contactOf(address: string, permission: string, now: number): Contact {
  return {
    contact_id: uuidOf(`constant-contact:${address.toLowerCase()}`),
    email_address: { address, permission_to_send: permission, updated_at: moment(now) },
    create_source: 'Account',
    created_at: moment(now),
    updated_at: moment(now),
    phone_numbers: [],
    list_memberships: [listId],
    taggings: [],
  }
}

export const firstContacts = (now: number): ContactState => ({
  tags: [],
  contacts: people.map(({ name, email }, index) => {
    const [first = '', ...rest] = name.split(' ')
    const made = contactOf(
      email,
      ['explicit', 'implicit', 'unsubscribed'][index % 3] ?? 'explicit',
      now - index * 86_400_000,
    )
    return { ...made, first_name: first, last_name: rest.join(' ') }
  }),
})

const byAddress = ({ state }: ContactBench, address: string) =>
  state.contacts.find((one) => one.email_address.address.toLowerCase() === address.toLowerCase())
const isEmail = (value: unknown): value is string =>
  typeof value === 'string' && /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value)

function keep(contact: Contact, { state }: ContactBench): void {
  state.contacts.unshift(contact)
  state.contacts.length = Math.min(state.contacts.length, mostKept)
}

function signUp(request: LabRequest, bench: ContactBench): LabAnswer {
  const body = bodyOf(request)
  const { email_address: email, list_memberships: wanted, phone_number: phone } = body
  if (!isEmail(email)) return invalid('#/email_address: must be a valid email address')
  if (!Array.isArray(wanted) || wanted.length === 0) return invalid('#/list_memberships: required')
  if (!wanted.every((id) => lists.some((list) => list.list_id === id)))
    return invalid('#/list_memberships: unknown list')
  const before = byAddress(bench, email)
  const contact = before ?? contactOf(email, 'explicit', bench.now)
  if (before === undefined) keep(contact, bench)
  // Whoever signs up wants mail again.
  contact.email_address.permission_to_send = 'explicit'
  contact.updated_at = moment(bench.now)
  contact.list_memberships = [...new Set([...contact.list_memberships, ...(wanted as string[])])]
  if (phone !== undefined) contact.phone_numbers = [{ phone_number: phone, kind: 'other' }]
  named(contact, body)
  const action = before === undefined ? 'created' : 'updated'
  return json(before === undefined ? 201 : 200, { contact_id: contact.contact_id, action })
}

function named(contact: Contact, body: Readonly<Record<string, unknown>>): void {
  for (const name of ['first_name', 'last_name'] as const)
    if (typeof body[name] === 'string') contact[name] = body[name]
}

function create(request: LabRequest, bench: ContactBench): LabAnswer {
  const body = bodyOf(request)
  const email = body['email_address'] as
    { readonly address?: unknown; readonly permission_to_send?: string } | undefined
  if (!isEmail(email?.address)) return invalid('#/email_address/address: must be a valid email address')
  if (!['Account', 'Contact'].includes(String(body['create_source']))) return invalid('#/create_source: required')
  if (byAddress(bench, email.address) !== undefined)
    return failure(409, 'contacts.api.conflict', 'A contact with this email address exists already.')
  const contact = contactOf(email.address, email.permission_to_send ?? 'implicit', bench.now)
  named(contact, body)
  keep(contact, bench)
  return json(201, contact)
}

/** What is left out is emptied. */
function replace(request: LabRequest, bench: ContactBench): LabAnswer {
  const contact = bench.state.contacts.find((one) => one.contact_id === request.params['id'])
  if (contact === undefined) return notFound()
  const body = bodyOf(request)
  const email = body['email_address'] as
    { readonly address?: unknown; readonly permission_to_send?: string } | undefined
  if (body['update_source'] === undefined) return invalid('#/update_source: required')
  if (!isEmail(email?.address)) return invalid('#/email_address/address: must be a valid email address')
  const { first_name: _first, last_name: _last, ...rest } = contact
  const changed: Contact = {
    ...rest,
    email_address: {
      address: email.address,
      permission_to_send: email.permission_to_send ?? 'not_set',
      updated_at: moment(bench.now),
    },
    updated_at: moment(bench.now),
    phone_numbers: (body['phone_numbers'] as object[] | undefined) ?? [],
    list_memberships: (body['list_memberships'] as string[] | undefined) ?? [],
    taggings: (body['taggings'] as string[] | undefined) ?? [],
  }
  if (!changed.taggings.every((id) => bench.state.tags.some((tag) => tag.tag_id === id)))
    return invalid('#/taggings: unknown tag')
  named(changed, body)
  bench.state.contacts[bench.state.contacts.indexOf(contact)] = changed
  return json(200, changed)
}

function shown(contact: Contact, include: string | null): object {
  const { phone_numbers, list_memberships, taggings, ...core } = contact
  const parts = { phone_numbers, list_memberships, taggings }
  return {
    ...core,
    ...Object.fromEntries(Object.entries(parts).filter(([name]) => include?.split(',').includes(name))),
  }
}

function list(request: LabRequest, { state }: ContactBench): LabAnswer {
  const { query } = request
  const [email, inList] = [query.get('email')?.toLowerCase(), query.get('lists')]
  const since = Date.parse(query.get('updated_after') ?? '1970-01-01T00:00:00Z')
  if (Number.isNaN(since)) return invalid('updated_after must be a date-time')
  const found = state.contacts
    .filter(({ updated_at }) => Date.parse(updated_at) > since)
    .filter((one) => email === undefined || one.email_address.address.toLowerCase() === email)
    .filter((one) => inList === null || one.list_memberships.includes(inList))
  return pageOf(
    request,
    'contacts',
    found.map((one) => shown(one, query.get('include'))),
  )
}

const needs = 'contact_data'
export const contactRoutes: readonly Route<ContactState>[] = [
  {
    method: 'GET',
    path: '/contact_lists',
    needs,
    handle: (request, { state, now }) =>
      pageOf(
        request,
        'lists',
        lists.map((one) => ({
          ...one,
          favorite: false,
          updated_at: moment(now),
          membership_count: state.contacts.filter((each) => each.list_memberships.includes(one.list_id)).length,
        })),
        { lists_count: lists.length },
      ),
  },
  { method: 'GET', path: '/contacts', needs, handle: list },
  { method: 'POST', path: '/contacts', needs, handle: create },
  { method: 'POST', path: '/contacts/sign_up_form', needs, handle: signUp },
  { method: 'PUT', path: '/contacts/:id', needs, handle: replace },
  { method: 'GET', path: '/contact_tags', needs, handle: (request, { state }) => pageOf(request, 'tags', state.tags) },
  {
    method: 'POST',
    path: '/contact_tags',
    needs,
    handle: (request, { state, now }) => {
      const { name } = bodyOf(request)
      if (typeof name !== 'string' || name === '') return invalid('#/name: required')
      if (state.tags.some((tag) => tag.name.toLowerCase() === name.toLowerCase()))
        return failure(409, 'contacts.api.conflict', 'A tag with this name exists already.')
      const made = { tag_id: uuidOf(`tag:${name}`), name, created_at: moment(now), updated_at: moment(now) }
      state.tags.push(made)
      return json(201, made)
    },
  },
]
