import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Provider } from '../../providers/provider.ts'
import type { Egress, EgressAnswer } from '../egress/contract.ts'
import type { Credentials } from '../oauth/contract.ts'
import { createAddressBook } from './address-book.ts'
import { createBreakers } from './breaker.ts'
import type { BindOptions, Calls } from './contract.ts'
import { createDeadline, type Deadline } from './deadline.ts'
import { asFetch } from './fetch.ts'
import { judge, readAnswer } from './judge.ts'
import type { CallLog } from './log.ts'
import { authorized, type Draft, draftOf, draftOfFetch, secretsOf } from './outgoing.ts'
import { CallRecord } from './record.ts'
import { planRetry } from './retry.ts'
import { requireOpen } from './status.ts'
import { traced } from './trace.ts'

export { createCallLog, type CallLog, type CallLogOptions } from './log.ts'
export { createPlainCalls, type PlainCallsOptions } from './plain-calls.ts'

export interface CallsOptions {
  readonly egress: Egress
  readonly log: CallLog
  readonly credentials: Pick<Credentials, 'open' | 'reject'>
  readonly providers: (slug: string) => Provider | undefined
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

/** What a door wants sent over a connection. */
interface Start {
  readonly connection: Connection
  readonly options: BindOptions
  readonly method: string
  /** The request before credentials. Throws ProviderCallError when it leads nowhere. */
  readonly draft: (provider: Provider) => Draft
  readonly signal?: AbortSignal
  /** A refusal by answer is returned like a success: the caller judges for itself. */
  readonly lenient: boolean
}

/** One call on its way. */
interface Journey extends Pick<Start, 'connection' | 'options'> {
  readonly provider: Provider
  readonly record: CallRecord
  readonly deadline: Deadline
  /** Answer of the last attempt, when it was a refusal. */
  refusal: EgressAnswer | null
}

/** How one attempt ended. */
type Outcome =
  | { readonly error: null; readonly answer: EgressAnswer }
  | {
      readonly error: ProviderCallError
      /** Null when none came. */
      readonly answer: EgressAnswer | null
      readonly vendorSays?: boolean | undefined
      readonly accessToken: string | null
    }

/** Builds the call pipeline: the way of every request to a vendor. */
export function createCalls(options: CallsOptions): Calls {
  const { egress, log, credentials, labOrigin = null } = options
  const { now = Date.now, random = Math.random, newId = randomUUID } = options
  const pause = options.pause ?? ((ms, signal) => sleep(ms, undefined, { signal }))
  const addresses = createAddressBook(labOrigin)
  const breakers = createBreakers(now)

  /** The way of a call: status → breaker → attempts → answer, and on the side the log. What is refused is thrown. */
  async function travel(start: Start): Promise<EgressAnswer> {
    const { connection, options, method } = start
    const { force = false, timeoutMs = defaultTimeoutMs, actor, purpose, operation } = options
    const provider = providerOf(connection.provider)
    const facts = { id: newId(), at: new Date(now()), connection, actor, purpose, operation, method }
    const record = new CallRecord({ ...facts, redactPaths: provider.redact ?? [] })
    using deadline = createDeadline(provider.entry.name, timeoutMs, [actor.signal, start.signal], now)
    const journey: Journey = { connection, options, provider, record, deadline, refusal: null }
    let failure: unknown = null
    try {
      requireOpen(connection, force)
      const draft = start.draft(provider)
      const span = { provider: connection.provider, operation, method, host: draft.url.host }
      return await traced(span, () => breakers.run(connection.id, force, () => attemptAll(journey, draft)))
    } catch (error) {
      failure = error
      if (start.lenient && journey.refusal) return journey.refusal
      throw error
    } finally {
      await log.add(record.row(failure))
    }
  }

  /** Attempts until one succeeds, another cannot help, or the time is up. */
  async function attemptAll(journey: Journey, draft: Draft): Promise<EgressAnswer> {
    const { connection, options, record, deadline } = journey
    const { retries = defaultRetries } = options
    let isRenewed = false
    for (let attempts = 1; ; attempts++) {
      const outcome = await attempt(journey, draft)
      if (outcome.error === null) return outcome.answer
      const { error, answer, vendorSays, accessToken } = outcome
      journey.refusal = answer
      // A token can die early. One more attempt with a new one: the refused request had no effect.
      if (answer?.status === 401 && accessToken !== null && !isRenewed) {
        isRenewed = true
        attempts--
        credentials.reject(connection.id, accessToken)
        continue
      }
      const facts = { error, vendorSays, method: draft.method, hasKey: draft.hasKey, attempts, retries }
      const pauseMs = planRetry({ ...facts, remainingMs: deadline.remainingMs() }, random)
      if (pauseMs === null) throw error
      await record.step('retry', () => deadline.race(pause(pauseMs, deadline.signal)))
    }
  }

  /** One attempt: credentials → authorize → egress → judge. */
  async function attempt(journey: Journey, draft: Draft): Promise<Outcome> {
    const { connection, provider, options, record, deadline } = journey
    const { signal } = deadline
    const startedAt = performance.now()
    let outcome: Outcome
    try {
      const opening = () => deadline.race(credentials.open(connection, options.actor, signal))
      const opened = await record.step('credentials', opening)
      record.hide(secretsOf(provider, opened))
      const outgoing = await record.step('authorize', () => authorized(provider, draft, opened))
      const request = { ...outgoing, timeoutMs: Math.max(1, deadline.remainingMs()), signal }
      record.sending(request)
      const answer = await record.step('egress', () => egress.send(request))
      record.received(answer)
      const judging = () => judge(provider, readAnswer(answer, provider), (text) => record.redactor.text(text))
      const judgement = await record.step('judge', judging)
      const { accessToken } = opened
      outcome = judgement
        ? { error: judgement.error, answer, vendorSays: judgement.retry, accessToken }
        : { error: null, answer }
    } catch (error) {
      if (!(error instanceof ProviderCallError)) throw error
      outcome = { error, answer: null, accessToken: null }
    }
    options.onExchange?.(record.exchange(Math.round(performance.now() - startedAt), outcome.error))
    return outcome
  }

  function providerOf(slug: string): Provider {
    const provider = options.providers(slug)
    if (provider) return provider
    const advice = 'The hub was set back to an older version, or the provider was removed. Update the hub.'
    const message = `This hub knows no provider "${slug}".`
    throw new ProviderCallError({ errorClass: 'NOT_CONFIGURED', message, advice })
  }

  return {
    bind: (connection, options) => async (request) => {
      const { method } = request
      const draft = (provider: Provider) =>
        draftOf(provider, request, addresses.urlOf(provider, connection, request), newId)
      const answer = await travel({ connection, options, method, draft, lenient: false })
      return readAnswer(answer, providerOf(connection.provider))
    },
    bindFetch: (connection, options) =>
      asFetch((request) => {
        const { method, signal } = request
        const draft = (provider: Provider) =>
          draftOfFetch(provider, request, addresses.locate(provider, connection, request.url), newId)
        return travel({ connection, options, method, draft, signal, lenient: true })
      }),
    breaker: (connectionId) => breakers.view(connectionId),
    resetBreaker: (connectionId) => breakers.reset(connectionId),
    flush: () => log.flush(),
    close: () => log.close(),
  }
}
