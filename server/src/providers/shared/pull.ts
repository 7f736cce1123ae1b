import type { Deletions, Increment } from '@patchbay/schema/capabilities/resources.ts'
import type { Call, ConnectionFacts } from '../provider.ts'
import type { PulledRecord, ResourceSpec } from '../resource.ts'

/** What a list operation is asked for, by whichever of the two instants it takes. */
interface ListAsk {
  readonly first: number
  readonly after: string | null
  readonly updatedSince?: string
  readonly createdAfter?: string
}

interface Listed {
  readonly id: string
  readonly updatedAt?: string | null | undefined
}

/** A list operation of the provider; its input needs nothing but a page. */
type List<Item> = (
  call: Call,
  input: ListAsk,
  connection: ConnectionFacts,
) => Promise<{ readonly items: readonly Item[]; readonly nextCursor: string | null }>

export interface PullOptions<Item> {
  /** The instant the list takes: `updatedSince` tells of changes, `createdAfter` of additions. Default: none. */
  readonly by?: 'updatedSince' | 'createdAfter'
  /** Default ABSENT. */
  readonly deletions?: Deletions
  readonly lagSeconds?: number
  readonly reachSeconds?: number
  /** Among what the list tells: this one is gone. Default: none is. */
  readonly isGone?: (item: Item) => boolean
}

const incrementOf = { updatedSince: 'CHANGES', createdAfter: 'ADDITIONS' } as const satisfies Record<string, Increment>

const inUtc = (moment: string | null | undefined): string | null => (moment ? new Date(moment).toISOString() : null)

function recordOf<Item extends Listed>(item: Item, isGone: PullOptions<Item>['isGone']): PulledRecord {
  return {
    externalId: item.id,
    parentId: null,
    updatedAt: inUtc(item.updatedAt),
    deleted: isGone?.(item) === true,
    data: item,
  }
}

/** Vendors whose clocks count in days or seconds tell of a little more than was asked for. */
const isSince = ({ updatedAt }: PulledRecord, since: string | null): boolean =>
  since === null || updatedAt === null || Date.parse(updatedAt) >= Date.parse(since)

/** A resource that a list operation brings: its items are the records. */
export function pulled<Item extends Listed>(list: List<Item>, options: PullOptions<Item> = {}): ResourceSpec {
  return pulledParts(list, (item) => [recordOf(item, options.isGone)], options)
}

/** A resource whose records are parts of what a list operation brings (variants of products). */
export function pulledParts<Item>(
  list: List<Item>,
  parts: (
    item: Item,
    call: Call,
    connection: ConnectionFacts,
  ) => readonly PulledRecord[] | Promise<readonly PulledRecord[]>,
  options: Omit<PullOptions<Item>, 'isGone'> = {},
): ResourceSpec {
  const { by, deletions = 'ABSENT', lagSeconds, reachSeconds } = options
  return {
    incremental: by === undefined ? 'NONE' : incrementOf[by],
    deletions,
    ...(lagSeconds === undefined ? {} : { lagSeconds }),
    ...(reachSeconds === undefined ? {} : { reachSeconds }),
    pull: async (call, { cursor, since, limit }, connection) => {
      // Some vendors mean "after" where others mean "at or after".
      const from = since === null ? null : new Date(Date.parse(since) - 1000).toISOString()
      const narrowed = by === undefined || from === null ? {} : { [by]: from }
      const page = await list(call, { first: Math.min(limit, 100), after: cursor, ...narrowed }, connection)
      const records: PulledRecord[] = []
      for (const item of page.items) records.push(...(await parts(item, call, connection)))
      return {
        records: by === 'updatedSince' ? records.filter((record) => isSince(record, since)) : records,
        cursor: page.nextCursor,
      }
    },
  }
}

interface Share {
  readonly id: string
  readonly invoiceId: string
  readonly updatedAt?: string | null | undefined
}

/** What came in on invoices, where one payment may be of several of them. */
export const shareRecords = (shares: readonly Share[]): readonly PulledRecord[] =>
  shares.map((share) => ({
    externalId: `${share.id}/${share.invoiceId}`,
    parentId: share.invoiceId,
    updatedAt: inUtc(share.updatedAt),
    deleted: false,
    data: share,
  }))

interface Parcels extends Listed {
  readonly shipments: readonly { readonly trackingNumber: string | null }[]
}

/** Parcels of an order that have a number to be told apart by; one without is not on its way yet. */
export const parcelRecords = (order: Parcels): readonly PulledRecord[] => {
  const numbered = new Map(order.shipments.map((shipment) => [shipment.trackingNumber, shipment]))
  return [...numbered].flatMap(([number, shipment]) =>
    number === null
      ? []
      : [
          {
            externalId: `${order.id}/${number}`,
            parentId: order.id,
            updatedAt: inUtc(order.updatedAt),
            deleted: false,
            data: shipment,
          },
        ],
  )
}

interface Variant {
  readonly id: string
}
interface Product<One extends Variant> extends Listed {
  readonly variants?: readonly One[] | undefined
}

/** Records of a product's variants, numbered below their product: some vendors use a variant's number again in the next one. */
export const variantRecords = <One extends Variant>(product: Product<One>): readonly PulledRecord[] =>
  (product.variants ?? []).map((variant) => ({
    externalId: `${product.id}/${variant.id}`,
    parentId: product.id,
    updatedAt: inUtc(product.updatedAt),
    deleted: false,
    data: variant,
  }))

/** Variants where a list of products carries them. */
export const pulledVariants = <One extends Variant, Item extends Product<One>>(
  list: List<Item>,
  options: Omit<PullOptions<Item>, 'isGone'> = {},
): ResourceSpec => pulledParts(list, variantRecords, options)

/** Variants where only a single product tells them: one more call for each product of a page. */
export const pulledVariantsOfEach = <One extends Variant, Item extends Product<One>>(
  list: List<Item>,
  get: (call: Call, input: { readonly id: string }, connection: ConnectionFacts) => Promise<Item>,
  options: Omit<PullOptions<Item>, 'isGone'> = {},
): ResourceSpec =>
  pulledParts(list, async ({ id }, call, connection) => variantRecords(await get(call, { id }, connection)), options)
