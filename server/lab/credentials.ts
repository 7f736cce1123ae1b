/**
 * Credentials the simulated vendors know. They open nothing but make-believe data, so they are written down; the demo and
 * the tests take them from here or from the twin. Anything else is refused, as the vendor would.
 */
export interface LabCredentials {
  /** Form fields of a connection that works. */
  readonly good: Readonly<Record<string, string>>
  /** The same with a permission missing. */
  readonly restricted: Readonly<Record<string, string>>
  /** The permission the restricted ones lack, in the vendor's words. */
  readonly missing: string
  /** Scopes of the restricted grant, where a person grants them on the vendor's page. */
  readonly restrictedScopes?: readonly string[]
}

/** The app at the simulated Shopify: signs in by OAuth instead of a pasted token, and signs webhooks. */
export const labShopifyApp = {
  shop: 'noor-atelier.myshopify.com',
  clientId: '1ab0000000000000000000000000cafe',
  clientSecret: 'shpss_1ab0000000000000000000000000beef',
} as const

export const labCredentials = {
  stripe: {
    good: { secretKey: 'sk_test_51LabNoorAtelierGoodKey0000000000000000000000000000000000000000' },
    restricted: { secretKey: 'rk_test_51LabNoorAtelierReadOnlyKey000000000000000000000000000000000' },
    missing: 'rak_payment_intent_write',
  },
  printful: {
    good: { apiToken: 'lab-printful-noor-atelier-good-token-0001' },
    restricted: { apiToken: 'lab-printful-noor-atelier-orders-only-01' },
    missing: 'sync_products/read',
  },
  printify: {
    good: { apiToken: 'eyJsYWIiOiJub29yIn0.eyJzY29wZXMiOiJhbGwifQ.lab-printify-good', shopId: '9042117' },
    restricted: { apiToken: 'eyJsYWIiOiJub29yIn0.eyJzY29wZXMiOiJmZXcifQ.lab-printify-few', shopId: '9042117' },
    missing: 'products.read',
  },
  sendgrid: {
    good: {
      apiKey: 'SG.labNoorAtelierGood0001.labNoorAtelierGoodKey00000000000000000000001',
      fromEmail: 'orders@noor-atelier.example',
    },
    restricted: {
      apiKey: 'SG.labNoorAtelierRead0001.labNoorAtelierReadKey00000000000000000000001',
      fromEmail: 'orders@noor-atelier.example',
    },
    missing: 'mail.send',
  },
  aramex: {
    good: {
      username: 'shipping@noor-atelier.example',
      password: 'lab-Aramex-Passw0rd-good',
      accountNumber: '6001742',
      accountPin: '331421',
      accountEntity: 'DXB',
      accountCountryCode: 'AE',
    },
    restricted: {
      username: 'tracking@noor-atelier.example',
      password: 'lab-Aramex-Passw0rd-tracking',
      accountNumber: '6001743',
      accountPin: '553661',
      accountEntity: 'DXB',
      accountCountryCode: 'AE',
    },
    missing: 'RateCalculator',
  },
  paypal: {
    good: {
      clientId: 'AbLabNoorAtelierGoodClient000000000000000000000000000000000000000000000001',
      clientSecret: 'ELabNoorAtelierGoodSecret000000000000000000000000000000000000000000000001',
    },
    restricted: {
      clientId: 'AbLabNoorAtelierFewClient0000000000000000000000000000000000000000000000001',
      clientSecret: 'ELabNoorAtelierFewSecret0000000000000000000000000000000000000000000000001',
    },
    missing: 'Accept payments',
  },
  'google-calendar': {
    good: {
      clientId: '100200300400-labnooratelier.apps.googleusercontent.com',
      clientSecret: 'GOCSPX-labNoorAtelierSecret000000001',
      calendarId: 'primary',
    },
    restricted: {
      clientId: '100200300400-labnooratelier.apps.googleusercontent.com',
      clientSecret: 'GOCSPX-labNoorAtelierSecret000000001',
      calendarId: 'primary',
    },
    missing: 'https://www.googleapis.com/auth/calendar.events',
    restrictedScopes: ['https://www.googleapis.com/auth/calendar.calendarlist.readonly'],
  },
  shopify: {
    // The token of a custom app, and the secret its webhooks are signed with.
    good: {
      shop: 'noor-atelier.myshopify.com',
      accessToken: 'shpat_0abc0000000000000000000000000001',
      clientSecret: labShopifyApp.clientSecret,
    },
    restricted: { shop: 'noor-atelier.myshopify.com', accessToken: 'shpat_0abc0000000000000000000000000002' },
    missing: 'read_orders',
  },
} as const satisfies Readonly<Record<string, LabCredentials>>
