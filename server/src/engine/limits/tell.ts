import { setTimeout as pause } from 'node:timers/promises'
import type { Database, Sql } from '@patchbay/prisma/database.ts'
import { windowOf, type WindowSpan } from '@patchbay/schema/calendar.ts'
import { LRUCache } from 'lru-cache'
import type { AlertInput, Alerts } from '../alerts/contract.ts'
import type { FanOut } from '../delivery/contract.ts'
import type { LimitedConnection } from './contract.ts'
import { exceededAlert, exceededEvent, nearAlert, silenceAlert } from './news.ts'
import type { PlannedWindow } from './plan.ts'

/** Tells people of limits, each once for a window. Never waits: what is told is written on the side. */
export interface LimitTeller {
  /** A window has so many points used. */
  used(connection: LimitedConnection, planned: PlannedWindow, span: WindowSpan, used: number): void
  /** A call was refused. */
  exceeded(connection: LimitedConnection, planned: PlannedWindow, span: WindowSpan): void
  /** The vendor asked for a long silence. */
  silenced(connection: LimitedConnection, until: Date): void
  flush(): Promise<void>
  close(): Promise<void>
}

export interface TellerOptions {
  readonly database: Pick<Database, 'system'>
  readonly alerts: Pick<Alerts, 'raise'>
  readonly fanOut: FanOut
  readonly now: () => Date
  readonly newId: (at?: number) => string
  readonly onFault: (error: unknown) => void
}

/** Share of a limit at which people hear of it. */
const nearShare = 0.8
/** News of shorter windows would come too often: those of one minute are one. */
const shortSeconds = 60
const retryMs = 1_000
/** News remembered as told. */
const mostTold = 10_000

/** One piece of news, and until when it holds. */
interface News {
  readonly alert: AlertInput & { readonly dedupeKey: string }
  readonly until: Date
  /** Written with the alert. */
  also?(tx: Sql): Promise<unknown>
}

/** Key of the row that tells that something was told: it is swept when its window is over, and the alert settled. */
export const toldPrefix = 'told '
export const toldKey = (organizationId: string, dedupeKey: string) => `${toldPrefix}${organizationId} ${dedupeKey}`

const markText = `
insert into "RateWindow" ("key", "points", "expire") values ($1::text, 0, $2::bigint) on conflict do nothing returning "key"`

export function createLimitTeller(options: TellerOptions): LimitTeller {
  const { database, alerts, fanOut, now, onFault } = options
  const told = new LRUCache<string, true>({ max: mostTold })
  const waiting: News[] = []
  const stop = new AbortController()
  let telling: Promise<void> | null = null

  function tell(news: News): void {
    told.set(news.alert.dedupeKey, true)
    waiting.push(news)
    telling ??= tellAll().finally(() => (telling = null))
  }

  /** News is kept until it is written: a window that is over by then was near its limit all the same. */
  async function tellAll(): Promise<void> {
    for (let news = waiting[0]; news !== undefined; news = waiting[0]) {
      try {
        await write(news)
        waiting.shift()
      } catch (error) {
        onFault(error)
        if (stop.signal.aborted) return
        await pause(retryMs, undefined, { signal: stop.signal, ref: false }).catch(() => {})
      }
    }
  }

  /** The mark, the event and the alert commit together; of all replicas one leaves the mark. */
  async function write({ alert, until, also }: News): Promise<void> {
    await database.system.sql.transaction(async (tx) => {
      const key = toldKey(alert.organizationId, alert.dedupeKey)
      const marked = await tx.query(markText, [key, BigInt(until.getTime())])
      if (marked.length === 0) return
      await also?.(tx)
      await alerts.raise(tx, [alert])
    })
  }

  /** Window that news is told of. */
  const toldSpan = ({ seconds }: PlannedWindow, span: WindowSpan): WindowSpan =>
    seconds === null || seconds >= shortSeconds ? span : windowOf('MINUTE', span.start, 'UTC')

  const keyOf = (kind: string, { id }: LimitedConnection, { id: window }: WindowSpan) => `${kind}:${id}:${window}`

  return {
    used(connection, planned, span, used) {
      const { limit, seconds } = planned
      const threshold = Math.ceil(limit * nearShare)
      // Of four calls or fewer, 80 % are all of them.
      if (used < threshold || threshold >= limit || (seconds !== null && seconds < shortSeconds)) return
      const dedupeKey = keyOf('limit.near', connection, span)
      if (!told.has(dedupeKey)) tell({ alert: nearAlert(connection, planned, span, dedupeKey), until: span.end })
    },

    exceeded(connection, planned, span) {
      const { end, ...rest } = toldSpan(planned, span)
      const dedupeKey = keyOf('limit.exceeded', connection, { end, ...rest })
      if (told.has(dedupeKey)) return
      const event = exceededEvent(connection, planned, span, { at: now(), newId: options.newId })
      tell({
        alert: exceededAlert(connection, planned, span, dedupeKey),
        until: end,
        also: (tx) => fanOut.record(tx, [event]),
      })
    },

    silenced(connection, until) {
      const dedupeKey = `limit.exceeded:${connection.id}:silence:${until.toISOString()}`
      if (!told.has(dedupeKey)) tell({ alert: silenceAlert(connection, until, dedupeKey), until })
    },

    async flush() {
      while (telling !== null) await telling
    },
    async close() {
      stop.abort()
      while (telling !== null) await telling
    },
  }
}
