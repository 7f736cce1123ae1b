import type { PulledRecord } from '@patchbay/server/providers/resource.ts'

/** Something that is done at the vendor, after which the next pull tells of it. */
export interface Touch {
  readonly operation: string
  /** In place of the input that the provider's case has for the operation, over which it is laid. */
  readonly input?: (records: readonly PulledRecord[]) => object
  /** `externalId` of the record that is to come. Default: the id that the operation answers. */
  readonly id?: (records: readonly PulledRecord[]) => string
  readonly deletes?: true
}

const firstId = ([first]: readonly PulledRecord[]) => first?.externalId ?? ''
const dataOf = <Data>(record: PulledRecord | undefined) => record?.data as Data

const ofFirst = (records: readonly PulledRecord[]) => ({ id: firstId(records) })
const sameAddress = ([first]: readonly PulledRecord[]) => ({ email: dataOf<{ readonly email: string }>(first).email })
const ofSomebody = (records: readonly PulledRecord[]) => ({
  contactId: records.map((record) => dataOf<{ readonly contactId: string | null }>(record).contactId).find((id) => id),
})
const oneVariant = ([first]: readonly PulledRecord[]) => ({
  variantId: dataOf<{ readonly variants: readonly { readonly id: string }[] }>(first).variants[0]?.id,
})
/** A product that is its only variant. */
const simple = (records: readonly PulledRecord[]) =>
  records
    .map((record) => dataOf<{ readonly id: string; readonly variants: readonly { readonly id: string }[] }>(record))
    .find(({ id, variants }) => variants[0]?.id === id)?.id ?? ''

/** By `slug resource`. */
export const touches: Readonly<Record<string, Touch>> = {
  'constant-contact contacts': { operation: 'subscribers.upsert', input: sameAddress },
  'convertkit contacts': { operation: 'subscribers.upsert', input: sameAddress },
  'facebook-pages posts': { operation: 'posts.publish', input: () => ({ publishAt: undefined }) },
  'freshbooks invoices': { operation: 'invoices.create', input: ofSomebody },
  'google-calendar events': { operation: 'events.delete', input: ofFirst, deletes: true },
  'hubspot contacts': { operation: 'contacts.upsert' },
  'hubspot deals': { operation: 'deals.update', input: ofFirst },
  'instagram posts': { operation: 'posts.publish' },
  'magento orders': { operation: 'orders.cancel' },
  'mailchimp contacts': { operation: 'subscribers.upsert', input: sameAddress },
  'outlook-calendar events': { operation: 'events.update', input: ofFirst },
  'quickbooks-online contacts': { operation: 'contacts.upsert' },
  'quickbooks-online expenses': { operation: 'expenses.create' },
  'quickbooks-online invoices': { operation: 'invoices.create', input: ofSomebody },
  'salesforce contacts': { operation: 'contacts.upsert' },
  'salesforce deals': { operation: 'deals.update', input: ofFirst },
  'shipstation shipments': { operation: 'shipments.create' },
  'shopify orders': { operation: 'orders.cancel' },
  'shopify products': { operation: 'inventory.set', input: oneVariant, id: firstId },
  'shopify variants': {
    operation: 'inventory.set',
    input: ([first]) => ({ variantId: dataOf<{ readonly id: string }>(first).id, idempotencyKey: 'count-pulled' }),
    id: firstId,
  },
  'square payments': { operation: 'payments.create' },
  'stripe payments': { operation: 'payments.create' },
  'woocommerce orders': { operation: 'orders.cancel' },
  'woocommerce products': {
    operation: 'inventory.set',
    input: (records) => ({ variantId: simple(records), productId: simple(records) }),
    id: simple,
  },
  'x posts': { operation: 'posts.publish' },
  'xero contacts': { operation: 'contacts.upsert' },
  'xero expenses': { operation: 'expenses.create' },
  'xero invoices': { operation: 'invoices.create', input: ofSomebody },
}

/** Why nothing can be done at the vendor through the hub. */
export const untouched: Readonly<Record<string, string>> = {
  'magento customers': 'customers are changed at the shop only',
  'magento products': 'stock is kept beside the product, which stays as it is',
  'paypal payments': 'a transaction is made by its payer, on PayPal’s page',
  'tiktok posts': 'a film is a draft until its owner publishes it in the app',
  'shopify customers': 'customers are changed at the shop only',
}
