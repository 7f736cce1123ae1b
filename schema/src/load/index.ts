import DataLoader from 'dataloader'
import type { Loaders } from '../loaders.ts'
import { channelsById, rulesById, silencesById } from './alert-rules.ts'
import { alertsById, noticesOfAlerts } from './alerts.ts'
import { apiKeyFigures } from './api-key-figures.ts'
import { apiKeyHandovers, apiKeysById, apiKeysReplacing } from './api-keys.ts'
import { attemptContents, attemptsById, attemptsOfDeliveries } from './attempts.ts'
import { callsById, recentCalls } from './calls.ts'
import { connectionsById, countsByProvider, credentialHints, grants, lastTests } from './connections.ts'
import { deliveriesById, deliveriesOfEvents, recentDeliveries } from './deliveries.ts'
import { endpointKeys, endpointLanes, endpointsById, waitingByEndpoint } from './endpoints.ts'
import { erasuresById } from './erasures.ts'
import { eventContents, eventsById, eventsOfInbound } from './events.ts'
import { healthSpans, latencies } from './health.ts'
import { inboundContents, inboundEventsById } from './inbound-events.ts'
import { incidentsById, openIncidents } from './incidents.ts'
import { userNames } from './people.ts'
import { replayCounts, replaysById } from './replays.ts'
import { lanesOf } from './lanes.ts'
import { measuresOf } from './organizations.ts'
import { budgetsById, pricesById } from './prices.ts'
import type { Reach } from './reach.ts'
import { savedDashboardsById } from './saved-dashboards.ts'
import { sourceRules, sourcesByConnection, sourcesById, sourceSecrets } from './sources.ts'
import { figuresOfDay } from './statistics.ts'
import { systemEventsById } from './system-events.ts'
import { endpointFigures, sourceFigures } from './webhook-figures.ts'

/** How each question is answered for many rows at once. */
const readers = {
  connection: connectionsById,
  lastTest: lastTests,
  credentialHints,
  grant: grants,
  lane: lanesOf,
  incident: incidentsById,
  openIncidents,
  call: callsById,
  recentCalls,
  healthSpans,
  latency: latencies,
  figures: figuresOfDay,
  measures: measuresOf,
  price: pricesById,
  budget: budgetsById,
  savedDashboard: savedDashboardsById,
  connectionCount: countsByProvider,
  userName: userNames,
  source: sourcesById,
  sourceOf: sourcesByConnection,
  sourceSecrets,
  sourceRules,
  sourceFigures,
  inboundEvent: inboundEventsById,
  inboundContent: inboundContents,
  event: eventsById,
  eventContent: eventContents,
  eventsOf: eventsOfInbound,
  endpoint: endpointsById,
  endpointKeys,
  endpointLane: endpointLanes,
  endpointFigures,
  endpointWaiting: waitingByEndpoint,
  recentDeliveries,
  delivery: deliveriesById,
  deliveriesOf: deliveriesOfEvents,
  attempt: attemptsById,
  attemptContent: attemptContents,
  attemptsOf: attemptsOfDeliveries,
  replay: replaysById,
  replayCounts,
  alert: alertsById,
  alertNotices: noticesOfAlerts,
  alertRule: rulesById,
  alertChannel: channelsById,
  silence: silencesById,
  apiKey: apiKeysById,
  apiKeyReplacing: apiKeysReplacing,
  apiKeyHandover: apiKeyHandovers,
  apiKeyFigures,
  systemEvent: systemEventsById,
  erasure: erasuresById,
} satisfies { readonly [N in keyof Loaders]: (reach: Reach, keys: never) => Promise<readonly unknown[]> }

/** Batch readers of one operation. A loader is made when first asked for: most operations need one or two, some none. */
export class OperationLoaders {
  readonly #reach: () => Reach
  #made: Partial<Record<keyof Loaders, unknown>> = {}

  constructor(reach: () => Reach) {
    this.#reach = reach
  }

  /** The loader that answers a question. */
  of(name: keyof Loaders): unknown {
    return (this.#made[name] ??= new DataLoader<string, unknown>(
      (keys) => readers[name](this.#reach(), keys as never) as Promise<unknown[]>,
    ))
  }

  /** Drops everything read so far, so that the next question is asked anew. */
  forget(): void {
    this.#made = {}
  }
}

for (const name of Object.keys(readers) as (keyof Loaders)[])
  Object.defineProperty(OperationLoaders.prototype, name, {
    get(this: OperationLoaders) {
      return this.of(name)
    },
  })

/** New loaders for one operation; `reach` is called when the first of them reads. */
export const createLoaders = (reach: () => Reach): OperationLoaders & Loaders =>
  new OperationLoaders(reach) as OperationLoaders & Loaders
