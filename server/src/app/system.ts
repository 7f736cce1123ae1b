import type { Database } from '@patchbay/prisma/database.ts'
import type { Config } from '../config.ts'
import type { LiveWriter } from '../engine/live/contract.ts'
import type { SystemLog } from '../engine/system/contract.ts'
import { createSystemLog } from '../engine/system/system-log.ts'
import type { Log } from '../log.ts'

/** What a part of the hub calls when something failed and is tried again. */
export type Fault = (part: string) => (error: unknown) => void

/**
 * Faults go to the process's log, and to the system events once there is a place for them: the database opens after the
 * first parts that can fail.
 */
export function createFaults(log: Pick<Log, 'warn'>): {
  readonly fault: Fault
  readonly tell: (to: SystemLog) => void
} {
  let system: SystemLog | null = null
  return {
    tell: (to) => void (system = to),
    fault: (part) => (error) => {
      log.warn({ part, error }, 'repeated by itself')
      system?.fault(part, error)
    },
  }
}

export interface SystemPartsOptions {
  readonly database: Database
  readonly live: LiveWriter
  readonly config: Pick<Config, 'role' | 'mode'>
  readonly version: string
  readonly now: () => Date
  readonly newId: () => string
  readonly log: Pick<Log, 'warn'>
  readonly stack: AsyncDisposableStack
}

/** The log of what the hub itself did; closes with the stack, and says that it stopped. */
export function createSystem(options: SystemPartsOptions): SystemLog & { readonly started: () => Promise<void> } {
  const { database, config, version, now, newId, log, stack } = options
  const system = createSystemLog({
    ...options,
    onFault: (error) => log.warn({ part: 'system events', error }, 'repeated by itself'),
  })
  const instance = newId()
  const facts = { version, engine: database.engine, role: config.role, mode: config.mode, instance }
  let startedAt: Date | null = null
  stack.defer(() => system.close())
  stack.defer(() => {
    if (startedAt === null) return
    const seconds = Math.round((now().getTime() - startedAt.getTime()) / 1000)
    system.note({
      kind: 'hub.stopped',
      severity: 'INFO',
      text: 'The hub stopped in good order.',
      facts: { ...facts, seconds },
    })
  })
  return {
    ...system,
    async started() {
      startedAt = now()
      const killed = await killedBefore(database)
      if (killed !== null)
        system.note({
          kind: 'hub.killed',
          severity: 'WARNING',
          text: `The hub before this one ended without stopping. It started at ${killed.toISOString()}. What it had acknowledged is here; work it left is taken up again.`,
          facts: { startedAt: killed.toISOString() },
        })
      system.note({
        kind: 'hub.started',
        severity: 'INFO',
        text: `Patchbay ${version} started (${config.role}, ${database.engine}).`,
        facts,
      })
    },
  }
}

/**
 * When the predecessor started, if it never stopped. Only the embedded database can tell: it has one process at a time,
 * while on PostgreSQL others may be running.
 */
async function killedBefore(database: Database): Promise<Date | null> {
  if (database.engine !== 'pglite') return null
  const [latest] = await database.system.sql.query<{ at: Date; kind: string }>(
    `select "at", "kind" from "SystemEvent" where "kind" in ('hub.started', 'hub.stopped') order by "seq" desc limit 1`,
  )
  return latest?.kind === 'hub.started' ? latest.at : null
}
