import type { EndpointLaneModel } from '@patchbay/prisma/generated/models.ts'
import type { BreakerState } from '../webhook-states.ts'
import { counted } from './step.ts'

/** What an endpoint's breaker is explained by. */
export type LaneFacts = Pick<EndpointLaneModel, 'breaker' | 'failuresInRow' | 'probeAt' | 'quietUntil' | 'pace'>

/** An endpoint nobody has sent to yet. */
export const freshLane: LaneFacts = { breaker: 'CLOSED', failuresInRow: 0, probeAt: null, quietUntil: null, pace: null }

const words: Readonly<Record<BreakerState, (lane: LaneFacts) => string>> = {
  CLOSED: ({ failuresInRow }) =>
    failuresInRow === 0
      ? 'It works: deliveries go out as they come.'
      : `Deliveries go out, though the last ${counted(failuresInRow, 'attempt')} failed.`,
  OPEN: ({ failuresInRow }) =>
    `It failed ${counted(failuresInRow, 'time')} in a row, so deliveries wait. One of them tries it now and then; when that works, the rest follows by itself, oldest first.`,
  HALF_OPEN: () => 'One delivery is trying whether it works again; the others wait for the outcome.',
  CATCHING_UP: ({ pace }) =>
    `It works again: what waited goes out oldest first${pace === null ? '' : `, ${pace < 1 ? pace.toFixed(2) : Math.round(pace)} a second and growing`}.`,
}

/** How an endpoint is doing, in words. */
export function explainBreaker(lane: LaneFacts, now: Date): string {
  const quiet =
    lane.quietUntil !== null && lane.quietUntil > now ? ' It asked for a pause (Retry-After), which is kept.' : ''
  return words[lane.breaker](lane) + quiet
}
