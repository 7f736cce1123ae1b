import { pick, seeded } from '../../chance.ts'
import { goods, people, shop } from '../../shop.ts'

const decimal = (fils: number) => (fils / 100).toFixed(2)
/** WooCommerce's moments have no zone, and no milliseconds. */
export const stamp = (at: number) => new Date(at).toISOString().slice(0, 19)

const slugOf = (title: string) => title.toLowerCase().replace(/[^a-z0-9]+/g, '-')

/** Articles of a product that has several, and of one that has not the product itself. */
export const variations = goods.flatMap((item, index) =>
  item.variants.length < 2
    ? []
    : item.variants.map((option, variant) => ({
        id: 2_000 + index * 10 + variant,
        parent_id: 100 + index,
        sku: `${item.sku}-${variant + 1}`,
        price: decimal(item.price),
        regular_price: decimal(item.price),
        status: 'publish',
        manage_stock: true as boolean | 'parent',
        stock_quantity: (index * 7 + variant * 3) % 40,
        stock_status: 'instock',
        attributes: [{ id: 1, name: 'Size', option }],
      })),
)

export const products = goods.map((item, index) => {
  const simple = item.variants.length < 2
  return {
    id: 100 + index,
    name: item.title,
    slug: slugOf(item.title),
    permalink: `https://${shop.domain}/product/${slugOf(item.title)}/`,
    type: simple ? 'simple' : 'variable',
    status: index === 10 ? 'draft' : 'publish',
    sku: simple ? `${item.sku}-1` : item.sku,
    price: decimal(item.price),
    regular_price: decimal(item.price),
    manage_stock: simple,
    stock_quantity: simple ? (index * 5) % 30 : null,
    stock_status: 'instock',
    parent_id: 0,
    date_created_gmt: '2026-01-05T08:00:00',
    date_modified_gmt: `2026-11-${String(1 + index).padStart(2, '0')}T08:00:00`,
    variations: variations.filter(({ parent_id }) => parent_id === 100 + index).map(({ id }) => id),
  }
})

const addressOf = (index: number) => {
  const { name, email, city, country } = people[index % people.length] ?? people[0]
  const [first_name = '', ...rest] = name.split(' ')
  const place = {
    address_1: `Villa ${12 + index}, Jasmine Street`,
    address_2: '',
    city,
    state: '',
    postcode: '',
    country,
  }
  return { first_name, last_name: rest.join(' '), company: '', ...place, phone: '+971500000000', email }
}

export const customers = people.map(({ name, email }, index) => {
  const { first_name, last_name } = addressOf(index)
  return {
    id: 11 + index,
    email,
    first_name,
    last_name,
    username: name.toLowerCase().replace(/[^a-z]+/g, '.'),
    role: 'customer',
    is_paying_customer: index % 2 === 0,
    date_created_gmt: `2026-0${1 + index}-11T09:00:00`,
    date_modified_gmt: index === 3 ? null : `2026-10-1${index}T09:00:00`,
    billing: addressOf(index),
  }
})

const states = ['processing', 'completed', 'completed', 'on-hold', 'pending', 'refunded', 'cancelled'] as const

/** Orders of the first day, newest first. */
export function ordersFrom(madeAt: number) {
  const random = seeded('woocommerce')
  return Array.from({ length: 23 }, (_, index) => {
    const status = index > 20 ? 'processing' : (states[index % states.length] ?? 'processing')
    const who = addressOf(index)
    const lines = Array.from({ length: 1 + Math.floor(random() * 3) }, (_unused, line) => {
      const item = pick(random, goods)
      const quantity = 1 + Math.floor(random() * 2)
      return {
        id: 15_000 + index * 10 + line,
        name: item.title,
        sku: `${item.sku}-1`,
        quantity,
        price: item.price / 100,
        total: decimal(item.price * quantity),
        fils: item.price * quantity,
      }
    })
    const created = madeAt - (24 - index) * 6 * 3_600_000
    const paid = status === 'processing' || status === 'completed' || status === 'refunded'
    const { email: _email, ...shipping } = who
    return {
      id: 7_000 + index,
      number: String(7_000 + index),
      status: status as string,
      currency: 'AED',
      total: decimal(lines.reduce((sum, { fils }) => sum + fils, 2_500)),
      date_created_gmt: stamp(created),
      date_modified_gmt: stamp(created + 3_600_000),
      date_paid_gmt: paid ? stamp(created + 60_000) : null,
      date_completed_gmt: status === 'completed' ? stamp(created + 3_600_000) : null,
      payment_method: 'stripe',
      transaction_id: paid ? `pi_lab${index}` : '',
      customer_note: '',
      customer_id: 11 + (index % people.length),
      billing: who,
      shipping,
      refunds: index === 1 ? [{ id: 9_001, reason: 'Damaged', total: '-10.00' }] : [],
      meta_data: [] as { id?: number; key: string; value: unknown }[],
      line_items: lines.map(({ fils: _fils, ...line }) => line),
    }
  }).toReversed()
}
export type WooOrder = ReturnType<typeof ordersFrom>[number]
