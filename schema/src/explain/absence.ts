import { fits } from '../event-types/form.ts'
import type { EndpointFacts } from './delivery.ts'
import type { Account, Step } from './step.ts'

/** The event as an endpoint that did not get it sees it. */
export interface MissedEvent {
  readonly at: Date
  readonly type: string
  readonly test: boolean
}

const no = (step: Step['step'], text: string, at: Date | null = null): Account => ({
  summary: text,
  steps: [{ step, ok: false, text, at }],
})

/** Why an endpoint has no delivery of an event. */
export function explainAbsence(event: MissedEvent, endpoint: EndpointFacts): Account {
  if (event.test) return no('FILTERED', 'The event is a test for another endpoint.')
  if (endpoint.deletedAt !== null && endpoint.deletedAt <= event.at)
    return no('FILTERED', 'The endpoint had been deleted before.', endpoint.deletedAt)
  if (endpoint.createdAt > event.at)
    return no('FILTERED', 'The endpoint was created later. A replay sends it what came before.', endpoint.createdAt)
  const asks = endpoint.eventTypes.some((pattern) => fits(pattern, event.type))
  const changed = endpoint.typesChangedAt > event.at
  if (asks && changed)
    return no('MATCHED', `It asks for ${event.type}, but did not when the event was recorded.`, endpoint.typesChangedAt)
  if (!asks) {
    const list = endpoint.eventTypes.join(', ')
    return no(
      'MATCHED',
      `It asks for ${list}, which ${event.type} does not fit${changed ? '; its types changed since then' : ''}.`,
      changed ? endpoint.typesChangedAt : null,
    )
  }
  return no(
    'FILTERED',
    `It asks for ${event.type} and no delivery is on record: it was kept no longer than the retention allows.`,
  )
}
