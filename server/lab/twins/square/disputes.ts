import { addNewest } from '../../bounded.ts'
import type { LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Payment } from './first-payments.ts'
import type { Cash } from './reply.ts'
import { bodyOf, idempotent, instant, invalid, locationId, missing, pageOf, textOf } from './reply.ts'
import type { SquareBench, State } from './state.ts'
import { tell } from './state.ts'

interface Dispute {
  id: string
  dispute_id: string
  amount_money: Cash
  reason: string
  state: string
  due_at: string
  disputed_payment: { payment_id: string }
  evidence_ids?: string[]
  card_brand: 'VISA'
  created_at: string
  updated_at: string
  brand_dispute_id: string
  version: number
  location_id: string
}

export interface DisputeState {
  /** Newest first. */
  disputes: Dispute[]
}

const firstDay = 5
/** Square decides how long a page of disputes is. */
const pageLength = 3

const newDispute = (id: string, payment: Payment, at: number, state: string): Dispute => ({
  id,
  dispute_id: id,
  amount_money: payment.amount_money,
  reason: 'NO_KNOWLEDGE',
  state,
  due_at: instant(at + 7 * 86_400_000),
  disputed_payment: { payment_id: payment.id },
  card_brand: 'VISA',
  created_at: instant(at),
  updated_at: instant(at),
  brand_dispute_id: `LAB${id}`,
  version: 1,
  location_id: locationId,
})

export function firstDisputes(payments: readonly Payment[]): Dispute[] {
  const states = ['EVIDENCE_REQUIRED', 'PROCESSING', 'WON', 'EVIDENCE_REQUIRED', 'LOST']
  return payments
    .filter(({ status }) => status === 'COMPLETED')
    .slice(0, firstDay)
    .map((payment, index) =>
      newDispute(`DLABNOOR${index}`, payment, Date.parse(payment.created_at) + 1_800_000, states[index] ?? 'LOST'),
    )
}

export function openDispute(payment: Payment, bench: SquareBench): void {
  const dispute = newDispute(bench.id('D', 20), payment, bench.now, 'EVIDENCE_REQUIRED')
  addNewest(bench.state.disputes, dispute, firstDay)
  tell(bench, 'dispute.created', { dispute })
}

const withDispute =
  (handle: (dispute: Dispute, request: LabRequest, bench: SquareBench) => LabAnswer) =>
  (request: LabRequest, bench: SquareBench): LabAnswer => {
    const id = request.params['id'] ?? ''
    const dispute = bench.state.disputes.find((candidate) => candidate.id === id)
    return dispute === undefined ? missing('dispute', id) : handle(dispute, request, bench)
  }

const isOpen = ({ state }: Dispute) => state === 'EVIDENCE_REQUIRED' || state === 'INQUIRY_EVIDENCE_REQUIRED'
const closed = () => invalid('INVALID_DISPUTE_STATE', 'The dispute is not in a state that allows it.')

function move(dispute: Dispute, state: string, bench: SquareBench): LabAnswer {
  Object.assign(dispute, { state, version: dispute.version + 1, updated_at: instant(bench.now) })
  tell(bench, 'dispute.state.updated', { dispute })
  return json(200, { dispute })
}

function addEvidence(dispute: Dispute, request: LabRequest, bench: SquareBench): LabAnswer {
  const body = bodyOf(request)
  const text = textOf(body, 'evidence_text')
  if (!isOpen(dispute)) return closed()
  if (text === null || text.length > 500)
    return invalid('INVALID_VALUE', 'Field must be set and not be greater than 500 in length', 'evidence_text')
  const id = bench.id('', 22)
  dispute.evidence_ids = [...(dispute.evidence_ids ?? []), id]
  const type = textOf(body, 'evidence_type') ?? 'GENERIC_EVIDENCE'
  return json(200, {
    evidence: {
      id,
      evidence_id: id,
      dispute_id: dispute.id,
      evidence_type: type,
      evidence_text: text,
      uploaded_at: instant(bench.now),
    },
  })
}

const path = '/v2/disputes'
const [read, write] = ['DISPUTES_READ', 'DISPUTES_WRITE']

export const disputeRoutes: readonly Route<State>[] = [
  {
    method: 'GET',
    path,
    needs: read,
    handle: ({ query }, { state }) =>
      pageOf('disputes', state.disputes, { cursor: query.get('cursor'), limit: pageLength }),
  },
  { method: 'GET', path: `${path}/:id`, needs: read, handle: withDispute((dispute) => json(200, { dispute })) },
  { method: 'POST', path: `${path}/:id/evidence-text`, needs: write, handle: idempotent(withDispute(addEvidence)) },
  {
    method: 'POST',
    path: `${path}/:id/submit-evidence`,
    needs: write,
    handle: withDispute((dispute, _request, bench) =>
      isOpen(dispute) && (dispute.evidence_ids ?? []).length > 0 ? move(dispute, 'PROCESSING', bench) : closed(),
    ),
  },
  {
    method: 'POST',
    path: `${path}/:id/accept`,
    needs: write,
    handle: withDispute((dispute, _request, bench) => (isOpen(dispute) ? move(dispute, 'ACCEPTED', bench) : closed())),
  },
]
