import { pick, seeded } from '../../chance.ts'
import { goods, people, shop } from '../../shop.ts'

const decimal = (fils: number) => (fils / 100).toFixed(2)
export const gid = (noun: string, number: number) => `gid://shopify/${noun}/${number}`

export const products = goods.map((item, index) => ({
  id: gid('Product', 8_001_000 + index),
  title: item.title,
  handle: item.sku.toLowerCase(),
  status: index === 10 ? 'DRAFT' : 'ACTIVE',
  vendor: shop.name,
  updatedAt: `2026-11-${String(1 + index).padStart(2, '0')}T08:00:00Z`,
  variants: item.variants.map((title, variant) => ({
    id: gid('ProductVariant', 44_001_000 + index * 10 + variant),
    sku: `${item.sku}-${variant + 1}`,
    title,
    price: decimal(item.price),
    inventoryQuantity: (index * 7 + variant * 3) % 40,
  })),
}))

/** Orders of the first day, oldest first. */
export function ordersFrom(madeAt: number) {
  const random = seeded('shopify')
  return Array.from({ length: 46 }, (_, index) => {
    const person = pick(random, people)
    const lines = Array.from({ length: 1 + Math.floor(random() * 3) }, (_unused, line) => ({
      item: pick(random, goods),
      quantity: 1 + Math.floor(random() * 2),
      line,
    }))
    const total = lines.reduce((sum, { item, quantity }) => sum + item.price * quantity, 0) + 2_500
    const created = madeAt - (46 - index) * 5 * 3_600_000
    const money = { amount: decimal(total), currencyCode: 'AED' }
    return {
      id: gid('Order', 5_900_000_000 + index),
      name: `#${1_001 + index}`,
      email: person.email,
      createdAt: new Date(created).toISOString().replace(/\.\d+Z/, 'Z'),
      updatedAt: new Date(created + 3_600_000).toISOString().replace(/\.\d+Z/, 'Z'),
      displayFinancialStatus: pick(random, ['PAID', 'PAID', 'PAID', 'PENDING', 'REFUNDED', 'PARTIALLY_REFUNDED']),
      displayFulfillmentStatus: index < 38 ? 'FULFILLED' : pick(random, ['UNFULFILLED', 'IN_PROGRESS']),
      totalPriceSet: { shopMoney: money, presentmentMoney: money },
      tags: [],
      customer: { id: gid('Customer', 7_000_000 + people.indexOf(person)), displayName: person.name },
      shippingAddress: {
        name: person.name,
        address1: `Villa ${12 + people.indexOf(person)}, Jasmine Street`,
        city: person.city,
        countryCodeV2: person.country,
      },
      lineItems: lines.map(({ item, quantity, line }) => ({
        id: gid('LineItem', 15_000_000 + index * 10 + line),
        sku: item.sku,
        title: item.title,
        quantity,
        originalUnitPriceSet: {
          shopMoney: { amount: decimal(item.price), currencyCode: 'AED' },
          presentmentMoney: { amount: decimal(item.price), currencyCode: 'AED' },
        },
      })),
    }
  })
}

/** The shop's customers; who ordered how often is told by the orders of the first day. */
export function customersFrom(madeAt: number) {
  const orders = ordersFrom(madeAt)
  return people.map((person, index) => {
    const id = gid('Customer', 7_000_000 + index)
    return {
      id,
      displayName: person.name,
      numberOfOrders: String(orders.filter(({ customer }) => customer.id === id).length),
      createdAt: `2026-0${1 + index}-11T09:00:00Z`,
      updatedAt: `2026-11-${10 + index}T09:00:00Z`,
      state: index % 3 === 0 ? 'ENABLED' : 'DISABLED',
      defaultEmailAddress: { emailAddress: person.email },
      defaultPhoneNumber: index % 2 === 0 ? { phoneNumber: `+97150000000${index}` } : null,
      defaultAddress: { city: person.city, countryCodeV2: person.country },
    }
  })
}
