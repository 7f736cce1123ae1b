import { randomBytes } from 'node:crypto'
import type { Binding, KeyWrapper, Vault } from './contract.ts'
import { decrypt, encrypt } from './envelope.ts'
import { VaultError } from './errors.ts'
import { masterKeyBytes } from './local-wrapper.ts'
import { rewrapRows } from './rewrap.ts'

export { checkMasterKeys } from './boot-check.ts'
export { RotationIncompleteError, VaultBootError, VaultError } from './errors.ts'
export { generateMasterKeyFile } from './key-file.ts'
export { localWrapper } from './local-wrapper.ts'
export { parseMasterKeys, type ParsedMasterKeys } from './master-keys.ts'
export { rotate, type RotationOptions, rotationState, type RotationState, unfinishedRotations } from './rotation.ts'

export interface VaultOptions {
  /** The ring. The first wraps what is sealed from now on; the others still open what they wrapped. */
  readonly wrappers: readonly KeyWrapper[]
}

// Arrays as JSON: no value can run into its neighbour. The 1 is the format's version.
const textContext = (at: Binding) => JSON.stringify(['patchbay', 1, at.table, at.organizationId, at.rowId])
const keyContext = (keyId: string, at: Binding) =>
  JSON.stringify(['patchbay', 1, at.table, at.organizationId, at.rowId, keyId])

/** Envelope encryption over the given master keys. Throws TypeError for an empty ring or an id given twice. */
export function createVault(options: VaultOptions): Vault {
  const { wrappers } = options
  const [primary] = wrappers
  if (!primary) throw new TypeError('the vault needs at least one master key')
  const ring = new Map(wrappers.map((wrapper) => [wrapper.id, wrapper]))
  if (ring.size !== wrappers.length) throw new TypeError('two master keys have the same id')

  async function wrapKey(dataKey: Uint8Array, at: Binding): Promise<Uint8Array<ArrayBuffer>> {
    return Uint8Array.from(await reach(primary!, () => primary!.wrap(dataKey, keyContext(primary!.id, at))))
  }

  async function unwrapKey(keyId: string, wrapped: Uint8Array, at: Binding): Promise<Uint8Array> {
    const wrapper = ring.get(keyId)
    if (!wrapper) {
      const message = `${where(at)} is sealed with master key "${keyId}", which is not configured.`
      throw new VaultError('UNKNOWN_KEY', message)
    }
    const dataKey = await reach(wrapper, () => wrapper.unwrap(wrapped, keyContext(keyId, at)))
    if (dataKey.length !== masterKeyBytes) throw notOpened(at)
    return dataKey
  }

  return {
    primaryKeyId: primary.id,
    keyIds: [...ring.keys()],

    async seal(plaintext, binding) {
      const dataKey = randomBytes(masterKeyBytes)
      const bytes = Buffer.from(plaintext)
      try {
        const ciphertext = encrypt(dataKey, bytes, textContext(binding))
        return { keyId: primary.id, wrappedKey: await wrapKey(dataKey, binding), ciphertext }
      } finally {
        dataKey.fill(0)
        bytes.fill(0)
      }
    },

    async open({ keyId, wrappedKey, ciphertext }, binding) {
      const dataKey = await unwrapKey(keyId, wrappedKey, binding)
      try {
        const bytes = decrypt(dataKey, ciphertext, textContext(binding))
        const plaintext = bytes.toString()
        bytes.fill(0)
        return plaintext
      } catch {
        throw notOpened(binding)
      } finally {
        dataKey.fill(0)
      }
    },

    rewrap: (sql, limit, after = null) =>
      rewrapRows(sql, {
        primaryKeyId: primary.id,
        limit,
        after,
        async rewrapKey(keyId, wrapped, at) {
          const dataKey = await unwrapKey(keyId, wrapped, at)
          try {
            return await wrapKey(dataKey, at)
          } finally {
            dataKey.fill(0)
          }
        },
      }),
  }
}

function where(at: Binding): string {
  return `${at.table} ${at.rowId}`
}

function notOpened(at: Binding): VaultError {
  return new VaultError('NOT_OPENED', `${where(at)} does not open: it was altered or moved here from another row.`)
}

/** Tells a keeper that says no from one that does not answer. */
async function reach<T>(wrapper: KeyWrapper, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (cause) {
    if (cause instanceof VaultError) throw cause
    throw new VaultError('KEY_UNAVAILABLE', `Master key "${wrapper.id}" could not be used just now.`, { cause })
  }
}
