import { randomUUID } from 'node:crypto'
import type { Database } from '@patchbay/prisma/database.ts'
import { ensurePartitions } from '@patchbay/prisma/retention.ts'
import { insertCalls, type CallRow } from '@patchbay/server/engine/calls/log-rows.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import { insertAnyRow } from './any-row.ts'
import { callRow } from './call-row.ts'

export interface HistoryOptions {
  readonly organizationId: string
  readonly calls: number
  /** The latest call. */
  readonly until: Date
  readonly days: number
  /** Providers and categories of the connections, one each. */
  readonly providers?: readonly (readonly [string, string])[]
  /** API keys that make a third of the calls each; the rest is the hub's own. */
  readonly apiKeyIds?: readonly string[]
}

const shops = [
  ['stripe', 'PAYMENT'],
  ['paypal', 'PAYMENT'],
  ['printful', 'FULFILLMENT'],
  ['aramex', 'SHIPPING'],
  ['sendgrid', 'EMAIL'],
] as const

/** Numbers that look random and are the same in every run. */
export function numbers(seed: number): () => number {
  let state = seed
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648
    return state / 2_147_483_648
  }
}

/** A latency as vendors have it: mostly quick, sometimes very slow. */
export const latencyOf = (random: () => number): number =>
  Math.min(
    900_000,
    Math.max(
      1,
      Math.round(
        Math.exp(4.4 + 1.1 * (random() + random() + random() + random() - 2)) + (random() < 0.02 ? 4000 * random() : 0),
      ),
    ),
  )

/** Calls of a past, written as the log writes them: in batches, rows and figures together. */
export async function writeHistory(database: Database, options: HistoryOptions): Promise<readonly string[]> {
  const { organizationId, calls, until, days, apiKeyIds = [], providers = shops } = options
  const { sql } = database.system
  const connections: { id: string; provider: string }[] = []
  for (const [provider, category] of providers) {
    const row = await insertAnyRow(sql, 'Connection', {
      ...{ organizationId, provider, category, name: `Our ${provider}`, environment: 'LIVE', status: 'ACTIVE' },
      createdAt: new Date(until.getTime() - connections.length * 1000),
    })
    connections.push({ id: String(row['id']), provider })
  }
  await ensurePartitions(database)
  const live = createLive({ database })
  const random = numbers(7)
  // In bursts, as work comes: about a hundred and twenty calls a minute, and then a while nothing.
  const bursts = Math.max(1, Math.round(calls / 125))
  const rows = Array.from({ length: calls }, (_, n): CallRow => {
    const burst = Math.floor((n * bursts) / calls)
    const connection = connections[Math.floor(random() * connections.length)] ?? connections[0]
    const ok = random() > 0.06
    const who = Math.floor(random() * 3)
    const apiKeyId = apiKeyIds[who]
    const cached = random() < 0.05
    return callRow({
      id: randomUUID(),
      organizationId,
      connectionId: connection?.id ?? '',
      provider: connection?.provider ?? '',
      at: new Date(until.getTime() - ((bursts - burst) / bursts) * days * 86_400_000 + Math.floor(random() * 50_000)),
      operation: random() < 0.7 ? 'payment.create' : 'payment.get',
      purpose: 'OPERATION',
      ok,
      status: ok ? 200 : random() < 0.5 ? 503 : null,
      errorClass: ok ? null : (['UNAVAILABLE', 'TIMEOUT', 'RATE_LIMITED'][Math.floor(random() * 3)] ?? null),
      errorMessage: ok ? null : 'It failed.',
      latencyMs: latencyOf(random),
      attempts: random() < 0.1 ? 2 : 1,
      requestBytes: Math.floor(random() * 2000),
      responseBytes: Math.floor(random() * 90_000),
      cache: cached ? 'HIT' : null,
      costMicros: BigInt(Math.floor(random() * 30_000)),
      ...(apiKeyId === undefined ? {} : { actorKind: 'API_KEY', actorId: apiKeyId }),
    })
  })
  for (let n = 0; n < rows.length; n += 500)
    await sql.transaction((tx) => insertCalls(tx, live, rows.slice(n, n + 500)))
  await live.close()
  return connections.map(({ id }) => id)
}
