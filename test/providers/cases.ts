import { labWaybills } from '@patchbay/server/lab/twins/aramex.ts'
import { alphanumeric } from '@patchbay/server/lab/chance.ts'
import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { LabCredentials } from '@patchbay/server/lab/credentials.ts'

/** What the table-driven tests need to know of one provider besides its own declaration. */
export interface ProviderCase extends LabCredentials {
  /** Fields the vendor refuses; null where a person signs in at the vendor and there is nothing to mistype. */
  readonly wrong: Readonly<Record<string, string>> | null
  /** Input of every operation. */
  readonly inputs: Readonly<Record<string, unknown>>
}

export const cases: Readonly<Record<string, ProviderCase>> = {
  stripe: {
    ...labCredentials.stripe,
    wrong: { secretKey: 'sk_test_51WrongWrongWrong' },
    inputs: {
      'payments.create': {
        amount: { amountMinor: 12_500, currency: 'AED' },
        reference: 'NA-2001',
        description: 'Tote bag',
        customerEmail: 'layla@example.com',
        idempotencyKey: 'order-NA-2001',
      },
      'payments.get': { id: 'pi_3Lab0000NoorAtelier0000' },
    },
  },
  printful: {
    ...labCredentials.printful,
    wrong: { apiToken: 'lab-printful-unknown-token-000' },
    inputs: {
      'products.list': { first: 5 },
      'shippingRates.quote': {
        recipient: { line1: 'Villa 12, Al Wasl Road', city: 'Dubai', country: 'AE' },
        items: [{ variantId: '4012', quantity: 2 }],
        currency: 'AED',
      },
    },
  },
  printify: {
    ...labCredentials.printify,
    wrong: { apiToken: 'eyJx.eyJ5.z', shopId: labCredentials.printify.good.shopId },
    inputs: {
      'products.list': { first: 5 },
      'shippingRates.quote': {
        recipient: { line1: 'Villa 12, Al Wasl Road', city: 'Dubai', country: 'AE' },
        items: [
          { productId: alphanumeric('printify:NA-TEE-CAL', 24, '0123456789abcdef'), variantId: '17000', quantity: 2 },
        ],
      },
    },
  },
  sendgrid: {
    ...labCredentials.sendgrid,
    wrong: { apiKey: 'SG.wrongwrongwrongwrong.wrongwrongwrongwrongwrong', fromEmail: 'orders@noor-atelier.example' },
    inputs: {
      'emails.send': {
        to: [{ email: 'layla@example.com', name: 'Layla' }],
        subject: 'Your order NA-2001',
        text: 'Thank you.',
        html: '<p>Thank you.</p>',
        idempotencyKey: 'mail-NA-2001',
      },
      'templates.list': { first: 3 },
    },
  },
  aramex: {
    ...labCredentials.aramex,
    wrong: { ...labCredentials.aramex.good, password: 'wrong' },
    inputs: {
      'rates.quote': {
        from: { line1: 'Al Quoz 3', city: 'Dubai', country: 'AE' },
        to: { line1: 'King Fahd Road', city: 'Riyadh', country: 'SA' },
        parcels: [{ weightGrams: 600 }, { weightGrams: 350 }],
        currency: 'AED',
      },
      'shipments.track': { trackingNumber: labWaybills.delivered },
    },
  },
  paypal: {
    ...labCredentials.paypal,
    wrong: null,
    inputs: {
      'payments.create': {
        amount: { amountMinor: 3_250, currency: 'USD' },
        reference: 'NA-2001',
        description: 'Tote bag',
        returnUrl: 'https://noor-atelier.example/paid',
        idempotencyKey: 'order-NA-2001',
      },
      'payments.get': { id: '5LAB0000NA0000000' },
    },
  },
  'google-calendar': {
    ...labCredentials['google-calendar'],
    wrong: null,
    inputs: {
      'events.list': { first: 4 },
      'events.create': {
        title: 'Fitting: Layla',
        start: { at: '2026-12-01T10:00:00+04:00', date: null },
        end: { at: '2026-12-01T11:00:00+04:00', date: null },
        timeZone: 'Asia/Dubai',
        attendees: ['layla@example.com'],
        idempotencyKey: 'fitting-1',
      },
    },
  },
  shopify: {
    ...labCredentials.shopify,
    wrong: { shop: 'noor-atelier.myshopify.com', accessToken: 'shpat_ffffffffffffffffffffffffffffffff' },
    inputs: { 'orders.list': { first: 5, updatedSince: '2026-01-01T00:00:00Z' }, 'products.list': { first: 5 } },
  },
}
