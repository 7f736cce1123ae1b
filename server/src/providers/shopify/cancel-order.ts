import type { CancelShopOrder, ShopOrder } from '@patchbay/schema/capabilities/ecommerce.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { ask, dataOf } from './graphql.ts'
import { getOrder } from './orders.ts'

// Refusals stand under a name of their own here; the alias brings them where refusals of every mutation are read.
const cancelMutation = `mutation Cancel($id: ID!, $reason: OrderCancelReason!, $restock: Boolean!, $notify: Boolean!) {
  orderCancel(orderId: $id, reason: $reason, restock: $restock, notifyCustomer: $notify) {
    job { id done }
    userErrors: orderCancelUserErrors { field message code }
  }
}`
const cancelled = dataOf(z.object({ orderCancel: z.object({ job: z.object({ id: z.string() }).nullable() }) }))

const reasons = { CUSTOMER: 'CUSTOMER', STOCK: 'INVENTORY', FRAUD: 'FRAUD', OTHER: 'OTHER' } as const

/**
 * Cancels an order without sending money back: a refund is a decision of its own. Shopify does it in a job, so that
 * `cancelledAt` may still be null in the answer; an order that is cancelled already is left as it is.
 */
export async function cancelOrder(call: Call, input: CancelShopOrder): Promise<ShopOrder> {
  const before = await getOrder(call, input)
  if (typeof before.cancelledAt === 'string') return before
  const variables = {
    id: before.id,
    reason: reasons[input.reason],
    restock: input.restock,
    notify: input.notify,
  }
  const answer = await ask(call, cancelMutation, variables)
  const job = readAnswer('Shopify', answer, cancelled, ({ data }) => data.orderCancel.job?.id ?? null)
  const after = await getOrder(call, input)
  return { ...after, providerData: { ...after.providerData, job } }
}
