import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '@patchbay/prisma/database.ts'
import type { Alerts } from '../alerts/contract.ts'
import type { Audit } from '../audit/contract.ts'
import type { Egress } from '../egress/contract.ts'
import type { LiveWriter } from '../live/contract.ts'
import { attempt, type Job, type Result } from './attempt.ts'
import { claim } from './claim.ts'
import type { Dispatcher, EndpointKeys, Payloads } from './contract.ts'
import { deliveryChannel, everyone, readRing } from './doorbell.ts'
import { createDueSet, sweep } from './due.ts'
import { finish } from './finish.ts'
import type { Lane } from './lane.ts'
import { createLoop } from './loop.ts'
import { endpointsChannel } from './ring.ts'
import { deliveryDefaults, type DeliverySettings } from './settings.ts'

export interface DispatcherOptions {
  readonly database: Pick<Database, 'system' | 'listen'>
  readonly live: Pick<LiveWriter, 'append'>
  readonly alerts: Alerts
  readonly audit: Pick<Audit, 'append'>
  readonly egress: Pick<Egress, 'send'>
  readonly keys: Pick<EndpointKeys, 'sign'>
  readonly payloads: Pick<Payloads, 'make'>
  /** Of the hub, for the user agent. */
  readonly version: string
  readonly now: () => Date
  /** 0 to 1, like Math.random. */
  readonly random: () => number
  readonly newId: (at?: number) => string
  /** Told about failed turns; they are repeated. */
  readonly onFault?: (error: unknown) => void
  readonly settings?: Partial<DeliverySettings>
}

/** A dispatcher whose turns can also be taken one by one. */
export interface SteppedDispatcher extends Dispatcher {
  /** One turn: commits what has ended, claims what is due, begins to send it. Says whether there was anything to do. */
  tick(): Promise<boolean>
  /** Takes turns until nothing is open and nothing is due at the present time. */
  settle(): Promise<void>
}

/** Results that are worth a commit of their own while others are open; fewer wait a moment for company. */
const fewResults = 64
const gatherMs = 5
/** Results that share a commit at most. */
const batchResults = 500
/** Pause after a result could not be stored at a stop, in milliseconds. */
const retryMs = 500
/** Endpoints whose number of places is remembered. */
const mostRemembered = 10_000
/** A refusal speaks of a value, not of the database's health: repeating changes nothing. */
const isRefusal = (error: unknown) => error instanceof Error && 'code' in error && /^(22|23)/.test(String(error.code))

/**
 * Sends what is due, in two loops: one commits results, one claims work. Bells and a set of due times in memory tell it where to look; a sweep now and then finds
 * what no bell told of.
 */
export function createDispatcher(options: DispatcherOptions): SteppedDispatcher {
  const { database, now, onFault = () => {} } = options
  const settings: DeliverySettings = { ...deliveryDefaults, ...options.settings }
  const tools = { ...options, settings, onFault, userAgent: `Patchbay/${options.version}` }
  const due = createDueSet()
  /** Attempts open by endpoint. */
  const openOf = new Map<string, number>()
  /** Attempts that may be open by endpoint, where that is not the usual number. */
  const placesOf = new Map<string, number>()
  let open = 0
  let ended: Result[] = []
  let sweepAt = 0
  let claiming = true
  const waiters: (() => void)[] = []
  const unlisten: (() => Promise<void>)[] = []

  const mostOf = (endpointId: string) => placesOf.get(endpointId) ?? settings.perEndpoint
  const ready = (endpointId: string) => (openOf.get(endpointId) ?? 0) < mostOf(endpointId)

  /** An endpoint that answers gets more places, one for each success; one that fails begins anew. */
  function learn(endpointId: string, delivered: boolean): void {
    if (placesOf.size >= mostRemembered) placesOf.clear()
    if (!delivered) placesOf.delete(endpointId)
    else if (mostOf(endpointId) < settings.perHealthy) placesOf.set(endpointId, mostOf(endpointId) + 1)
  }

  function wakeAll(list: readonly { readonly endpointId: string; readonly at: Date }[]): void {
    for (const { endpointId, at } of list) due.wake(endpointId, at.getTime())
  }

  function send(job: Job): void {
    open += 1
    openOf.set(job.endpointId, (openOf.get(job.endpointId) ?? 0) + 1)
    void attempt(tools, job).then((result) => {
      open -= 1
      const left = (openOf.get(job.endpointId) ?? 1) - 1
      if (left === 0) openOf.delete(job.endpointId)
      else openOf.set(job.endpointId, left)
      learn(job.endpointId, result.verdict.kind === 'DELIVERED')
      ended.push(result)
      for (const wake of waiters.splice(0)) wake()
      commits.ring()
    })
  }

  /** One bad row must not hold up the others: halves until it is alone, then leaves it to the end of its claim. */
  async function commit(results: readonly Result[]): Promise<void> {
    try {
      wakeAll((await finish(tools, results)).again)
    } catch (error) {
      if (!isRefusal(error)) throw error
      onFault(error)
      if (results.length === 1) return
      const middle = results.length >> 1
      await commit(results.slice(0, middle))
      await commit(results.slice(middle))
    }
  }

  async function commitEnded(): Promise<boolean> {
    const results = ended.slice(0, batchResults)
    if (results.length === 0) return false
    await commit(results)
    ended = ended.slice(results.length)
    return true
  }

  async function claimDue(): Promise<boolean> {
    const at = now().getTime()
    if (at >= sweepAt) {
      sweepAt = at + settings.sweepMs
      await sweep(database.system.sql, due, now())
    }
    const places = settings.total - open
    const endpointIds = due.take(at, Math.min(places, settings.lanesPerClaim), ready)
    if (endpointIds.length === 0) return false
    const share = Math.floor(places / endpointIds.length)
    const roomOf = ({ endpointId, failuresInRow }: Lane) => {
      const most = failuresInRow === 0 ? mostOf(endpointId) : settings.perFailing
      return Math.max(0, Math.min(share, most - (openOf.get(endpointId) ?? 0)))
    }
    try {
      const { jobs, again } = await claim(tools, endpointIds, roomOf)
      wakeAll(again)
      for (const job of jobs) send(job)
      return true
    } catch (error) {
      wakeAll(endpointIds.map((endpointId) => ({ endpointId, at: now() })))
      throw error
    }
  }

  async function tick(): Promise<boolean> {
    const committed = await commitEnded()
    const claimed = claiming && (await claimDue())
    return committed || claimed
  }

  const commits = createLoop({
    work: async () => {
      // More answers are on their way: a commit costs nearly the same for one as for a hundred.
      if (ended.length > 0 && ended.length < fewResults && open > 0) await pause(gatherMs)
      const done = await commitEnded()
      if (done) claims.ring()
      return done
    },
    nextMs: () => null,
    onFault,
  })
  const claims = createLoop({
    // While results cannot be stored nothing new is sent: their claims could run out and be taken again.
    work: async () => claiming && !commits.resting && (await claimDue()),
    nextMs() {
      const next = open < settings.total ? due.next(ready) : null
      return Math.min(Math.min(next ?? sweepAt, sweepAt) - now().getTime(), settings.sweepMs)
    },
    onFault,
  })

  const oneEnds = () => (ended.length > 0 ? Promise.resolve() : new Promise<void>((resolve) => waiters.push(resolve)))

  return {
    get open() {
      return open
    },
    tick,
    async settle() {
      while ((await tick()) || open > 0 || ended.length > 0) if (open > 0) await oneEnds()
    },
    async start() {
      const hear = (payload: string) => {
        const named = readRing(payload)
        if (named === everyone) sweepAt = 0
        else for (const endpointId of named) due.wake(endpointId, now().getTime())
        claims.ring()
      }
      const onGap = () => {
        sweepAt = 0
        claims.ring()
      }
      for (const channel of [deliveryChannel, endpointsChannel])
        unlisten.push(await database.listen(channel, hear, onGap))
      commits.start()
      claims.start()
    },
    async stop(timeoutMs) {
      claiming = false
      for (const stop of unlisten.splice(0)) await stop()
      await claims.stop()
      await commits.stop()
      const deadline = performance.now() + timeoutMs
      while (open > 0 || ended.length > 0) {
        const left = deadline - performance.now()
        if (left <= 0) return
        if (!(await Promise.race([oneEnds().then(() => true), pause(left, false, { ref: false })]))) return
        await commitEnded().catch(async (error: unknown) => {
          onFault(error)
          await pause(Math.min(retryMs, left))
        })
      }
    },
  }
}
