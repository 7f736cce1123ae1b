import type { CallErrorClass } from '@patchbay/schema/errors.ts'
import type { HealthSettings } from './settings.ts'

export type HealthState = 'HEALTHY' | 'DEGRADED' | 'DOWN' | 'UNKNOWN' | 'NOT_CONFIGURED'

/** What is known of a connection before a probe. */
export interface Known {
  readonly state: HealthState
  readonly failuresInRow: number
  /** Successes in a row that were not slow. */
  readonly successesInRow: number
  /** Slow successes in a row. */
  readonly slowInRow: number
}

/** What a probe found, as far as the judgement needs it. */
export interface Finding {
  readonly ok: boolean
  readonly latencyMs: number
  readonly errorClass: CallErrorClass | null
}

export type Severity = 'DEGRADED' | 'DOWN'
export type IncidentAction = 'OPENED' | 'ESCALATED' | 'EASED' | 'RESOLVED' | null

/** Failures that a person has to end: waiting does not help, so they count faster. */
const refusals: ReadonlySet<CallErrorClass> = new Set(['AUTHENTICATION', 'RECONNECT_REQUIRED', 'NOT_CONFIGURED'])

/** The state after a probe, with hysteresis, so that one lost packet does not ring and one lucky answer does not calm. */
export function judge(known: Known, finding: Finding, settings: HealthSettings): Known {
  if (!finding.ok) return judgeFailure(known, finding.errorClass, settings)
  return finding.latencyMs > settings.slowMs ? judgeSlow(known, settings) : judgeSuccess(known, settings)
}

function judgeSuccess(known: Known, settings: HealthSettings): Known {
  const successesInRow = known.successesInRow + 1
  const counts = { failuresInRow: 0, successesInRow, slowInRow: 0 }
  if (known.state === 'DEGRADED' || known.state === 'DOWN')
    return { ...counts, state: successesInRow >= settings.healthyAfterSuccesses ? 'HEALTHY' : 'DEGRADED' }
  return { ...counts, state: 'HEALTHY' }
}

function judgeSlow(known: Known, settings: HealthSettings): Known {
  const slowInRow = known.slowInRow + 1
  const counts = { failuresInRow: 0, successesInRow: 0, slowInRow }
  if (known.state === 'DOWN' || known.state === 'DEGRADED') return { ...counts, state: 'DEGRADED' }
  return { ...counts, state: slowInRow >= settings.degradedAfterSlow ? 'DEGRADED' : 'HEALTHY' }
}

function judgeFailure(known: Known, errorClass: CallErrorClass | null, settings: HealthSettings): Known {
  // A vendor that asks to slow down is up: worth a look, never a reason to call it down.
  if (errorClass === 'RATE_LIMITED')
    return { ...known, successesInRow: 0, slowInRow: 0, state: known.state === 'DOWN' ? 'DOWN' : 'DEGRADED' }
  const failuresInRow = known.failuresInRow + 1
  const counts = { failuresInRow, successesInRow: 0, slowInRow: 0 }
  const refused = errorClass !== null && refusals.has(errorClass)
  const downAfter = refused ? settings.downAfterRefusals : settings.downAfterFailures
  if (known.state === 'DOWN' || failuresInRow >= downAfter) return { ...counts, state: 'DOWN' }
  if (known.state === 'DEGRADED' || failuresInRow >= settings.degradedAfterFailures)
    return { ...counts, state: 'DEGRADED' }
  return { ...counts, state: known.state }
}

/** What becomes of the open incident (its severity, or null without one) in a state. */
export function incidentAction(open: Severity | null, state: HealthState): IncidentAction {
  if (state === 'HEALTHY') return open === null ? null : 'RESOLVED'
  if (state === 'UNKNOWN' || state === 'NOT_CONFIGURED') return null
  if (open === null) return 'OPENED'
  if (open === state) return null
  return state === 'DOWN' ? 'ESCALATED' : 'EASED'
}
