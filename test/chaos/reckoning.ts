import type { Database } from '@patchbay/prisma/database.ts'
import { createAudit } from '@patchbay/server/engine/audit/audit.ts'
import { createVault, parseMasterKeys } from '@patchbay/server/engine/vault/vault.ts'
import { countEntry } from './judge.ts'
import type { Ledger } from './ledger.ts'
import { streamNames, type LogStream, type Watcher } from './watcher.ts'

const tables: Readonly<Record<LogStream, string>> = {
  calls: 'Call',
  health: 'HealthTransition',
  incidents: 'IncidentEntry',
}

export interface Reckoned {
  /** Rows of each stream's table. */
  readonly rows: Readonly<Record<LogStream, number>>
  readonly auditEntries: number
  readonly credentials: number
}

export interface ReckoningOptions {
  readonly database: Database
  readonly ledger: Ledger
  readonly watchers: readonly Watcher[]
  readonly masterKeys: string
  readonly primaryKeyId: string
}

/** The end of a run, with the hub dead: the tables themselves against everything it had acknowledged and sent. */
export async function reckon(options: ReckoningOptions): Promise<Reckoned> {
  const { database, ledger } = options
  const [organization] = await database.system.sql.query<{ id: string }>(
    'select id from "Organization" order by "createdAt" limit 1',
  )
  if (organization === undefined) throw new Error('the hub has no organization')
  const rows = await streamsOf(options, organization.id)
  await connectionsOf(options)
  await incidentsOf(database, ledger)
  await healthOf(database, ledger)
  await rollupsOf(database, ledger)
  const credentials = await vaultOf(options)
  const auditEntries = await auditOf(database, ledger, organization.id)
  return { rows, auditEntries, credentials }
}

/**
 * What a subscriber received is the table from its first row on, and only what was written last may be missing. Rows of
 * deleted connections went with them: those it must have received once at most.
 */
async function streamsOf(
  { database, ledger, watchers }: ReckoningOptions,
  organizationId: string,
): Promise<Record<LogStream, number>> {
  const counts: Record<LogStream, number> = { calls: 0, health: 0, incidents: 0 }
  for (const stream of streamNames) {
    const rows = await database.system.sql.query<{ id: string }>(
      `select "id" from "${tables[stream]}" where "organizationId" = $1::uuid order by "seq"`,
      [organizationId],
    )
    counts[stream] = rows.length
    const kept = new Set(rows.map(({ id }) => id))
    for (const { received } of watchers.filter((watcher) => watcher.stream === stream)) {
      const repeated = received.length - new Set(received.map(({ uuid }) => uuid)).size
      if (repeated > 0) ledger.violate(`${stream}: ${repeated} rows came again`)
      const still = received.filter(({ uuid }) => kept.has(uuid))
      const wrong = still.findIndex(({ uuid }, index) => rows[index]?.id !== uuid)
      if (wrong >= 0)
        ledger.violate(
          `${stream}: row ${wrong} of ${still.length} received is ${still[wrong]?.uuid}, the table of ${rows.length} has ${rows[wrong]?.id}`,
        )
      for (const { uuid, connection } of received)
        if (!kept.has(uuid) && connection !== null && !ledger.deleted.has(connection))
          ledger.violate(`${stream}: row ${uuid} of ${connection} was sent and is gone`)
    }
  }
  return counts
}

async function connectionsOf({ database, ledger }: ReckoningOptions): Promise<void> {
  const rows = await database.system.sql.query<{ id: string }>(
    `select "id" from "Connection" where not exists (select 1 from "AuditEntry" where "action" = 'connection.created'
       and "actorKind" = 'SYSTEM' and "subjectId" = "Connection"."id"::text)`,
  )
  const found = new Set(rows.map(({ id }) => id))
  for (const uuid of ledger.connections.keys())
    if (!found.has(uuid)) ledger.violate(`connection ${uuid} was acknowledged and is gone`)
  for (const uuid of found) {
    if (ledger.deleted.has(uuid)) ledger.violate(`connection ${uuid} was deleted and is there again`)
    else if (!ledger.connections.has(uuid)) ledger.violate(`connection ${uuid} is there, and nobody was told of it`)
  }
  const invitations = await database.system.sql.query<{ email: string }>('select "email" from "Invitation"')
  const emails = invitations.map(({ email }) => email).sort()
  if (emails.join() !== [...ledger.invited].sort().join())
    ledger.violate(`${emails.length} invitations are there, ${ledger.invited.size} were acknowledged`)
}

async function incidentsOf(database: Database, ledger: Ledger): Promise<void> {
  const { sql } = database.system
  const rows = await sql.query<{ id: string; connectionId: string; state: string; opened: number; resolved: number }>(
    `select i."id", i."connectionId", i."state"::text as state,
       count(*) filter (where e."kind" = 'OPENED')::int as opened,
       count(*) filter (where e."kind" = 'RESOLVED')::int as resolved
     from "Incident" i left join "IncidentEntry" e on e."incidentId" = i."id" group by i."id"`,
  )
  const byId = new Map(rows.map((row) => [row.id, row]))
  for (const [uuid, { state, connection }] of ledger.incidents) {
    const row = byId.get(uuid)
    if (ledger.deleted.has(connection)) continue
    if (row === undefined) ledger.violate(`incident ${uuid} was told of and is gone`)
    else if (state === 'RESOLVED' && row.state !== 'RESOLVED') ledger.violate(`incident ${uuid} is open again`)
  }
  const open = new Set<string>()
  for (const { id, connectionId, state, opened, resolved } of rows) {
    if (opened !== 1 || resolved !== (state === 'RESOLVED' ? 1 : 0))
      ledger.violate(`incident ${id} is ${state} with ${opened} beginnings and ${resolved} ends`)
    if (state !== 'OPEN') continue
    if (open.has(connectionId)) ledger.violate(`connection ${connectionId} has two open incidents`)
    open.add(connectionId)
  }
  const notes = await sql.query<{ text: string; incidentId: string; copies: number }>(
    `select "text", "incidentId", count(*)::int as copies from "IncidentEntry" where "kind" = 'NOTE' group by 1, 2`,
  )
  for (const [text, uuid] of ledger.notes)
    if (notes.find((note) => note.text === text && note.incidentId === uuid)?.copies !== 1)
      ledger.violate(`the note "${text}" is not there exactly once`)
}

/** A connection's state is where its last transition led, and each transition began where the one before had ended. */
async function healthOf(database: Database, ledger: Ledger): Promise<void> {
  const rows = await database.system.sql.query<{ id: string; health: string; steps: [string, string][] | null }>(
    `select c."id", c."health"::text as health,
       json_agg(json_build_array(t."from", t."to") order by t."seq") filter (where t."id" is not null) as steps
     from "Connection" c left join "HealthTransition" t on t."connectionId" = c."id" group by c."id"`,
  )
  for (const { id, health, steps } of rows) {
    let state = 'NOT_CONFIGURED'
    for (const [from, to] of steps ?? []) {
      if (from !== state) ledger.violate(`connection ${id} went from ${from} to ${to} while it was ${state}`)
      state = to
    }
    if (state !== health) ledger.violate(`connection ${id} is ${health}, its last transition led to ${state}`)
  }
  const stray = await database.system.sql.query<{ id: string }>(
    `select c."id" from "Connection" c where (c."health" in ('DEGRADED', 'DOWN')) <>
       exists (select 1 from "Incident" i where i."connectionId" = c."id" and i."state" = 'OPEN')
       and c."health" in ('DEGRADED', 'DOWN', 'HEALTHY')`,
  )
  for (const { id } of stray) ledger.violate(`connection ${id}: health and incident do not agree`)
}

/** Figures and log are written together. */
async function rollupsOf(database: Database, ledger: Ledger): Promise<void> {
  const [sums] = await database.system.sql.query<{ logged: number; summed: number }>(
    `select (select count(*)::int from "Call") as logged, (select coalesce(sum("calls"), 0)::int from "CallRollup" where "grain" = 'DAY' and "dimension" = 'ALL') as summed`,
  )
  if (sums?.logged !== sums?.summed)
    ledger.violate(`${sums?.logged} calls are logged, the figures count ${sums?.summed}`)
}

/** Every secret opens, the newest is what was acknowledged, and the last rotation left none behind. */
async function vaultOf(options: ReckoningOptions): Promise<number> {
  const { database, ledger, masterKeys, primaryKeyId } = options
  const vault = createVault({ wrappers: parseMasterKeys(masterKeys, 'chaos').wrappers })
  const rows = await database.system.prisma.credential.findMany({ orderBy: { version: 'asc' } })
  const newest = new Map<string, Record<string, string>>()
  const versions = new Map<string, number>()
  for (const row of rows) {
    const at = { organizationId: row.organizationId, rowId: row.id, table: 'Credential' } as const
    if (row.keyId !== primaryKeyId) ledger.violate(`credential ${row.id} is still under ${row.keyId}`)
    try {
      const text = await vault.open(row, at)
      if (row.kind === 'FIELDS') newest.set(row.connectionId, JSON.parse(text) as Record<string, string>)
    } catch (error) {
      ledger.violate(`credential ${row.id} does not open: ${String(error)}`)
    }
    if (row.kind !== 'FIELDS') continue
    const before = versions.get(row.connectionId) ?? 0
    if (row.version !== before + 1) ledger.violate(`credential ${row.id} is version ${row.version} after ${before}`)
    versions.set(row.connectionId, row.version)
  }
  for (const { uuid, secrets } of ledger.connections.values())
    for (const [field, value] of Object.entries(secrets))
      if (newest.get(uuid)?.[field] !== value)
        ledger.violate(`the ${field} of ${uuid} is not the one acknowledged last`)
  return rows.length
}

async function auditOf(database: Database, ledger: Ledger, organizationId: string): Promise<number> {
  const audit = createAudit({ database })
  const verdict = await audit.verify(organizationId)
  await audit.close()
  if (!verdict.ok) ledger.violate(`the audit chain is broken at ${verdict.brokenAt}`)
  const rows = await database.system.prisma.auditEntry.findMany({
    where: { organizationId },
    select: { position: true, action: true, subjectId: true, actorKind: true },
  })
  const counts = new Map<string, number>()
  for (const row of rows) countEntry(counts, row)
  for (const fault of ledger.compareAudit(counts)) ledger.violate(fault)
  return rows.length
}
