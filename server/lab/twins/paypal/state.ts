import type { OAuthState } from '../../oauth.ts'
import type { Replay } from '../../replay.ts'
import { once } from '../../replay.ts'
import type { Bench, LabAnswer, LabRequest } from '../../twin.ts'
import type { DisputeState } from './disputes.ts'
import type { Amount, Movement, Order } from './orders.ts'
import type { SubscriptionState } from './subscriptions.ts'
import type { PayPalWebhookState } from './webhooks.ts'
import { capitals, failure, instant, paypalWebhooks } from './webhooks.ts'

export { instant }

/** Everything the simulated PayPal knows. */
export interface State extends OAuthState, PayPalWebhookState, DisputeState, SubscriptionState {
  replays: Record<string, Replay>
}
export type PayPalBench = Bench<State>

export const newId = ({ id }: PayPalBench): string => id('', 17, capitals)

export const unprocessable = (issue: string, description: string, field: string) =>
  failure(
    422,
    'UNPROCESSABLE_ENTITY',
    'The requested action could not be performed, semantically incorrect, or failed business validation.',
    [{ field, issue, description }],
  )

export const missing = () =>
  failure(404, 'RESOURCE_NOT_FOUND', 'The specified resource does not exist.', [
    {
      issue: 'INVALID_RESOURCE_ID',
      description: 'Specified resource ID does not exist. Please check the resource ID and try again.',
    },
  ])

/** Money that moves for an order. */
export function capture(order: Order, amount: Amount, bench: PayPalBench): Movement {
  const id = newId(bench)
  const custom = order.purchase_units[0]?.custom_id
  const at = instant(bench.now)
  return {
    id,
    status: 'COMPLETED',
    amount,
    ...(custom === undefined ? {} : { custom_id: custom }),
    supplementary_data: { related_ids: { order_id: order.id } },
    create_time: at,
    update_time: at,
    links: [{ href: `https://api-m.sandbox.paypal.com/v2/payments/captures/${id}`, rel: 'self', method: 'GET' }],
  }
}

/** Tells the webhooks that asked for it, as it happens. */
export function tell(bench: PayPalBench, type: string, resourceType: string, resource: object): void {
  const { id, now, state } = bench
  const happening = {
    id: `WH-${id('', 17, capitals)}-${id('', 17, capitals)}`,
    type,
    at: now,
    data: { resourceType, summary: 'Something happened.', resource: structuredClone(resource) },
  }
  for (const subscriber of paypalWebhooks.subscribers(state, now))
    if (subscriber.types === null || subscriber.types.includes(type)) bench.tell(happening, subscriber.id)
}

/** A POST that is done once per PayPal-Request-Id. */
export const idempotent =
  (handle: (request: LabRequest, bench: PayPalBench) => LabAnswer) =>
  (request: LabRequest, bench: PayPalBench): LabAnswer =>
    once(bench.state.replays, keyOf(request), `${request.path} ${request.text}`, {
      make: () => handle(request, bench),
      // PayPal repeats the first result and says 200 instead of 201.
      replayed: (answer) => ({ ...answer, status: answer.status === 201 ? 200 : answer.status }),
      clash: () =>
        unprocessable(
          'DUPLICATE_REQUEST_ID',
          'The value of PayPal-Request-Id header has already been used with different parameters.',
          '/',
        ),
    })

const keyOf = ({ headers }: LabRequest) => headers['paypal-request-id']
