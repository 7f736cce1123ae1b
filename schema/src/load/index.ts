import DataLoader from 'dataloader'
import type { Loaders } from '../loaders.ts'
import { callsById, recentCalls } from './calls.ts'
import { connectionsById, countsByProvider, credentialHints, grants, lastTests } from './connections.ts'
import { healthSpans, latencies } from './health.ts'
import { incidentEntries, incidentsById, openIncidents } from './incidents.ts'
import { membersById, userNames } from './people.ts'
import type { Reach } from './reach.ts'
import { figuresOfDay } from './statistics.ts'

/** Batch readers of one operation. Each is built when first asked for: most operations need one or two. */
export function createLoaders(reach: Reach): Loaders {
  const built = new Map<string, DataLoader<string, unknown>>()
  const loader = <K extends string, V>(
    name: string,
    read: (reach: Reach, keys: readonly K[]) => Promise<V[]>,
  ): DataLoader<K, V> => {
    const known = built.get(name)
    if (known !== undefined) return known as unknown as DataLoader<K, V>
    const made = new DataLoader<K, V>((keys) => read(reach, keys))
    built.set(name, made as unknown as DataLoader<string, unknown>)
    return made
  }
  return {
    get connection() {
      return loader('connection', connectionsById)
    },
    get lastTest() {
      return loader('lastTest', lastTests)
    },
    get credentialHints() {
      return loader('credentialHints', credentialHints)
    },
    get grant() {
      return loader('grant', grants)
    },
    get incident() {
      return loader('incident', incidentsById)
    },
    get incidentEntries() {
      return loader('incidentEntries', incidentEntries)
    },
    get openIncidents() {
      return loader('openIncidents', openIncidents)
    },
    get call() {
      return loader('call', callsById)
    },
    get recentCalls() {
      return loader('recentCalls', recentCalls)
    },
    get healthSpans() {
      return loader('healthSpans', healthSpans)
    },
    get latency() {
      return loader('latency', latencies)
    },
    get figures() {
      return loader('figures', figuresOfDay)
    },
    get connectionCount() {
      return loader('connectionCount', countsByProvider)
    },
    get member() {
      return loader('member', membersById)
    },
    get userName() {
      return loader('userName', userNames)
    },
  }
}
