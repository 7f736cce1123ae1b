import { forgetOldest } from '../../bounded.ts'
import type { Bench } from '../../twin.ts'
import { customersFrom, gid, ordersFrom, products } from './data.ts'
import { changedSince, connectionOf, page, type PageArgs } from './page.ts'

interface Change {
  cancelledAt?: string
  cancelReason?: string
  sent?: boolean
  updatedAt: string
}

/** What was done to orders and stock since the first day; the first day itself is computed. */
export interface ShopifySalesState {
  readonly madeAt: number
  orders: Record<string, Change>
  stock: Record<string, number>
  /** When stock was set, by variant. */
  counted: Record<string, string>
  /** Answers to changes of stock by their key: asked again, the same answer. */
  stockKeys: Record<string, string>
}
type SalesBench = Bench<ShopifySalesState>

export const noSales = () => ({ orders: {}, stock: {}, counted: {}, stockKeys: {} })

const location = { id: gid('Location', 905_684_977), name: 'Al Quoz' }
const stamp = (now: number) => new Date(now).toISOString().replace(/\.\d+Z/, 'Z')
const numberOf = (id: string) => Number(id.split('/').at(-1))

function ordersNow({ state }: SalesBench) {
  return ordersFrom(state.madeAt).map((order) => {
    const { sent, ...changed }: Partial<Change> = state.orders[order.id] ?? {}
    const open = order.displayFulfillmentStatus !== 'FULFILLED' && sent !== true
    const status = changed.cancelledAt !== undefined ? 'CANCELLED' : open ? 'OPEN' : 'CLOSED'
    const parcel = {
      id: gid('FulfillmentOrder', numberOf(order.id) + 1_000_000),
      status,
      assignedLocation: { name: location.name, location },
    }
    return {
      ...order,
      ...changed,
      ...(sent === true ? { displayFulfillmentStatus: 'FULFILLED' } : {}),
      lineItems: connectionOf(order.lineItems),
      fulfillmentOrders: connectionOf([parcel]),
      parcel,
    }
  })
}

/** Counting a variant changes its product. */
const changedAt = (state: ShopifySalesState, { updatedAt, variants }: (typeof products)[number]) =>
  variants.reduce((latest, { id }) => {
    const counted = state.counted[id] ?? ''
    return counted > latest ? counted : latest
  }, updatedAt)

function productsNow({ state }: SalesBench) {
  return products.map((product) => ({
    ...product,
    updatedAt: changedAt(state, product),
    variants: connectionOf(product.variants.map((variant) => withStock(state, variant))),
  }))
}

const variantsNow = ({ state }: SalesBench) =>
  products.flatMap((product) =>
    product.variants.map((variant) => ({
      ...withStock(state, variant),
      updatedAt: state.counted[variant.id] ?? product.updatedAt,
      product: { id: product.id },
    })),
  )

const withStock = <Variant extends { readonly id: string; readonly inventoryQuantity: number }>(
  state: ShopifySalesState,
  variant: Variant,
) => ({
  ...variant,
  inventoryQuantity: state.stock[variant.id] ?? variant.inventoryQuantity,
  inventoryItem: {
    id: gid('InventoryItem', numberOf(variant.id) + 2_000_000),
    tracked: true,
    inventoryLevels: connectionOf([{ id: gid('InventoryLevel', numberOf(variant.id)), location }]),
  },
})

interface CancelArgs {
  readonly orderId: string
  readonly reason: string
}
interface FulfillArgs {
  readonly fulfillment: { readonly lineItemsByFulfillmentOrder: readonly { readonly fulfillmentOrderId: string }[] }
}
interface StockArgs {
  readonly input: {
    readonly quantities: readonly {
      readonly inventoryItemId: string
      readonly locationId: string
      readonly quantity: number
    }[]
  }
}

/** The key of `@idempotent`, which graphql-js hands to resolvers with the field it stands at. */
function keyOf(info: unknown): string | null {
  const { fieldNodes, variableValues } = info as {
    readonly fieldNodes: readonly {
      readonly directives?: readonly {
        readonly name: { readonly value: string }
        readonly arguments?: readonly {
          readonly value: { readonly value?: string; readonly name?: { readonly value: string } }
        }[]
      }[]
    }[]
    readonly variableValues: Readonly<Record<string, unknown>>
  }
  const value = fieldNodes[0]?.directives?.find(({ name }) => name.value === 'idempotent')?.arguments?.[0]?.value
  const key = value?.name === undefined ? value?.value : variableValues[value.name.value]
  return typeof key === 'string' ? key : null
}

/** Queries and mutations of orders, products, stock and customers, for the twin's GraphQL root. */
export function salesFields(bench: SalesBench, need: (scope: string, field: string) => void) {
  const { state, now } = bench
  const moment = stamp(now)
  return {
    orders: (args: PageArgs) => {
      need('read_orders', 'orders')
      const orders = changedSince(ordersNow(bench), args)
      return page(args.reverse ? orders.toReversed() : orders, args)
    },
    order: ({ id }: { readonly id: string }) => {
      need('read_orders', 'order')
      return ordersNow(bench).find((order) => order.id === id) ?? null
    },
    products: (args: PageArgs) => {
      need('read_products', 'products')
      return page(changedSince(productsNow(bench), args), args)
    },
    productVariants: (args: PageArgs) => {
      need('read_products', 'productVariants')
      need('read_inventory', 'inventoryItem')
      return page(changedSince(variantsNow(bench), args), args)
    },
    product: ({ id }: { readonly id: string }) => {
      need('read_products', 'product')
      return productsNow(bench).find((product) => product.id === id) ?? null
    },
    productVariant: ({ id }: { readonly id: string }) => {
      need('read_products', 'productVariant')
      need('read_inventory', 'inventoryItem')
      const variant = products.flatMap(({ variants }) => variants).find((candidate) => candidate.id === id)
      return variant === undefined ? null : withStock(state, variant)
    },
    customers: (args: PageArgs) => {
      need('read_customers', 'customers')
      const customers = changedSince(customersFrom(state.madeAt), args)
      return page(args.reverse ? customers.toReversed() : customers, args)
    },
    orderCancel: ({ orderId, reason }: CancelArgs) => {
      need('write_orders', 'orderCancel')
      const found = ordersNow(bench).find(({ id }) => id === orderId)
      const refuse = (code: string, message: string) => {
        const errors = [{ code, field: ['orderId'], message }]
        return { job: null, orderCancelUserErrors: errors, userErrors: errors }
      }
      if (found === undefined) return refuse('NOT_FOUND', 'Order does not exist')
      if (found.cancelledAt !== undefined) return refuse('INVALID', 'Cannot cancel an order that has been canceled')
      state.orders[orderId] = { ...state.orders[orderId], cancelledAt: moment, cancelReason: reason, updatedAt: moment }
      forgetOldest(state.orders)
      return { job: { id: gid('Job', numberOf(orderId)), done: false }, orderCancelUserErrors: [], userErrors: [] }
    },
    fulfillmentCreate: ({ fulfillment }: FulfillArgs) => {
      need('write_merchant_managed_fulfillment_orders', 'fulfillmentCreate')
      const wanted = fulfillment.lineItemsByFulfillmentOrder.map(({ fulfillmentOrderId }) => fulfillmentOrderId)
      const orders = ordersNow(bench).filter(({ parcel }) => wanted.includes(parcel.id))
      if (orders.length !== wanted.length || orders.some(({ parcel }) => parcel.status !== 'OPEN')) {
        const message = 'Fulfillment order does not exist or has an unfulfillable status= closed.'
        return { fulfillment: null, userErrors: [{ field: ['fulfillment'], message }] }
      }
      for (const { id } of orders) state.orders[id] = { ...state.orders[id], sent: true, updatedAt: moment }
      forgetOldest(state.orders)
      const id = gid('Fulfillment', numberOf(orders[0]?.id ?? '0'))
      return { fulfillment: { id, status: 'SUCCESS' }, userErrors: [] }
    },
    inventorySetQuantities: ({ input }: StockArgs, _context: unknown, info: unknown) => {
      need('write_inventory', 'inventorySetQuantities')
      const key = keyOf(info)
      const done = (id: string) => ({ inventoryAdjustmentGroup: { id, reason: 'correction' }, userErrors: [] })
      const refuse = (code: string, message: string) => ({
        inventoryAdjustmentGroup: null,
        userErrors: [{ code, field: ['input', 'quantities', '0'], message }],
      })
      if (key === null) return refuse('IDEMPOTENCY_KEY_REQUIRED', 'The @idempotent directive is required.')
      const before = state.stockKeys[`key:${key}`]
      if (before !== undefined) return done(before)
      for (const { inventoryItemId, locationId, quantity } of input.quantities) {
        const variant = gid('ProductVariant', numberOf(inventoryItemId) - 2_000_000)
        if (!products.some(({ variants }) => variants.some(({ id }) => id === variant)))
          return refuse('INVALID_INVENTORY_ITEM', 'The specified inventory item could not be found.')
        if (locationId !== location.id) return refuse('INVALID_LOCATION', 'The specified location could not be found.')
        state.stock[variant] = quantity
        state.counted[variant] = moment
      }
      const made = gid('InventoryAdjustmentGroup', Number(bench.id('', 9, '123456789')))
      state.stockKeys[`key:${key}`] = made
      forgetOldest(state.stockKeys)
      forgetOldest(state.stock)
      forgetOldest(state.counted)
      return done(made)
    },
  }
}
