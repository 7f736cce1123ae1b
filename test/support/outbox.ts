import { randomUUID } from 'node:crypto'
import type { Database } from '@patchbay/prisma/database.ts'
import { newId } from '@patchbay/server/app/ids.ts'
import type { NewEvent } from '@patchbay/server/engine/delivery/contract.ts'

export interface EndpointSettings {
  readonly url?: string
  readonly eventTypes?: readonly string[]
  readonly enabled?: boolean
  readonly disabledReason?: string | null
  readonly deletedAt?: Date | null
  readonly ratePerSecond?: number | null
  readonly schedule?: readonly number[]
  readonly strictOrder?: boolean
  readonly payload?: 'ENVELOPE' | 'GRAPHQL' | 'JSONATA'
  readonly payloadText?: string | null
}

/** Makes an endpoint with its lane; its id. */
export async function makeEndpoint(
  database: Pick<Database, 'system'>,
  organizationId: string,
  settings: EndpointSettings = {},
): Promise<string> {
  const { eventTypes = ['*'], schedule = [], url = 'https://consumer.test/hook', ...rest } = settings
  const id = randomUUID()
  await database.system.prisma.endpoint.create({
    data: {
      id,
      organizationId,
      url,
      eventTypes: [...eventTypes],
      schedule: [...schedule],
      typesChangedAt: new Date(),
      ...rest,
      lane: { create: {} },
    },
  })
  return id
}

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
