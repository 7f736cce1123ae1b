import type { Database } from '@patchbay/prisma/database.ts'
import type { KeyAlgorithm } from '@patchbay/schema/commands/endpoint.ts'
import type { Sealed, Vault } from '../vault/contract.ts'
import type { AppendTx } from '../live/contract.ts'
import type { EndpointKeys } from './contract.ts'
import { freshKey, openKey, signatureOf } from './key-forms.ts'
import { endpointsChannel, ringEndpoint } from './ring.ts'

/** Keys of one endpoint that may hold at once, and so signatures in one header. */
export const mostKeys = 10
/** Opened keys stay in memory this long at most, in milliseconds. */
const keptMs = 60_000
/** Endpoints whose opened keys are kept. */
const mostKept = 1_000

export interface EndpointKeysOptions {
  readonly database: Pick<Database, 'system' | 'listen'>
  readonly vault: Pick<Vault, 'seal' | 'open'>
  readonly now: () => Date
  readonly newId: () => string
}

type OpenedKey = ReturnType<typeof openKey> & { readonly expiresAt: number }

interface StoredKey extends Record<string, unknown>, Omit<Sealed, 'wrappedKey' | 'ciphertext'> {
  readonly id: string
  readonly organizationId: string
  readonly wrappedKey: Uint8Array
  readonly ciphertext: Uint8Array
  readonly expiresAt: Date | null
}

const newestFirst = `
select "id", "organizationId", "keyId", "wrappedKey", "ciphertext", "expiresAt" from "EndpointKey"
where "organizationId" = $1::uuid and "endpointId" = $2::uuid and ("expiresAt" is null or "expiresAt" > $3::timestamptz)
order by "createdAt" desc, "id" desc limit ${mostKeys}`

/** An endpoint without a key that holds: nothing can be signed, and unsigned nothing is sent. */
export class NoSigningKey extends Error {
  override readonly name = 'NoSigningKey'
  constructor(endpointId: string) {
    super(`Endpoint ${endpointId} has no signing key that holds. Rotate its key to make one.`)
  }
}

export function createEndpointKeys({ database, vault, now, newId }: EndpointKeysOptions): EndpointKeys {
  const kept = new Map<string, { readonly keys: Promise<readonly OpenedKey[]>; readonly until: number }>()
  let listening: Promise<boolean> | null = null

  /** False while nothing can be heard: then another replica's change would be missed, and nothing may be kept. */
  function ready(): Promise<boolean> {
    listening ??= database
      .listen(
        endpointsChannel,
        (endpointId) => kept.delete(endpointId),
        () => kept.clear(),
      )
      .then(
        () => true,
        () => {
          listening = null
          return false
        },
      )
    return listening
  }

  async function open(endpoint: Parameters<EndpointKeys['sign']>[0]): Promise<readonly OpenedKey[]> {
    const rows = await database.system.sql.query<StoredKey>(newestFirst, [
      endpoint.organizationId,
      endpoint.id,
      now().toISOString(),
    ])
    const opened = rows.map(async (row) => {
      const at = { organizationId: row.organizationId, rowId: row.id, table: 'EndpointKey' } as const
      return { ...openKey(await vault.open(row, at)), expiresAt: row.expiresAt?.getTime() ?? Infinity }
    })
    return Promise.all(opened)
  }

  async function keysOf(endpoint: Parameters<EndpointKeys['sign']>[0]): Promise<readonly OpenedKey[]> {
    const mayKeep = await ready()
    const known = kept.get(endpoint.id)
    if (known && known.until > now().getTime()) return known.keys
    const keys = open(endpoint)
    if (!mayKeep) return keys
    kept.delete(endpoint.id)
    kept.set(endpoint.id, { keys, until: now().getTime() + keptMs })
    const oldest = kept.keys().next()
    if (kept.size > mostKept && !oldest.done) kept.delete(oldest.value)
    keys.catch(() => {
      if (kept.get(endpoint.id)?.keys === keys) kept.delete(endpoint.id)
    })
    return keys
  }

  return {
    async sign(endpoint, { id, at, body }) {
      const seconds = Math.floor(at.getTime() / 1000)
      const content = `${id}.${seconds}.${body}`
      const holding = (await keysOf(endpoint)).filter((key) => key.expiresAt > now().getTime())
      if (holding.length === 0) throw new NoSigningKey(endpoint.id)
      return {
        'webhook-id': id,
        'webhook-timestamp': String(seconds),
        'webhook-signature': holding.map((key) => signatureOf(key, content)).join(' '),
      }
    },

    async create({ organizationId, endpointId, algorithm, createdById }) {
      const id = newId()
      const { stored, shown, publicKey, hint } = freshKey(algorithm)
      const sealed = await vault.seal(stored, { organizationId, rowId: id, table: 'EndpointKey' })
      const row = { id, organizationId, endpointId, algorithm, publicKey, hint, createdById }
      return {
        id,
        secret: shown,
        store: async (tx) => {
          await insert(tx, row, sealed, now())
          await ringEndpoint(tx, endpointId)
        },
      }
    },

    forget: (endpointId) => void kept.delete(endpointId),
  }
}

interface KeyRow {
  readonly id: string
  readonly organizationId: string
  readonly endpointId: string
  readonly algorithm: KeyAlgorithm
  readonly publicKey: string | null
  readonly hint: string
  readonly createdById: string | null
}

async function insert(tx: AppendTx, row: KeyRow, sealed: Sealed, at: Date): Promise<void> {
  const statement = `
    insert into "EndpointKey" ("id", "organizationId", "endpointId", "algorithm", "keyId", "wrappedKey", "ciphertext",
      "publicKey", "hint", "createdById", "createdAt")
    values ($1::uuid, $2::uuid, $3::uuid, $4::text::"KeyAlgorithm", $5, $6, $7, $8, $9, $10, $11::timestamptz)`
  const { id, organizationId, endpointId, algorithm, publicKey, hint, createdById } = row
  const { keyId, wrappedKey, ciphertext } = sealed
  const key = [keyId, wrappedKey, ciphertext, publicKey, hint]
  const values = [id, organizationId, endpointId, algorithm, ...key, createdById, at.toISOString()]
  if ('$executeRawUnsafe' in tx) await tx.$executeRawUnsafe(statement, ...values)
  else await tx.query(statement, values)
}
