import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { Hono } from 'hono'
import { isLocal } from './client-address.ts'
import type { Metrics } from './metrics.ts'
import type { RestEnv } from './rest.ts'

export interface OpsOptions {
  /** Parts that must work for the hub to take requests, by name; a rejection or 3 s of silence is a no. */
  readonly checks: Readonly<Record<string, () => Promise<void>>>
  readonly metrics: Metrics
  /** Bearer token for /metrics; null leaves them to this machine. */
  readonly metricsToken: string | null
  readonly version: string
}

const patienceMs = 3000

/** /health says the process lives, /ready that it can work, /metrics how it goes. */
export function opsDoor(options: OpsOptions): Hono<RestEnv> {
  const door = new Hono<RestEnv>()
  door.get('/health', (c) => c.json({ status: 'alive', version: options.version }))
  door.get('/ready', async (c) => {
    const parts = Object.fromEntries(
      await Promise.all(
        Object.entries(options.checks).map(async ([name, check]) => [name, await verdict(check)] as const),
      ),
    )
    const ready = Object.values(parts).every((part) => part === 'ok')
    return c.json({ status: ready ? 'ready' : 'not ready', parts }, ready ? 200 : 503)
  })
  door.get('/metrics', async (c) => {
    if (!mayRead(c.env.incoming, options.metricsToken))
      return c.json(
        {
          error: {
            code: 'FORBIDDEN',
            message: 'Metrics are for this machine, or for the bearer of PATCHBAY_METRICS_TOKEN.',
          },
        },
        403,
      )
    return c.body(await options.metrics.text(), 200, { 'content-type': options.metrics.contentType })
  })
  return door
}

/** "ok", or "failed": why is in the log, not on the network. */
async function verdict(check: () => Promise<void>): Promise<'ok' | 'failed'> {
  let timer: NodeJS.Timeout | undefined
  const silence = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), patienceMs)
  })
  try {
    await Promise.race([check(), silence])
    return 'ok'
  } catch {
    return 'failed'
  } finally {
    clearTimeout(timer)
  }
}

function mayRead(request: IncomingMessage, token: string | null): boolean {
  if (token === null) return isLocal(request)
  const given = Buffer.from(request.headers.authorization ?? '')
  const wanted = Buffer.from(`Bearer ${token}`)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
}
