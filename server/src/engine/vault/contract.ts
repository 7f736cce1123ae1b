import type { Sql } from '@patchbay/prisma/database.ts'

/** What a ciphertext is bound to: opening it anywhere else fails. */
export interface Binding {
  readonly organizationId: string
  /** Row the ciphertext lives in. */
  readonly rowId: string
  readonly table: 'Credential' | 'OAuthFlow'
}

/** Columns a sealed row stores. */
export interface Sealed {
  readonly keyId: string
  readonly wrappedKey: Uint8Array
  readonly ciphertext: Uint8Array
}

/** Wraps data keys. Environment and file keys are built in; a KMS implements the same two calls. */
export interface KeyWrapper {
  readonly id: string
  wrap(dataKey: Uint8Array, context: string): Promise<Uint8Array>
  /** Throws VaultError when the key is wrong or the bytes were altered. */
  unwrap(wrapped: Uint8Array, context: string): Promise<Uint8Array>
}

/** Seals and opens secrets: a fresh 256-bit data key per row, AES-256-GCM, wrapped by the primary master key. */
export interface Vault {
  readonly primaryKeyId: string
  readonly keyIds: readonly string[]
  seal(plaintext: string, binding: Binding): Promise<Sealed>
  open(sealed: Sealed, binding: Binding): Promise<string>
  /** Re-wraps at most `limit` rows not under the primary key inside `sql`'s transaction; returns how many. */
  rewrap(sql: Sql, limit: number): Promise<number>
}
