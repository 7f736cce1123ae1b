import type { ListShopCustomers, ShopCustomerPage } from '@patchbay/schema/capabilities/ecommerce.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { ask, changedSince, dataOf, nextOf, pageInfo, pageSize } from './graphql.ts'

const customersQuery = `query Customers($first: Int!, $after: String, $query: String) {
  customers(first: $first, after: $after, query: $query, sortKey: UPDATED_AT, reverse: true) {
    nodes {
      id displayName numberOfOrders createdAt updatedAt state
      defaultEmailAddress { emailAddress }
      defaultPhoneNumber { phoneNumber }
      defaultAddress { city countryCodeV2 }
    }
    pageInfo { hasNextPage endCursor }
  }
}`

const customer = z.object({
  id: z.string(),
  displayName: z.string(),
  // An unsigned 64-bit number, which GraphQL writes as text.
  numberOfOrders: z.coerce.number().int(),
  createdAt: z.string(),
  updatedAt: z.string(),
  state: z.string(),
  defaultEmailAddress: z.object({ emailAddress: z.string() }).nullish(),
  defaultPhoneNumber: z.object({ phoneNumber: z.string() }).nullish(),
  defaultAddress: z.object({ city: z.string().nullish(), countryCodeV2: z.string().nullish() }).nullish(),
})
const customerList = dataOf(z.object({ customers: z.object({ nodes: z.array(customer), pageInfo }) }))

export async function listCustomers(call: Call, input: ListShopCustomers): Promise<ShopCustomerPage> {
  const query = changedSince(input.updatedSince)
  const answer = await ask(call, customersQuery, { first: pageSize(input.first), after: input.after, query })
  return readAnswer('Shopify', answer, customerList, ({ data: { customers } }) => ({
    items: customers.nodes.map((found) => ({
      id: found.id,
      email: found.defaultEmailAddress?.emailAddress ?? null,
      name: found.displayName || null,
      phone: found.defaultPhoneNumber?.phoneNumber ?? null,
      city: found.defaultAddress?.city ?? null,
      country: found.defaultAddress?.countryCodeV2 ?? null,
      orders: found.numberOfOrders,
      createdAt: found.createdAt,
      updatedAt: found.updatedAt,
      providerData: { state: found.state },
    })),
    nextCursor: nextOf(customers.pageInfo),
  }))
}
