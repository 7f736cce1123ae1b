import { STATUS_CODES } from 'node:http'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { CacheState } from '../cache/contract.ts'
import type { CallPurpose, Exchange } from './contract.ts'
import type { CallRow } from './log.ts'
import { createSpelledRedactor, keptBytes, namesRedactor, type Redactor } from './redact.ts'
import { spellingsOfAll, type Spellings } from '../vault/secret-spellings.ts'
import { StepClock } from './steps.ts'
import { Tap } from './tap.ts'

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

type Body = string | Uint8Array | Tap | null

interface Sent {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
}

interface Received {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Body
}

/** Collects what the log will keep of one call while it happens. Keeps nothing that was not redacted. */
export class CallRecord {
  readonly clock = new StepClock()
  readonly #facts: RecordFacts
  #spellings: Spellings = []
  #redactor: Redactor | null = null
  #attempts = 0
  #sent: Sent | null = null
  #answer: Received | null = null
  #cache: CacheState | null = null

  constructor(facts: RecordFacts) {
    this.#facts = facts
  }

  get id(): string {
    return this.#facts.id
  }

  get attempts(): number {
    return this.#attempts
  }

  get redactor(): Redactor {
    return (this.#redactor ??= createSpelledRedactor(this.#spellings, this.#facts.redactPaths))
  }

  /** Values opened for this call, in all their spellings: from here on they are nowhere in it. */
  hide(spellings: Spellings): void {
    if (spellings === this.#spellings) return
    // A token renewed between two attempts: both stay hidden.
    const both = this.#spellings.length === 0 ? spellings : [...new Set([...this.#spellings, ...spellings])]
    this.#spellings = both === spellings ? both : both.toSorted((a, b) => b.length - a.length)
    this.#redactor = null
  }

  /** The same for plain values. */
  hideValues(secrets: readonly string[]): void {
    this.hide(spellingsOfAll(secrets))
  }

  /** What is to be sent, should it come to that. */
  planned({ method, url, headers }: Omit<Sent, 'body'>): void {
    this.#sent = { method, url, headers, body: null }
  }

  sending(request: Sent): void {
    this.#attempts++
    this.#sent = request
    this.#answer = null
  }

  received(answer: Received): void {
    this.#answer = answer
  }

  /** The answer came out of the cache, or passed by it. */
  cached(state: CacheState | null, answer: Received | null): void {
    this.#cache = state
    if (answer !== null && (state === 'HIT' || state === 'STALE' || state === 'REVALIDATED')) this.#answer = answer
  }

  /** The last exchange as a test report shows it. */
  exchange(latencyMs: number, error: ProviderCallError | null): Exchange {
    const sent = this.#sent
    const answer = this.#answer
    const address = sent ? `${sent.method} ${sent.url.origin}${this.redactor.path(sent.url)}` : ''
    const words = answer
      ? `${answer.status} ${STATUS_CODES[answer.status] ?? ''}`.trim()
      : this.redactor.text(error?.message ?? '')
    return {
      sent: join(address, textWith(this.redactor, sent)),
      received: join(words, textWith(this.redactor, answer)),
      latencyMs,
    }
  }

  /** The finished row. */
  row(error: unknown): CallRow {
    // Looking for every spelling of every secret in every text is dear, and nearly always in vain: the row is made without,
    // searched as a whole, and made again where there is something to hide, or where a cut might have gone through it.
    const isWhole = sizeOf(this.#sent) <= keptBytes && sizeOf(this.#answer) <= keptBytes
    if (!isWhole || this.#spellings.length === 0) return this.#rowWith(this.redactor, error)
    const row = this.#rowWith(namesRedactor(this.#facts.redactPaths), error)
    return isClean(row, this.#spellings) ? row : this.#rowWith(this.redactor, error)
  }

  #rowWith(redactor: Redactor, error: unknown): CallRow {
    const { connection, actor } = this.#facts
    const sent = this.#sent
    const answer = this.#answer
    const url = sent?.url
    const words = error instanceof ProviderCallError ? error.message : 'The hub itself failed.'
    return {
      id: this.#facts.id,
      at: this.#facts.at,
      organizationId: connection.organizationId,
      connectionId: connection.id,
      provider: connection.provider,
      environment: connection.environment,
      purpose: this.#facts.purpose,
      operation: redactor.text(this.#facts.operation),
      method: this.#facts.method,
      host: url?.host ?? '',
      path: url ? redactor.path(url).slice(0, longestPath) : '',
      status: answer?.status ?? null,
      ok: error === null,
      errorClass: error === null ? null : error instanceof ProviderCallError ? error.errorClass : 'INTERNAL',
      errorMessage: error === null ? null : redactor.text(words).slice(0, 1000),
      latencyMs: Math.max(0, Math.round(this.clock.elapsed())),
      attempts: this.#attempts,
      requestBytes: sizeOf(sent),
      responseBytes: sizeOf(answer),
      requestHead: sent ? redactor.headers(sent.headers) : {},
      requestBody: textWith(redactor, sent),
      responseHead: answer ? redactor.headers(answer.headers) : null,
      responseBody: textWith(redactor, answer),
      steps: this.clock.steps,
      actorKind: actor.kind,
      actorId: actor.id,
      actorName: actor.name,
      ipAddress: actor.ipAddress,
      correlationId: actor.correlationId,
      cache: this.#cache,
      costMicros: null,
    }
  }
}

function textWith(redactor: Redactor, message: Pick<Sent, 'headers' | 'body'> | null): string | null {
  if (message === null || message.body === null) return null
  const { headers, body } = message
  const { 'content-type': type, 'content-encoding': encoding } = headers
  if (body instanceof Tap) return redactor.body(body.beginning(), type, { bytes: body.bytes, encoding })
  return redactor.body(body, type, { encoding })
}

/** Is none of the spellings anywhere in what a vendor or its caller may have put into a row. */
function isClean(row: CallRow, spellings: Spellings): boolean {
  const { operation, path, errorMessage, requestHead, requestBody, responseHead, responseBody } = row
  const heads = `${linesOf(requestHead)}${responseHead === null ? '' : linesOf(responseHead)}`
  const all = `${operation}\n${path}\n${errorMessage ?? ''}\n${heads}${requestBody ?? ''}\n${responseBody ?? ''}`
  for (const spelling of spellings) if (all.includes(spelling)) return false
  return true
}

function linesOf(head: Readonly<Record<string, string>>): string {
  let lines = ''
  for (const name in head) lines += `${name}\n${head[name]}\n`
  return lines
}

const longestPath = 2_000

function sizeOf(message: { readonly body: Body } | null): number {
  const body = message === null ? null : message.body
  if (body === null) return 0
  if (body instanceof Tap) return Math.min(body.bytes, mostBytes)
  return typeof body === 'string' ? Buffer.byteLength(body) : body.byteLength
}

/** What the column holds; a longer body counts as this. */
const mostBytes = 2 ** 31 - 1

function join(head: string, body: string | null): string {
  return body === null ? head : `${head}\n${body}`
}
