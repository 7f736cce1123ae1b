import type {
  AnswerDispute,
  Dispute,
  DisputePage,
  GetDispute,
  ListDisputes,
} from '@patchbay/schema/capabilities/payment.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { cannotSend } from '../shared/failure.ts'
import { idOf, pageOf, read, toMoment, toMoney, toPage, withSdk, wordOf } from './sdk.ts'

const reference = z.union([z.string(), z.object({ id: z.string() })]).nullish()
const dispute = z.object({
  object: z.literal('dispute'),
  id: z.string(),
  amount: z.int(),
  currency: z.string().length(3),
  charge: reference,
  payment_intent: reference,
  reason: z.string().nullish(),
  status: z.string(),
  is_charge_refundable: z.boolean().nullish(),
  evidence_details: z
    .object({
      due_by: z.int().nullish(),
      has_evidence: z.boolean().nullish(),
      past_due: z.boolean().nullish(),
      submission_count: z.int().nullish(),
    })
    .nullish(),
  created: z.int(),
  livemode: z.boolean(),
})

const statuses: Readonly<Record<string, Dispute['status']>> = {
  warning_needs_response: 'NEEDS_RESPONSE',
  warning_under_review: 'UNDER_REVIEW',
  warning_closed: 'CLOSED',
  needs_response: 'NEEDS_RESPONSE',
  under_review: 'UNDER_REVIEW',
  charge_refunded: 'CLOSED',
  prevented: 'CLOSED',
  won: 'WON',
  lost: 'LOST',
}

function toDispute(answer: unknown): Dispute {
  const found = read('dispute', dispute, answer)
  const evidence = found.evidence_details
  return {
    id: found.id,
    paymentId: idOf(found.payment_intent) ?? idOf(found.charge),
    amount: toMoney(found.amount, found.currency),
    status: wordOf('dispute', statuses, found.status),
    vendorStatus: found.status,
    reason: found.reason ?? null,
    respondBy: typeof evidence?.due_by === 'number' ? toMoment(evidence.due_by) : null,
    createdAt: toMoment(found.created),
    providerData: {
      charge: idOf(found.charge),
      is_charge_refundable: found.is_charge_refundable ?? null,
      has_evidence: evidence?.has_evidence ?? null,
      past_due: evidence?.past_due ?? null,
      submission_count: evidence?.submission_count ?? null,
      livemode: found.livemode,
    },
  }
}

const listed = z.object({ data: z.array(z.unknown()), has_more: z.boolean() })

export async function listDisputes(call: Call, input: ListDisputes): Promise<DisputePage> {
  const answer = await withSdk(call, (sdk) => sdk.disputes.list(pageOf(input)))
  return toPage(read('list of disputes', listed, answer), toDispute)
}

export async function getDispute(call: Call, { id }: GetDispute): Promise<Dispute> {
  return toDispute(await withSdk(call, (sdk) => sdk.disputes.retrieve(id)))
}

/** Evidence is submitted at once: Stripe takes one submission only. */
export async function answerDispute(call: Call, input: AnswerDispute): Promise<Dispute> {
  const { accept, evidence, id, idempotencyKey, trackingNumber } = input
  if (accept) return toDispute(await withSdk(call, (sdk) => sdk.disputes.close(id, {}, { idempotencyKey })))
  if (evidence === undefined && trackingNumber === undefined)
    throw cannotSend(
      'There is nothing to answer with.',
      'Give evidence in words or a tracking number, or accept the dispute.',
      'evidence',
    )
  const params = {
    evidence: {
      ...(evidence !== undefined && { uncategorized_text: evidence }),
      ...(trackingNumber !== undefined && { shipping_tracking_number: trackingNumber }),
    },
    submit: true,
  }
  return toDispute(await withSdk(call, (sdk) => sdk.disputes.update(id, params, { idempotencyKey })))
}
