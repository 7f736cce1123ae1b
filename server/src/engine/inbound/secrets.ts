import type { Tx } from '@patchbay/prisma/database.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Sealed, Vault } from '../vault/contract.ts'
import { hashToken } from './read-source.ts'

export interface SecretSealer {
  readonly vault: Pick<Vault, 'seal'>
  readonly newId: () => string
}

/** A secret of a source, sealed and not yet stored. */
export interface NewSecret {
  readonly id: string
  readonly organizationId: string
  readonly sourceId: string
  readonly kind: 'TOKEN' | 'SIGNING'
  readonly tokenHash: string | null
  readonly sealed: Sealed
  readonly hint: string
}

/** Seals a source's secret. Not inside a transaction: a key service may be asked over the network. */
export async function sealSecret(
  { vault, newId }: SecretSealer,
  source: { readonly id: string; readonly organizationId: string },
  { kind, value }: { readonly kind: 'TOKEN' | 'SIGNING'; readonly value: string },
): Promise<NewSecret> {
  const id = newId()
  const { id: sourceId, organizationId } = source
  const sealed = await vault.seal(value, { organizationId, rowId: id, table: 'SourceSecret' })
  const tokenHash = kind === 'TOKEN' ? hashToken(value) : null
  return { id, organizationId, sourceId, kind, tokenHash, sealed, hint: hintOf(value) }
}

/** Stores a sealed secret in the caller's transaction. */
export async function storeSecret(
  tx: Tx,
  actor: Pick<Actor, 'id'>,
  secret: NewSecret,
  createdAt?: Date,
): Promise<void> {
  const { sealed, ...row } = secret
  await tx.sourceSecret.create({
    data: { ...row, ...sealed, createdById: actor.id, ...(createdAt === undefined ? {} : { createdAt }) },
  })
}

/** Makes every replica forget a source, or all sources of a connection; rings when the change commits. */
export async function ringSources(tx: Pick<Tx, '$executeRaw'>, id: string): Promise<void> {
  await tx.$executeRaw`select pg_notify('hub_sources', ${id})`
}

/** The only trace of a secret that may be shown: its end, when there is enough before it. A PEM key shows nothing. */
function hintOf(value: string): string {
  return value.length < 12 || /\s/.test(value) ? '••••••••' : `…${value.slice(-4)}`
}
