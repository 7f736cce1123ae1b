import { request as send, Agent } from 'node:http'
import { text } from 'node:stream/consumers'
import { setTimeout as wait } from 'node:timers/promises'
import { callErrorClasses } from '@patchbay/schema/errors.ts'
import { chance, type Chance } from './chance.ts'

export interface EffectsOptions {
  /** Where the hub is, and a key of it. */
  readonly hub: { readonly url: string; readonly apiKey: string }
  readonly labOrigin: string
  /** Uuids of simulated connections, by provider. */
  readonly connections: Readonly<Record<Vendor, readonly string[]>>
  readonly calls: number
  /** Share of calls with a fault. Default 0.3. */
  readonly faulty?: number
  readonly concurrency?: number
  readonly seed: number
  /** Closes the breaker of a connection that was driven to its limit. */
  readonly calm: (connection: string) => Promise<unknown>
  readonly say?: (line: string) => void
}

export interface EffectsReport {
  readonly calls: number
  readonly faulty: number
  readonly succeeded: number
  /** Failures by what the caller was told. */
  readonly failed: Readonly<Record<string, number>>
  /** Failed calls that had their effect all the same: nobody can know, and nothing was done twice. */
  readonly unknown: number
  readonly heldBack: number
  readonly violations: readonly string[]
}

export type Vendor = 'stripe' | 'sendgrid' | 'shopify'

interface Plan {
  readonly vendor: Vendor
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly writes: boolean
}

const form = { 'content-type': 'application/x-www-form-urlencoded' }
const json = { 'content-type': 'application/json' }
const kinds: readonly [Plan, ...Plan[]] = [
  { vendor: 'stripe', method: 'GET', path: '/v1/balance', headers: {}, body: null, writes: false },
  {
    vendor: 'stripe',
    method: 'POST',
    path: '/v1/payment_intents',
    headers: form,
    body: 'amount=4900&currency=aed',
    writes: true,
  },
  {
    vendor: 'sendgrid',
    method: 'POST',
    path: '/v3/mail/send',
    headers: json,
    body: JSON.stringify({
      personalizations: [{ to: [{ email: 'someone@example.com' }] }],
      from: { email: 'orders@noor-atelier.example' },
      subject: 'Hello',
      content: [{ type: 'text/plain', value: 'Hello' }],
    }),
    writes: true,
  },
  {
    vendor: 'shopify',
    method: 'POST',
    path: '/graphql.json',
    headers: { ...json, 'x-patchbay-safe': '1' },
    body: JSON.stringify({ query: '{ shop { id name } }' }),
    writes: false,
  },
]
const plans: readonly (readonly string[])[] = [
  ['error'],
  ['error-after'],
  ['cut'],
  ['cut-after'],
  ['limit'],
  ['silent'],
  ['error', 'cut-after'],
  ['cut-after', 'error', 'limit'],
  ['error', 'error', 'error', 'error'],
]
const typed: ReadonlySet<string> = new Set(callErrorClasses)

/** What a caller saw: a status, or a connection that broke. */
interface Seen {
  readonly status: number
  /** The hub's own word, where the answer is the hub's. */
  readonly error: string | null
  readonly attempts: number
  readonly retryAfterSeconds: number
}

/**
 * Sends mixed calls through the proxy to vendors that fail on purpose, and then asks the vendors what really happened. No
 * effect may have happened twice, every success once, and every failure must come with a class or the vendor's own status.
 */
export async function runEffects(options: EffectsOptions): Promise<EffectsReport> {
  const { calls, concurrency = 64, faulty = 0.3, say = () => {} } = options
  const luck = chance(options.seed)
  const agent = new Agent({ keepAlive: true, maxSockets: concurrency })
  const outcomes: { readonly name: string; readonly kind: Plan; readonly seen: Seen }[] = []
  let heldBack = 0
  let planned = 0
  let next = 0

  async function one(name: string, draw: Chance): Promise<void> {
    const kind = draw.pick(kinds)
    const [first = '', ...others] = options.connections[kind.vendor]
    const connection = draw.pick([first, ...others])
    const isFaulty = draw.draw() < faulty
    const plan = isFaulty ? plans[draw.between(0, plans.length - 1)] : undefined
    if (plan !== undefined) planned++
    const patience = plan?.includes('silent') === true ? '400' : '20000'
    const headers = {
      ...kind.headers,
      'x-lab-effect': name,
      'x-patchbay-timeout-ms': patience,
      ...(plan && { 'x-lab-plan': plan.join(',') }),
    }
    for (;;) {
      const seen = await ask({ kind, connection, headers })
      // Held back by the hub before anything was sent: a decent caller waits and comes again.
      const isHeldBack = seen.attempts === 0 && (seen.error === 'RATE_LIMITED' || seen.error === 'BREAKER_OPEN')
      if (!isHeldBack) return void outcomes.push({ name, kind, seen })
      heldBack++
      if (seen.error === 'BREAKER_OPEN') await options.calm(connection)
      else await wait(Math.min(1, seen.retryAfterSeconds) * 1000)
    }
  }

  function ask({
    kind,
    connection,
    headers,
  }: {
    kind: Plan
    connection: string
    headers: Record<string, string>
  }): Promise<Seen> {
    const size = kind.body === null ? {} : { 'content-length': String(Buffer.byteLength(kind.body)) }
    const all = { authorization: `Bearer ${options.hub.apiKey}`, ...size, ...headers }
    return new Promise((resolve) => {
      const broken = () => resolve({ status: 0, error: null, attempts: 1, retryAfterSeconds: 0 })
      const url = `${options.hub.url}/proxy/${connection}${kind.path}`
      send(url, { method: kind.method, agent, headers: all }, (response) => {
        const { 'x-patchbay-error': error, 'x-patchbay-attempts': attempts, 'retry-after': after } = response.headers
        text(response).then((body) => {
          const said = { error: typeof error === 'string' ? error : null, retryAfterSeconds: Number(after ?? 0) }
          const tried = error === undefined ? Number(attempts ?? 1) : /"attempts":0/.test(body) ? 0 : triedOf(error)
          resolve({ status: response.statusCode ?? 0, attempts: tried, ...said })
        }, broken)
      })
        .on('error', broken)
        .end(kind.body ?? undefined)
    })
  }

  async function worker(draw: Chance): Promise<void> {
    while (next < calls) {
      const n = next++
      if (n > 0 && n % 1000 === 0) say(`${n} calls`)
      await one(`effect-${options.seed}-${n}`, draw)
    }
  }

  await Promise.all(Array.from({ length: concurrency }, () => worker(luck.branch())))
  agent.destroy()
  return { calls, faulty: planned, heldBack, ...(await judge()) }

  /** What the callers were told against what the vendors did. */
  async function judge() {
    const effects = new Map<string, { readonly requests: number; readonly effects: number }>()
    for (const vendor of Object.keys(options.connections)) {
      const answer = await fetch(`${options.labOrigin}/_control/effects/${vendor}`)
      const body = (await answer.json()) as { effects: Record<string, { requests: number; effects: number }> }
      for (const [name, entry] of Object.entries(body.effects)) effects.set(name, entry)
    }
    const violations: string[] = []
    const failed: Record<string, number> = {}
    let succeeded = 0
    let unknown = 0
    for (const { name, kind, seen } of outcomes) {
      const done = effects.get(name)?.effects ?? 0
      const isSuccess = seen.status >= 200 && seen.status < 300
      if (kind.writes && done > 1) violations.push(`${name}: ${kind.vendor} ${kind.path} was done ${done} times`)
      if (kind.writes && isSuccess && done !== 1) violations.push(`${name}: said ${seen.status}, done ${done} times`)
      if (isSuccess) succeeded++
      else {
        const word = seen.error ?? (seen.status === 0 ? 'broken' : `vendor ${seen.status}`)
        failed[word] = (failed[word] ?? 0) + 1
        if (seen.status === 0) violations.push(`${name}: the caller's connection broke`)
        if (seen.error !== null && !typed.has(seen.error)) violations.push(`${name}: failed with "${seen.error}"`)
        if (kind.writes && done === 1) unknown++
      }
    }
    if (outcomes.length !== calls) violations.push(`${calls} calls, ${outcomes.length} outcomes`)
    return { violations, failed, succeeded, unknown }
  }
}

/** Refusals that only happen before anything is sent. */
const triedOf = (error: unknown): number => (error === 'BREAKER_OPEN' || error === 'RATE_LIMITED' ? 0 : 1)
