import { createHash } from 'node:crypto'
import { addNewest } from '../../bounded.ts'
import { people, shop } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { bodyOf, failure, invalid, notFound, pageOf } from './problem.ts'

export const audienceId = '1ab00cafe1'
const otherAudience = '1ab00cafe2'

interface Member {
  id: string
  email_address: string
  unique_email_id: string
  contact_id: string
  status: string
  merge_fields: Record<string, string>
  tags: { id: number; name: string }[]
  last_changed: string
  list_id: string
}
export interface MemberState {
  members: Member[]
}
type MemberBench = Bench<MemberState>

const digest = (text: string) => createHash('md5').update(text.toLowerCase()).digest('hex')
export const moment = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, '+00:00')

const memberOf = (email: string, status: string, at: number): Member => ({
  id: digest(email),
  email_address: email,
  unique_email_id: digest(`unique:${email}`).slice(0, 10),
  contact_id: digest(`contact:${email}`),
  status,
  merge_fields: { FNAME: '', LNAME: '', PHONE: '' },
  tags: [],
  last_changed: moment(at),
  list_id: audienceId,
})

export const firstMembers = (now: number): Member[] =>
  people.map(({ name, email }, index) => {
    const [first = '', ...rest] = name.split(' ')
    const made = memberOf(
      email,
      ['subscribed', 'subscribed', 'unsubscribed', 'cleaned'][index % 4] ?? '',
      now - index * 86_400_000,
    )
    return { ...made, merge_fields: { FNAME: first, LNAME: rest.join(' '), PHONE: '' } }
  })

const inList = (request: LabRequest, handle: () => LabAnswer): LabAnswer =>
  request.params['list'] === audienceId ? handle() : notFound()
const find = (request: LabRequest, { state }: MemberBench) =>
  state.members.find(({ id }) => id === request.params['hash'])

const known = ['subscribed', 'unsubscribed', 'cleaned', 'pending', 'transactional']

function put(request: LabRequest, bench: MemberBench): LabAnswer {
  const body = bodyOf(request)
  const email = body['email_address']
  if (typeof email !== 'string' || !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(email))
    return invalid('email_address', 'This value should be a valid email.')
  if (digest(email) !== request.params['hash'])
    return invalid('email_address', 'The subscriber hash does not belong to this address.')
  if (!known.includes(String(body['status_if_new']))) return invalid('status_if_new', 'Data did not match the choices.')
  const before = find(request, bench)
  const member = before ?? memberOf(email, String(body['status_if_new']), bench.now)
  if (before === undefined) addNewest(bench.state.members, member, people.length)
  return change(member, request, bench)
}

function change(member: Member, request: LabRequest, { now }: MemberBench): LabAnswer {
  const { status, merge_fields: merges } = bodyOf(request)
  if (status !== undefined && !known.includes(String(status)))
    return invalid('status', 'Data did not match the choices.')
  if (member.status === 'cleaned' && status === 'subscribed')
    return failure(
      400,
      'Member In Compliance State',
      `${member.email_address} is in a compliance state and cannot be subscribed.`,
    )
  if (status !== undefined) member.status = String(status)
  for (const [name, value] of Object.entries((merges ?? {}) as object)) member.merge_fields[name] = String(value)
  member.last_changed = moment(now)
  return json(200, member)
}

function tag(member: Member, request: LabRequest): LabAnswer {
  const { tags } = bodyOf(request)
  if (!Array.isArray(tags)) return invalid('tags', 'Required fields were not provided: tags')
  for (const { name, status } of tags as { readonly name: string; readonly status: string }[]) {
    if (status !== 'active' && status !== 'inactive') return invalid('tags.status', 'Data did not match the choices.')
    member.tags = member.tags.filter((one) => one.name !== name)
    if (status === 'active') member.tags.push({ id: Number.parseInt(digest(name).slice(0, 6), 16), name })
  }
  return { status: 204 }
}

const withMember =
  (handle: (member: Member, request: LabRequest, bench: MemberBench) => LabAnswer) =>
  (request: LabRequest, bench: MemberBench): LabAnswer =>
    inList(request, () => {
      const member = find(request, bench)
      return member === undefined ? notFound() : handle(member, request, bench)
    })

const lists = [
  { id: audienceId, name: `${shop.name} news` },
  { id: otherAudience, name: `${shop.name} wholesale` },
]
const path = '/lists/:list/members'
const needs = 'Audiences'

export const memberRoutes: readonly Route<MemberState>[] = [
  {
    method: 'GET',
    path: '/lists',
    needs,
    handle: (request, { state, now }) =>
      pageOf(
        request,
        'lists',
        lists.map((list) => ({
          ...list,
          date_created: moment(now),
          double_optin: false,
          stats: { member_count: list.id === audienceId ? state.members.length : 0, unsubscribe_count: 0 },
        })),
      ),
  },
  {
    method: 'GET',
    path,
    needs,
    handle: (request, { state }) =>
      inList(request, () => {
        const since = Date.parse(request.query.get('since_last_changed') ?? '1970-01-01T00:00:00Z')
        if (Number.isNaN(since)) return invalid('since_last_changed', 'This value is not a valid datetime.')
        const changed = state.members.filter(({ last_changed }) => Date.parse(last_changed) > since)
        return pageOf(request, 'members', changed, { list_id: audienceId })
      }),
  },
  {
    method: 'PUT',
    path: `${path}/:hash`,
    needs,
    handle: (request, bench) => inList(request, () => put(request, bench)),
  },
  { method: 'GET', path: `${path}/:hash`, needs, handle: withMember((member) => json(200, member)) },
  { method: 'PATCH', path: `${path}/:hash`, needs, handle: withMember(change) },
  { method: 'POST', path: `${path}/:hash/tags`, needs, handle: withMember(tag) },
]
