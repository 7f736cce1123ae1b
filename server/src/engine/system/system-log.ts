import type { Database, Sql } from '@patchbay/prisma/database.ts'
import type { LiveWriter } from '../live/contract.ts'
import type { SystemFact, SystemLog } from './contract.ts'
import { isLostDatabase, nameOf } from './faults.ts'
import { Repeats } from './repeats.ts'

export interface SystemLogOptions {
  readonly database: Pick<Database, 'system'>
  readonly live: Pick<LiveWriter, 'append'>
  readonly now: () => Date
  readonly newId: () => string
  /** Told about failed writes; they are tried again. */
  readonly onFault?: (error: unknown) => void
  /** Longest wait of an event for company, in milliseconds. Default 100. */
  readonly batchMs?: number
  /** Events waiting at most; beyond it the oldest go, and how many is told. Default 1,000. */
  readonly most?: number
  /** Pause after a failed write, in milliseconds, doubled up to a minute. Default 1,000. */
  readonly retryMs?: number
}

interface Waiting {
  readonly id: string
  readonly at: Date
  readonly fact: SystemFact
}

const longestRetryMs = 60_000
const closeMs = 2_000

/** The writer of system events: bounded, in batches, beside the work. */
export function createSystemLog(options: SystemLogOptions): SystemLog {
  const { database, live, now, newId, onFault = () => {}, batchMs = 100, most = 1_000, retryMs = 1_000 } = options
  const queue: Waiting[] = []
  const repeats = new Repeats(now)
  let lost = 0
  let lostSince: Date | null = null
  let timer: NodeJS.Timeout | null = null
  let writing: Promise<void> | null = null
  let pause = retryMs
  let closed = false

  function put(fact: SystemFact, at = now()): void {
    queue.push({ id: newId(), at, fact })
    while (queue.length > most) {
      // That the database was lost is worth more than what happened meanwhile.
      queue.splice(queue[0]?.fact.kind === awayKind ? 1 : 0, 1)
      lost += 1
    }
  }

  function later(ms: number): void {
    if (closed || timer !== null) return
    timer = setTimeout(() => {
      timer = null
      void write()
    }, ms)
    // A fact that waits keeps no process alive; `close` writes it.
    timer.unref()
  }

  function write(): Promise<void> {
    writing ??= drain().finally(() => (writing = null))
    return writing
  }

  async function drain(): Promise<void> {
    for (const fact of repeats.due()) put(fact)
    const batch = queue.slice(0, 200)
    if (batch.length === 0) return
    const leftOut = lost
    if (leftOut > 0) batch.push({ id: newId(), at: now(), fact: lostFact(leftOut) })
    try {
      const written = await database.system.sql.transaction((sql) => insert(sql, live, batch))
      // Without an organization there is nobody to tell yet: the first start makes one.
      if (!written) return later(retryMs)
      lost -= leftOut
      const done = new Set(batch.map(({ id }) => id))
      queue.splice(0, queue.length, ...queue.filter(({ id }) => !done.has(id)))
      pause = retryMs
      if (lostSince !== null) {
        const seconds = Math.round((now().getTime() - lostSince.getTime()) / 1000)
        lostSince = null
        put(backFact(seconds))
      }
      if (queue.length > 0) await drain()
    } catch (error) {
      onFault(error)
      later(pause)
      pause = Math.min(pause * 2, longestRetryMs)
    }
  }

  function note(fact: SystemFact): void {
    if (closed || !repeats.admit(fact)) return
    put(fact)
    later(batchMs)
  }

  return {
    note,
    fault(part, error) {
      if (isLostDatabase(error)) {
        if (lostSince !== null || closed) return
        lostSince = now()
        put(awayFact(part), lostSince)
        return later(batchMs)
      }
      note({
        kind: 'worker.fault',
        severity: 'WARNING',
        text: `${part}: ${nameOf(error)}. It is repeated by itself; the log of the process says more.`,
        facts: { part, error: nameOf(error) },
        repeats: `${part} ${nameOf(error)}`,
      })
    },
    async flush() {
      await write()
    },
    async close() {
      for (const fact of repeats.rest()) put(fact)
      let late: NodeJS.Timeout | undefined
      const gaveUp = new Promise<void>((resolve) => (late = setTimeout(resolve, closeMs)))
      await Promise.race([write(), gaveUp])
      clearTimeout(late)
      closed = true
      if (timer) clearTimeout(timer)
    },
  }
}

const awayKind = 'database.lost'

const awayFact = (part: string): SystemFact => ({
  kind: awayKind,
  severity: 'CRITICAL',
  text: 'The database did not answer. What was acknowledged is safe; everything else waits and is tried again.',
  facts: { part },
})

const backFact = (seconds: number): SystemFact => ({
  kind: 'database.back',
  severity: 'INFO',
  text: `The database answers again, after ${seconds} s.`,
  facts: { seconds },
})

const lostFact = (events: number): SystemFact => ({
  kind: 'system.overflow',
  severity: 'WARNING',
  text: `${events} system events were left out: more came than could be kept while the database was away.`,
  facts: { events },
})

const insertText = `
insert into "SystemEvent" ("id", "organizationId", "at", "kind", "severity", "text", "facts")
select id, coalesce(organization, $7::uuid), at, kind, severity::"AlertSeverity", text, facts::jsonb
from unnest($1::uuid[], $2::uuid[], $3::timestamptz[], $4::text[], $5::text[], $6::text[], $8::text[])
  as given(id, organization, at, kind, severity, text, facts)
where organization is null or exists (select from "Organization" o where o."id" = organization)
on conflict do nothing`

/** False when there is no organization yet. */
async function insert(sql: Sql, live: Pick<LiveWriter, 'append'>, batch: readonly Waiting[]): Promise<boolean> {
  const [oldest] = await sql.query<{ id: string }>(`select "id" from "Organization" order by "createdAt", "id" limit 1`)
  if (oldest === undefined) return false
  await live.append(sql, 'system')
  await sql.query(insertText, [
    batch.map(({ id }) => id),
    batch.map(({ fact }) => fact.organizationId ?? null),
    batch.map(({ at }) => at.toISOString()),
    batch.map(({ fact }) => fact.kind),
    batch.map(({ fact }) => fact.severity),
    batch.map(({ fact }) => fact.text.slice(0, 2000)),
    oldest.id,
    batch.map(({ fact }) => JSON.stringify(fact.facts ?? {})),
  ])
  return true
}
