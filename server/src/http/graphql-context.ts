import type { Database } from '@patchbay/prisma/database.ts'
import type { Catalog, Language } from '@patchbay/schema/catalog.ts'
import type { Commands } from '@patchbay/schema/commands/index.ts'
import type { Actor, Context, HubFacts, HubReaders } from '@patchbay/schema/context.ts'
import { UnauthenticatedError } from '@patchbay/schema/errors.ts'
import type { Live } from '@patchbay/schema/events.ts'
import { createLoaders } from '@patchbay/schema/load/index.ts'
import type { Authenticated } from '../engine/people/contract.ts'

/** What every operation shares. */
export interface Surroundings {
  readonly database: Pick<Database, 'tenant'>
  readonly commands: Commands
  readonly live: Live
  readonly catalog: Catalog
  readonly hub: HubFacts
  readonly readers: HubReaders
  readonly now: () => Date
  /** Told when somebody known asks for what they may not do. Default nobody. */
  readonly refusedScope?: (viewer: Authenticated, ipAddress: string | null) => void
}

/** What is known of one operation before it begins, whichever way it came in. */
export interface Asker {
  readonly viewer: Authenticated | null
  readonly correlationId: string
  readonly ipAddress: string | null
  /** Default English. */
  readonly language?: Language
  /** Aborted when the caller goes away. */
  readonly signal: AbortSignal | undefined
  /** Asks again whether the viewer may still be here; null when not. Absent for operations that end by themselves. */
  readonly again?: () => Promise<Authenticated | null>
}

/** The context of one operation. Cheap: nothing is read and no loader is made before a resolver asks. */
export function contextOf({ database, refusedScope, ...shared }: Surroundings, asker: Asker): Context {
  const { viewer, correlationId, ipAddress, language = 'en' } = asker
  const known = (): Authenticated => {
    if (viewer === null) throw new UnauthenticatedError('Sign in, or send an API key, to do this.')
    return viewer
  }
  const tenant = () => database.tenant(known().organizationId)
  const actor = (): Actor => {
    const { kind, id, name, organizationId, connectionIds, sessionId } = known()
    const { signal } = asker
    const who = { kind, id, name, organizationId, connectionIds, sessionId, ipAddress, correlationId, language }
    return signal === undefined ? who : { ...who, signal }
  }
  const loaders = createLoaders(() => ({
    tenant: tenant(),
    connectionIds: viewer?.connectionIds ?? [],
    now: shared.now,
  }))
  const refused = (): void => {
    if (viewer !== null) refusedScope?.(viewer, ipAddress)
  }
  return {
    ...shared,
    language,
    catalog: shared.catalog.in(language),
    refused,
    viewer,
    actor,
    tenant,
    loaders,
    refresh: () => loaders.forget(),
    correlationId,
    ipAddress,
  }
}
