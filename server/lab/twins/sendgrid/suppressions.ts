import { people } from '../../shop.ts'
import type { LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { failure } from './webhooks.ts'

const seconds = (day: number) => Date.parse(`2026-10-${String(day).padStart(2, '0')}T08:00:00Z`) / 1000
const entry = ({ email }: { readonly email: string }, index: number) => ({ created: seconds(28 - index), email })

const lists: Readonly<Record<string, readonly object[]>> = {
  bounces: people.slice(0, 5).map((person, index) => ({
    ...entry(person, index),
    reason: '550 5.1.1 The email account that you tried to reach does not exist.',
    status: '5.1.1',
  })),
  spam_reports: people.slice(5).map((person, index) => ({ ...entry(person, index), ip: '192.0.2.10' })),
  unsubscribes: people.slice(2, 4).map(entry),
}

function list(request: LabRequest) {
  const limit = Number(request.query.get('limit') ?? '500')
  const offset = Number(request.query.get('offset') ?? '0')
  if (!Number.isInteger(limit) || limit < 1 || limit > 500) return failure(400, 'limit must be between 1 and 500')
  if (!Number.isInteger(offset) || offset < 0) return failure(400, 'offset must be a positive integer')
  const name = request.path.split('/').at(-1) ?? ''
  return json(200, (lists[name] ?? []).slice(offset, offset + limit))
}

export const suppressionScope = 'suppression.read'

export const sendgridSuppressionRoutes: readonly Route<object>[] = Object.keys(lists).map((name) => ({
  method: 'GET',
  path: `/v3/suppression/${name}`,
  needs: suppressionScope,
  handle: list,
}))
