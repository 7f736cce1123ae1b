import { pick, seeded } from '../../chance.ts'

export interface Intent {
  id: string
  object: 'payment_intent'
  amount: number
  amount_capturable: number
  amount_received: number
  cancellation_reason: string | null
  canceled_at: number | null
  capture_method: string
  confirmation_method: 'automatic'
  customer: string | null
  last_payment_error: { type: string; code: string; decline_code: string; message: string } | null
  payment_method: string | null
  payment_method_types: string[]
  client_secret: string
  created: number
  currency: string
  description: string | null
  latest_charge: string | null
  livemode: false
  metadata: Record<string, string>
  next_action:
    | { type: 'redirect_to_url'; redirect_to_url: { url: string; return_url: string } }
    | { type: 'use_stripe_sdk'; use_stripe_sdk: object }
    | null
  receipt_email: string | null
  statement_descriptor: string | null
  statement_descriptor_suffix: string | null
  status: string
}

const orders = [
  'Abaya, embroidered cuffs',
  'Mug, Dubai skyline',
  'T-shirt, calligraphy',
  'Canvas, falcon 40×60',
  'Tote bag, arabesque',
  'Hoodie, desert rose',
]

export const firstDay = 28

/** An intent nobody has paid yet. */
export function newIntent(
  given: Pick<Intent, 'id' | 'amount' | 'currency' | 'created' | 'client_secret'> & Partial<Intent>,
): Intent {
  return {
    object: 'payment_intent',
    amount_capturable: 0,
    amount_received: 0,
    cancellation_reason: null,
    canceled_at: null,
    capture_method: 'automatic',
    confirmation_method: 'automatic',
    customer: null,
    last_payment_error: null,
    payment_method: null,
    payment_method_types: ['card'],
    description: null,
    latest_charge: null,
    livemode: false,
    metadata: {},
    next_action: null,
    receipt_email: null,
    statement_descriptor: null,
    statement_descriptor_suffix: null,
    status: 'requires_payment_method',
    ...given,
  }
}

/** What a customer of the shop would pay for. */
export const order = (random: () => number) => ({
  amount: 4_900 + Math.floor(random() * 180) * 250,
  description: pick(random, orders),
})

/** The payments of the first day, newest first. */
export function firstIntents(now: number): Intent[] {
  const random = seeded('stripe')
  return Array.from({ length: firstDay }, (_, index): Intent => {
    const status = pick(random, [
      'succeeded',
      'succeeded',
      'succeeded',
      'succeeded',
      'requires_payment_method',
      'canceled',
      'requires_capture',
    ])
    const { amount, description } = order(random)
    const id = `pi_3Lab${String(index).padStart(4, '0')}NoorAtelier000${index % 10}`
    return newIntent({
      id,
      amount,
      amount_capturable: status === 'requires_capture' ? amount : 0,
      amount_received: status === 'succeeded' ? amount : 0,
      capture_method: status === 'requires_capture' ? 'manual' : 'automatic',
      client_secret: `${id}_secret_lab${index}`,
      created: Math.floor(now / 1000) - 3_600 * (3 + index * 7),
      currency: 'aed',
      description,
      latest_charge: ['succeeded', 'requires_capture'].includes(status) ? id.replace('pi_', 'ch_') : null,
      metadata: { reference: `NA-${1042 - index}` },
      status,
    })
  })
}
