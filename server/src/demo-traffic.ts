import { setTimeout as wait } from 'node:timers/promises'
import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Collaborators } from './commands/index.ts'
import { factsOf } from './engine/health/probe.ts'
import type { Log } from './log.ts'
import type { Provider } from './providers/provider.ts'

export interface TrafficOptions {
  readonly parts: Pick<Collaborators, 'database' | 'calls' | 'provider' | 'newId'>
  readonly actor: Actor
  readonly random: () => number
  readonly signal: AbortSignal
  readonly log: Log
}

/** What the shop remembers between two moves: ids it has seen, by connection. */
type Memory = Map<string, string>

interface Move {
  readonly category: string
  readonly operation: string
  /** Null when this move is not possible yet. */
  readonly input: (draw: Draw, remembered: string | undefined) => unknown
  /** An id of the answer worth remembering for the next move. */
  readonly learn?: (output: unknown) => string | undefined
}

interface Draw {
  readonly id: string
  pick<T>(choices: readonly T[]): T
  between(low: number, high: number): number
}

const page = { first: 20, after: null }
const dubai = { line1: 'Al Fahidi Street 14', city: 'Dubai', country: 'AE' }
const customers = [
  { line1: 'King Fahd Road 210', city: 'Riyadh', country: 'SA' },
  { line1: 'Salem Al Mubarak Street 8', city: 'Kuwait City', country: 'KW' },
  { line1: 'Corniche Road 77', city: 'Abu Dhabi', country: 'AE' },
  { line1: 'Al Sadd Street 3', city: 'Doha', country: 'QA' },
]
const garments = ['Silk abaya', 'Linen kandura', 'Tailored blazer', 'Evening kaftan', 'Embroidered shawl']
const idOf = (output: unknown): string | undefined => (output as { id?: string } | null)?.id

/** What a day at the shop is made of. Nothing here can fail for lack of money, stock or sleep. */
const moves: readonly Move[] = [
  {
    category: 'PAYMENT',
    operation: 'payments.create',
    input: (draw) => ({
      amount: { amountMinor: draw.between(90, 1400) * 100, currency: 'AED' },
      reference: `NA-${draw.between(1000, 9999)}`,
      description: draw.pick(garments),
      capture: 'AUTOMATIC',
      returnUrl: 'https://shop.example/thanks',
      cancelUrl: 'https://shop.example/cart',
      idempotencyKey: draw.id,
    }),
    learn: idOf,
  },
  { category: 'PAYMENT', operation: 'payments.get', input: (_draw, id) => (id === undefined ? null : { id }) },
  { category: 'ECOMMERCE', operation: 'orders.list', input: () => page },
  { category: 'ECOMMERCE', operation: 'products.list', input: () => page },
  { category: 'FULFILLMENT', operation: 'products.list', input: () => page },
  {
    category: 'SHIPPING',
    operation: 'rates.quote',
    input: (draw) => ({
      from: dubai,
      to: draw.pick(customers),
      parcels: [{ weightGrams: draw.between(200, 2400) }],
      currency: 'AED',
    }),
  },
  {
    category: 'EMAIL',
    operation: 'emails.send',
    input: (draw) => ({
      to: [{ email: 'customer@example.com', name: 'A customer' }],
      from: { email: 'hello@noor-atelier.example', name: 'Noor Atelier' },
      subject: `Your ${draw.pick(garments).toLowerCase()} is being cut`,
      text: 'We will write again when it is on its way.',
      dryRun: false,
      idempotencyKey: draw.id,
    }),
  },
  { category: 'EMAIL', operation: 'templates.list', input: () => page },
  { category: 'CALENDAR', operation: 'events.list', input: () => page },
]

/** A move every 1 to 3 seconds on a random working connection, until `signal` stops it. */
export async function startTraffic(options: TrafficOptions): Promise<void> {
  const { random, signal, log } = options
  const memory: Memory = new Map()
  for (;;) {
    await wait(1000 + random() * 2000, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    await move(options, memory).catch((error: unknown) => {
      // Vendors fail in the lab too, on purpose; that is in the call log.
      if (!(error instanceof ProviderCallError)) log.warn({ error }, 'a simulated move of the demo shop failed')
    })
  }
}

async function move({ parts, actor, random, signal }: TrafficOptions, memory: Memory): Promise<void> {
  const { prisma } = parts.database.tenant(actor.organizationId)
  const working = await prisma.connection.findMany({ where: { simulated: true, status: 'ACTIVE' } })
  const draw: Draw = {
    id: parts.newId(),
    pick: (choices) => choices[Math.floor(random() * choices.length)] as (typeof choices)[number],
    between: (low, high) => low + Math.floor(random() * (high - low + 1)),
  }
  const possible = working.flatMap((connection) =>
    possibleMoves(connection, parts.provider(connection.provider), draw, memory),
  )
  if (possible.length === 0) return
  const { connection, provider, chosen, input } = draw.pick(possible)
  const call = parts.calls.bind(connection, {
    actor: { ...actor, correlationId: draw.id, signal },
    purpose: 'OPERATION',
    operation: chosen.operation,
  })
  const operation = provider.operations[chosen.operation]
  const output = await operation?.(call, input as never, factsOf(connection))
  const learnt = chosen.learn?.(output)
  if (learnt !== undefined) memory.set(connection.id, learnt)
}

function possibleMoves(connection: Connection, provider: Provider | undefined, draw: Draw, memory: Memory) {
  if (provider === undefined) return []
  return moves.flatMap((chosen) => {
    if (chosen.category !== connection.category || provider.operations[chosen.operation] === undefined) return []
    const input = chosen.input(draw, memory.get(connection.id))
    return input === null ? [] : [{ connection, provider, chosen, input }]
  })
}
