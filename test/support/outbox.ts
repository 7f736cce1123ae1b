import { newId } from '@patchbay/server/app/ids.ts'
import type { NewEvent } from '@patchbay/server/engine/delivery/contract.ts'

/** An event of an organization, about to be recorded. */
export function newEvent(organizationId: string, fields: Partial<NewEvent> = {}): NewEvent {
  const at = fields.at ?? new Date()
  return {
    id: newId(at.getTime()),
    at,
    organizationId,
    type: 'payment.succeeded',
    version: 1,
    occurredAt: at,
    connectionId: null,
    provider: 'stripe',
    data: { id: 'pi_1', note: 'a "quoted" \\ {word}' },
    source: { kind: 'WEBHOOK', vendorType: 'payment_intent.succeeded', vendorEventId: 'evt_1', inboundEventId: null },
    inboundEventId: null,
    ordinal: 0,
    run: 1,
    orderKey: null,
    test: false,
    ...fields,
  }
}
