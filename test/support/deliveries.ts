import type { Database } from '@patchbay/prisma/database.ts'
import type { DeliveryUncheckedCreateInput } from '@patchbay/prisma/generated/models.ts'
import { newId } from '@patchbay/server/app/ids.ts'

export interface MadeDelivery {
  readonly id: string
  readonly at: Date
  readonly eventId: string
}

/** Deliveries in the order of their events, a second apart, with the events; each may say what is special about it. */
export async function makeDeliveries(
  database: Pick<Database, 'system'>,
  endpoint: { readonly id: string; readonly organizationId: string },
  from: Date,
  rows: readonly Partial<DeliveryUncheckedCreateInput & { readonly keepsEvent: boolean }>[],
): Promise<MadeDelivery[]> {
  const { organizationId, id: endpointId } = endpoint
  const made = rows.map(({ keepsEvent = true, ...row }, n) => {
    const at = new Date(from.getTime() + n * 1000)
    const eventId = newId(at.getTime())
    const id = newId(at.getTime())
    const type = row.eventType ?? 'payment.succeeded'
    const state = row.state ?? 'DEAD'
    const waits = state === 'QUEUED' || state === 'SENDING' || state === 'WAITING'
    const event = { id: eventId, at, organizationId, type, version: 1, occurredAt: at, data: {}, source: {} }
    const delivery = { eventType: type, roundAt: at, nextAttemptAt: waits ? at : null, attempts: 8, ...row, state }
    return { keepsEvent, event, delivery: { ...delivery, id, at, organizationId, eventId, endpointId } }
  })
  const { prisma } = database.system
  await prisma.event.createMany({ data: made.filter(({ keepsEvent }) => keepsEvent).map(({ event }) => event) })
  await prisma.delivery.createMany({ data: made.map(({ delivery }) => delivery) })
  return made.map(({ delivery: { id, at, eventId } }) => ({ id, at, eventId }))
}
