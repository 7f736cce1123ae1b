import { STATUS_CODES } from 'node:http'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { EgressAnswer, EgressRequest } from '../egress/contract.ts'
import type { CallPurpose, Exchange } from './contract.ts'
import type { CallRow, StepTime } from './log.ts'
import { createRedactor, type Redactor } from './redact.ts'

/** What a record needs to know before the first attempt. */
export interface RecordFacts {
  readonly id: string
  readonly at: Date
  readonly connection: Connection
  readonly actor: Actor
  readonly purpose: CallPurpose
  readonly operation: string
  readonly method: string
  /** A provider's own secret fields, as dotted paths. */
  readonly redactPaths: readonly string[]
}

type Sent = Pick<EgressRequest, 'method' | 'url' | 'headers' | 'body'>

/** Collects what the log will keep of one call while it happens. Keeps nothing that was not redacted. */
export class CallRecord {
  readonly #facts: RecordFacts
  readonly #startedAt = performance.now()
  readonly #steps: StepTime[] = []
  readonly #secrets = new Set<string>()
  #redactor: Redactor
  #attempts = 0
  #sent: Sent | null = null
  #answer: EgressAnswer | null = null

  constructor(facts: RecordFacts) {
    this.#facts = facts
    this.#redactor = createRedactor([], facts.redactPaths)
  }

  get redactor(): Redactor {
    return this.#redactor
  }

  /** Values opened for this call: from here on they are nowhere in it. */
  hide(secrets: readonly string[]): void {
    const before = this.#secrets.size
    for (const secret of secrets) this.#secrets.add(secret)
    if (this.#secrets.size > before) this.#redactor = createRedactor([...this.#secrets], this.#facts.redactPaths)
  }

  /** Runs a step and notes how long it took, failed or not. */
  async step<T>(step: string, work: () => T | Promise<T>): Promise<T> {
    const startedAt = performance.now()
    try {
      return await work()
    } finally {
      this.#steps.push({ step, ms: Math.max(0, Math.round(performance.now() - startedAt)) })
    }
  }

  sending(request: Sent): void {
    this.#attempts++
    this.#sent = request
    this.#answer = null
  }

  received(answer: EgressAnswer): void {
    this.#answer = answer
  }

  /** The last exchange as a test report shows it. */
  exchange(latencyMs: number, error: ProviderCallError | null): Exchange {
    const sent = this.#sent
    const answer = this.#answer
    const address = sent ? `${sent.method} ${sent.url.origin}${this.#redactor.path(sent.url)}` : ''
    const body = sent ? this.#redactor.body(sent.body, sent.headers['content-type']) : null
    const words = answer
      ? `${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trim()
      : this.#redactor.text(error?.message ?? '')
    const answered = answer ? this.#redactor.body(answer.body, answer.headers['content-type']) : null
    return { sent: join(address, body), received: join(words, answered), latencyMs }
  }

  /** The finished row. */
  row(error: unknown): CallRow {
    const { connection, actor } = this.#facts
    const sent = this.#sent
    const answer = this.#answer
    const url = sent?.url
    const text = (value: string) => this.#redactor.text(value)
    return {
      id: this.#facts.id,
      at: this.#facts.at,
      organizationId: connection.organizationId,
      connectionId: connection.id,
      provider: connection.provider,
      environment: connection.environment,
      purpose: this.#facts.purpose,
      operation: text(this.#facts.operation),
      method: this.#facts.method,
      host: url?.host ?? '',
      path: url ? this.#redactor.path(url).slice(0, longestPath) : '',
      status: answer?.status ?? null,
      ok: error === null,
      errorClass: error === null ? null : error instanceof ProviderCallError ? error.errorClass : 'INTERNAL',
      errorMessage:
        error === null
          ? null
          : text(error instanceof ProviderCallError ? error.message : 'The hub itself failed.').slice(0, 1000),
      latencyMs: Math.max(0, Math.round(performance.now() - this.#startedAt)),
      attempts: this.#attempts,
      requestBytes: sizeOf(sent?.body ?? null),
      responseBytes: answer?.body.byteLength ?? 0,
      requestHead: sent ? this.#redactor.headers(sent.headers) : {},
      requestBody: sent ? this.#redactor.body(sent.body, sent.headers['content-type']) : null,
      responseHead: answer ? this.#redactor.headers(answer.headers) : null,
      responseBody: answer ? this.#redactor.body(answer.body, answer.headers['content-type']) : null,
      steps: this.#steps,
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      ipAddress: actor.ipAddress,
      correlationId: actor.correlationId,
      cache: null,
      costMinor: null,
    }
  }
}

const longestPath = 2_000

function sizeOf(body: string | Uint8Array | null): number {
  return body === null ? 0 : typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
}

function join(head: string, body: string | null): string {
  return body === null ? head : `${head}\n${body}`
}
