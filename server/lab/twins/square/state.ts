import type { Replay } from '../../replay.ts'
import type { Bench } from '../../twin.ts'
import type { CheckoutState } from './checkouts.ts'
import type { DisputeState } from './disputes.ts'
import type { PaymentState } from './payments.ts'
import type { SubscriptionState } from './subscriptions.ts'
import type { SquareWebhookState } from './webhooks.ts'
import { squareWebhooks } from './webhooks.ts'

/** Everything the simulated Square knows. */
export interface State extends PaymentState, DisputeState, CheckoutState, SubscriptionState, SquareWebhookState {
  replays: Record<string, Replay>
}
export type SquareBench = Bench<State>

/** Tells the subscriptions that asked for it, as it happens. */
export function tell(bench: SquareBench, type: string, object: Readonly<Record<string, object>>): void {
  const { id, now, state } = bench
  const happening = { id: id('', 32, '0123456789abcdef'), type, at: now, data: structuredClone(object) }
  for (const subscriber of squareWebhooks.subscribers(state, now))
    if (subscriber.types === null || subscriber.types.includes(type)) bench.tell(happening, subscriber.id)
}
