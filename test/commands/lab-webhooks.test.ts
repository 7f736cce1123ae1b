import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, IdempotencyConflictError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import { startLab, type Lab } from '@patchbay/server/lab/lab.ts'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'

let lab: Lab
let hub: RulesHub
let owner: Actor
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
  hub = await rulesHub({ lab: { origin: lab.origin, fetch } })
  owner = (await hub.organization()).owner
})
afterAll(async () => {
  await hub.close()
  await lab.close()
})

const entries = (action: string) => hub.database.system.prisma.auditEntry.count({ where: { action } })

describe('N3: the lab’s webhooks', () => {
  test('every vendor lists its scenarios and who would be told', async () => {
    const vendors = await hub.commands.lab!.webhooks()
    expect(vendors.find(({ provider }) => provider === 'stripe')).toMatchObject({
      subscribers: 0,
      scenarios: [{ name: 'payment.succeeded' }, {}, {}, {}],
      troubles: { length: 6 },
    })
  })

  test('an event is emitted once per idempotency key; a refusal leaves the key free', async () => {
    const wheel = hub.commands.lab!
    const wanted = { provider: 'stripe', scenario: 'payment.succeeded', count: 3, idempotencyKey: 'lab-1' }
    await expect(wheel.emit(owner, wanted)).rejects.toThrow(ConflictError)
    await fetch(`${lab.origin}/_control/stripe/subscribers`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ url: `${lab.origin}/_receiver/shop`, secret: 'whsec_test' }),
    })
    const emission = { events: 3, subscribers: 1, letters: 3 }
    const answers = await Promise.all([wheel.emit(owner, wanted), wheel.emit(owner, wanted)])
    expect([...answers, await wheel.emit(owner, wanted)]).toMatchObject([emission, emission, emission])
    await expect(wheel.emit(owner, { ...wanted, count: 4 })).rejects.toThrow(IdempotencyConflictError)
    expect(await entries('lab.emitted')).toBe(1)
  })

  test('what the lab does not know is refused', async () => {
    const wheel = hub.commands.lab!
    await expect(wheel.emit(owner, { provider: 'stripe', scenario: 'nothing' })).rejects.toThrow(InvalidInputError)
    await expect(wheel.emit(owner, { provider: 'nobody', scenario: 'nothing' })).rejects.toThrow(NotFoundError)
    await expect(wheel.setReceiver(owner, { name: 'shop', mode: 'SLOW', delayMs: -1 })).rejects.toThrow(
      InvalidInputError,
    )
  })

  test('a receiver is switched, listed with what arrived, and the change is audited', async () => {
    const wheel = hub.commands.lab!
    const set = await wheel.setReceiver(owner, { name: 'till', mode: 'STATUS', status: 429, retryAfterSeconds: 60 })
    expect(set).toMatchObject({ url: `${lab.origin}/_receiver/till`, behaviour: { mode: 'STATUS', status: 429 } })
    expect((await fetch(set.url, { method: 'POST', headers: { 'webhook-id': 'msg_1' } })).status).toBe(429)
    const found = (await wheel.receivers()).find(({ name }) => name === 'till')
    expect(found).toMatchObject({ received: 1, distinct: 1, repeated: 0 })
    expect(found?.lastAt).toBeInstanceOf(Date)
    expect(await entries('lab.receiver_changed')).toBe(1)
  })
})
