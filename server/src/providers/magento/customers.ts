import type { ListShopCustomers, ShopCustomerPage } from '@patchbay/schema/capabilities/ecommerce.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { idText, someText } from '../shared/message.ts'
import { changedSince, momentOf, readPage } from './store.ts'

const customer = z
  .object({
    id: idText,
    email: someText,
    firstname: someText,
    lastname: someText,
    created_at: someText,
    updated_at: someText,
    group_id: z.int().nullish(),
    addresses: z
      .array(
        z.object({
          default_shipping: z.boolean().nullish(),
          city: someText,
          country_id: someText,
          telephone: someText,
        }),
      )
      .nullish(),
  })
  .transform((found) => {
    const place = found.addresses?.find(({ default_shipping: chosen }) => chosen) ?? found.addresses?.[0]
    return {
      id: found.id,
      email: found.email,
      name: [found.firstname, found.lastname].filter((part) => part !== null).join(' ') || null,
      phone: place?.telephone ?? null,
      city: place?.city ?? null,
      country: place?.country_id ?? null,
      orders: null,
      createdAt: found.created_at === null ? null : momentOf(found.created_at),
      updatedAt: found.updated_at === null ? null : momentOf(found.updated_at),
      providerData: { group_id: found.group_id ?? null },
    }
  })

/** People with an account at the shop; who bought as a guest stands on the order only. */
export async function listCustomers(
  call: Call,
  { first, after, updatedSince }: ListShopCustomers,
): Promise<ShopCustomerPage> {
  const listing = { path: '/V1/customers/search', first, after, ...changedSince(updatedSince) }
  const { rows, nextCursor } = await readPage(call, listing, customer)
  return { items: [...rows], nextCursor }
}
