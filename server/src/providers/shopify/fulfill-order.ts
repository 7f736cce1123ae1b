import type { FulfillShopOrder, ShopOrder } from '@patchbay/schema/capabilities/ecommerce.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { known } from '../shared/known.ts'
import { ask, dataOf, gidOf } from './graphql.ts'
import { getOrder } from './orders.ts'

const openQuery = `query ToSend($id: ID!) {
  order(id: $id) {
    displayFulfillmentStatus
    fulfillmentOrders(first: 20) { nodes { id status assignedLocation { location { id } } } }
  }
}`
const openShape = dataOf(
  z.object({
    order: z
      .object({
        displayFulfillmentStatus: z.string(),
        fulfillmentOrders: z.object({
          nodes: z.array(
            z.object({
              id: z.string(),
              status: z.string(),
              assignedLocation: z.object({ location: z.object({ id: z.string() }).nullish() }),
            }),
          ),
        }),
      })
      .nullable(),
  }),
)

const sendMutation = `mutation Send($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) { fulfillment { id status } userErrors { field message } }
}`
const sentShape = dataOf(z.object({ fulfillmentCreate: z.object({ fulfillment: z.object({ id: z.string() }) }) }))

/** What is still to be sent, by the place it leaves from: one parcel leaves from one place. */
async function openAt(call: Call, id: string) {
  const answer = await ask(call, openQuery, { id: gidOf('Order', id) })
  return readAnswer('Shopify', answer, openShape, ({ data }) => {
    const order = known('Shopify', data.order, 'order', id)
    const open = order.fulfillmentOrders.nodes.filter(({ status }) => status === 'OPEN' || status === 'IN_PROGRESS')
    const places = Map.groupBy(open, ({ assignedLocation }) => assignedLocation.location?.id ?? '')
    return { sent: order.displayFulfillmentStatus === 'FULFILLED', places: [...places.values()] }
  })
}

/**
 * Marks everything of an order that is still open as sent. Repeated, nothing is open any more, and the order comes back as
 * it is; so a repeat is harmless although Shopify knows no key for it.
 */
export async function fulfillOrder(call: Call, input: FulfillShopOrder): Promise<ShopOrder> {
  const { sent, places } = await openAt(call, input.id)
  if (places.length === 0 && !sent)
    throw new ProviderCallError({
      errorClass: 'CONFLICT',
      message: 'Shopify: nothing of this order can be sent now; it is on hold, scheduled or cancelled.',
      advice: 'Look at the order in the Shopify admin and release it there, then repeat the request.',
    })
  const { trackingNumber, trackingUrl, carrier } = input
  const fulfillments: string[] = []
  for (const place of places) {
    const fulfillment = {
      lineItemsByFulfillmentOrder: place.map(({ id }) => ({ fulfillmentOrderId: id })),
      notifyCustomer: input.notify,
      trackingInfo: {
        ...(trackingNumber === undefined ? {} : { number: trackingNumber }),
        ...(trackingUrl === undefined ? {} : { url: trackingUrl }),
        ...(carrier === undefined ? {} : { company: carrier }),
      },
    }
    const answer = await ask(call, sendMutation, { fulfillment })
    fulfillments.push(readAnswer('Shopify', answer, sentShape, ({ data }) => data.fulfillmentCreate.fulfillment.id))
  }
  const after = await getOrder(call, input)
  return { ...after, providerData: { ...after.providerData, fulfillments } }
}
