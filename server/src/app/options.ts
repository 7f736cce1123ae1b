import type { Database } from '@patchbay/prisma/database.ts'
import type { Commands } from '@patchbay/schema/commands/index.ts'
import type { Lab, LabOptions } from '../../lab/lab.ts'
import type { Collaborators } from '../commands/index.ts'
import type { AlertWorker } from '../engine/alerts/contract.ts'
import type { AlertSettings } from '../engine/alerts/settings.ts'
import type { HealthSettings } from '../engine/health/settings.ts'
import type { JobsOptions } from '../engine/jobs/jobs.ts'
import type { Log } from '../log.ts'
import type { Provider } from '../providers/provider.ts'

export interface AppOptions {
  readonly log: Log
  /** Shows words to the person at the terminal. Default: nowhere. */
  readonly say?: (text: string) => void
  readonly now?: () => Date
  readonly random?: () => number
  readonly newId?: (at?: number) => string
  /** A database that is already open and migrated; whoever opened it closes it. Default: as the config says. */
  readonly database?: Database
  readonly lab?: LabOptions
  readonly health?: Partial<HealthSettings>
  readonly alerts?: Partial<AlertSettings>
  readonly jobs?: Pick<JobsOptions, 'fastestPoll'>
  /** Fill the demo organization and let its shop do business. Default true; only in demo mode. */
  readonly demo?: boolean
  /** Built admin pages. Default client/build. */
  readonly clientFolder?: string
  /** Providers besides the registry's, by slug: what tests play the vendor for. */
  readonly providers?: ReadonlyMap<string, Provider>
}

/** A hub in this process, and its parts for tests. */
export interface App {
  /** Where it is reached, without a trailing slash. */
  readonly url: string
  /** The oldest organization. */
  readonly organizationId: string
  readonly parts: Collaborators
  readonly commands: Commands
  readonly lab: Lab | null
  /** Tells alerts; its turns can be taken by hand. */
  readonly alertWorker: AlertWorker
  /** Opens the doors and starts working. */
  start(): Promise<void>
  /** Stops accepting, lets go of subscribers, finishes what is in hand, closes everything. */
  stop(): Promise<void>
}
