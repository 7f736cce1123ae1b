import type { Connection } from '@patchbay/prisma/generated/client.ts'

/** A connection as audit entries show it: configuration and status, no secrets, no figures that move by themselves. */
export function auditView(connection: Connection): Record<string, unknown> {
  const { provider, name, environment, status, simulated, baseUrl, settings, probeIntervalSeconds } = connection
  return { provider, name, environment, status, simulated, baseUrl, settings, probeIntervalSeconds }
}

/** The members of `after` that differ from `before`, on both sides. */
export function difference(
  before: Record<string, unknown>,
  after: Record<string, unknown>,
): { before: Record<string, unknown>; after: Record<string, unknown> } {
  const changed = Object.keys(after).filter((name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]))
  const only = (view: Record<string, unknown>) => Object.fromEntries(changed.map((name) => [name, view[name]]))
  return { before: only(before), after: only(after) }
}

/** Status of a connection that is not paused, by what of its form is filled in. */
export function statusOf(state: { complete: boolean; reason: string | null }): {
  status: 'ACTIVE' | 'NOT_CONFIGURED'
  statusReason: string | null
} {
  return { status: state.complete ? 'ACTIVE' : 'NOT_CONFIGURED', statusReason: state.reason }
}
