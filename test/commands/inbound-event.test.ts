import { randomBytes, randomUUID } from 'node:crypto'
import type { InboundEvent } from '@patchbay/prisma/generated/client.ts'
import { ConflictError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import type { Live } from '@patchbay/schema/events.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHub, type TestHub } from '../support/hub.ts'
import {
  deliver,
  newSigningSecret,
  openSource,
  ownerOf,
  settledOf,
  storedOf,
  stripeEvent,
  stripeSigned,
  type OpenSource,
} from '../support/hooks.ts'
import { until } from '../support/until.ts'

let hub: TestHub
const newEventId = () => `evt_${randomBytes(8).toString('hex')}`
const inbox = () => hub.app.commands.inboundEvent
const eventsOf = ({ id }: Pick<InboundEvent, 'id'>) =>
  hub.database.system.prisma.event.findMany({ where: { inboundEventId: id }, orderBy: { run: 'asc' } })
const rowOf = async (own: OpenSource, id: string) => (await storedOf(hub, own)).find((row) => row.id === id)

beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub.stop())

/** An event of a type nobody mapped, in the inbox. */
async function unmatched(own: OpenSource, more: Record<string, unknown> = {}) {
  await deliver(hub, own, stripeEvent(newEventId(), { type: 'moon.landed', ...more }))
  const rows = await settledOf(hub, own)
  return rows.at(-1)!
}

const mapping = `{ "message": type }`

test('W4: an event of the inbox is assigned, routed, and so is every later one of its type', async () => {
  const own = await openSource(hub)
  const event = await unmatched(own)
  await inbox().assign(ownerOf(hub), { id: event.id, eventType: 'test.ping', mapping, remember: true })
  await until('it is routed', async () => (await rowOf(own, event.id))?.state === 'ROUTED')
  expect(await eventsOf(event)).toMatchObject([{ type: 'test.ping', data: { message: 'moon.landed' }, run: 1 }])
  expect(await deliver(hub, own, stripeEvent(newEventId(), { type: 'moon.landed' }))).toBe(200)
  const later = (await settledOf(hub, own, 2)).at(-1)!
  expect(later).toMatchObject({ state: 'ROUTED', assignedType: null, events: 1 })

  const [rule] = await hub.database.system.prisma.sourceRule.findMany({ where: { sourceId: own.sourceId } })
  await hub.app.commands.source.removeRule(ownerOf(hub), { sourceId: own.sourceId, ruleId: rule?.id ?? '' })
  expect(await deliver(hub, own, stripeEvent(newEventId(), { type: 'moon.landed' }))).toBe(200)
  expect((await settledOf(hub, own, 3)).at(-1)).toMatchObject({ state: 'UNMATCHED' })
})

test('W4: an assignment that does not fit is refused in words, and nothing happens', async () => {
  const own = await openSource(hub)
  const event = await unmatched(own)
  const assign = (eventType: string, text: string | null) =>
    inbox().assign(ownerOf(hub), { id: event.id, eventType, mapping: text })
  await expect(assign('no.such_type', null)).rejects.toBeInstanceOf(InvalidInputError)
  await expect(assign('test.ping', null)).rejects.toBeInstanceOf(InvalidInputError)
  await expect(assign('test.ping', '{ "message": ')).rejects.toBeInstanceOf(InvalidInputError)
  await expect(assign('test.ping', '[1, 2]')).rejects.toBeInstanceOf(InvalidInputError)
  expect(await rowOf(own, event.id)).toMatchObject({ state: 'UNMATCHED', assignedType: null })
})

test('W4: quarantined, verified again with a corrected secret, routed once', async () => {
  const own = await openSource(hub)
  const right = newSigningSecret()
  const id = newEventId()
  const payload = stripeEvent(id)
  expect(await deliver(hub, own, payload, stripeSigned(payload, right))).toBe(401)
  const [event] = await storedOf(hub, own)
  await inbox().verify(ownerOf(hub), { id: event!.id })
  expect(await rowOf(own, event!.id)).toMatchObject({ state: 'QUARANTINED', verdict: 'BAD_SIGNATURE' })
  await hub.app.commands.source.addSecret(ownerOf(hub), { sourceId: own.sourceId, value: right })
  const idempotencyKey = randomUUID()
  await inbox().verify(ownerOf(hub), { id: event!.id, idempotencyKey })
  await inbox().verify(ownerOf(hub), { id: event!.id, idempotencyKey })
  const [routed] = await settledOf(hub, own)
  expect(routed).toMatchObject({ state: 'ROUTED', verdict: 'VERIFIED', vendorEventId: id, events: 1 })
  // The vendor's own repeat, now proven, is the same event.
  expect(await deliver(hub, own, payload, stripeSigned(payload, right))).toBe(200)
  expect(await storedOf(hub, own)).toHaveLength(1)
})

test('W4: verified again after the genuine one was taken, it stays and says so', async () => {
  const own = await openSource(hub)
  const right = newSigningSecret()
  const payload = stripeEvent(newEventId())
  expect(await deliver(hub, own, payload, stripeSigned(payload, right))).toBe(401)
  await hub.app.commands.source.addSecret(ownerOf(hub), { sourceId: own.sourceId, value: right })
  expect(await deliver(hub, own, payload, stripeSigned(payload, right))).toBe(200)
  const held = (await settledOf(hub, own, 2)).find(({ state }) => state === 'QUARANTINED')!
  await inbox().verify(ownerOf(hub), { id: held.id })
  const row = await rowOf(own, held.id)
  expect(row?.state).toBe('QUARANTINED')
  expect(row?.verdictText).toContain('same event')
})

test('W4: staleness is not held against an event that a person verifies', async () => {
  const own = await openSource(hub)
  const payload = stripeEvent(newEventId())
  const timestamp = Math.floor(Date.now() / 1000) - 86_400
  expect(await deliver(hub, own, payload, stripeSigned(payload, own.secret, { timestamp }))).toBe(401)
  const [event] = await storedOf(hub, own)
  await inbox().verify(ownerOf(hub), { id: event!.id })
  expect((await settledOf(hub, own))[0]).toMatchObject({ state: 'ROUTED' })
})

test('W4: a replay is a new run with events of its own', async () => {
  const own = await openSource(hub)
  expect(await deliver(hub, own, stripeEvent(newEventId()))).toBe(200)
  const [event] = await settledOf(hub, own)
  await inbox().replay(ownerOf(hub), { id: event!.id })
  await until('it is routed again', async () => {
    const row = await rowOf(own, event!.id)
    return row?.run === 2 && row.state === 'ROUTED'
  })
  const events = await eventsOf(event!)
  expect(events.map(({ run, ordinal }) => [run, ordinal])).toEqual([
    [1, 0],
    [2, 0],
  ])
  expect(events[0]?.id).not.toBe(events[1]?.id)
})

test('W4: what is put aside stays so; all of them or none', async () => {
  const own = await openSource(hub)
  const one = await unmatched(own)
  expect(await deliver(hub, own, stripeEvent(newEventId()))).toBe(200)
  const other = (await settledOf(hub, own, 2)).find(({ state }) => state === 'ROUTED')!
  await expect(inbox().discard(ownerOf(hub), { ids: [one.id, other.id] })).rejects.toBeInstanceOf(ConflictError)
  expect(await rowOf(own, one.id)).toMatchObject({ state: 'UNMATCHED' })
  expect(await inbox().discard(ownerOf(hub), { ids: [one.id] })).toEqual({ ids: [one.id] })
  expect(await rowOf(own, one.id)).toMatchObject({ state: 'DISCARDED' })
  await expect(inbox().replay(ownerOf(hub), { id: one.id })).rejects.toBeInstanceOf(ConflictError)
})

test('W4: nothing unproven is assigned or replayed', async () => {
  const own = await openSource(hub)
  const payload = stripeEvent(newEventId())
  await deliver(hub, own, payload, stripeSigned(payload, newSigningSecret()))
  const [event] = await storedOf(hub, own)
  const assigned = inbox().assign(ownerOf(hub), { id: event!.id, eventType: 'test.ping', mapping })
  await expect(assigned).rejects.toBeInstanceOf(ConflictError)
  await expect(inbox().replay(ownerOf(hub), { id: event!.id })).rejects.toBeInstanceOf(ConflictError)
  expect(await eventsOf(event!)).toEqual([])
})

test('W4: another organization, or a key for other connections, sees none of it', async () => {
  const own = await openSource(hub)
  const event = await unmatched(own)
  const { organizationId } = await hub.createOrganization()
  for (const actor of [ownerOf(hub, organizationId), { ...ownerOf(hub), connectionIds: [randomUUID()] }]) {
    const attempts = await Promise.allSettled([
      inbox().assign(actor, { id: event.id, eventType: 'test.ping', mapping }),
      inbox().verify(actor, { id: event.id }),
      inbox().replay(actor, { id: event.id }),
      inbox().discard(actor, { ids: [event.id] }),
      inbox().readRaw(actor, event.id),
    ])
    for (const attempt of attempts)
      expect(attempt.status === 'rejected' && attempt.reason).toBeInstanceOf(NotFoundError)
  }
  expect(await rowOf(own, event.id)).toMatchObject({ state: 'UNMATCHED', run: 1 })
})

test('W4: the exact bytes are read, and the reading is on record', async () => {
  const own = await openSource(hub)
  const event = await unmatched(own)
  expect(Buffer.from(await inbox().readRaw(ownerOf(hub), event.id))).toEqual(Buffer.from(event.body))
  await hub.app.parts.audit.flush()
  const { prisma } = hub.database.system
  expect(await prisma.auditEntry.count({ where: { action: 'inboundEvent.rawRead', subjectId: event.id } })).toBe(1)
})

test('L2: every change of an event is heard once, in order, by whoever subscribed', async () => {
  const own = await openSource(hub)
  const heard: string[] = []
  const stop = new AbortController()
  const listening = (async () => {
    const options = { organizationId: hub.organizationId, signal: stop.signal }
    const live = hub.app.parts.live as unknown as Live
    for await (const { rows } of live.subscribe('inbound', options))
      for (const row of rows) if (row.sourceId === own.sourceId) heard.push(row.state)
  })()
  await until('the first is heard', async () => {
    await deliver(hub, own, stripeEvent(newEventId(), { type: 'moon.landed' }))
    return heard.includes('UNMATCHED')
  })
  const [event] = await settledOf(hub, own)
  await inbox().discard(ownerOf(hub), { ids: [event!.id] })
  await until('the change is heard', () => heard.includes('DISCARDED'))
  stop.abort()
  await listening
})
