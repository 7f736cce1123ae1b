import type { LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import type { Amount, Order } from './orders.ts'
import type { PayPalBench, State } from './state.ts'
import { missing, tell } from './state.ts'
import { failure } from './webhooks.ts'

interface Dispute {
  dispute_id: string
  create_time: string
  update_time: string
  disputed_transactions: { seller_transaction_id: string; custom?: string; seller: { name: string } }[]
  reason: string
  status: string
  dispute_state: string
  dispute_amount: Amount
  dispute_life_cycle_stage: string
  dispute_channel: 'INTERNAL'
  seller_response_due_date: string
  dispute_outcome?: { outcome_code: string }
  evidences?: { evidence_type: string; notes?: string; source: string }[]
  links: { href: string; rel: string; method: string }[]
}

export interface DisputeState {
  /** Newest first. */
  disputes: Dispute[]
}

export const disputeScopes = {
  read: 'https://uri.paypal.com/services/disputes/read-seller',
  write: 'https://uri.paypal.com/services/disputes/update-seller',
} as const

const path = '/v1/customer/disputes'
const linksOf = (id: string, ...actions: readonly string[]) =>
  ['self', ...actions].map((rel) => ({
    href: `https://api-m.sandbox.paypal.com${path}/${id}${rel === 'self' ? '' : `/${rel.replaceAll('_', '-')}`}`,
    rel,
    method: rel === 'self' ? 'GET' : 'POST',
  }))

/** One for each of the first paid orders. */
export function firstDisputes(orders: readonly Order[]): Dispute[] {
  const stands = [
    ['WAITING_FOR_SELLER_RESPONSE', 'REQUIRED_ACTION'],
    ['UNDER_REVIEW', 'UNDER_PAYPAL_REVIEW'],
    ['RESOLVED', 'RESOLVED'],
    ['WAITING_FOR_SELLER_RESPONSE', 'REQUIRED_ACTION'],
    ['RESOLVED', 'RESOLVED'],
  ] as const
  const paid = orders.flatMap((order) => order.purchase_units[0]?.payments?.captures ?? [])
  return paid.slice(0, stands.length).map((taken, index): Dispute => {
    const id = `PP-R-LAB-1002003${index}`
    const [status, state] = stands[index] ?? stands[0]
    const begun = new Date(Date.parse(taken.create_time) + 3_600_000)
    return {
      dispute_id: id,
      create_time: begun.toISOString(),
      update_time: begun.toISOString(),
      disputed_transactions: [
        {
          seller_transaction_id: taken.id,
          ...(taken.custom_id === undefined ? {} : { custom: taken.custom_id }),
          seller: { name: 'Noor Atelier' },
        },
      ],
      reason: index % 2 === 0 ? 'MERCHANDISE_OR_SERVICE_NOT_RECEIVED' : 'UNAUTHORISED',
      status,
      dispute_state: state,
      dispute_amount: taken.amount,
      dispute_life_cycle_stage: 'CHARGEBACK',
      dispute_channel: 'INTERNAL',
      seller_response_due_date: new Date(begun.getTime() + 10 * 86_400_000).toISOString(),
      ...(status === 'RESOLVED'
        ? { dispute_outcome: { outcome_code: index === 2 ? 'RESOLVED_SELLER_FAVOUR' : 'RESOLVED_BUYER_FAVOUR' } }
        : {}),
      links: status === 'WAITING_FOR_SELLER_RESPONSE' ? linksOf(id, 'accept_claim', 'provide_evidence') : linksOf(id),
    }
  })
}

/** What a list tells of a dispute: neither its transactions nor how it ended. */
function summary(dispute: Dispute) {
  const { disputed_transactions: _transactions, dispute_outcome: _outcome, evidences: _evidences, ...rest } = dispute
  return rest
}

function list({ query }: LabRequest, { state }: PayPalBench): LabAnswer {
  const size = Number(query.get('page_size') ?? '10')
  if (!(size >= 1 && size <= 50))
    return failure(400, 'INVALID_REQUEST', 'Request is not well-formed.', [
      { field: 'page_size', issue: 'Out of range' },
    ])
  const start = Number(Buffer.from(query.get('next_page_token') ?? '', 'base64url').toString() || '0')
  const more = start + size < state.disputes.length
  const token = Buffer.from(String(start + size)).toString('base64url')
  const next = {
    href: `https://api-m.sandbox.paypal.com${path}?page_size=${size}&next_page_token=${token}`,
    rel: 'next',
  }
  return json(200, {
    items: state.disputes.slice(start, start + size).map(summary),
    links: [
      { href: `https://api-m.sandbox.paypal.com${path}`, rel: 'self', method: 'GET' },
      ...(more ? [{ ...next, method: 'GET' }] : []),
    ],
  })
}

/** The JSON part of a form with files. */
function inputOf(request: LabRequest): unknown {
  const type = request.headers['content-type'] ?? ''
  const boundary = /^multipart\/form-data; boundary=(\S+)$/.exec(type)?.[1]
  if (boundary === undefined) return undefined
  const part = request.text.split(`--${boundary}`).find((text) => /name="input"/.test(text))
  try {
    return JSON.parse(part?.split('\r\n\r\n')[1] ?? '')
  } catch {
    return undefined
  }
}

const answering =
  (handle: (dispute: Dispute, input: unknown, bench: PayPalBench) => void) =>
  (request: LabRequest, bench: PayPalBench): LabAnswer => {
    const dispute = bench.state.disputes.find(({ dispute_id: id }) => id === request.params['id'])
    if (dispute === undefined) return missing()
    if (dispute.status !== 'WAITING_FOR_SELLER_RESPONSE')
      return failure(422, 'UNPROCESSABLE_ENTITY', 'The requested action could not be performed.', [
        { issue: 'ACTION_NOT_ALLOWED_IN_CURRENT_DISPUTE_STATE', description: 'Not in this state of the dispute.' },
      ])
    const input = inputOf(request)
    if (input === undefined) return failure(415, 'UNSUPPORTED_MEDIA_TYPE', 'The payload is not a form with an input.')
    handle(dispute, input, bench)
    dispute.update_time = new Date(bench.now).toISOString()
    dispute.links = linksOf(dispute.dispute_id)
    return json(200, { links: dispute.links })
  }

export const disputeRoutes: readonly Route<State>[] = [
  { method: 'GET', path, needs: disputeScopes.read, handle: list },
  {
    method: 'GET',
    path: `${path}/:id`,
    needs: disputeScopes.read,
    handle: ({ params }, { state }) => {
      const dispute = state.disputes.find(({ dispute_id: id }) => id === params['id'])
      return dispute === undefined ? missing() : json(200, dispute)
    },
  },
  {
    method: 'POST',
    path: `${path}/:id/provide-evidence`,
    needs: disputeScopes.write,
    handle: answering((dispute, input) => {
      const { evidences = [] } = input as { evidences?: { evidence_type: string; notes?: string }[] }
      dispute.evidences = evidences.map((one) => ({ ...one, source: 'SUBMITTED_BY_SELLER' }))
      dispute.status = 'UNDER_REVIEW'
      dispute.dispute_state = 'UNDER_PAYPAL_REVIEW'
    }),
  },
  {
    method: 'POST',
    path: `${path}/:id/accept-claim`,
    needs: disputeScopes.write,
    handle: answering((dispute, _input, bench) => {
      dispute.status = 'RESOLVED'
      dispute.dispute_state = 'RESOLVED'
      dispute.dispute_outcome = { outcome_code: 'ACCEPTED' }
      tell(bench, 'CUSTOMER.DISPUTE.RESOLVED', 'dispute', dispute)
    }),
  },
]
