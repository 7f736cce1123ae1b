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
      customer: { id: gid('Customer', 7_000_000 + people.indexOf(person)), displayName: person.name },
      shippingAddress: { city: person.city, countryCodeV2: person.country },
      lineItems: lines.map(({ item, quantity, line }) => ({
        id: gid('LineItem', 15_000_000 + index * 10 + line),
        sku: item.sku,
        title: item.title,
        quantity,
      })),
    }
  })
}
