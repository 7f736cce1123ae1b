import type { SetShopStock, ShopStock } from '@patchbay/schema/capabilities/ecommerce.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { known } from '../shared/known.ts'
import { ask, dataOf, gidOf } from './graphql.ts'

const itemQuery = `query Item($id: ID!) {
  productVariant(id: $id) {
    id
    inventoryItem { id tracked inventoryLevels(first: 1) { nodes { location { id } } } }
  }
}`
const itemShape = dataOf(
  z.object({
    productVariant: z
      .object({
        id: z.string(),
        inventoryItem: z.object({
          id: z.string(),
          tracked: z.boolean(),
          inventoryLevels: z.object({ nodes: z.array(z.object({ location: z.object({ id: z.string() }) })) }),
        }),
      })
      .nullable(),
  }),
)

// Shopify refuses changes of stock without a key since version 2026-04: https://shopify.dev/docs/api/usage/idempotent-requests
const setMutation = `mutation SetStock($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id reason }
    userErrors { field message code }
  }
}`
const setShape = dataOf(
  z.object({
    inventorySetQuantities: z.object({ inventoryAdjustmentGroup: z.object({ id: z.string() }).nullable() }),
  }),
)

/** Sets what is available at one place: the named one, or the first where the variant lies. */
export async function setStock(call: Call, input: SetShopStock): Promise<ShopStock> {
  const asked = await ask(call, itemQuery, { id: gidOf('ProductVariant', input.variantId) })
  const variant = readAnswer('Shopify', asked, itemShape, ({ data }) =>
    known('Shopify', data.productVariant, 'variant', input.variantId),
  )
  const { id: inventoryItemId, tracked, inventoryLevels } = variant.inventoryItem
  const locationId =
    input.locationId === undefined ? inventoryLevels.nodes[0]?.location.id : gidOf('Location', input.locationId)
  if (locationId === undefined)
    throw cannotSend(
      'Shopify keeps this variant in stock at no place.',
      'Choose a location for it in the Shopify admin, or name one in the request.',
      'locationId',
    )
  // Null says that the number before does not matter: the last word counts.
  const quantity = { inventoryItemId, locationId, quantity: input.quantity, changeFromQuantity: null }
  const answer = await ask(call, setMutation, {
    input: { name: 'available', reason: 'correction', quantities: [quantity] },
    key: input.idempotencyKey,
  })
  return readAnswer('Shopify', answer, setShape, ({ data }) => ({
    variantId: variant.id,
    quantity: input.quantity,
    locationId,
    providerData: {
      inventoryItem: inventoryItemId,
      tracked,
      inventoryAdjustmentGroup: data.inventorySetQuantities.inventoryAdjustmentGroup?.id ?? null,
    },
  }))
}
