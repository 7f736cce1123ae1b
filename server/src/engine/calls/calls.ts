import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Provider } from '../../providers/provider.ts'
import type { AnswerCache, FetchedAnswer } from '../cache/contract.ts'
import type { Egress } from '../egress/contract.ts'
import type { CallLimits } from '../limits/contract.ts'
import type { Credentials, OpenCredentials } from '../oauth/contract.ts'
import { createAddressBook } from './address-book.ts'
import { createBreakers, type Breakers } from './breaker.ts'
import { answerThrough } from './cached.ts'
import { again, streamed, whole } from './carry.ts'
import type { BindOptions, Calls, RawRequest } from './contract.ts'
import { createDeadline } from './deadline.ts'
import { asFetch } from './fetch.ts'
import { arrival, journeyOf, type Arrival, type Journey, type Outcome, type Start } from './journey.ts'
import { judge, readAnswer } from './judge.ts'
import type { CallLog } from './log.ts'
import { noCache, noLimits, noPurse, type Purse } from './off.ts'
import { authorized, draftOf, draftOfFetch, draftOfRaw, spellingsIn, type Draft } from './outgoing.ts'
import { requireReach } from './reach.ts'
import { CallRecord } from './record.ts'
import { planRetry } from './retry.ts'
import { createRetryBudget } from './retry-budget.ts'
import { requireOpen } from './status.ts'
import { nobodyListens, traced } from './trace.ts'

export { createCallLog, type CallLog, type CallLogOptions } from './log.ts'
export { createPlainCalls, type PlainCallsOptions } from './plain-calls.ts'

export interface CallsOptions {
  readonly egress: Egress
  readonly log: CallLog
  readonly credentials: Pick<Credentials, 'open' | 'reject' | 'known'>
  readonly providers: (slug: string) => Provider | undefined
  /** Default: nothing costs anything. */
  readonly purse?: Purse
  /** Default: nothing is kept. */
  readonly cache?: Pick<AnswerCache, 'through' | 'wants'>
  /** Default: no limits. */
  readonly limits?: Pick<CallLimits, 'take' | 'takeNow' | 'heard'>
  /** Default: those of this process alone. */
  readonly breakers?: Breakers
  /** Origin of the provider lab (`http://127.0.0.1:4010`). Default null: simulated connections are refused. */
  readonly labOrigin?: string | null
  /** Wall clock in milliseconds. Default Date.now. */
  readonly now?: () => number
  readonly random?: () => number
  readonly newId?: () => string
  /** Pause between attempts. Default a timer. */
  readonly pause?: (ms: number, signal: AbortSignal) => Promise<unknown>
}

const defaultTimeoutMs = 30_000
const defaultRetries = 3
const noPaths: readonly string[] = []
/** Bytes read of an answer somebody asked for by hand. */
const readBytes = 1024 * 1024

/** Builds the call pipeline: the way of every request to a vendor. */
export function createCalls(options: CallsOptions): Calls {
  const { egress, log, credentials, labOrigin = null } = options
  const { purse = noPurse, cache = noCache, limits = noLimits } = options
  const { now = Date.now, random = Math.random, newId = randomUUID } = options
  const pause = options.pause ?? ((ms, signal) => sleep(ms, undefined, { signal }))
  const addresses = createAddressBook(labOrigin)
  const breakers = options.breakers ?? createBreakers({ now })
  const budget = createRetryBudget(now)

  /**
   * The way of a call: status → budget → cache → limits → breaker → attempts → answer, and on the side the log. What is
   * refused is thrown.
   */
  async function travel(start: Start): Promise<Arrival> {
    const { connection, options, method } = start
    const { force = false, timeoutMs = defaultTimeoutMs, actor, purpose, operation } = options
    requireReach(actor, connection)
    const provider = providerOf(connection.provider)
    const redactPaths = provider.redact ?? noPaths
    const at = new Date(now())
    const record = new CallRecord({ id: newId(), at, connection, actor, purpose, operation, method, redactPaths })
    const { clock } = record
    const deadline = createDeadline(provider.entry.name, timeoutMs, [actor.signal, start.signal], now)
    const journey = journeyOf(start, { provider, record, deadline })
    let failure: unknown = null
    try {
      clock.at('status', () => requireOpen(connection, force))
      if (!force) clock.at('budget', () => purse.requireRoom(connection))
      const draft = start.draft(provider)
      record.planned(draft)
      if (nobodyListens()) return arrival(await answerThrough(cache, journey, draft, onward), journey)
      const span = { provider: connection.provider, operation, method, host: draft.url.host }
      const seek = () => answerThrough(cache, journey, draft, onward)
      return arrival(await traced(span, seek), journey)
    } catch (error) {
      failure = error
      if (error instanceof ProviderCallError) error.callId = record.id
      // Once an answer has begun to leave, only its whole is an answer.
      if (!start.lenient || journey.refusal === null || journey.delivery === 'begun') throw error
      return arrival(journey.refusal, journey)
    } finally {
      deadline[Symbol.dispose]()
      await log.add(record.row(failure))
    }
  }

  /** What the cache does not answer: limits → breaker → attempts. */
  async function onward(journey: Journey, draft: Draft): Promise<FetchedAnswer> {
    const { connection, options, record } = journey
    const { force = false, actor } = options
    const { clock } = record
    let from = clock.elapsed()
    try {
      const standing = force ? undefined : limits.takeNow?.(connection)
      journey.standing = standing === undefined ? await limits.take(connection, actor, { force }) : standing
    } finally {
      clock.note('limit', from)
    }
    budget.called(connection.id)
    from = clock.elapsed()
    let isLet = false
    try {
      return await breakers.run(connection.id, force, () => {
        isLet = true
        clock.note('breaker', from)
        return attemptAll(journey, draft)
      })
    } finally {
      if (!isLet) clock.note('breaker', from)
    }
  }

  /** Attempts until one succeeds, another cannot help, or the time is up. */
  async function attemptAll(journey: Journey, draft: Draft): Promise<FetchedAnswer> {
    const { connection, options, record, deadline } = journey
    const { retries = defaultRetries, force = false, actor } = options
    let isRenewed = false
    let next: Draft = draft
    for (let attempts = 1; ; attempts++) {
      const outcome: Outcome = await attempt(journey, next)
      if (outcome.error === null) return outcome.answer
      const { error, answer, vendorSays, accessToken } = outcome
      journey.refusal = answer
      // Part of an answer is with the caller: nothing can be taken back.
      if (journey.delivery !== 'none') throw error
      const repeat = again(draft)
      if (repeat === null) throw error
      next = repeat
      // A token can die early. One more attempt with a new one: the refused request had no effect.
      if (answer?.status === 401 && accessToken !== null && !isRenewed) {
        isRenewed = true
        attempts--
        credentials.reject(connection.id, accessToken)
        continue
      }
      const { repeatable } = draft
      const facts = { error, vendorSays, repeatable, attempts, retries, remainingMs: deadline.remainingMs() }
      const pauseMs = planRetry(facts, random)
      if (pauseMs === null || !budget.take(connection.id)) throw error
      await record.clock.run('retry', () => deadline.race(pause(pauseMs, deadline.signal)))
      // Another request for the vendor is another one for the limits; where there is no room, the failure stands.
      const room = await limits.take(connection, actor, { force }).catch(() => undefined)
      if (room === undefined) throw error
      journey.standing = room
    }
  }

  /** One attempt: credentials → authorize → connect → egress → judge. */
  async function attempt(journey: Journey, draft: Draft): Promise<Outcome> {
    const { connection, provider, options, record, carry } = journey
    const { clock } = record
    const heard = (headers: Readonly<Record<string, string>>, status: number) =>
      limits.heard(connection, headers, status)
    clock.nextAttempt()
    const from = clock.elapsed()
    let outcome: Outcome
    try {
      const known = credentials.known?.(connection) ?? null
      if (known !== null) clock.note('credentials', from)
      const opened = known ?? (await opening(journey))
      record.hide(spellingsIn(provider, opened))
      const outgoing = clock.at('authorize', () => authorized(provider, draft, opened))
      const { raw, read } = await carry(egress, outgoing, journey, heard)
      outcome = { error: null, answer: raw }
      const judgingFrom = clock.elapsed()
      if (read !== null) {
        const clean = (text: string) => record.redactor.text(text)
        const judgement = judge(provider, readAnswer(read, provider), clean, journey.lenient)
        const { accessToken } = opened
        if (judgement !== null)
          outcome = { error: judgement.error, answer: raw, vendorSays: judgement.retry, accessToken }
      }
      clock.note('judge', judgingFrom)
    } catch (error) {
      if (!(error instanceof ProviderCallError)) throw error
      outcome = { error, answer: null, accessToken: null }
    }
    options.onExchange?.(record.exchange(Math.round(clock.elapsed() - from), outcome.error))
    return outcome
  }

  function opening({ connection, options, record, deadline }: Journey): Promise<OpenCredentials> {
    return record.clock.run('credentials', () => deadline.race(credentials.open(connection, options.actor)))
  }

  function providerOf(slug: string): Provider {
    const provider = options.providers(slug)
    if (provider) return provider
    const advice = 'The hub was set back to an older version, or the provider was removed. Update the hub.'
    const message = `This hub knows no provider "${slug}".`
    throw new ProviderCallError({ errorClass: 'NOT_CONFIGURED', message, advice })
  }

  /** A request as somebody made it. */
  const rawStart = (connection: Connection, options: BindOptions, request: RawRequest) => {
    const { method, signal } = request
    const draft = (provider: Provider) =>
      draftOfRaw(provider, request, addresses.urlOf(provider, connection, request), newId)
    return { connection, options, method, draft, signal, lenient: true }
  }

  return {
    bind: (connection, options) => async (request) => {
      const { method } = request
      const draft = (provider: Provider) =>
        draftOf(provider, request, addresses.urlOf(provider, connection, request), newId)
      const start = { connection, options, method, draft, carry: whole(), lenient: false, receiver: null }
      const { answer } = await travel(start)
      return readAnswer(answer, providerOf(connection.provider))
    },
    bindFetch: (connection, options) =>
      asFetch(async (request) => {
        const { method, signal } = request
        const draft = (provider: Provider) =>
          draftOfFetch(provider, request, addresses.locate(provider, connection, request.url), newId)
        const start = { connection, options, method, draft, signal, carry: whole(), lenient: true, receiver: null }
        return (await travel(start)).answer
      }),
    async send(connection, options, request) {
      const carry = whole({ maxBytes: readBytes, overflow: 'cut decoded' })
      const { answer, notes } = await travel({ ...rawStart(connection, options, request), carry, receiver: null })
      return { ...answer, ...notes }
    },
    async stream(connection, options, request, receiver) {
      const start = { ...rawStart(connection, options, request), carry: streamed, receiver }
      const { answer, notes, isDelivered } = await travel(start)
      if (isDelivered) return
      receiver.whole(answer.status, answer.headers, notes, answer.body)
    },
    breaker: (connectionId) => breakers.view(connectionId),
    resetBreaker: (connectionId) => breakers.reset(connectionId),
    flush: () => log.flush(),
    close: () => log.close(),
  }
}
