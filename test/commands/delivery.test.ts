import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import { runReplay } from '@patchbay/server/engine/delivery/replay.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { makeDeliveries } from '../support/deliveries.ts'
import { makeEndpoint } from '../support/endpoints.ts'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'

let hub: RulesHub
let owner: Actor
let endpoint: { id: string; organizationId: string }
let from: Date

beforeAll(async () => {
  hub = await rulesHub()
})
afterAll(() => hub.close())
beforeEach(async () => {
  ;({ owner } = await hub.organization())
  endpoint = await makeEndpoint(hub.database, owner.organizationId)
  from = new Date(hub.clock.now.getTime() - 3_600_000)
})

const rules = () => hub.commands.delivery
const replayOf = (id: string) => hub.database.system.prisma.replay.findUniqueOrThrow({ where: { id } })
const deliveries = () =>
  hub.database.system.prisma.delivery.findMany({
    where: { organizationId: owner.organizationId },
    orderBy: [{ at: 'asc' }, { id: 'asc' }],
  })
const faultsOf = async (work: Promise<unknown>) => {
  const error: unknown = await work.catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(InvalidInputError)
  return (error as InvalidInputError).faults.map(({ path }) => path)
}

describe('replaying', () => {
  test('D4: the order, its job and its audit entry commit together, the count is known at once', async () => {
    await makeDeliveries(hub.database, endpoint, from, [{}, {}, { state: 'QUEUED' }])
    const { id } = await rules().replay(owner, { filter: { endpointId: endpoint.id } })
    const filter = { endpointId: endpoint.id }
    expect(await replayOf(id)).toMatchObject({ state: 'RUNNING', total: 3, filter, createdByName: 'Ada' })
    expect(await hub.jobs()).toContainEqual(
      expect.objectContaining({
        name: 'delivery.replay',
        data: { organizationId: owner.organizationId, replayId: id },
        singletonKey: id,
      }),
    )
    const entries = await hub.database.system.prisma.auditEntry.findMany({ where: { subjectId: id } })
    expect(entries).toMatchObject([{ action: 'delivery.replayed', after: { filter, total: 3 } }])
  })

  test('D4: a repeated order is one replay', async () => {
    const order = { filter: { endpointId: endpoint.id, since: from }, idempotencyKey: 'r' }
    expect(await rules().replay(owner, order)).toEqual(await rules().replay(owner, order))
  })

  test('D4: since an outage means everything the endpoint did not get from its beginning', async () => {
    const made = await makeDeliveries(hub.database, endpoint, from, [
      { state: 'DEAD' },
      { state: 'DEAD' },
      { state: 'DELIVERED' },
      { state: 'SKIPPED' },
    ])
    await hub.database.system.prisma.endpointLane.update({
      where: { endpointId: endpoint.id },
      data: { failingSince: made[1]!.at },
    })
    const { id } = await rules().replay(owner, { filter: { sinceOutageOf: endpoint.id } })
    const { database, live } = hub
    await runReplay({ database, live, now: () => hub.clock.now }, { ...endpoint, id }, new AbortController().signal)
    expect((await deliveries()).map(({ state }) => state)).toEqual(['DEAD', 'QUEUED', 'DELIVERED', 'QUEUED'])
    expect(await replayOf(id)).toMatchObject({ filter: { outageOf: endpoint.id }, queued: 2 })
  })

  test('D4: a preview tells what would happen and changes nothing', async () => {
    const [first] = await makeDeliveries(hub.database, endpoint, from, [{}, { state: 'QUEUED' }])
    const preview = await rules().previewReplay(owner, { since: from })
    expect(preview).toEqual({ total: 2, skips: { 'It waits to be sent anyway.': 1 }, sample: [first!.id] })
    expect(await hub.database.system.prisma.replay.count({ where: { organizationId: owner.organizationId } })).toBe(0)
  })

  test('D4: a key narrowed to some connections replays theirs only', async () => {
    const connectionId = hub.collaborators.newId()
    await makeDeliveries(hub.database, endpoint, from, [{ connectionId }, {}])
    const narrowed = { ...owner, connectionIds: [connectionId] }
    expect(await rules().previewReplay(narrowed, { since: from })).toMatchObject({ total: 1 })
  })

  test.each([
    ['an open filter', {}, 'filter'],
    ['states alone', { states: ['DEAD'] as const }, 'filter'],
    ['an end without a beginning', { until: new Date() }, 'filter'],
    ['no ids', { ids: [] }, 'filter.ids'],
    ['too many ids', { ids: Array.from({ length: 1001 }, () => 'x') }, 'filter.ids'],
    ['no states', { since: new Date(0), states: [] }, 'filter.states'],
    ['no types', { since: new Date(0), eventTypes: [] }, 'filter.eventTypes'],
    ['a wrong type', { since: new Date(0), eventTypes: ['Payment!'] }, 'filter.eventTypes'],
    ['an end before the beginning', { since: new Date(9), until: new Date(8) }, 'filter.until'],
  ])('D4: %s is refused', async (_what, filter, path) => {
    expect(await faultsOf(rules().replay(owner, { filter }))).toEqual([path])
  })

  test('D4: an outage that never was, and endpoints of others, are refused', async () => {
    const since = (actor: Actor) => rules().previewReplay(actor, { sinceOutageOf: endpoint.id })
    expect(await faultsOf(since(owner))).toEqual(['filter.sinceOutageOf'])
    const { owner: stranger } = await hub.organization()
    await expect(since(stranger)).rejects.toThrow(NotFoundError)
    await expect(rules().previewReplay(stranger, { endpointId: endpoint.id })).rejects.toThrow(NotFoundError)
  })

  test('D4: a running replay can be stopped, a finished one not any more', async () => {
    const order = () => rules().replay(owner, { filter: { endpointId: endpoint.id } })
    const { id } = await order()
    await rules().cancelReplay(owner, { id })
    await rules().cancelReplay(owner, { id })
    expect(await replayOf(id)).toMatchObject({ state: 'CANCELLED', finishedAt: hub.clock.now })
    const { id: done } = await order()
    await hub.database.system.prisma.replay.update({ where: { id: done }, data: { state: 'DONE' } })
    await expect(rules().cancelReplay(owner, { id: done })).rejects.toThrow(ConflictError)
    const { owner: stranger } = await hub.organization()
    await expect(rules().cancelReplay(stranger, { id })).rejects.toThrow(NotFoundError)
  })
})

describe('giving up', () => {
  test('D4: what waits goes to the dead letters with the reason, what does not stays', async () => {
    const made = await makeDeliveries(hub.database, endpoint, from, [
      { state: 'QUEUED' },
      { state: 'WAITING' },
      { state: 'SENDING' },
      { state: 'DELIVERED' },
    ])
    const given = await rules().cancel(owner, { ids: made.map(({ id }) => id) })
    expect([...given.ids].sort()).toEqual([made[0]!.id, made[1]!.id].sort())
    const gone = { state: 'DEAD', reason: 'Given up by Ada.', nextAttemptAt: null }
    expect(await deliveries()).toMatchObject([gone, gone, { state: 'SENDING' }, { state: 'DELIVERED' }])
  })

  test('D4: deliveries of others are not found', async () => {
    const [one] = await makeDeliveries(hub.database, endpoint, from, [{ state: 'QUEUED' }])
    const { owner: stranger } = await hub.organization()
    await expect(rules().cancel(stranger, { ids: [one!.id] })).rejects.toThrow(NotFoundError)
    const narrowed = { ...owner, connectionIds: [hub.collaborators.newId()] }
    await expect(rules().cancel(narrowed, { ids: [one!.id] })).rejects.toThrow(NotFoundError)
    expect(await faultsOf(rules().cancel(owner, { ids: [] }))).toEqual(['ids'])
  })
})
