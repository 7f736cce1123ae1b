import type { CallMethod, CallProviderInput } from '#lib/graphql/generated/graphql.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

export const methods: readonly CallMethod[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS']
export const timeouts = [5000, 10_000, 30_000, 60_000, 120_000] as const
export const bodyKinds = ['none', 'json', 'text'] as const
export type BodyKind = (typeof bodyKinds)[number]

/** They change nothing at the vendor (RFC 9110, 9.2.1). */
const safe: readonly CallMethod[] = ['GET', 'HEAD', 'OPTIONS']
export const isSafe = (method: CallMethod): boolean => safe.includes(method)

export interface Pair {
  name: string
  value: string
}

/** A request as it was sent, to show it again. */
export interface Sent {
  readonly method: CallMethod
  readonly host: string
  readonly path: string
  readonly query: readonly Pair[]
  readonly headers: readonly Pair[]
  readonly bodyKind: BodyKind
  readonly body: string
  readonly key: string
  readonly timeoutMs: number
}

/** A request while somebody writes it. */
export class RequestDraft {
  method = $state<CallMethod>('GET')
  host = $state('')
  path = $state('/')
  query = $state<Pair[]>([])
  headers = $state<Pair[]>([])
  bodyKind = $state<BodyKind>('json')
  body = $state('')
  key = $state('')
  timeoutMs = $state(30_000)
  #tried = $state(false)

  get takesBody(): boolean {
    return !isSafe(this.method)
  }
  /** The body that is sent; null without one. */
  get bodyText(): string | null {
    if (!this.takesBody || this.bodyKind === 'none' || this.body.trim() === '') return null
    return this.body
  }
  get pathError(): string | null {
    return /^\/[^\s]*$/.test(this.path.trim()) ? null : i18n.t.console.form.pathWrong
  }
  /** What is wrong with the JSON, in the browser's words. */
  get bodyError(): string | null {
    const text = this.bodyText
    if (text === null || this.bodyKind !== 'json') return null
    const fault = jsonFault(text)
    return fault === null ? null : i18n.t.console.form.jsonWrong(fault)
  }
  get tried(): boolean {
    return this.#tried
  }

  check(): boolean {
    this.#tried = true
    return this.pathError === null && this.bodyError === null
  }
  formatBody(): void {
    if (jsonFault(this.body) === null) this.body = JSON.stringify(JSON.parse(this.body), null, 2)
  }

  get sent(): Sent {
    return {
      method: this.method,
      host: this.host.trim(),
      path: this.path.trim(),
      query: named(this.query),
      headers: named(this.headers),
      bodyKind: this.bodyKind,
      body: this.body,
      key: this.key.trim(),
      timeoutMs: this.timeoutMs,
    }
  }
  restore(sent: Sent): void {
    this.method = sent.method
    this.host = sent.host
    this.path = sent.path
    this.query = sent.query.map((pair) => ({ ...pair }))
    this.headers = sent.headers.map((pair) => ({ ...pair }))
    this.bodyKind = sent.bodyKind
    this.body = sent.body
    // The key of a request that was sent would only bring its answer again.
    this.key = ''
    this.timeoutMs = sent.timeoutMs
    this.#tried = false
  }
}

/** The body goes as it was written: parsing it here would round numbers a vendor counts on. */
export function inputOf(connectionId: string, sent: Sent): CallProviderInput {
  const text = isSafe(sent.method) || sent.bodyKind === 'none' || sent.body.trim() === '' ? null : sent.body
  return {
    connectionId,
    method: sent.method,
    path: sent.path,
    host: sent.host === '' ? null : sent.host,
    query: sent.query.map((pair) => ({ ...pair })),
    headers: headersOf(sent, text),
    text,
    timeoutMs: sent.timeoutMs,
    idempotencyKey: sent.key === '' ? null : sent.key,
  }
}

/** Headers as they are sent, the type of a JSON body included. */
export function headersOf(sent: Sent, text: string | null): Pair[] {
  const own = sent.headers.map((pair) => ({ ...pair }))
  const typed = own.some(({ name }) => name.toLowerCase() === 'content-type')
  return text !== null && sent.bodyKind === 'json' && !typed
    ? [...own, { name: 'content-type', value: 'application/json' }]
    : own
}

const named = (pairs: readonly Pair[]): Pair[] =>
  pairs.filter(({ name }) => name.trim() !== '').map(({ name, value }) => ({ name: name.trim(), value }))

function jsonFault(text: string): string | null {
  try {
    JSON.parse(text)
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
