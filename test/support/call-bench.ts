import type { Connection } from '@patchbay/prisma/generated/client.ts'
import { createCallLog, createCalls, type CallLog } from '@patchbay/server/engine/calls/calls.ts'
import type { BindOptions, Calls } from '@patchbay/server/engine/calls/contract.ts'
import type { CallRow } from '@patchbay/server/engine/calls/log.ts'
import { createEgress } from '@patchbay/server/engine/egress/egress.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import type { Credentials } from '@patchbay/server/engine/oauth/contract.ts'
import type { Provider } from '@patchbay/server/providers/provider.ts'
import type { TestDatabase } from './database.ts'
import { testActor, testConnection, testProvider } from './test-provider.ts'
import { startVendor, type VendorHandler, type VendorServer } from './vendor-server.ts'

/** The call pipeline against one small vendor, on a real log. Time passes only when told. */
export interface CallBench extends AsyncDisposable {
  readonly vendor: VendorServer
  readonly calls: Calls
  readonly log: CallLog
  readonly connection: Connection
  /** Pauses the pipeline asked for, in milliseconds; none was waited. */
  readonly pauses: number[]
  /** Access tokens the vendor refused. */
  readonly rejected: string[]
  readonly clock: { ms: number }
  options(more?: Partial<BindOptions>): BindOptions
  /** Committed rows, oldest first. */
  rows(): Promise<CallRow[]>
}

export interface BenchOptions {
  readonly traits?: Partial<Provider>
  readonly open?: Credentials['open']
  readonly connection?: Partial<Connection>
  readonly labOrigin?: (vendor: VendorServer) => string
  readonly random?: () => number
}

export const benchKey = 'sk_test_4eC39HqLyjWDarjtT1zdp7dc'

export async function callBench(
  database: TestDatabase,
  handler: VendorHandler,
  options: BenchOptions = {},
): Promise<CallBench> {
  const vendor = await startVendor(handler)
  const provider = testProvider(vendor.origin, options.traits)
  const connection = testConnection(options.connection)
  const egress = createEgress({ allowOrigins: [vendor.origin] })
  const log = createCallLog({ database, live: createLive({ database }) })
  const pauses: number[] = []
  const rejected: string[] = []
  const clock = { ms: Date.now() }
  const calls = createCalls({
    egress,
    log,
    credentials: {
      open: options.open ?? (async () => ({ fields: { apiKey: benchKey }, accessToken: null })),
      reject: (_id, token) => void rejected.push(token),
    },
    providers: (slug) => (slug === provider.entry.slug ? provider : undefined),
    labOrigin: options.labOrigin?.(vendor) ?? null,
    now: () => clock.ms,
    random: options.random ?? (() => 0.5),
    pause: async (ms) => void pauses.push(ms),
  })
  return {
    vendor,
    calls,
    log,
    connection,
    pauses,
    rejected,
    clock,
    options: (more = {}) => ({
      actor: testActor(connection.organizationId),
      purpose: 'OPERATION',
      operation: 'things.read',
      ...more,
    }),
    async rows() {
      await log.flush()
      const rows = await database.system.prisma.call.findMany({
        where: { connectionId: connection.id },
        orderBy: { seq: 'asc' },
      })
      return rows as unknown as CallRow[]
    },
    async [Symbol.asyncDispose]() {
      await calls.close()
      await egress.close()
      await vendor[Symbol.asyncDispose]()
    },
  }
}

/** The ProviderCallError a call ended with, or what it answered. */
export async function refusalOf(
  work: Promise<unknown>,
): Promise<Error & { errorClass?: string; advice?: string; status?: number | null }> {
  const ended = await work.then(
    (value) => new Error(`not refused: ${JSON.stringify(value)}`),
    (error: Error) => error,
  )
  return ended
}
