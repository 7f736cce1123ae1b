import type { Database } from '@patchbay/prisma/database.ts'
import type { Connection, Source } from '@patchbay/prisma/generated/client.ts'
import { transact } from '@patchbay/prisma/transact.ts'
import type { AlertInput, Alerts } from '../alerts/contract.ts'
import type { Jobs } from '../jobs/contract.ts'

export interface PlanOptions {
  readonly database: Pick<Database, 'system' | 'tenant'>
  readonly jobs: Pick<Jobs, 'send'>
  readonly alerts: Alerts
  readonly now: () => Date
}

/** Sources looked at in one planning; the next one is a minute later. */
const mostPlanned = 500

/** The alert of a registration that does not work, until it does. */
export const registrationKey = (sourceId: string): string => `source.registration_failed:${sourceId}`

const ofSource = (source: Pick<Source, 'id' | 'organizationId' | 'connectionId'>) => ({
  organizationId: source.organizationId,
  kind: 'source.registration_failed',
  subjectType: 'Source',
  subjectId: source.id,
  connectionId: source.connectionId,
  dedupeKey: registrationKey(source.id),
})

/** The vendor refused several times in a row. */
export function failedWords(source: Source, connection: Pick<Connection, 'name'>, why: string): AlertInput {
  return {
    ...ofSource(source),
    severity: 'WARNING',
    title: `Webhooks of ${connection.name} could not be registered`,
    text: `${why} The hub goes on trying. Check the connection’s credentials and permissions, or paste the address into the vendor’s dashboard.`,
  }
}

/** A registration ran out before it could be renewed. */
function expiredWords(source: Source, connection: Pick<Connection, 'name'>): AlertInput {
  return {
    ...ofSource(source),
    severity: 'CRITICAL',
    title: `Webhooks of ${connection.name} have expired`,
    text: `The vendor no longer sends: the registration could not be renewed in time. ${source.registrationError ?? ''} The hub goes on trying; register the source again once the cause is removed.`,
  }
}

/** Queues registrations that are due, and marks what expired. Returns how many were queued. */
export async function planRegistrations({ database, jobs, alerts, now }: PlanOptions): Promise<number> {
  const { prisma } = database.system
  const at = now()
  const expired = await prisma.source.findMany({
    where: { registration: 'REGISTERED', registrationExpiresAt: { lte: at } },
    select: { id: true, organizationId: true },
    take: mostPlanned,
  })
  for (const { id, organizationId } of expired)
    await transact(database.tenant(organizationId).prisma, async (tx) => {
      const { count } = await tx.source.updateMany({
        where: { id, registration: 'REGISTERED', registrationExpiresAt: { lte: at } },
        data: { registration: 'EXPIRED', registerAt: at },
      })
      if (count === 0) return
      const source = await tx.source.findUniqueOrThrow({ where: { id }, include: { connection: true } })
      await alerts.raise(tx, [expiredWords(source, source.connection)])
    })
  const due = await prisma.source.findMany({
    // A paused connection makes no calls; its registration waits with it.
    where: { registerAt: { lte: at }, connection: { status: { not: 'DISABLED' } } },
    orderBy: { registerAt: 'asc' },
    select: { id: true, organizationId: true },
    take: mostPlanned,
  })
  for (const { id, organizationId } of due)
    await jobs.send('source.register', { organizationId, sourceId: id }, { singletonKey: id })
  return due.length
}
