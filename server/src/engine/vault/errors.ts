export type VaultErrorCode = 'UNKNOWN_KEY' | 'NOT_OPENED' | 'KEY_UNAVAILABLE'

/** A secret could not be sealed or opened. Never carries plaintext or key bytes. */
export class VaultError extends Error {
  override readonly name = 'VaultError'
  /**
   * UNKNOWN_KEY: the master key is not configured. NOT_OPENED: wrong key, or the bytes were altered or moved.
   * KEY_UNAVAILABLE: the key's keeper (a KMS) did not answer; worth another try.
   */
  readonly code: VaultErrorCode
  constructor(code: VaultErrorCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.code = code
  }
}

/** The hub must not start with these master keys. `faults` says what is wrong with each, and what to do. */
export class VaultBootError extends Error {
  override readonly name = 'VaultBootError'
  readonly code = 'VAULT_BOOT'
  readonly faults: readonly string[]
  constructor(faults: readonly string[], options?: ErrorOptions) {
    super(faults.join('\n'), options)
    this.faults = faults
  }
}

/** Rows were held by other transactions while a rotation passed; running it again finishes it. */
export class RotationIncompleteError extends Error {
  override readonly name = 'RotationIncompleteError'
  readonly code = 'ROTATION_INCOMPLETE'
  readonly remaining: number
  constructor(remaining: number) {
    super(`${remaining} sealed rows were in use while the rotation passed; it goes on at the next try.`)
    this.remaining = remaining
  }
}
