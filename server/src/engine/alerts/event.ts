import type { NewEvent } from '../delivery/contract.ts'
import { clean, line } from './clean.ts'
import type { Told } from './message.ts'

export interface EventSetting {
  readonly organizationId: string
  readonly at: Date
  readonly newId: (at?: number) => string
  readonly publicUrl: string
}

/** An alert as an event of the hub, `hub.alert`. Events of one alert keep their order for endpoints that ask for it. */
export function alertEvent(
  { alert, occasion }: Told,
  { organizationId, at, newId, publicUrl }: EventSetting,
): NewEvent {
  return {
    id: newId(at.getTime()),
    at,
    organizationId,
    type: 'hub.alert',
    version: 1,
    occurredAt: at,
    connectionId: alert.connectionId,
    provider: null,
    data: {
      id: alert.id,
      occasion,
      kind: alert.kind,
      severity: alert.severity,
      title: line(alert.title, 200),
      text: clean(alert.text, 1_500),
      count: alert.count,
      since: alert.at.toISOString(),
      lastAt: alert.lastAt.toISOString(),
      resolvedAt: alert.resolvedAt?.toISOString() ?? null,
      connection: alert.connectionName === null ? null : line(alert.connectionName, 100),
      link: `${publicUrl}/alerts?alert=${alert.id}`,
    },
    source: { kind: occasion === 'TEST' ? 'TEST' : 'HUB', vendorType: null, vendorEventId: null, inboundEventId: null },
    inboundEventId: null,
    ordinal: 0,
    run: 1,
    orderKey: `alert:${alert.id}`,
    test: occasion === 'TEST',
  }
}
