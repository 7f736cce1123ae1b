import type { Database, Tx } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { ProviderEntry } from '@patchbay/schema/catalog.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Sealed, Vault } from '../engine/vault/contract.ts'
import { completeness, mask, type Completeness } from './connection-fields.ts'
import type { Fields, Provider } from '../providers/provider.ts'

/** A credential is due for replacement after this many days (C5). */
const dueDays = 90

/** The secrets in use, opened, and the version they are. Version 0: none yet. */
export interface CurrentSecrets {
  readonly version: number
  readonly values: Readonly<Record<string, string>>
}

/** A new version of a connection's secrets, sealed and not yet stored. */
export interface SealedSecrets {
  readonly id: string
  readonly version: number
  readonly sealed: Sealed
  readonly hints: Readonly<Record<string, string>>
}

/** Opens a connection's own secrets. Not inside a transaction: a key service may be asked over the network. */
export async function openSecrets(database: Database, vault: Vault, connection: Connection): Promise<CurrentSecrets> {
  const { organizationId } = connection
  const row = await database.tenant(organizationId).prisma.credential.findFirst({
    where: { connectionId: connection.id, kind: 'FIELDS' },
    orderBy: { version: 'desc' },
  })
  if (row === null) return { version: 0, values: {} }
  const text = await vault.open(row, { organizationId, rowId: row.id, table: 'Credential' })
  return { version: row.version, values: JSON.parse(text) as Record<string, string> }
}

/** Seals values as the next version, bound to the organization and the row `id`. Not inside a transaction. */
export async function sealSecrets(
  vault: Vault,
  entry: ProviderEntry,
  values: Readonly<Record<string, string>>,
  row: { readonly id: string; readonly organizationId: string; readonly version: number },
): Promise<SealedSecrets> {
  const sealed = await vault.seal(JSON.stringify(values), {
    organizationId: row.organizationId,
    rowId: row.id,
    table: 'Credential',
  })
  const specs = entry.fields.filter((field) => (values[field.name] ?? '') !== '')
  const hints = Object.fromEntries(specs.map((spec) => [spec.name, mask(spec, values[spec.name] ?? '')]))
  return { id: row.id, version: row.version, sealed, hints }
}

/** Stores a sealed version and retires the one before. */
export async function storeSecrets(
  tx: Tx,
  actor: Actor,
  connectionId: string,
  secrets: SealedSecrets,
  now: Date,
): Promise<void> {
  const { id, version, sealed, hints } = secrets
  await tx.credential.updateMany({
    where: { connectionId, kind: 'FIELDS', replacedAt: null },
    data: { replacedAt: now },
  })
  await tx.credential.create({
    data: {
      id,
      organizationId: actor.organizationId,
      connectionId,
      kind: 'FIELDS',
      version,
      keyId: sealed.keyId,
      wrappedKey: new Uint8Array(sealed.wrappedKey),
      ciphertext: new Uint8Array(sealed.ciphertext),
      hints: { ...hints },
      dueAt: new Date(now.getTime() + dueDays * 86_400_000),
      createdById: actor.id,
    },
  })
}

/** What of a connection's form is filled in, judged from settings and masked hints: nothing needs to be opened. */
export async function completenessOf(tx: Tx, provider: Provider, connection: Connection): Promise<Completeness> {
  const secrets = await tx.credential.findFirst({
    where: { connectionId: connection.id, kind: 'FIELDS' },
    orderBy: { version: 'desc' },
    select: { hints: true },
  })
  const grant = await tx.grant.findUnique({ where: { connectionId: connection.id }, select: { connectionId: true } })
  const present = { ...(connection.settings as Fields), ...(secrets?.hints as Fields | undefined) }
  // An authorization the vendor ended still counts: the connection was set up, and its probes say to connect again.
  return completeness(provider, present, grant !== null)
}

/**
 * Drops what another client's secrets were granted: a token got with the old ones would go on working and hide that the
 * new ones are wrong.
 */
export async function dropOutdatedGrant(
  tx: Tx,
  provider: Provider,
  connectionId: string,
  changed: readonly string[],
): Promise<void> {
  const { oauth } = provider
  if (oauth === undefined) return
  const outdated = oauth.grant === 'client_credentials' ? changed.length > 0 : changed.includes(oauth.clientIdField)
  if (!outdated) return
  await tx.grant.deleteMany({ where: { connectionId } })
  await tx.credential.deleteMany({ where: { connectionId, kind: 'GRANT' } })
}
