import { pick, seeded } from '../../chance.ts'
import { goods, people } from '../../shop.ts'

/** Magento's moments, UTC. */
export const stamp = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ')

interface Article {
  id: number
  sku: string
  name: string
  price: number
  status: number
  type_id: string
  /** Article it is one of. */
  parent: string | null
  stock: number
}

/** Configurable products and what may be chosen of them; what has one article only stands for itself. */
export const articles: readonly Article[] = goods.flatMap((item, index): Article[] => {
  const base = { price: item.price / 100, status: index === 10 ? 2 : 1 }
  const [only, ...others] = item.variants
  if (others.length === 0)
    return [
      {
        ...base,
        id: 500 + index * 10,
        sku: `${item.sku}-1`,
        name: item.title,
        type_id: 'simple',
        parent: null,
        stock: 9,
      },
    ]
  return [
    { ...base, id: 500 + index * 10, sku: item.sku, name: item.title, type_id: 'configurable', parent: null, stock: 0 },
    ...[only, ...others].map((option, variant) => ({
      ...base,
      id: 501 + index * 10 + variant,
      sku: `${item.sku}-${variant + 1}`,
      name: `${item.title}-${option}`,
      type_id: 'simple',
      parent: item.sku,
      stock: (index * 7 + variant * 3) % 40,
    })),
  ]
})

export const shownArticle = ({ id, sku, name, price, status, type_id }: Article) => ({
  id,
  sku,
  name,
  attribute_set_id: 4,
  price,
  status,
  visibility: 4,
  type_id,
  created_at: '2026-01-05 08:00:00',
  updated_at: `2026-11-${String(1 + (id % 19)).padStart(2, '0')} 08:00:00`,
  custom_attributes: [{ attribute_code: 'url_key', value: sku.toLowerCase() }],
})

const addressOf = (index: number) => {
  const { name, email, city, country } = people[index % people.length] ?? people[0]
  const [firstname = '', ...rest] = name.split(' ')
  return {
    address_type: 'shipping',
    firstname,
    lastname: rest.join(' '),
    street: [`Villa ${12 + index}`, 'Jasmine Street'],
    city,
    postcode: '00000',
    country_id: country,
    telephone: '+971500000000',
    email,
  }
}

export const customers = people.map((_person, index) => {
  const { firstname, lastname, email, city, country_id, telephone, street, postcode } = addressOf(index)
  return {
    id: 11 + index,
    group_id: 1,
    email,
    firstname,
    lastname,
    created_at: `2026-0${1 + index}-11 09:00:00`,
    updated_at: `2026-10-1${index} 09:00:00`,
    addresses: [
      { id: 31 + index, firstname, lastname, street, postcode, city, country_id, telephone, default_shipping: true },
    ],
  }
})

const states = ['processing', 'complete', 'complete', 'new', 'closed', 'canceled', 'holded'] as const

/** Orders of the first day, the newest last. */
export function ordersFrom(madeAt: number) {
  const random = seeded('magento')
  return Array.from({ length: 22 }, (_, index) => {
    const state: string = index > 19 ? 'new' : (states[index % states.length] ?? 'new')
    const who = addressOf(index)
    const sent = state === 'complete' || state === 'closed'
    const items = Array.from({ length: 1 + Math.floor(random() * 3) }, (_unused, line) => {
      const item = pick(random, goods)
      const quantity = 1 + Math.floor(random() * 2)
      return {
        item_id: 1_000 + index * 10 + line,
        sku: `${item.sku}-1`,
        name: item.title,
        qty_ordered: quantity,
        qty_shipped: sent ? quantity : 0,
        qty_canceled: state === 'canceled' ? quantity : 0,
        qty_refunded: 0,
        price: item.price / 100,
      }
    })
    const total = items.reduce((sum, { price, qty_ordered }) => sum + price * qty_ordered, 25)
    const created = madeAt - (23 - index) * 6 * 3_600_000
    const paid = sent || state === 'processing'
    return {
      entity_id: 1 + index,
      increment_id: String(1 + index).padStart(9, '0'),
      state,
      status: state === 'new' ? 'pending' : state,
      created_at: stamp(created),
      updated_at: stamp(created + 3_600_000),
      base_currency_code: 'AED',
      order_currency_code: 'AED',
      base_grand_total: total,
      grand_total: total,
      total_paid: paid ? total : 0,
      total_refunded: state === 'closed' ? total : index === 1 ? 10 : 0,
      customer_email: who.email,
      // Who orders as a guest has a name on the bill only.
      ...(index % 3 === 0 ? {} : { customer_firstname: who.firstname, customer_lastname: who.lastname }),
      billing_address: { ...who, address_type: 'billing' },
      items,
      extension_attributes: { shipping_assignments: [{ shipping: { address: who }, items: [] }] },
    }
  })
}
export type MagentoOrder = ReturnType<typeof ordersFrom>[number]
