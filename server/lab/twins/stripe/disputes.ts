import { addNewest } from '../../bounded.ts'
import type { LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Intent } from './intents.ts'
import { failure, idempotent, leaves, noSuch, pageOf, treeOf } from './reply.ts'
import type { State, StripeBench } from './state.ts'
import { tell } from './state.ts'

interface Dispute {
  id: string
  object: 'dispute'
  amount: number
  balance_transactions: never[]
  charge: string
  created: number
  currency: string
  evidence: Record<string, string>
  evidence_details: { due_by: number; has_evidence: boolean; past_due: boolean; submission_count: number }
  is_charge_refundable: boolean
  livemode: false
  metadata: Record<string, string>
  payment_intent: string
  reason: string
  status: string
}

export interface DisputeState {
  /** Newest first. */
  disputes: Dispute[]
}

const firstDay = 4
const week = 604_800

const newDispute = (id: string, intent: Intent, reason: string, created: number): Dispute => ({
  id,
  object: 'dispute',
  amount: intent.amount,
  balance_transactions: [],
  charge: intent.latest_charge ?? '',
  created,
  currency: intent.currency,
  evidence: {},
  evidence_details: { due_by: created + week, has_evidence: false, past_due: false, submission_count: 0 },
  is_charge_refundable: false,
  livemode: false,
  metadata: {},
  payment_intent: intent.id,
  reason,
  status: 'needs_response',
})

/** Disputes of the first day: one waits for an answer, one is looked at, two are decided. */
export function firstDisputes(intents: readonly Intent[]): Dispute[] {
  const statuses = ['needs_response', 'under_review', 'won', 'lost']
  return intents
    .filter(({ status }) => status === 'succeeded')
    .slice(0, firstDay)
    .map((intent, index) => ({
      ...newDispute(
        `dp_1Lab${String(index).padStart(4, '0')}NoorAtelier`,
        intent,
        index % 2 === 0 ? 'fraudulent' : 'product_not_received',
        intent.created + 1_800,
      ),
      status: statuses[index] ?? 'lost',
    }))
}

/** A cardholder contests a payment. */
export function openDispute(intent: Intent, reason: string, bench: StripeBench): void {
  const dispute = newDispute(bench.id('dp_1', 24), intent, reason, Math.floor(bench.now / 1000))
  addNewest(bench.state.disputes, dispute, firstDay)
  tell(bench, 'charge.dispute.created', dispute)
}

const isOpen = ({ status }: Dispute) => /needs_response|under_review/.test(status)
const closed = () =>
  failure(400, { message: 'This dispute is already closed.', code: 'dispute_already_closed', param: 'dispute' })

function end(dispute: Dispute, status: string, bench: StripeBench): LabAnswer {
  dispute.status = status
  tell(bench, 'charge.dispute.closed', dispute)
  return json(200, dispute)
}

/** Two words decide at once in Stripe's test mode: https://docs.stripe.com/testing#evidence */
function answer(dispute: Dispute, request: LabRequest, bench: StripeBench): LabAnswer {
  if (!isOpen(dispute)) return closed()
  const details = dispute.evidence_details
  Object.assign(dispute.evidence, leaves(treeOf(request.form), 'evidence'))
  details.has_evidence = Object.keys(dispute.evidence).length > 0
  if (request.form.get('submit') !== 'true') return json(200, dispute)
  if (details.submission_count > 0)
    return failure(400, { message: 'You have already submitted evidence for this dispute.', param: 'submit' })
  details.submission_count += 1
  dispute.status = 'under_review'
  const words = dispute.evidence['uncategorized_text']
  if (words === 'winning_evidence') return end(dispute, 'won', bench)
  if (words === 'losing_evidence') return end(dispute, 'lost', bench)
  return json(200, dispute)
}

const withDispute =
  (handle: (dispute: Dispute, request: LabRequest, bench: StripeBench) => LabAnswer) =>
  (request: LabRequest, bench: StripeBench): LabAnswer => {
    const id = request.params['id'] ?? ''
    const dispute = bench.state.disputes.find((candidate) => candidate.id === id)
    return dispute === undefined ? noSuch('dispute', id) : handle(dispute, request, bench)
  }

const path = '/v1/disputes'
const [read, write] = ['rak_dispute_read', 'rak_dispute_write']

export const disputeRoutes: readonly Route<State>[] = [
  { method: 'GET', path, needs: read, handle: (request, { state }) => pageOf(request, state.disputes, 'dispute') },
  { method: 'GET', path: `${path}/:id`, needs: read, handle: withDispute((dispute) => json(200, dispute)) },
  { method: 'POST', path: `${path}/:id`, needs: write, handle: idempotent(withDispute(answer)) },
  {
    method: 'POST',
    path: `${path}/:id/close`,
    needs: write,
    handle: idempotent(
      withDispute((dispute, _request, bench) => (isOpen(dispute) ? end(dispute, 'lost', bench) : closed())),
    ),
  },
]
