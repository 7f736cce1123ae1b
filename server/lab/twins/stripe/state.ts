import { alphanumeric } from '../../chance.ts'
import type { Replay } from '../../replay.ts'
import type { Bench } from '../../twin.ts'
import type { ChargeState } from './charges.ts'
import type { CheckoutState } from './checkouts.ts'
import type { DisputeState } from './disputes.ts'
import type { RefundState } from './refunds.ts'
import type { SubscriptionState } from './subscriptions.ts'
import type { StripeWebhookState } from './webhooks.ts'
import { stripeWebhooks } from './webhooks.ts'

/** Everything the simulated Stripe knows. */
export interface State
  extends StripeWebhookState, ChargeState, RefundState, DisputeState, CheckoutState, SubscriptionState {
  replays: Record<string, Replay>
}

export type StripeBench = Bench<State>

/** Tells the endpoints that asked for it, as it happens. */
export function tell({ state, now, tell: send }: StripeBench, type: string, object: { readonly id: string }): void {
  for (const subscriber of stripeWebhooks.subscribers(state, now))
    if (subscriber.types === null || subscriber.types.includes(type))
      send(
        {
          id: `evt_1${alphanumeric(`${type}:${object.id}:${now}:${subscriber.id}`, 23)}`,
          type,
          at: now,
          data: structuredClone(object),
        },
        subscriber.id,
      )
}
