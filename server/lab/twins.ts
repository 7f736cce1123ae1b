import { aramex } from './aramex.ts'
import { googleCalendar } from './google-calendar.ts'
import { paypal } from './paypal.ts'
import { printful } from './printful.ts'
import { printify } from './printify.ts'
import { sendgrid } from './sendgrid.ts'
import { shopify } from './shopify.ts'
import { stripe } from './stripe.ts'
import type { Twin } from './twin.ts'

/** Every simulated vendor. */
export const twins: readonly Twin[] = [stripe, paypal, printful, printify, aramex, shopify, sendgrid, googleCalendar]
