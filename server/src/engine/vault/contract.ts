import type { Sql } from '@patchbay/prisma/database.ts'

/** Tables with sealed rows. */
export const sealedTables = [
  'Credential',
  'OAuthFlow',
  'SourceSecret',
  'EndpointKey',
  'AlertChannel',
  'ApiKeySuccessor',
  'Erasure',
  'OperationResult',
] as const
export type SealedTable = (typeof sealedTables)[number]

/** What a ciphertext is bound to: opening it anywhere else fails. */
export interface Binding {
  readonly organizationId: string
  /** Row the ciphertext lives in. */
  readonly rowId: string
  readonly table: SealedTable
}

/** Columns a sealed row stores. */
export interface Sealed {
  readonly keyId: string
  /** Bytes as the database takes them. */
  readonly wrappedKey: Uint8Array<ArrayBuffer>
  readonly ciphertext: Uint8Array<ArrayBuffer>
}

/**
 * Wraps data keys. Environment and file keys are built in; a KMS implements the same two calls: `wrap` is its encrypt,
 * `unwrap` its decrypt, and `context` goes where the KMS takes authenticated data (AWS: encryption context, Google
 * Cloud: additionalAuthenticatedData, Azure: aad), so that it refuses a wrapped key that was moved to another row.
 */
export interface KeyWrapper {
  /** Stored with every row; letters, digits, dot, dash and underscore, at most 64. Never reuse an id for another key. */
  readonly id: string
  /** Where the key was configured, for messages: "PATCHBAY_MASTER_KEYS". */
  readonly origin?: string
  wrap(dataKey: Uint8Array, context: string): Promise<Uint8Array>
  /** Throws VaultError NOT_OPENED when the key is wrong or the bytes were altered; anything else when it cannot tell. */
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>
}

/** Where a rotation goes on; opaque. */
export interface RewrapPosition {
  readonly table: SealedTable
  readonly id: string
}

export interface Rewrapped {
  /** Rows now under the primary key that were not before. */
  readonly moved: number
  /** Rows that no configured key opens; left as they are. */
  readonly unreadable: readonly string[]
  /** Hand it to the next call; null when the end was reached. */
  readonly next: RewrapPosition | null
}

/** Seals and opens secrets: a fresh 256-bit data key per row, AES-256-GCM, wrapped by the primary master key. */
export interface Vault {
  readonly primaryKeyId: string
  /** The ring, primary first. */
  readonly keyIds: readonly string[]
  seal(plaintext: string, binding: Binding): Promise<Sealed>
  /** Throws VaultError: UNKNOWN_KEY, NOT_OPENED (altered, moved or wrong key) or KEY_UNAVAILABLE (a KMS did not answer). */
  open(
    sealed: Pick<Sealed, 'keyId'> & { wrappedKey: Uint8Array; ciphertext: Uint8Array },
    binding: Binding,
  ): Promise<string>
  /**
   * Re-wraps at most `limit` rows that are not under the primary key, inside `sql`'s transaction. Rows another
   * transaction holds are passed over, so it never waits and never makes anyone wait longer than its transaction.
   */
  rewrap(sql: Sql, limit: number, after?: RewrapPosition | null): Promise<Rewrapped>
}
