import { shop } from '../../shop.ts'
import type { Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { failure } from './webhooks.ts'

/** A mail that was taken, and who it went to. */
export interface SentMail {
  id: string
  to: string[]
  subject: string | null
  /** Milliseconds since 1970; what an older lab kept has none. */
  at?: number
}

export const activityScope = 'email_activity.read'

export const sendgridActivityRoutes: readonly Route<{ sent: SentMail[] }>[] = [
  {
    method: 'GET',
    path: '/v3/messages',
    needs: activityScope,
    handle: ({ query }, { state, now }) => {
      const limit = Number(query.get('limit') ?? '10')
      const begins = /^msg_id LIKE "([^"%]+)%"$/.exec(query.get('query') ?? '')?.[1]
      if (begins === undefined) return failure(400, 'invalid query', 'query')
      if (!Number.isInteger(limit) || limit < 1 || limit > 1000) return failure(400, 'limit must be 1 to 1000', 'limit')
      const messages = state.sent.flatMap(({ id, to, subject, at }) =>
        to.map((email, index) => ({
          from_email: shop.email,
          msg_id: `${id}.recvd-lab-1-${index}`,
          subject: subject ?? '',
          to_email: email,
          status: /^bounced?[@+]/.test(email) ? 'not_delivered' : 'delivered',
          opens_count: 0,
          clicks_count: 0,
          last_event_time: new Date(at ?? now).toISOString(),
        })),
      )
      return json(200, { messages: messages.filter(({ msg_id: id }) => id.startsWith(begins)).slice(0, limit) })
    },
  },
]
