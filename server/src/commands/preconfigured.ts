import type { ConnectionCommands, FieldValues } from '@patchbay/schema/commands/connection.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { InvalidInputError, NotFoundError, type FieldFault } from '@patchbay/schema/errors.ts'
import { providerOf, type Collaborators } from './collaborators.ts'
import { digest } from './once.ts'
import { transact } from './transact.ts'

/** A connection that the environment names (C8). Its values are secrets and are never printed. */
export interface PreconfiguredConnection {
  readonly provider: string
  readonly environment: 'SANDBOX' | 'LIVE'
  readonly fields: FieldValues
}

/** What became of one. `faults` name the fields, never their values. */
export interface PreconfiguredOutcome {
  readonly provider: string
  readonly outcome: 'CREATED' | 'UPDATED' | 'UNCHANGED' | 'REFUSED'
  readonly connectionId: string | null
  readonly faults: readonly FieldFault[]
}

const action = 'connection.preconfigured'

/**
 * Makes the environment's connections in one organization, once: the audit log remembers each, so a restart repeats
 * nothing, replicas that start together make one, and what somebody deleted stays deleted. Values that changed in the
 * environment since are set as new credentials; those changed in the hub meanwhile stay.
 */
export async function preconfigure(
  hub: Collaborators,
  commands: Pick<ConnectionCommands, 'create' | 'setCredentials'>,
  actor: Actor,
  wanted: readonly PreconfiguredConnection[],
): Promise<readonly PreconfiguredOutcome[]> {
  const outcomes: PreconfiguredOutcome[] = []
  for (const connection of wanted) outcomes.push(await preconfigureOne(hub, commands, actor, connection))
  return outcomes
}

async function preconfigureOne(
  hub: Collaborators,
  commands: Pick<ConnectionCommands, 'create' | 'setCredentials'>,
  actor: Actor,
  wanted: PreconfiguredConnection,
): Promise<PreconfiguredOutcome> {
  const { provider, environment, fields } = wanted
  const source = `environment:${provider}:${environment}`
  const fingerprint = digest(hub.requestKey, { source, fields })
  const said = (
    outcome: PreconfiguredOutcome['outcome'],
    connectionId: string | null,
    faults: readonly FieldFault[] = [],
  ) => ({
    provider,
    outcome,
    connectionId,
    faults,
  })
  const earlier = await latest(hub, actor, source)
  if (earlier?.fingerprint === fingerprint) return said('UNCHANGED', earlier.connectionId)
  // The key carries the values' digest, so that replicas agree on one effect however they interleave.
  const idempotencyKey = `${source}:${fingerprint}`
  try {
    if (earlier === null) {
      const name = await freeName(hub, actor, `${providerOf(hub, wanted).entry.name} (environment)`)
      const { id } = await commands.create(actor, { provider, environment, fields, name, idempotencyKey })
      await remember(hub, actor, source, { connectionId: id, fingerprint })
      return said('CREATED', id)
    }
    await commands.setCredentials(actor, { id: earlier.connectionId, fields, idempotencyKey })
    await remember(hub, actor, source, { connectionId: earlier.connectionId, fingerprint })
    return said('UPDATED', earlier.connectionId)
  } catch (error) {
    if (error instanceof NotFoundError) return said('UNCHANGED', null)
    if (error instanceof InvalidInputError) return said('REFUSED', null, error.faults)
    throw error
  }
}

interface Remembered {
  readonly connectionId: string
  readonly fingerprint: string
}

async function latest(hub: Collaborators, actor: Actor, source: string): Promise<Remembered | null> {
  const entry = await hub.database.tenant(actor.organizationId).prisma.auditEntry.findFirst({
    where: { subjectType: 'Preconfigured', subjectId: source, action },
    orderBy: { position: 'desc' },
    select: { after: true },
  })
  return (entry?.after ?? null) as Remembered | null
}

async function remember(hub: Collaborators, actor: Actor, source: string, after: Remembered): Promise<void> {
  await transact(hub.database, actor, (tx) =>
    hub.audit.append(tx, actor, { action, subjectType: 'Preconfigured', subjectId: source, after }),
  )
}

/** The name, or with a number when somebody already uses it. */
async function freeName(hub: Collaborators, actor: Actor, name: string): Promise<string> {
  const { prisma } = hub.database.tenant(actor.organizationId)
  const rows = await prisma.connection.findMany({ select: { name: true } })
  const taken = new Set(rows.map((row) => row.name.toLowerCase()))
  for (let number = 2, candidate = name; ; number += 1) {
    if (!taken.has(candidate.toLowerCase())) return candidate
    candidate = `${name} ${number}`
  }
}
