import { createSecretKey } from 'node:crypto'
import type { KeyWrapper } from './contract.ts'
import { decrypt, encrypt } from './envelope.ts'
import { VaultError } from './errors.ts'

export const masterKeyBytes = 32

/** A master key this process holds itself. The bytes are copied into a key object, which prints as nothing. */
export function localWrapper(id: string, key: Uint8Array, origin?: string): KeyWrapper {
  if (key.length !== masterKeyBytes) throw new RangeError(`a master key has ${masterKeyBytes} bytes`)
  const secret = createSecretKey(key)
  return {
    id,
    ...(origin === undefined ? {} : { origin }),
    wrap: async (dataKey, context) => encrypt(secret, dataKey, context),
    async unwrap(wrapped, context) {
      try {
        return decrypt(secret, wrapped, context)
      } catch {
        // The cause would say no more: "unable to authenticate data".
        throw new VaultError(
          'NOT_OPENED',
          `Master key "${id}" does not open this: another key sealed it, or it was altered.`,
        )
      }
    },
  }
}
