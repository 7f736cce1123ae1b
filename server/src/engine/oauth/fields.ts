import type { Database } from '@patchbay/prisma/database.ts'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Fields, Provider } from '../../providers/provider.ts'
import type { Audit } from '../audit/contract.ts'
import type { Sealed, Vault } from '../vault/contract.ts'
import { notConfigured } from './refusals.ts'

/** What reading secrets takes; the same for fields and grants. */
export interface SecretReader {
  readonly database: Pick<Database, 'tenant'>
  readonly vault: Vault
  readonly audit: Pick<Audit, 'note'>
}

interface SealedRow extends Record<string, unknown>, Sealed {
  readonly id: string
  readonly version: number
}

/**
 * Opens the newest sealed credential of a kind, and writes the use of it into the audit log.
 * @returns null when there is none
 */
export async function openNewest(
  reader: SecretReader,
  connection: Connection,
  actor: Actor,
  kind: 'FIELDS' | 'GRANT',
): Promise<{ readonly version: number; readonly text: string } | null> {
  const { organizationId, id: connectionId } = connection
  const [row] = await reader.database.tenant(organizationId).sql.query<SealedRow>(
    `select "id", "version", "keyId", "wrappedKey", "ciphertext" from "Credential"
     where "connectionId" = $1::uuid and "kind" = $2::"CredentialKind" order by "version" desc limit 1`,
    [connectionId, kind],
  )
  if (row === undefined) return null
  const text = await reader.vault.open(row, { organizationId, rowId: row.id, table: 'Credential' })
  reader.audit.note(actor, {
    action: 'credential.used',
    subjectType: 'Connection',
    subjectId: connectionId,
    after: { kind, version: row.version },
  })
  return { version: row.version, text }
}

/** A connection's settings and opened secrets. @throws ProviderCallError NOT_CONFIGURED when a required field is empty */
export async function openFields(
  reader: SecretReader,
  provider: Provider,
  connection: Connection,
  actor: Actor,
): Promise<Fields> {
  const secrets = await openNewest(reader, connection, actor, 'FIELDS')
  const fields = { ...(connection.settings as Fields), ...(secrets ? (JSON.parse(secrets.text) as Fields) : {}) }
  const missing = provider.entry.fields.filter((field) => field.required && (fields[field.name] ?? '') === '')
  const first = missing[0]
  if (first)
    throw notConfigured(
      missing.map((field) => field.label),
      first.name,
    )
  return fields
}

/** Values of a provider's secret fields. */
export function secretValues(provider: Provider, fields: Fields): string[] {
  return provider.entry.fields.flatMap((field) =>
    field.kind === 'secret' && fields[field.name] ? [fields[field.name] ?? ''] : [],
  )
}
