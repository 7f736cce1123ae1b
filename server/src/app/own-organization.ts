import type { Actor } from '@patchbay/schema/context.ts'
import type { Config } from '../config.ts'

/** The first organization outside of the demo, as the settings name it. */
export function ownOrganization({ organizationName: name }: Config) {
  const words = name.toLowerCase().match(/[a-z0-9]+/g) ?? []
  return { name, slug: words.join('-') || 'organization', country: null, currency: 'USD', timeZone: 'UTC', demo: false }
}

/** The hub itself, acting in an organization under a name. */
export function systemActor(organizationId: string, name: string, newId: () => string): Actor {
  return { kind: 'SYSTEM', id: null, name, organizationId, ipAddress: null, correlationId: newId(), connectionIds: [] }
}
