/**
 * Every credential the simulated vendors know. They open nothing but make-believe data, so they are written down here; the
 * demo and the tests take them from here. Anything else is refused, as the vendor would.
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
} as const satisfies Readonly<Record<string, LabCredentials>>
