import type { Catalog } from '@patchbay/schema/catalog.ts'
import { aramex } from './aramex.ts'
import { googleCalendar } from './google-calendar.ts'
import { paypal } from './paypal.ts'
import { printful } from './printful.ts'
import { printify } from './printify.ts'
import type { Provider } from './provider.ts'
import { sendgrid } from './sendgrid.ts'
import { shopify } from './shopify.ts'
import { stripe } from './stripe.ts'

const all: readonly Provider[] = [stripe, paypal, printful, printify, aramex, shopify, sendgrid, googleCalendar]

/** Every built-in provider by slug. Vendors' SDKs load on first use, so this stays cheap to import. */
export const providers: ReadonlyMap<string, Provider> = new Map(all.map((provider) => [provider.entry.slug, provider]))

/** The marketplace over the registry, in the order providers are listed. */
export const catalog: Catalog = {
  list: () => [...providers.values()].map((provider) => provider.entry),
  get: (slug) => providers.get(slug)?.entry,
}
