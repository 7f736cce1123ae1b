import type { ListSuppressions, SuppressionPage } from '@patchbay/schema/capabilities/email.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { numberCursor, readNumberCursor } from '../shared/cursor.ts'
import { readAnswer } from '../shared/failure.ts'
import { fromSeconds, iso, someText } from '../shared/message.ts'

const lists = { BOUNCE: 'bounces', COMPLAINT: 'spam_reports', UNSUBSCRIBE: 'unsubscribes' } as const

const entries = z.array(
  z.object({ email: z.string(), created: z.int(), reason: someText, status: someText, ip: someText }),
)

/** Each reason is a list of its own. A list does not tell where it ends: one entry more than wanted is asked for. */
export async function listSuppressions(call: Call, input: ListSuppressions): Promise<SuppressionPage> {
  const offset = readNumberCursor(input.after, 0)
  const answer = await call({
    method: 'GET',
    path: `/v3/suppression/${lists[input.reason]}`,
    query: { limit: input.first + 1, offset },
  })
  return readAnswer('SendGrid', answer, entries, (found) => ({
    items: found.slice(0, input.first).map(({ email, created, reason, status, ip }) => ({
      email,
      reason: input.reason,
      detail: reason,
      at: iso(fromSeconds(created)),
      ...(status === null && ip === null ? {} : { providerData: { status, ip } }),
    })),
    nextCursor: found.length > input.first ? numberCursor(offset + input.first) : null,
  }))
}
