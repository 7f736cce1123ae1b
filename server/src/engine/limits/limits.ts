import type { Database } from '@patchbay/prisma/database.ts'
import type { LimitSpec } from '@patchbay/schema/catalog.ts'
import type { LimitUse } from '@patchbay/schema/lane-views.ts'
import { LRUCache } from 'lru-cache'
import type { Lanes } from '../lanes/contract.ts'
import type { CallLimits, LimitedConnection, LimitStanding } from './contract.ts'
import { idleMs, LeasedWindow } from './leased-window.ts'
import { spanOf, windowName, type PlannedWindow } from './plan.ts'
import { Plans, type Plan } from './plans.ts'
import { silent, uncounted, usedUp } from './refusals.ts'
import { Silences } from './silences.ts'
import { createWindowStore } from './store.ts'
import type { LimitTeller } from './tell.ts'

export interface LimitsOptions {
  readonly database: Pick<Database, 'system'>
  readonly lanes: Pick<Lanes, 'change' | 'heard'>
  /** Documented limits of a provider by slug. */
  readonly vendorLimits: (provider: string) => readonly LimitSpec[]
  /** Tells people of limits that are near or used up. */
  readonly teller: LimitTeller
  /** Wall clock. */
  readonly now: () => Date
  /** Clock of this process, in milliseconds, for idling. Default performance.now. */
  readonly ticks?: () => number
  readonly onFault?: (error: unknown) => void
}

/** A window in use here, with the limit it was planned for. */
interface Open {
  readonly planned: PlannedWindow
  readonly span: { readonly start: Date; readonly end: Date; readonly id: string }
  readonly leased: LeasedWindow
}

/** Windows of one connection. */
interface Room {
  readonly plan: Plan
  open: Open[]
  /** When the first of them ends. */
  endsAt: number
}

/** Connections whose windows are kept at hand; unspent points of one that falls out are given back. */
const mostRooms = 10_000
/** A lease that takes longer than this is not waited for. */
const patienceMs = 2_000

/** Builds the limits of this process. */
export function createLimits(options: LimitsOptions): CallLimits {
  const { database, lanes, teller, now, ticks = () => performance.now(), onFault = () => {} } = options
  const store = createWindowStore(database.system.sql)
  const plans = new Plans({ ...options, ticks, onFault })
  const silences = new Silences({ database, lanes, teller, now, onFault })
  const rooms = new LRUCache<string, Room>({ max: mostRooms, dispose: (room) => giveUp(room) })
  // Looks for idle points without a timer for each window.
  const sweep = setInterval(() => {
    for (const room of rooms.values()) for (const { leased } of room.open) leased.giveBack().catch(onFault)
  }, idleMs).unref()

  function giveUp({ open }: Room): void {
    for (const { leased } of open) leased.giveBack(true).catch(onFault)
  }

  function roomOf(connection: LimitedConnection, plan: Plan): Room {
    const at = now()
    const known = rooms.get(connection.id)
    if (known?.plan === plan && at.getTime() < known.endsAt) return known
    const before = known === undefined ? [] : known.open
    const open = plan.windows.map((planned) => {
      const span = spanOf(planned, at, plan.zone)
      const key = `${connection.id} ${span.id}`
      const kept = before.find(({ leased }) => leased.key === key && leased.limit === planned.limit)
      return kept ?? { planned, span, leased: lease(connection, planned, span, key) }
    })
    for (const { leased } of before)
      if (!open.some((each) => each.leased === leased)) leased.giveBack(true).catch(onFault)
    const room: Room = { plan, open, endsAt: Math.min(...open.map(({ span }) => span.end.getTime())) }
    rooms.set(connection.id, room, { noDisposeOnSet: true })
    return room
  }

  function lease(connection: LimitedConnection, planned: PlannedWindow, span: Open['span'], key: string): LeasedWindow {
    return new LeasedWindow({
      key,
      limit: planned.limit,
      endsAt: span.end.getTime(),
      store,
      now: () => now().getTime(),
      ticks,
      onUse: (used) => teller.used(connection, planned, span, used),
    })
  }

  function refuse(connection: LimitedConnection, { planned, span }: Open): never {
    teller.exceeded(connection, planned, span)
    throw usedUp(connection, planned, span.end.getTime() - now().getTime())
  }

  /** Takes from every window, or from none. */
  async function takeAll(connection: LimitedConnection, room: Room): Promise<void> {
    const empty = room.open.find(({ leased }) => leased.isEmpty)
    if (empty) refuse(connection, empty)
    const taking = room.open.map((each) => patiently(each.leased))
    const taken = await Promise.allSettled(taking)
    const granted = taken.map((each) => each.status === 'fulfilled' && each.value)
    if (granted.every(Boolean)) return
    room.open.forEach(({ leased }, index) => granted[index] === true && leased.untake())
    const failed = taken.find((each) => each.status === 'rejected')
    if (failed) throw uncounted(connection, failed.reason)
    const refusing = room.open[granted.indexOf(false)]
    if (refusing) refuse(connection, refusing)
  }

  function takeNow(connection: LimitedConnection): LimitStanding | null | undefined {
    const waitMs = silences.remainingMs(connection.id)
    if (waitMs > 0) throw silent(connection, waitMs)
    const plan = plans.known(connection)
    if (plan === null) return undefined
    if (plan.windows.length === 0) return null
    const room = roomOf(connection, plan)
    for (const { leased } of room.open) if (!leased.isReady) return undefined
    for (const { leased } of room.open) leased.spend()
    return standingOf(room)
  }

  return {
    takeNow,

    async take(connection, _actor, { force = false } = {}) {
      const taken = force ? undefined : takeNow(connection)
      if (taken !== undefined) return taken
      const plan = plans.known(connection) ?? (await plans.read(connection).catch((error: unknown) => error as Error))
      if (plan instanceof Error) {
        if (force) return null
        throw uncounted(connection, plan)
      }
      if (plan.windows.length === 0) return null
      const room = roomOf(connection, plan)
      if (force) await Promise.all(room.open.map(({ leased }) => leased.count().catch(onFault)))
      else await takeAll(connection, room)
      return standingOf(room)
    },

    async standing(connections) {
      const known = await plans.of(connections)
      const at = now()
      const spans = known.map((plan) => plan.windows.map((planned) => spanOf(planned, at, plan.zone)))
      const keyOf = (index: number, id: string) => `${connections[index]?.id} ${id}`
      const points = await store.pointsOf(spans.flatMap((some, index) => some.map(({ id }) => keyOf(index, id))))
      return known.map((plan, index) =>
        plan.windows.map((planned, n): LimitUse => {
          const span = spans[index]?.[n]
          const used = points.get(keyOf(index, span?.id ?? '')) ?? 0
          return { ...planned, used, remaining: Math.max(0, planned.limit - used), resetsAt: span?.end ?? at }
        }),
      )
    },

    heard: (connection, headers, status) => silences.heard(connection, headers, status),
    forget(connectionId) {
      plans.forget(connectionId)
      rooms.delete(connectionId)
    },
    async flush() {
      // A silence that was written may be worth telling.
      await silences.flush()
      await teller.flush()
    },
    async close() {
      clearInterval(sweep)
      const open = [...rooms.values()].flatMap((room) => room.open)
      await Promise.all(open.map(({ leased }) => leased.giveBack(true).catch(onFault)))
      await silences.close()
      await teller.close()
    },
  }

  /** A point that comes too late is put back. */
  async function patiently(leased: LeasedWindow): Promise<boolean> {
    if (leased.isReady) return leased.take()
    const taking = leased.take()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => {
        taking.then((granted) => granted && leased.untake(), onFault)
        reject(new Error(`no lease within ${patienceMs} ms`))
      }, patienceMs)
    })
    try {
      return await Promise.race([taking, late])
    } finally {
      clearTimeout(timer)
    }
  }
}

/** The window with the least room. */
function standingOf({ open }: Room): LimitStanding | null {
  let least: Open | null = null
  for (const each of open) if (least === null || each.leased.remaining < least.leased.remaining) least = each
  if (least === null) return null
  const { planned, span, leased } = least
  return { limit: planned.limit, remaining: leased.remaining, resetsAt: span.end, window: windowName(planned) }
}
