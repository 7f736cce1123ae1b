import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHub, type TestHub } from '../support/hub.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { until } from '../support/until.ts'
import { makeEndpoint } from '../support/endpoints.ts'
import { newEvent } from '../support/outbox.ts'

let hub: TestHub
let receiver: Receiver
beforeAll(async () => {
  receiver = await startReceiver()
  hub = await startHub({ env: { PATCHBAY_EGRESS_ORIGINS: receiver.origin } })
})
afterAll(async () => {
  await hub.stop()
  await receiver.close()
})

test('D3: a running hub sends an event by itself, and shows its open attempts', async () => {
  const { organizationId, database, app } = hub
  const { id } = await makeEndpoint(database, organizationId, { url: receiver.url('live') })
  const key = await app.parts.endpointKeys.create({
    organizationId,
    endpointId: id,
    algorithm: 'HMAC',
    createdById: null,
  })
  await database.system.sql.transaction((tx) => key.store(tx))
  const event = newEvent(organizationId)
  await database.system.sql.transaction((tx) => app.parts.fanOut.record(tx, [event]))
  await until('the consumer got it', () =>
    receiver.of('live').some(({ headers }) => headers['webhook-id'] === event.id),
  )
  await until('it is delivered', async () => {
    const found = await database.system.prisma.delivery.findFirst({ where: { eventId: event.id } })
    return found?.state === 'DELIVERED'
  })
  const metrics = await (await hub.fetch('/metrics')).text()
  expect(metrics).toContain('patchbay_delivery_attempts_open 0')
})
