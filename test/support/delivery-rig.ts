import { randomBytes } from 'node:crypto'
import { newId } from '@patchbay/server/app/ids.ts'
import { createAlerts } from '@patchbay/server/engine/alerts/alerts.ts'
import type { EndpointKeys, NewEvent } from '@patchbay/server/engine/delivery/contract.ts'
import { createAudit } from '@patchbay/server/engine/audit/audit.ts'
import { createDispatcher, type SteppedDispatcher } from '@patchbay/server/engine/delivery/dispatcher.ts'
import { createFanOut } from '@patchbay/server/engine/delivery/fan-out.ts'
import { createEndpointKeys } from '@patchbay/server/engine/delivery/keys.ts'
import { createPayloads } from '@patchbay/server/engine/delivery/payloads.ts'
import type { DeliverySettings } from '@patchbay/server/engine/delivery/settings.ts'
import { createEgress } from '@patchbay/server/engine/egress/egress.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import { createVault, localWrapper } from '@patchbay/server/engine/vault/vault.ts'
import { testDatabase, type TestDatabase } from './database.ts'
import { makeEndpoint } from './endpoints.ts'
import { newEvent } from './outbox.ts'
import { startReceiver, type Receiver } from './receiver.ts'
import { makeTenant } from './tenants.ts'

/** The dispatcher over a real database and real consumers; its clock is the test's and it moves turn by turn. */
export interface DeliveryRig {
  readonly database: TestDatabase
  readonly receiver: Receiver
  readonly keys: EndpointKeys
  readonly clock: { now: Date; advance(ms: number): void }
  readonly faults: unknown[]
  /** Another dispatcher on the same database. */
  dispatcher(settings?: Partial<DeliverySettings>): SteppedDispatcher
  organization(): Promise<string>
  /** An endpoint with a signing key at the receiver of this name; its id. */
  endpoint(organizationId: string, name: string, fields?: Parameters<typeof makeEndpoint>[2]): Promise<string>
  /** Records events; their ids. */
  record(organizationId: string, count?: number, fields?: Partial<NewEvent>): Promise<string[]>
  deliveries(endpointId: string): Promise<Awaited<ReturnType<TestDatabase['system']['prisma']['delivery']['findMany']>>>
  attempts(endpointId: string): Promise<Awaited<ReturnType<TestDatabase['system']['prisma']['attempt']['findMany']>>>
  lane(
    endpointId: string,
  ): Promise<Awaited<ReturnType<TestDatabase['system']['prisma']['endpointLane']['findFirstOrThrow']>>>
  alerts(endpointId: string): Promise<string[]>
  close(): Promise<void>
}

export async function startDeliveryRig(): Promise<DeliveryRig> {
  const database = await testDatabase()
  const receiver = await startReceiver()
  const clock = {
    now: new Date('2026-11-21T10:00:00Z'),
    advance(ms: number) {
      clock.now = new Date(clock.now.getTime() + ms)
    },
  }
  const now = () => clock.now
  const live = createLive({ database })
  const alerts = createAlerts({ live, now, newId })
  const audit = createAudit({ database, now, newId })
  const vault = createVault({ wrappers: [localWrapper('k1', randomBytes(32))] })
  const keys = createEndpointKeys({ database, vault, now, newId })
  const queries = { check: () => [], run: () => Promise.reject(new Error('no documents here')) }
  const payloads = createPayloads({ queries, globalEventId: (id) => id })
  const egress = createEgress({ allowOrigins: [receiver.origin] })
  const fanOut = createFanOut({ live, now, newId })
  const faults: unknown[] = []
  const { prisma, sql } = database.system

  return {
    database,
    receiver,
    keys,
    clock,
    faults,
    dispatcher: (settings = {}) =>
      createDispatcher({
        database,
        live,
        alerts,
        audit,
        egress,
        keys,
        payloads,
        version: '0.0.0',
        now,
        random: () => 0,
        newId,
        onFault: (error) => faults.push(error),
        settings,
      }),
    organization: async () => (await makeTenant(database)).organizationId,
    async endpoint(organizationId, name, fields = {}) {
      const { id } = await makeEndpoint(database, organizationId, { url: receiver.url(name), ...fields })
      const key = await keys.create({ organizationId, endpointId: id, algorithm: 'HMAC', createdById: null })
      await sql.transaction((tx) => key.store(tx))
      return id
    },
    async record(organizationId, count = 1, fields = {}) {
      const events = Array.from({ length: count }, () => newEvent(organizationId, { at: clock.now, ...fields }))
      await sql.transaction((tx) => fanOut.record(tx, events))
      return events.map((event) => event.id)
    },
    deliveries: (endpointId) =>
      prisma.delivery.findMany({ where: { endpointId }, orderBy: [{ at: 'asc' }, { id: 'asc' }] }),
    attempts: (endpointId) =>
      prisma.attempt.findMany({ where: { endpointId }, orderBy: [{ at: 'asc' }, { number: 'asc' }] }),
    lane: (endpointId) => prisma.endpointLane.findFirstOrThrow({ where: { endpointId } }),
    alerts: async (endpointId) =>
      (await prisma.alert.findMany({ where: { subjectId: endpointId }, orderBy: { seq: 'asc' } })).map(
        ({ kind }) => kind,
      ),
    async close() {
      await egress.close()
      await payloads.close()
      await receiver.close()
      await database.cleanup()
    },
  }
}
