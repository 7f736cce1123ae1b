import { z } from 'zod'

/** An amount as an integer of the currency's ISO 4217 minor unit: 10.50 AED is 1050, 500 JPY is 500, 1.500 KWD is 1500. */
export const money = z.object({
  amountMinor: z.int(),
  currency: z.string().regex(/^[A-Z]{3}$/, 'An ISO 4217 code in capitals, such as AED.'),
})
export type Money = z.infer<typeof money>

/** An amount that somebody pays: more than nothing. */
export const positiveMoney = money.extend({ amountMinor: z.int().positive() })

/** A postal address. `country` is ISO 3166-1 alpha-2; `state` the vendor's code where the country has states. */
export const address = z.object({
  name: z.string().max(100).optional(),
  line1: z.string().max(200).optional(),
  line2: z.string().max(200).optional(),
  city: z.string().max(100).optional(),
  state: z.string().max(50).optional(),
  postalCode: z.string().max(20).optional(),
  country: z.string().regex(/^[A-Z]{2}$/, 'An ISO 3166-1 code of two capitals, such as AE.'),
  phone: z.string().max(40).optional(),
  email: z.email().optional(),
})
export type Address = z.infer<typeof address>

/** Which page of a list: `after` is the `nextCursor` of the page before. */
export const pageInput = z.object({
  first: z.int().min(1).max(100).default(20),
  after: z.string().max(2000).nullable().default(null),
})

/** One page of a list; `nextCursor` is null on the last one. Cursors belong to the provider and are opaque. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

/** Names one effect: repeated with the same key, the vendor is asked to do the thing once. */
export const idempotencyKey = z.string().min(1).max(100)

/** A moment, ISO 8601 with zone. */
export const moment = z.iso.datetime({ offset: true })
