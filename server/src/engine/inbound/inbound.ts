import type { Database } from '@patchbay/prisma/database.ts'
import type { LiveWriter } from '../live/contract.ts'
import type { Inbound } from './contract.ts'
import { createIntake, type IntakeOptions } from './intake.ts'
import type { IsSecretName } from './keep.ts'
import { createLimits } from './limits.ts'
import type { ProverOptions } from './prove.ts'
import { createSourceReader, type SourceReaderOptions } from './read-source.ts'
import { createReceiver } from './receive.ts'
import { createSources } from './sources.ts'
import { verifyAgain } from './verify-again.ts'

export { createRouter } from './route.ts'
export { createRegistration } from './registration.ts'

export interface InboundOptions
  extends Omit<SourceReaderOptions, 'newId' | 'database'>, Omit<ProverOptions, 'onFault'> {
  readonly database: Pick<Database, 'system' | 'tenant' | 'listen'>
  readonly live: Pick<LiveWriter, 'append'>
  /** Where vendors send, without a trailing slash. */
  readonly publicUrl: string
  readonly isSecretName: IsSecretName
  /** Requests of one source per minute; 0 is off. */
  readonly perMinute: number
  readonly newId: (at?: number) => string
  readonly onFault?: (error: unknown) => void
  readonly intake?: Partial<Omit<IntakeOptions, 'database' | 'live' | 'onFault'>>
}

/** Receives what vendors send, and keeps it before it says so. */
export function createInbound(options: InboundOptions): Inbound {
  const { database, onFault = () => {} } = options
  const reader = createSourceReader(options)
  const sources = createSources({ database, reader, now: options.now })
  const intake = createIntake({ database, onFault, ...options.intake })
  const receive = createReceiver({ ...options, sources, intake, limits: createLimits(options.perMinute), onFault })
  /** Requests in hand. Counted, not listed: at thousands a second a list of promises is work of its own. */
  let open = 0
  let onIdle: (() => void) | null = null

  return {
    async receive(request) {
      open++
      try {
        return await receive(request)
      } finally {
        open--
        if (open === 0) onIdle?.()
      }
    },
    verifyAgain: (event) => verifyAgain({ ...options, reader, onFault }, event),
    forget: (sourceId) => sources.forget(sourceId),
    get waiting() {
      return intake.waiting
    },
    start: () => sources.start(),
    async close() {
      if (open > 0) await new Promise<void>((resolve) => (onIdle = resolve))
      await intake.close()
      await sources.close()
    },
  }
}
