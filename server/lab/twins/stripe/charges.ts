import { forgetOldest } from '../../bounded.ts'
import type { Intent } from './intents.ts'

/** A payment that was tried with a card. */
export interface Charge {
  id: string
  object: 'charge'
  amount: number
  amount_captured: number
  amount_refunded: number
  billing_details: { address: null; email: string | null; name: null; phone: null }
  captured: boolean
  created: number
  currency: string
  customer: string | null
  description: string | null
  disputed: boolean
  failure_code: string | null
  failure_message: string | null
  livemode: false
  metadata: Record<string, string>
  outcome: {
    network_status: string
    reason: string | null
    risk_level: string
    risk_score: number
    seller_message: string
    type: string
  }
  paid: boolean
  payment_intent: string
  payment_method_details: { type: string; card: { brand: string; last4: string; country: string } }
  refunded: boolean
  status: 'succeeded' | 'failed' | 'pending'
}

/** What a card of Stripe's test set does: https://docs.stripe.com/testing */
export interface TestCard {
  readonly last4: string
  readonly declines?: { readonly code: string; readonly decline: string; readonly message: string }
  readonly asks?: true
  readonly disputes?: 'fraudulent' | 'product_not_received'
  readonly risk?: { readonly level: string; readonly score: number; readonly type: string; readonly reason: string }
}

const declined = (last4: string, decline: string, message = 'Your card was declined.'): TestCard => ({
  last4,
  declines: { code: 'card_declined', decline, message },
})

export const testCards: Readonly<Record<string, TestCard>> = {
  pm_card_visa: { last4: '4242' },
  pm_card_mastercard: { last4: '4444' },
  pm_card_ae: { last4: '0001' },
  pm_card_chargeDeclined: declined('0002', 'generic_decline'),
  pm_card_visa_chargeDeclined: declined('0002', 'generic_decline'),
  pm_card_chargeDeclinedInsufficientFunds: declined('9995', 'insufficient_funds', 'Your card has insufficient funds.'),
  pm_card_visa_chargeDeclinedInsufficientFunds: declined(
    '9995',
    'insufficient_funds',
    'Your card has insufficient funds.',
  ),
  pm_card_authenticationRequired: { last4: '3184', asks: true },
  pm_card_threeDSecure2Required: { last4: '3220', asks: true },
  pm_card_createDispute: { last4: '0259', disputes: 'fraudulent' },
  pm_card_createDisputeProductNotReceived: { last4: '2685', disputes: 'product_not_received' },
  pm_card_riskLevelElevated: {
    last4: '9235',
    risk: { level: 'elevated', score: 68, type: 'manual_review', reason: 'elevated_risk_level' },
  },
  pm_card_radarBlock: {
    last4: '0019',
    declines: { code: 'card_declined', decline: 'fraudulent', message: 'Your card was declined.' },
    risk: { level: 'highest', score: 92, type: 'blocked', reason: 'highest_risk_level' },
  },
}

/** The charge of an intent, as its card behaves. */
export function newCharge(intent: Intent, card: TestCard = { last4: '4242' }): Charge {
  const failed = card.declines !== undefined
  const captured = intent.status === 'succeeded'
  return {
    id: intent.latest_charge ?? `ch_${intent.id.slice(3)}`,
    object: 'charge',
    amount: intent.amount,
    amount_captured: captured ? intent.amount_received : 0,
    amount_refunded: 0,
    billing_details: { address: null, email: intent.receipt_email, name: null, phone: null },
    captured,
    created: intent.created,
    currency: intent.currency,
    customer: null,
    description: intent.description,
    disputed: card.disputes !== undefined,
    failure_code: card.declines?.code ?? null,
    failure_message: card.declines?.message ?? null,
    livemode: false,
    metadata: intent.metadata,
    outcome: {
      network_status: failed ? 'declined_by_network' : 'approved_by_network',
      reason: card.risk?.reason ?? card.declines?.decline ?? null,
      risk_level: card.risk?.level ?? 'normal',
      risk_score: card.risk?.score ?? 12,
      seller_message: failed ? 'The bank did not return any further details.' : 'Payment complete.',
      type: card.risk?.type ?? (failed ? 'issuer_declined' : 'authorized'),
    },
    paid: !failed,
    payment_intent: intent.id,
    payment_method_details: { type: 'card', card: { brand: 'visa', last4: card.last4, country: 'AE' } },
    refunded: false,
    status: failed ? 'failed' : 'succeeded',
  }
}

export interface ChargeState {
  /** Those that something happened to; the others follow from their payments. */
  charges: Record<string, Charge>
}

export const chargeOf = (state: ChargeState, intent: Intent): Charge | null =>
  intent.latest_charge === null ? null : (state.charges[intent.latest_charge] ?? newCharge(intent))

export function keepCharge(state: ChargeState, charge: Charge): void {
  state.charges[charge.id] = charge
  forgetOldest(state.charges)
}
