import { alphanumeric } from '../../chance.ts'
import { goods, shop } from '../../shop.ts'

/** Fils to the cents Printify thinks in. */
const cents = (fils: number) => Math.round(fils * 0.2723)

/** Products of the shop, in cents. */
export const products = goods.map((item, index) => ({
  id: alphanumeric(`printify:${item.sku}`, 24, '0123456789abcdef'),
  title: item.title,
  description: `${item.title} by ${shop.name}.`,
  tags: ['noor'],
  blueprint_id: 5 + index,
  print_provider_id: 99,
  visible: true,
  is_locked: false,
  external: { id: item.sku, handle: `https://${shop.domain}/products/${item.sku.toLowerCase()}` },
  variants: item.variants.map((title, variant) => ({
    id: 17_000 + index * 10 + variant,
    sku: `${item.sku}-${variant + 1}`,
    title,
    cost: cents(item.price * 0.45),
    price: cents(item.price) + variant * 150,
    is_enabled: true,
    is_available: true,
  })),
  images: [{ src: `https://files.${shop.domain}/printify/${item.sku.toLowerCase()}.jpg`, is_default: true }],
}))
