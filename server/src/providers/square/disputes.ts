import type {
  AnswerDispute,
  Dispute,
  DisputePage,
  GetDispute,
  ListDisputes,
} from '@patchbay/schema/capabilities/payment.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readTextCursor, textCursor } from '../shared/cursor.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { keyOf, listOf, locationOf, momentOf, squareMoney, toMoney } from './request.ts'

const dispute = z
  .object({
    id: z.string().nullish(),
    dispute_id: z.string().nullish(),
    amount_money: squareMoney,
    reason: z.string().nullish(),
    state: z.string(),
    due_at: z.string().nullish(),
    disputed_payment: z.object({ payment_id: z.string().nullish() }).nullish(),
    card_brand: z.string().nullish(),
    brand_dispute_id: z.string().nullish(),
    created_at: z.string().nullish(),
  })
  .refine((found) => found.id || found.dispute_id, 'a dispute without an id')
const answered = z.object({ dispute })
type Found = z.output<typeof dispute>

const statuses: Readonly<Record<string, Dispute['status']>> = {
  INQUIRY_EVIDENCE_REQUIRED: 'NEEDS_RESPONSE',
  EVIDENCE_REQUIRED: 'NEEDS_RESPONSE',
  INQUIRY_PROCESSING: 'UNDER_REVIEW',
  PROCESSING: 'UNDER_REVIEW',
  INQUIRY_CLOSED: 'CLOSED',
  WON: 'WON',
  LOST: 'LOST',
  ACCEPTED: 'LOST',
}

function toDispute(found: Found): Dispute {
  const status = statuses[found.state]
  if (status === undefined) throw new RangeError(`the state ${found.state.slice(0, 40)}`)
  return {
    id: found.id ?? found.dispute_id ?? '',
    paymentId: found.disputed_payment?.payment_id ?? null,
    amount: toMoney(found.amount_money),
    status,
    vendorStatus: found.state,
    reason: found.reason ?? null,
    respondBy: momentOf(found.due_at),
    createdAt: momentOf(found.created_at),
    providerData: { card_brand: found.card_brand ?? null, brand_dispute_id: found.brand_dispute_id ?? null },
  }
}

const pathOf = (id: string, action = '') => `/v2/disputes/${encodeURIComponent(id)}${action}`

/** Square decides how long its pages are: ours are cut out of them, and a cursor says where. */
function placeOf(after: string | null): { offset: number; cursor: string } {
  const [, offset, cursor] = /^(\d{1,4}):(.*)$/.exec(after === null ? '0:' : readTextCursor(after)) ?? []
  if (offset === undefined || cursor === undefined)
    throw cannotSend('This cursor does not come from this list.', 'Start again from the first page.')
  return { offset: Number(offset), cursor }
}

export async function listDisputes(
  call: Call,
  { after, first }: ListDisputes,
  connection: ConnectionFacts,
): Promise<DisputePage> {
  const { cursor, offset } = placeOf(after)
  const query = { cursor: cursor === '' ? undefined : cursor, location_id: locationOf(connection) }
  const answer = await call({ method: 'GET', path: '/v2/disputes', query })
  return readAnswer('Square', answer, listOf('disputes', dispute), (found) => {
    const all = found.items
    const end = offset + first
    const next = end < all.length ? `${end}:${cursor}` : found.cursor ? `0:${found.cursor}` : null
    return {
      items: all.slice(offset, end).map(toDispute),
      nextCursor: next === null ? null : textCursor(next),
    }
  })
}

export async function getDispute(call: Call, { id }: GetDispute): Promise<Dispute> {
  return readAnswer('Square', await call({ method: 'GET', path: pathOf(id) }), answered, (found) =>
    toDispute(found.dispute),
  )
}

/** Evidence is uploaded piece by piece and then submitted, once. Who has given in, or answered, is not asked again. */
export async function answerDispute(call: Call, input: AnswerDispute): Promise<Dispute> {
  const { accept, evidence, id, idempotencyKey, trackingNumber } = input
  if (!accept && evidence === undefined && trackingNumber === undefined)
    throw cannotSend(
      'There is nothing to answer with.',
      'Give evidence in words or a tracking number, or accept the dispute.',
      'evidence',
    )
  if (!accept && (evidence?.length ?? 0) > 500)
    throw cannotSend('Square takes 500 characters of evidence.', 'Shorten it to what matters most.', 'evidence')
  const found = await getDispute(call, { id })
  if (accept) {
    if (found.vendorStatus === 'ACCEPTED') return found
    const answer = await call({ method: 'POST', path: pathOf(id, '/accept'), idempotencyKey })
    return readAnswer('Square', answer, answered, (ended) => toDispute(ended.dispute))
  }
  if (found.status === 'UNDER_REVIEW') return found
  const pieces = [
    ['GENERIC_EVIDENCE', evidence],
    ['TRACKING_NUMBER', trackingNumber],
  ] as const
  for (const [type, text] of pieces)
    if (text !== undefined)
      await call({
        method: 'POST',
        path: pathOf(id, '/evidence-text'),
        idempotencyKey: `${idempotencyKey}:${type}`,
        json: { idempotency_key: keyOf(idempotencyKey, `:${type}`), evidence_type: type, evidence_text: text },
      })
  const answer = await call({ method: 'POST', path: pathOf(id, '/submit-evidence'), idempotencyKey })
  return readAnswer('Square', answer, answered, (sent) => toDispute(sent.dispute))
}
