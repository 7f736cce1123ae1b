import type { HandshakeAnswer, VerifyFacts, WebhookRequest } from '../../providers/webhook.ts'
import type { FoundSource, InboundAnswer, InboundRequest } from './contract.ts'
import { identify } from './identify.ts'
import type { Intake } from './intake.ts'
import { keep, quarantineDigest, type IsSecretName } from './keep.ts'
import type { Limits } from './limits.ts'
import { queryOf, storable } from './message.ts'
import { prove, verdictWords, verifyFacts, type ProverOptions } from './prove.ts'
import type { Sources } from './sources.ts'

export interface ReceiverOptions extends ProverOptions {
  readonly sources: Sources
  readonly intake: Intake
  readonly limits: Limits
  /** Where vendors were told to send, without a trailing slash. */
  readonly publicUrl: string
  readonly isSecretName: IsSecretName
  readonly newId: (at?: number) => string
  /** Longest wait for a source to be found, in milliseconds. Default 10,000. */
  readonly patienceMs?: number
}

const answer = (status: number, headers: Record<string, string> = {}): InboundAnswer => ({ status, headers, body: '' })
const comeBack = (status: 429 | 503, seconds: number) => answer(status, { 'retry-after': `${seconds}` })

/** While the database is away. */
const awaySeconds = 5
/** While a person keeps a source or its connection switched off. */
const pausedSeconds = 300

/**
 * Receives requests, in this order and no other: size → source → rate → raw bytes → question → proof → one transaction
 * → answer. The door has refused a declared size; `read` refuses what turns out larger.
 */
export function createReceiver(options: ReceiverOptions): (request: InboundRequest) => Promise<InboundAnswer> {
  const { sources, intake, limits, now, onFault, patienceMs = 10_000 } = options

  return async function receive(request) {
    // Source. A stranger who guesses tokens is stopped before the database is asked.
    let source = sources.recall(request.token)
    if (source === undefined) {
      const guessing = await limits.guesses(request.ipAddress)
      if (guessing > 0) return comeBack(429, guessing)
      const found = await within(patienceMs, sources.find(request.token)).catch((error: unknown) => {
        onFault(error)
        return 'AWAY' as const
      })
      if (found === 'AWAY') return comeBack(503, awaySeconds)
      source = found
    }
    if (source === null) {
      await limits.guessed(request.ipAddress, request.token)
      return answer(404)
    }
    const counted = { organizationId: source.organizationId, sourceId: source.id }

    // Rate, and switched off. The vendor keeps the event and sends it again.
    const counting = limits.source(source.id)
    const wait = typeof counting === 'number' ? counting : await counting
    if (wait > 0 || source.paused !== null) {
      intake.turnAway(counted, now(), 0)
      return wait > 0 ? comeBack(429, wait) : comeBack(503, pausedSeconds)
    }

    // Raw bytes.
    const body = await request.read()
    if (body === null) {
      intake.turnAway(counted, now(), 0)
      return answer(413, { connection: 'close' })
    }
    const asked: WebhookRequest = {
      method: request.method,
      url: `${options.publicUrl}/hooks/${request.token}${request.search}`,
      query: queryOf(request.search),
      headers: request.headers,
      body,
    }
    const facts = verifyFacts(source, options)

    // Question: answered, not stored.
    const question = ask(source, asked, facts)
    if (question !== null)
      return { status: question.status, headers: { 'content-type': question.contentType }, body: question.body }
    if (request.method !== 'POST') return source.spec.handshake ? answer(403) : answer(405, { allow: 'POST' })

    // Proof.
    const proving = prove(source, asked, facts, onFault)
    const verification = proving instanceof Promise ? await proving : proving
    const isProven = verification.verdict === 'VERIFIED'
    const refusal = source.spec.refusal ?? 401

    // One transaction.
    const at = now()
    const { headers, search } = request
    const identity = isProven ? identify(source.spec, { headers, search, body }, onFault) : null
    const kept = keep(request, source.spec, options.isSecretName)
    const told = refusal < 300 ? ` Answered with ${refusal}, because the vendor ends the subscription otherwise.` : ''
    const taken = await intake.add({
      id: options.newId(at.getTime()),
      at,
      organizationId: source.organizationId,
      sourceId: source.id,
      connectionId: source.connection.id,
      provider: source.connection.provider,
      vendorEventId: identity?.id ?? null,
      vendorType: identity?.type ?? null,
      occurredAt: identity?.occurredAt ?? null,
      verdict: verification.verdict,
      verdictText: storable(isProven ? verdictWords(verification) : verdictWords(verification) + told),
      method: request.method,
      query: kept.query,
      head: kept.head,
      body,
      ipAddress: request.ipAddress,
      correlationId: request.correlationId,
      digest: identity?.digest ?? quarantineDigest(request, body),
    })

    // Answer.
    if (taken === 'AWAY') return comeBack(503, awaySeconds)
    return answer(isProven ? 200 : refusal)
  }

  function ask({ spec }: FoundSource, asked: WebhookRequest, facts: VerifyFacts): HandshakeAnswer | null {
    try {
      return spec.handshake?.(asked, facts) ?? null
    } catch (error) {
      onFault(error)
      return null
    }
  }
}

/** The result, or a failure after `ms`: a database that hangs is a database that is away. */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer from the database within ${ms} ms`)), ms)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
