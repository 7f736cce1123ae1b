import type { ShopOrder } from '@patchbay/schema/capabilities/ecommerce.ts'
import { z } from 'zod'
import type { Call, CallAnswer } from '../provider.ts'
import { numberCursor } from '../shared/cursor.ts'
import { malformed, readAnswer } from '../shared/failure.ts'
import { fromText, iso } from '../shared/message.ts'

/** Where the API lies below the shop's address. */
export const root = '/wp-json/wc/v3'

export const idNumber = z.int().transform(String)
export const pathOf = (noun: string, ...ids: readonly string[]) =>
  [`${root}/${noun}`, ...ids.map((id) => encodeURIComponent(id))].join('/')

/** WooCommerce leaves the zone out of its `_gmt` moments. @throws RangeError for what is no moment */
export function momentOf(text: string | null | undefined): string | null {
  if (!text) return null
  const found = iso(fromText(/(Z|[+-]\d\d:\d\d)$/.test(text) ? text : `${text}Z`))
  if (found === null) throw new RangeError(`${text.slice(0, 40)} is no moment`)
  return found
}

/** The same for moments that every record has. */
export function requiredMoment(text: string): string {
  const found = momentOf(text)
  if (found === null) throw new RangeError('a moment is empty')
  return found
}

/** What changed, in the way of WooCommerce's lists of orders and products; people know no such filter. */
export const changedSince = (updatedSince: string | undefined) =>
  updatedSince === undefined
    ? {}
    : {
        // WooCommerce counts in seconds, and means after.
        modified_after: new Date(Date.parse(updatedSince) - 1000).toISOString().slice(0, 19),
        dates_are_gmt: true,
      }

/** How many pages a list has stands in a header, whatever the list is of. */
export function nextPage(answer: CallAnswer, page: number): string | null {
  const total = answer.headers['x-wp-totalpages'] ?? ''
  if (!/^\d{1,9}$/.test(total))
    throw malformed('WooCommerce', 'its list does not say how many pages there are (X-WP-TotalPages)')
  return page < Number(total) ? numberCursor(page + 1) : null
}

/** What the shop sells in. */
export async function currencyOf(call: Call): Promise<string> {
  const answer = await call({ method: 'GET', path: `${root}/data/currencies/current` })
  return readAnswer('WooCommerce', answer, z.object({ code: z.string().length(3) }), ({ code }) => code)
}

const part = z.string().nullish()
export const address = z.object({
  first_name: part,
  last_name: part,
  company: part,
  address_1: part,
  address_2: part,
  city: part,
  state: part,
  postcode: part,
  country: part,
  phone: part,
  email: part,
})
type Address = z.output<typeof address>

export const nameOf = (found: Pick<Address, 'first_name' | 'last_name'> | null | undefined): string | null =>
  [found?.first_name, found?.last_name].filter((one) => one).join(' ') || null

/** Null for an address without a country, which is how WooCommerce writes that there is none. */
export function toAddress(found: Address | null | undefined): ShopOrder['shippingAddress'] {
  if (!found?.country || !/^[A-Z]{2}$/.test(found.country)) return null
  const name = nameOf(found)
  return {
    country: found.country,
    ...(name === null ? {} : { name }),
    ...(found.company ? { company: found.company } : {}),
    ...(found.address_1 ? { line1: found.address_1 } : {}),
    ...(found.address_2 ? { line2: found.address_2 } : {}),
    ...(found.city ? { city: found.city } : {}),
    ...(found.state ? { state: found.state } : {}),
    ...(found.postcode ? { postalCode: found.postcode } : {}),
    ...(found.phone ? { phone: found.phone } : {}),
  }
}
