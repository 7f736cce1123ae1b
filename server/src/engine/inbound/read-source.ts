import { hash } from 'node:crypto'
import type { Database } from '@patchbay/prisma/database.ts'
import type { Connection, Credential, Prisma, Source, SourceSecret } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Fields, Provider } from '../../providers/provider.ts'
import type { Audit } from '../audit/contract.ts'
import type { SealedTable, Vault } from '../vault/contract.ts'
import type { OpenSecret, OpenSource } from './contract.ts'

/** Opened values by the row they were sealed in: a sealed row never changes its value. */
export type Opened = ReadonlyMap<string, string>

export interface SourceReaderOptions {
  readonly database: Pick<Database, 'system'>
  readonly vault: Pick<Vault, 'open'>
  readonly audit: Pick<Audit, 'note'>
  readonly provider: (slug: string) => Provider | undefined
  readonly now: () => Date
  readonly newId: () => string
}

/** A source with what was opened to make it. */
export interface ReadSource {
  readonly source: OpenSource
  readonly opened: Opened
}

/** A source and, where a token found it, until when that holds. */
export interface FoundRow {
  readonly row: Source & { readonly connection: Connection; readonly secrets: SourceSecret[] }
  readonly tokenUntil: number | null
}

/** Secrets that verify at once at most; more are never added. */
export const mostSecrets = 10

/** Digest under which a source's token is stored. */
export function hashToken(token: string): string {
  return hash('sha256', token)
}

const millisecondsOf = (at: Date | null) => at?.getTime() ?? null

const include = {
  connection: true,
  secrets: { orderBy: [{ createdAt: 'desc' }, { id: 'desc' }] },
} satisfies Prisma.SourceInclude

/** Reads sources with their secrets, opened. */
export function createSourceReader(options: SourceReaderOptions) {
  const { database, vault, audit, now } = options
  const { prisma } = database.system

  async function byToken(hash: string): Promise<FoundRow | null> {
    const token = await prisma.sourceSecret.findUnique({
      where: { tokenHash: hash },
      select: { expiresAt: true, source: { include } },
    })
    return token === null ? null : { row: token.source, tokenUntil: millisecondsOf(token.expiresAt) }
  }

  async function byId(organizationId: string, id: string): Promise<FoundRow | null> {
    const row = await prisma.source.findUnique({ where: { organizationId_id: { organizationId, id } }, include })
    return row === null ? null : { row, tokenUntil: null }
  }

  /** Opens what verifies. Not inside a transaction: a key service may be asked over the network. Null for a provider this hub lost. */
  async function open({ row }: FoundRow, kept: Opened): Promise<ReadSource | null> {
    const { connection } = row
    const provider = options.provider(connection.provider)
    const spec = provider?.webhooks
    if (provider === undefined || spec === undefined) return null
    const opened = new Map<string, string>()
    const secrets: OpenSecret[] = []
    if (spec.secret.from === 'credential') {
      const value = await field(connection, spec.secret.field, { kept, opened })
      if (value !== null) secrets.push({ value, until: null })
    }
    const holding = row.secrets.filter(
      ({ kind, expiresAt }) => kind === 'SIGNING' && (expiresAt === null || expiresAt > now()),
    )
    for (const secret of holding.slice(0, mostSecrets)) {
      const value = kept.get(secret.id) ?? (await unseal(secret, 'SourceSecret'))
      opened.set(secret.id, value)
      secrets.push({ value, until: millisecondsOf(secret.expiresAt) })
    }
    const { id, organizationId, registrationIds } = row
    const source = {
      id,
      organizationId,
      connection,
      provider,
      spec,
      secrets,
      registrationIds,
      paused: pausedWords(row),
    }
    return { source, opened }
  }

  /** The field of the connection's credentials that the vendor signs with. */
  async function field(
    connection: Connection,
    name: string,
    { kept, opened }: { readonly kept: Opened; readonly opened: Map<string, string> },
  ): Promise<string | null> {
    const row = await prisma.credential.findFirst({
      where: { connectionId: connection.id, kind: 'FIELDS' },
      orderBy: { version: 'desc' },
    })
    const plain = (connection.settings as Fields)[name]
    if (row === null) return plain || null
    const before = kept.get(row.id)
    const value = before ?? (JSON.parse(await unseal(row, 'Credential')) as Fields)[name] ?? plain ?? ''
    if (before === undefined) note(connection, row)
    opened.set(row.id, value)
    return value === '' ? null : value
  }

  function note({ id, organizationId }: Connection, { kind, version }: Credential): void {
    const actor: Actor = {
      kind: 'SYSTEM',
      id: null,
      name: 'Webhook door',
      organizationId,
      ipAddress: null,
      correlationId: options.newId(),
      connectionIds: [],
    }
    const after = { kind, version }
    audit.note(actor, { action: 'credential.used', subjectType: 'Connection', subjectId: id, after })
  }

  const unseal = (row: SourceSecret | Credential, table: SealedTable) =>
    vault.open(row, { organizationId: row.organizationId, rowId: row.id, table })

  /** Tokens of a source that hold, newest first, opened. */
  async function tokens({ row }: FoundRow): Promise<string[]> {
    const holding = row.secrets.filter(
      ({ kind, expiresAt }) => kind === 'TOKEN' && (expiresAt === null || expiresAt > now()),
    )
    // One that is on its way out comes last, however new.
    const lasting = holding.toSorted((a, b) => Number(a.expiresAt !== null) - Number(b.expiresAt !== null))
    return Promise.all(lasting.map((secret) => unseal(secret, 'SourceSecret')))
  }

  return { byToken, byId, open, tokens }
}

export type SourceReader = ReturnType<typeof createSourceReader>

function pausedWords({ enabled, connection }: FoundRow['row']): string | null {
  if (!enabled) return 'The source is switched off.'
  return connection.status === 'DISABLED' ? 'The connection is paused.' : null
}
