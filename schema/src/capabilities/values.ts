import { z } from 'zod'

/** What the GraphQL schema calls a shape, and says of it. */
export interface ShapeFacts {
  readonly name: string
  readonly description: string
}

/** Shapes that are types of the GraphQL schema of their own. Every object and every enumeration of a contract is one. */
export const shapes = z.registry<ShapeFacts>()

/** Numbers that may leave GraphQL's 32 bits. */
export const wide = z.registry<{ readonly wide: true }>()

/** Gives a shape its name in the GraphQL schema. An input takes the suffix `Input` there where the name lacks it. */
export function shape<T extends z.ZodType>(name: string, description: string, type: T): T {
  shapes.add(type, { name, description })
  return type
}

const minorUnits = z
  .int()
  .describe('In minor units of the currency: 10.50 AED is 1050, 500 JPY is 500, 1.500 KWD is 1500.')
wide.add(minorUnits, { wide: true })
const positiveMinorUnits = z
  .int()
  .positive()
  .describe('In minor units of the currency, more than nothing: 10.50 AED is 1050, 500 JPY is 500, 1.500 KWD is 1500.')
wide.add(positiveMinorUnits, { wide: true })

export const currency = z
  .string()
  .regex(/^[A-Z]{3}$/, 'An ISO 4217 code in capitals, such as AED.')
  .describe('ISO 4217 code in capitals, such as AED.')

/** An amount as an integer of the currency's ISO 4217 minor unit: 10.50 AED is 1050, 500 JPY is 500, 1.500 KWD is 1500. */
export const money = shape(
  'Money',
  'An amount as a whole number of the currency’s ISO 4217 minor units.',
  z.object({ amountMinor: minorUnits, currency }),
)
export type Money = z.infer<typeof money>

/** An amount that somebody pays: more than nothing. */
export const positiveMoney = shape(
  'PositiveMoney',
  'An amount that somebody pays, as a whole number of the currency’s ISO 4217 minor units.',
  z.object({ amountMinor: positiveMinorUnits, currency }),
)

/** A postal address. `country` is ISO 3166-1 alpha-2; `state` the vendor's code where the country has states. */
export const address = shape(
  'Address',
  'A postal address with its person.',
  z.object({
    name: z.string().max(100).optional().describe('Person or company.'),
    company: z.string().max(100).optional().describe('Company, where `name` is a person.'),
    line1: z.string().max(200).optional().describe('Street and number.'),
    line2: z.string().max(200).optional().describe('Flat, floor or building.'),
    city: z.string().max(100).optional().describe('City.'),
    state: z.string().max(50).optional().describe('State or emirate, by the code the vendor knows.'),
    postalCode: z.string().max(20).optional().describe('Postal code, where the country has them.'),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/, 'An ISO 3166-1 code of two capitals, such as AE.')
      .describe('ISO 3166-1 code of two capitals, such as AE.'),
    phone: z.string().max(40).optional().describe('Telephone number with country code.'),
    email: z.email().optional().describe('E-mail address.'),
  }),
)
export type Address = z.infer<typeof address>

/** Which page of a list: `after` is the `nextCursor` of the page before. */
export const pageInput = z.object({
  first: z.int().min(1).max(100).default(20).describe('Items of the page, 1 to 100. Default 20.'),
  after: z
    .string()
    .max(2000)
    .nullable()
    .default(null)
    .describe('`nextCursor` of the page before; absent for the first.'),
})

/** Only what changed since an instant; a vendor that cannot tell it apart refuses, so that nobody takes all for what changed. */
export const updatedSince = (things: string) =>
  z.iso
    .datetime({ offset: true })
    .optional()
    .describe(`Only ${things} changed at or after this instant, for vendors that tell; others refuse.`)

/** One page of a list; `nextCursor` is null on the last one. Cursors belong to the provider and are opaque. */
export const pageOf = <Item extends z.ZodType>(item: Item) =>
  z.object({
    items: z.array(item).describe('What the page holds, in the vendor’s order.'),
    nextCursor: z.string().nullable().describe('Where the next page begins; null on the last one.'),
  })

/** Names one effect: repeated with the same key, the vendor is asked to do the thing once. */
export const idempotencyKey = z
  .string()
  .min(1)
  .max(100)
  .describe('Names this one effect, 1 to 100 characters: repeated with the same key, it happens once.')

/** A moment, ISO 8601 with zone. */
export const moment = z.iso.datetime({ offset: true })

/** A day of the calendar, without zone. */
export const day = z.iso.date()

/** The vendor's id of a thing. */
export const vendorId = z.string().min(1).max(255)

/** What only this vendor says of a thing, by the vendor's own names. Never secrets. */
export const providerData = z
  .record(z.string(), z.json())
  .optional()
  .describe('What only this vendor says of it, by the vendor’s own names; null where there is nothing.')
export type ProviderData = z.infer<typeof providerData>

/** That something happened of which the vendor tells nothing more. */
export const done = (noun: string) =>
  z.object({
    id: z.string().describe(`The vendor’s id of the ${noun}.`),
    providerData,
  })
