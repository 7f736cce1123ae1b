import { createHmac, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { KeyWrapper } from '../engine/vault/contract.ts'
import { generateMasterKeyFile } from '../engine/vault/vault.ts'
import type { Config } from '../config.ts'

/** The master keys that were given, or the demo's own one, kept in the data folder. */
export async function masterKeysOf(config: Config): Promise<readonly KeyWrapper[]> {
  return config.masterKeys ?? generateMasterKeyFile(join(config.dataFolder, 'master-key'))
}

/** What signs sessions: the given secret, or the demo's own one, kept in the data folder. */
export async function authSecretOf(config: Config): Promise<string> {
  if (config.authSecret !== null) return config.authSecret
  const path = join(config.dataFolder, 'auth-secret')
  await mkdir(config.dataFolder, { recursive: true, mode: 0o700 })
  const made = randomBytes(32).toString('base64url')
  // Exclusive: of two starts at once, the second reads what the first wrote.
  await writeFile(path, made, { flag: 'wx', mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  return (await readFile(path, 'utf8')).trim()
}

/** A key for one purpose, from the secret every replica shares. */
export function derivedKey(secret: string, purpose: string): Uint8Array {
  return createHmac('sha256', secret).update(`patchbay ${purpose}`).digest()
}
