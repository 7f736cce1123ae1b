import type { ListShopCustomers, ShopCustomerPage } from '@patchbay/schema/capabilities/ecommerce.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readNumberCursor } from '../shared/cursor.ts'
import { cannotTellChanges, readAnswer } from '../shared/failure.ts'
import { someText } from '../shared/message.ts'
import { address, idNumber, momentOf, nameOf, nextPage, pathOf } from './shop.ts'

const customer = z.object({
  id: idNumber,
  email: someText,
  first_name: someText,
  last_name: someText,
  username: someText,
  is_paying_customer: z.boolean().nullish(),
  date_created_gmt: someText,
  date_modified_gmt: someText,
  billing: address.nullish(),
})

/** People with an account at the shop; who bought as a guest stands on the order only. */
export async function listCustomers(
  call: Call,
  { first, after, updatedSince }: ListShopCustomers,
): Promise<ShopCustomerPage> {
  cannotTellChanges('WooCommerce', 'customers', updatedSince)
  const page = readNumberCursor(after, 1)
  const answer = await call({ method: 'GET', path: pathOf('customers'), query: { page, per_page: first } })
  const items = readAnswer('WooCommerce', answer, z.array(customer), (all) =>
    all.map((found) => ({
      id: found.id,
      email: found.email,
      name: nameOf(found) ?? nameOf(found.billing),
      phone: found.billing?.phone || null,
      city: found.billing?.city || null,
      country: found.billing?.country || null,
      orders: null,
      createdAt: momentOf(found.date_created_gmt),
      updatedAt: momentOf(found.date_modified_gmt),
      providerData: { username: found.username, is_paying_customer: found.is_paying_customer ?? null },
    })),
  )
  return { items, nextCursor: nextPage(answer, page) }
}
