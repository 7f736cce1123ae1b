import type { EmailDelivery, GetEmail } from '@patchbay/schema/capabilities/email.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { fromText, iso, someText } from '../shared/message.ts'

const activity = z.object({
  messages: z.array(
    z.object({
      msg_id: z.string(),
      to_email: z.string(),
      subject: someText,
      status: z.string(),
      opens_count: z.coerce.number().nullish(),
      clicks_count: z.coerce.number().nullish(),
      last_event_time: someText,
    }),
  ),
})
type Found = z.output<typeof activity>['messages'][number]

/** SendGrid says of each reader whether it came, and counts what was done with it; why it did not come it says elsewhere. */
function statusOf({ status, opens_count: opens, clicks_count: clicks }: Found): EmailDelivery['status'] {
  if (status === 'not_delivered') return 'FAILED'
  if ((clicks ?? 0) > 0) return 'CLICKED'
  if ((opens ?? 0) > 0) return 'OPENED'
  return status === 'delivered' ? 'DELIVERED' : status === 'processed' ? 'SENT' : 'UNKNOWN'
}

/** From what tells least of a mail to what tells most. */
const ranks: readonly EmailDelivery['status'][] = ['UNKNOWN', 'SENT', 'DELIVERED', 'OPENED', 'CLICKED', 'FAILED']

/**
 * The furthest a mail came, by the Email Activity API, which an account has only with an add-on of its own. The id that
 * sending answered with is the beginning of the ids of its readers: https://www.twilio.com/docs/sendgrid/api-reference/e-mail-activity
 */
export async function getEmail(call: Call, input: GetEmail): Promise<EmailDelivery> {
  const id = String(input.id)
  // It becomes part of a query in a language of its own.
  if (!/^[A-Za-z0-9_.-]{1,200}$/.test(id))
    throw cannotSend('This is no id of a SendGrid message.', 'Give the id that sending the mail answered with.', 'id')
  const query = { limit: 100, query: `msg_id LIKE "${id}%"` }
  const answer = await call({ method: 'GET', path: '/v3/messages', query })
  return readAnswer('SendGrid', answer, activity, ({ messages }) => {
    const [first] = messages.toSorted((a, b) => ranks.indexOf(statusOf(b)) - ranks.indexOf(statusOf(a)))
    if (first === undefined)
      throw new ProviderCallError({
        errorClass: 'NOT_FOUND',
        message: 'SendGrid knows nothing of this message.',
        advice:
          'Check the id; SendGrid shows a message after some minutes and forgets it after three or thirty days, by your plan.',
      })
    return {
      messageId: id,
      status: statusOf(first),
      vendorStatus: first.status,
      to: messages.map(({ to_email: to }) => to),
      subject: first.subject,
      at: iso(fromText(first.last_event_time)),
      providerData: { opens_count: first.opens_count ?? null, clicks_count: first.clicks_count ?? null },
    }
  })
}
