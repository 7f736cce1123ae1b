import type {
  AnswerDispute,
  Dispute,
  DisputePage,
  GetDispute,
  ListDisputes,
} from '@patchbay/schema/capabilities/payment.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readTextCursor, textCursor } from '../shared/cursor.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { amount, momentOf, toMoney } from './amounts.ts'

const links = z.array(z.object({ href: z.string(), rel: z.string() }))
const dispute = z.object({
  dispute_id: z.string(),
  status: z.string(),
  reason: z.string().nullish(),
  dispute_state: z.string().nullish(),
  dispute_life_cycle_stage: z.string().nullish(),
  dispute_amount: amount,
  seller_response_due_date: z.string().nullish(),
  create_time: z.string().nullish(),
  dispute_outcome: z.object({ outcome_code: z.string().nullish() }).nullish(),
  disputed_transactions: z
    .array(z.object({ seller_transaction_id: z.string().nullish(), custom: z.string().nullish() }))
    .default([]),
  evidences: z.array(z.object({ notes: z.string().nullish() })).default([]),
  links: links.default([]),
})
type Found = z.output<typeof dispute>

const statuses: Readonly<Record<string, Dispute['status']>> = {
  OPEN: 'NEEDS_RESPONSE',
  WAITING_FOR_SELLER_RESPONSE: 'NEEDS_RESPONSE',
  WAITING_FOR_BUYER_RESPONSE: 'UNDER_REVIEW',
  UNDER_REVIEW: 'UNDER_REVIEW',
  RESOLVED: 'CLOSED',
  OTHER: 'CLOSED',
}
/** How a resolved one ended; the list of disputes does not tell. */
const outcomes: Readonly<Record<string, Dispute['status']>> = {
  RESOLVED_SELLER_FAVOUR: 'WON',
  CANCELED_BY_BUYER: 'WON',
  DENIED: 'WON',
  RESOLVED_BUYER_FAVOUR: 'LOST',
  ACCEPTED: 'LOST',
}

function toDispute(found: Found): Dispute {
  const outcome = found.dispute_outcome?.outcome_code ?? null
  const status = statuses[found.status]
  if (status === undefined) throw new RangeError(`the status ${found.status.slice(0, 40)}`)
  const [transaction] = found.disputed_transactions
  return {
    id: found.dispute_id,
    paymentId: transaction?.seller_transaction_id ?? null,
    amount: toMoney(found.dispute_amount),
    status: status === 'CLOSED' ? (outcomes[outcome ?? ''] ?? status) : status,
    vendorStatus: found.status,
    reason: found.reason ?? null,
    respondBy: momentOf(found.seller_response_due_date),
    createdAt: momentOf(found.create_time),
    providerData: {
      dispute_state: found.dispute_state ?? null,
      dispute_life_cycle_stage: found.dispute_life_cycle_stage ?? null,
      outcome_code: outcome,
      custom: transaction?.custom ?? null,
      actions: found.links.map(({ rel }) => rel),
    },
  }
}

const path = '/v1/customer/disputes'
const pathOf = (id: string, action = '') => `${path}/${encodeURIComponent(id)}${action}`
/** PayPal gives no more at once. */
const mostAtOnce = 50

/** The next page is an address; what it differs by is its token. */
function nextOf(found: z.output<typeof links>): string | null {
  const next = URL.parse(found.find(({ rel }) => rel === 'next')?.href ?? '')
  const token = next?.searchParams.get('next_page_token')
  return token ? textCursor(token) : null
}

export async function listDisputes(call: Call, { after, first }: ListDisputes): Promise<DisputePage> {
  const answer = await call({
    method: 'GET',
    path,
    query: {
      page_size: Math.min(first, mostAtOnce),
      next_page_token: after === null ? undefined : readTextCursor(after),
    },
  })
  return readAnswer('PayPal', answer, z.object({ items: z.array(dispute).default([]), links }), (found) => ({
    items: found.items.map(toDispute),
    nextCursor: nextOf(found.links),
  }))
}

const read = async (call: Call, id: string): Promise<Found> =>
  readAnswer('PayPal', await call({ method: 'GET', path: pathOf(id) }), dispute, (found) => {
    toDispute(found)
    return found
  })

export async function getDispute(call: Call, { id }: GetDispute): Promise<Dispute> {
  return toDispute(await read(call, id))
}

/** PayPal takes answers as a form with files beside a JSON part named `input`. */
function multipart(input: object): { headers: Readonly<Record<string, string>>; text: string } {
  const body = JSON.stringify(input)
  let boundary = 'patchbay-boundary'
  while (body.includes(boundary)) boundary += '-0'
  const part = 'content-disposition: form-data; name="input"\r\ncontent-type: application/json'
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    text: `--${boundary}\r\n${part}\r\n\r\n${body}\r\n--${boundary}--\r\n`,
  }
}

function evidenceOf({ evidence, trackingNumber }: AnswerDispute) {
  if (evidence !== undefined && evidence.length > 2000)
    throw cannotSend('PayPal takes 2,000 characters of evidence.', 'Shorten it to what matters most.', 'evidence')
  const notes = evidence === undefined ? {} : { notes: evidence }
  if (trackingNumber === undefined) return { evidence_type: 'OTHER', ...notes }
  const carried = { carrier_name: 'OTHER', carrier_name_other: 'Carrier', tracking_number: trackingNumber }
  return { evidence_type: 'PROOF_OF_FULFILLMENT', evidence_info: { tracking_info: [carried] }, ...notes }
}

/**
 * Sends evidence, or gives in. PayPal has no key for a repeat here, so it looks first: what was said before is not said
 * again, and what is over is only read. The form of the JSON part is from PayPal's examples, its description names the
 * file beside it only.
 */
export async function answerDispute(call: Call, input: AnswerDispute): Promise<Dispute> {
  const { accept, evidence, id, idempotencyKey, trackingNumber } = input
  if (!accept && evidence === undefined && trackingNumber === undefined)
    throw cannotSend(
      'There is nothing to answer with.',
      'Give evidence in words or a tracking number, or accept the dispute.',
      'evidence',
    )
  const found = await read(call, id)
  const said = evidence !== undefined && found.evidences.some(({ notes }) => notes === evidence)
  if (accept ? found.status === 'RESOLVED' : said) return toDispute(found)
  const form = accept ? multipart({ note: evidence ?? 'Accepted.' }) : multipart({ evidences: [evidenceOf(input)] })
  await call({
    method: 'POST',
    path: pathOf(id, accept ? '/accept-claim' : '/provide-evidence'),
    idempotencyKey,
    ...form,
  })
  return getDispute(call, { id })
}
