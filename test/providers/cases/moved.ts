import type { PulledRecord } from '@patchbay/server/providers/resource.ts'

// Inputs made of what a pull brought, for the moves of several cases.

type Records = readonly PulledRecord[]

export const dataOf = <Data>(record: PulledRecord | undefined) => record?.data as Data
export const firstId = ([first]: Records) => first?.externalId ?? ''

/** The first record is the one that moves. */
export const ofFirst = (records: Records) => ({ id: firstId(records) })
export const sameAddress = ([first]: Records) => ({ email: dataOf<{ readonly email: string }>(first).email })

/** Whoever has an invoice already. */
export const ofSomebody = (records: Records) => ({
  contactId: records.map((record) => dataOf<{ readonly contactId: string | null }>(record).contactId).find((id) => id),
})

interface Product {
  readonly id: string
  readonly variants: readonly { readonly id: string }[]
}
export const oneVariant = ([first]: Records) => ({ variantId: dataOf<Product>(first).variants[0]?.id })

/** A product that is its only variant. */
export const simple = (records: Records) =>
  records.map((record) => dataOf<Product>(record)).find(({ id, variants }) => variants[0]?.id === id)?.id ?? ''
