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
} as const satisfies Readonly<Record<string, LabCredentials>>
