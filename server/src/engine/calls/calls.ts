import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Provider } from '../../providers/provider.ts'
import type { AnswerCache, FetchedAnswer } from '../cache/contract.ts'
import type { Egress } from '../egress/contract.ts'
import type { CallLimits } from '../limits/contract.ts'
import type { Credentials } from '../oauth/contract.ts'
import { createAddressBook } from './address-book.ts'
import { createBreakers, type Breakers } from './breaker.ts'
import { answerThrough } from './cached.ts'
import { again, streamed, whole } from './carry.ts'
import type { BindOptions, Calls, RawRequest } from './contract.ts'
import { createDeadline } from './deadline.ts'
import { asFetch } from './fetch.ts'
import { arrival, type Arrival, type Journey, type Outcome, type Start } from './journey.ts'
import { judge, readAnswer } from './judge.ts'
import type { CallLog } from './log.ts'
import { noCache, noLimits, noPurse, type Purse } from './off.ts'
import { authorized, draftOf, draftOfFetch, draftOfRaw, spellingsIn, type Draft } from './outgoing.ts'
import { requireReach } from './reach.ts'
import { CallRecord } from './record.ts'
import { planRetry } from './retry.ts'
import { createRetryBudget } from './retry-budget.ts'
import { requireOpen } from './status.ts'
import { traced } from './trace.ts'

export { createCallLog, type CallLog, type CallLogOptions } from './log.ts'
export { createPlainCalls, type PlainCallsOptions } from './plain-calls.ts'

export interface CallsOptions {
  readonly egress: Egress
  readonly log: CallLog
  readonly credentials: Pick<Credentials, 'open' | 'reject'>
  readonly providers: (slug: string) => Provider | undefined
  /** Default: nothing costs anything. */
  readonly purse?: Purse
  /** Default: nothing is kept. */
  readonly cache?: Pick<AnswerCache, 'through' | 'wants'>
  /** Default: no limits. */
  readonly limits?: Pick<CallLimits, 'take' | 'heard'>
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
    const facts = { id: newId(), at: new Date(now()), connection, actor, purpose, operation, method }
    const record = new CallRecord({ ...facts, redactPaths: provider.redact ?? noPaths })
    const { clock } = record
    using deadline = createDeadline(provider.entry.name, timeoutMs, [actor.signal, start.signal], now)
    const nothing = { refusal: null, delivery: 'none', standing: null, cache: null, ageSeconds: 0 } as const
    const uncached = { isWanted: () => false, letGo: () => {} }
    const journey: Journey = { ...start, provider, record, deadline, ...nothing, ...uncached }
    let failure: unknown = null
    try {
      clock.at('status', () => requireOpen(connection, force))
      if (!force) clock.at('budget', () => purse.requireRoom(connection))
      const draft = start.draft(provider)
      record.planned({ ...draft, body: null })
      const span = { provider: connection.provider, operation, method, host: draft.url.host }
      const seek = () => answerThrough(cache, journey, draft, (asked) => onward(journey, asked))
      return arrival(await traced(span, seek), journey)
    } catch (error) {
      failure = error
      if (error instanceof ProviderCallError) error.callId = facts.id
      // Once an answer has begun to leave, only its whole is an answer.
      if (!start.lenient || journey.refusal === null || journey.delivery === 'begun') throw error
      return arrival(journey.refusal, journey)
    } finally {
      await log.add(record.row(failure))
    }
  }

  /** What the cache does not answer: limits → breaker → attempts. */
  async function onward(journey: Journey, draft: Draft): Promise<FetchedAnswer> {
    const { connection, options, record } = journey
    const { force = false, actor } = options
    const take = () => limits.take(connection, actor, { force })
    journey.standing = await record.clock.run('limit', take)
    budget.called(connection.id)
    const from = record.clock.elapsed()
    let isLet = false
    try {
      return await breakers.run(connection.id, force, () => {
        isLet = true
        record.clock.note('breaker', from)
        return attemptAll(journey, draft)
      })
    } finally {
      if (!isLet) record.clock.note('breaker', from)
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
    const { connection, provider, options, record, deadline, carry } = journey
    const { clock } = record
    const clean = (text: string) => record.redactor.text(text)
    const heard = (headers: Readonly<Record<string, string>>, status: number) =>
      limits.heard(connection, headers, status)
    clock.nextAttempt()
    const from = clock.elapsed()
    let outcome: Outcome
    try {
      const opening = () => deadline.race(credentials.open(connection, options.actor))
      const opened = await clock.run('credentials', opening)
      record.hide(spellingsIn(provider, opened))
      const outgoing = clock.at('authorize', () => authorized(provider, draft, opened))
      const { raw, read } = await carry(egress, outgoing, journey, heard)
      const judging = () => read && judge(provider, readAnswer(read, provider), clean, journey.lenient)
      const judgement = clock.at('judge', judging)
      const { accessToken } = opened
      outcome = judgement
        ? { error: judgement.error, answer: raw, vendorSays: judgement.retry, accessToken }
        : { error: null, answer: raw }
    } catch (error) {
      if (!(error instanceof ProviderCallError)) throw error
      outcome = { error, answer: null, accessToken: null }
    }
    options.onExchange?.(record.exchange(Math.round(clock.elapsed() - from), outcome.error))
    return outcome
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
      receiver.head(answer.status, answer.headers, notes, () => {})
      if (answer.body.byteLength > 0) receiver.body(answer.body)
    },
    breaker: (connectionId) => breakers.view(connectionId),
    resetBreaker: (connectionId) => breakers.reset(connectionId),
    flush: () => log.flush(),
    close: () => log.close(),
  }
}
