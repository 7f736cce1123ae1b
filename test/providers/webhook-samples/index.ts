import { googleCalendarSamples } from './google-calendar.ts'
import { paypalSamples } from './paypal.ts'
import { printfulSamples } from './printful.ts'
import { printifySamples } from './printify.ts'
import type { Sample } from './sample.ts'
import { sendgridSamples } from './sendgrid.ts'
import { shopifySamples } from './shopify.ts'
import { stripeSamples } from './stripe.ts'

/** Messages of every vendor that sends webhooks, by provider. */
export const webhookSamples: Readonly<Record<string, readonly Sample[]>> = {
  stripe: stripeSamples,
  paypal: paypalSamples,
  printful: printfulSamples,
  printify: printifySamples,
  shopify: shopifySamples,
  sendgrid: sendgridSamples,
  'google-calendar': googleCalendarSamples,
}
