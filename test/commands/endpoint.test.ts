import { instantOf } from '@patchbay/prisma/instant-of.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, ForbiddenError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import type { EndpointFields } from '@patchbay/schema/commands/endpoint.ts'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'

let hub: RulesHub
let owner: Actor
const url = 'https://shop.example/hooks?token=s3cret'
const fields: EndpointFields = { url, eventTypes: ['payment.*'] }

beforeAll(async () => {
  hub = await rulesHub()
})
afterAll(() => hub.close())
beforeEach(async () => {
  ;({ owner } = await hub.organization())
})

const endpoints = () => hub.commands.endpoint
const create = (more: Partial<EndpointFields> = {}, actor = owner) => endpoints().create(actor, { ...fields, ...more })
const read = (id: string) =>
  hub.database.system.prisma.endpoint.findUniqueOrThrow({ where: { id }, include: { lane: true, keys: true } })
const audits = (actor: Actor) =>
  hub.database.system.prisma.auditEntry.findMany({
    where: { organizationId: actor.organizationId },
    orderBy: { position: 'asc' },
  })
const faultsOf = async (work: Promise<unknown>): Promise<string[]> => {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(InvalidInputError)
  return (error as InvalidInputError).faults.map(({ path, message }) => `${path}: ${message}`)
}

describe('creating', () => {
  test('D1: an endpoint has its lane and one key, whose secret is shown once and stored sealed', async () => {
    const made = await create({ description: ' The shop ', ratePerSecond: 5, schedule: [0, 60], strictOrder: true })
    expect(made.secret).toMatch(/^whsec_/)
    const { lane, keys, ...endpoint } = await read(made.endpointId)
    expect(endpoint).toMatchObject({
      url,
      description: 'The shop',
      eventTypes: ['payment.*'],
      ratePerSecond: 5,
      schedule: [0, 60],
      strictOrder: true,
      enabled: true,
      payload: 'ENVELOPE',
      createdById: owner.id,
    })
    expect(lane).toMatchObject({ breaker: 'CLOSED', organizationId: owner.organizationId })
    expect(keys).toMatchObject([{ id: made.keyId, algorithm: 'HMAC', publicKey: null, expiresAt: null }])
    const said = JSON.stringify([await audits(owner), keys, endpoint.description])
    expect(said).toContain('endpoint.created')
    expect(said).not.toContain(made.secret.slice('whsec_'.length))
    expect(said).not.toContain('s3cret')
  })

  test('D1: a repeated request makes nothing again and does not show the secret again', async () => {
    const once = { ...fields, idempotencyKey: 'a' }
    await endpoints().create(owner, once)
    await expect(endpoints().create(owner, once)).rejects.toThrow(/shown in the answer then.*rotate/s)
    const { prisma } = hub.database.system
    expect(await prisma.endpoint.count({ where: { organizationId: owner.organizationId } })).toBe(1)
  })

  test('D1: the public key of ed25519 is shown as often as the request is repeated', async () => {
    const once = { ...fields, algorithm: 'ED25519' as const, idempotencyKey: 'b' }
    const first = await endpoints().create(owner, once)
    expect(first.secret).toMatch(/^whpk_/)
    expect(await endpoints().create(owner, once)).toEqual(first)
  })

  test('D1: an API key narrowed to some connections has no say', async () => {
    const narrowed = { ...owner, connectionIds: [hub.collaborators.newId()] }
    await expect(create({}, narrowed)).rejects.toThrow(ForbiddenError)
  })
})

describe('what is refused', () => {
  test.each([
    ['no URL', { url: 'shop.example' }, 'url: Write a whole URL'],
    ['plain http', { url: 'http://shop.example' }, 'url: The hub may not send there'],
    ['another protocol', { url: 'ftp://shop.example' }, 'url: The hub may not send there'],
    ['this machine', { url: 'https://localhost/x' }, 'this machine itself'],
    ['a private address', { url: 'https://10.0.0.1/x' }, 'a private network'],
    ['credentials', { url: 'https://u:p@shop.example' }, 'url: Leave user name and password out'],
    ['a fragment', { url: 'https://shop.example/#x' }, 'url: Leave out the part after #'],
    ['an empty fragment', { url: 'https://shop.example/#' }, 'url: Leave out the part after #'],
    ['an endless URL', { url: `https://shop.example/${'x'.repeat(2000)}` }, 'url: Use at most 2000'],
    ['no types', { eventTypes: [] }, 'eventTypes: Name 1 to 50'],
    ['too many types', { eventTypes: Array.from({ length: 51 }, (_, n) => `a${n}.*`) }, 'eventTypes: Name 1 to 50'],
    ['a misspelt type', { eventTypes: ['payment.suceeded'] }, 'Did you mean payment.succeeded?'],
    ['a misspelt noun', { eventTypes: ['paymnt.*'] }, 'Did you mean payment.*?'],
    ['no pattern', { eventTypes: ['*.created'] }, 'is no event type'],
    ['no rate', { ratePerSecond: 0 }, 'ratePerSecond'],
    ['no number', { ratePerSecond: Number.NaN }, 'ratePerSecond'],
    ['an empty schedule', { schedule: [] }, 'schedule'],
    ['an endless schedule', { schedule: Array.from({ length: 21 }, () => 1) }, 'schedule'],
    ['a step of two days', { schedule: [172_800] }, 'schedule'],
    ['half a second', { schedule: [0.5] }, 'schedule'],
    ['a mapping of nothing', { payload: 'JSONATA' as const }, 'payloadText: Write a JSONata expression'],
    ['a broken mapping', { payload: 'JSONATA' as const, payloadText: '{"a":\n  b +' }, '(line 2, column 6)'],
    ['a text for the envelope', { payloadText: 'x' }, 'payloadText: The whole envelope needs no text'],
    ['a mutation', { payload: 'GRAPHQL' as const, payloadText: 'mutation { x }' }, 'not by a mutation'],
    ['a wrong field', { payload: 'GRAPHQL' as const, payloadText: '{ viewr }' }, '(line 1, column 3)'],
    ['introspection', { payload: 'GRAPHQL' as const, payloadText: '{ __schema { description } }' }, 'schema itself'],
  ])('D1: %s', async (_what, more: Partial<EndpointFields>, words) => {
    expect((await faultsOf(create(more))).join('\n')).toContain(words)
  })

  test('D1: every fault is told at once', async () => {
    const faults = await faultsOf(create({ url: 'x', eventTypes: [], ratePerSecond: -1, schedule: [] }))
    expect(faults.map((fault) => fault.split(':')[0])).toEqual(['url', 'eventTypes', 'ratePerSecond', 'schedule'])
  })

  test('D1: a GraphQL payload takes a right to read', async () => {
    const narrow = await hub.database.system.prisma.apiKey.create({
      data: {
        id: hub.collaborators.newId(),
        organizationId: owner.organizationId,
        name: 'Writes endpoints',
        prefix: 'pb_test',
        hash: hub.collaborators.newId(),
        role: 'OPERATOR',
        scopes: ['endpoint:write'],
      },
    })
    const actor: Actor = { ...owner, kind: 'API_KEY', id: narrow.id }
    const payload = { payload: 'GRAPHQL' as const, payloadText: '{ organization { name } }' }
    await expect(create(payload, actor)).rejects.toThrow(ForbiddenError)
    await expect(endpoints().preview(actor, payload)).rejects.toThrow(ForbiddenError)
    expect((await create({}, actor)).secret).toMatch(/^whsec_/)
  })
})

describe('changing', () => {
  test('D1: a stale update is refused', async () => {
    const { endpointId: id } = await create()
    await endpoints().update(owner, { id, version: 1, description: 'one' })
    await expect(endpoints().update(owner, { id, version: 1, description: 'two' })).rejects.toThrow(ConflictError)
    expect(await read(id)).toMatchObject({ version: 2, description: 'one' })
  })

  test('D1: only new types move the moment from which they are asked for', async () => {
    const { endpointId: id } = await create()
    const { typesChangedAt } = await read(id)
    hub.clock.advance(60_000)
    await endpoints().update(owner, { id, description: 'x' })
    expect((await read(id)).typesChangedAt).toEqual(typesChangedAt)
    await endpoints().update(owner, { id, eventTypes: ['*'] })
    expect((await read(id)).typesChangedAt).toEqual(hub.clock.now)
  })

  test('D1: switching off says who did it, and switching on forgets it', async () => {
    const { endpointId: id } = await create()
    await endpoints().update(owner, { id, enabled: false })
    expect(await read(id)).toMatchObject({ enabled: false, disabledReason: 'Switched off by Ada.' })
    await endpoints().update(owner, { id, enabled: true })
    expect(await read(id)).toMatchObject({ enabled: true, disabledReason: null, disabledAt: null })
  })

  test('D1: an endpoint whose URL may not be used any more can still be switched off', async () => {
    const { endpointId: id } = await create()
    await hub.database.system.prisma.endpoint.update({ where: { id }, data: { url: 'https://10.0.0.1/' } })
    await endpoints().update(owner, { id, enabled: false })
    expect((await read(id)).enabled).toBe(false)
  })

  test('D1: another kind of payload does not inherit the text of the one before', async () => {
    const { endpointId: id } = await create({ payload: 'JSONATA', payloadText: 'data' })
    const faults = await faultsOf(endpoints().update(owner, { id, payload: 'GRAPHQL' }))
    expect(faults).toEqual(['payloadText: Write a GraphQL document.'])
    await endpoints().update(owner, { id, payload: 'ENVELOPE' })
    expect(await read(id)).toMatchObject({ payload: 'ENVELOPE', payloadText: null })
  })

  test('D1: what changes nothing leaves no trace', async () => {
    const { endpointId: id } = await create()
    const before = (await audits(owner)).length
    await endpoints().update(owner, { id, url, eventTypes: ['payment.*'] })
    expect((await read(id)).version).toBe(1)
    expect(await audits(owner)).toHaveLength(before)
  })

  test('D1: nobody reaches another organization’s endpoint', async () => {
    const { endpointId: id } = await create()
    const { owner: stranger } = await hub.organization()
    await expect(endpoints().update(stranger, { id, enabled: false })).rejects.toThrow(NotFoundError)
    await expect(endpoints().delete(stranger, { id, url })).rejects.toThrow(NotFoundError)
    await expect(endpoints().rotateKey(stranger, { id })).rejects.toThrow(NotFoundError)
    await expect(endpoints().sendTestEvent(stranger, { endpointId: id })).rejects.toThrow(NotFoundError)
    await expect(endpoints().resetBreaker(stranger, { id })).rejects.toThrow(NotFoundError)
  })
})

describe('deleting', () => {
  test('D1: takes the URL, keeps the history, destroys the keys', async () => {
    const { endpointId: id } = await create()
    await faultsOf(endpoints().delete(owner, { id, url: 'https://shop.example' }))
    await endpoints().delete(owner, { id, url })
    const { keys, ...endpoint } = await read(id)
    expect(keys).toEqual([])
    expect(endpoint).toMatchObject({ enabled: false, disabledReason: 'Deleted by Ada.', deletedAt: hub.clock.now })
    await expect(endpoints().update(owner, { id, enabled: true })).rejects.toThrow(NotFoundError)
  })
})

describe('keys', () => {
  test('D2: a rotation lets the old key sign for the overlap, and no longer', async () => {
    const { endpointId: id, keyId: old } = await create()
    hub.clock.advance(1000)
    const fresh = await endpoints().rotateKey(owner, { id, overlapSeconds: 3600 })
    const expiresAt = new Date(hub.clock.now.getTime() + 3_600_000)
    const { keys } = await read(id)
    expect(Object.fromEntries(keys.map((key) => [key.id, key.expiresAt]))).toEqual({
      [old]: expiresAt,
      [fresh.keyId]: null,
    })
    hub.clock.advance(3_600_000)
    await endpoints().rotateKey(owner, { id })
    expect((await read(id)).keys.map((key) => key.id)).not.toContain(old)
  })

  test('D2: a later rotation never prolongs a key', async () => {
    const { endpointId: id, keyId: old } = await create()
    await endpoints().rotateKey(owner, { id, overlapSeconds: 60 })
    const end = new Date(hub.clock.now.getTime() + 60_000)
    await endpoints().rotateKey(owner, { id, overlapSeconds: 3600 })
    expect((await read(id)).keys.find((key) => key.id === old)?.expiresAt).toEqual(end)
  })

  test('D2: at most ten keys hold at once', async () => {
    const { endpointId: id } = await create()
    for (let n = 0; n < 9; n += 1) await endpoints().rotateKey(owner, { id })
    await expect(endpoints().rotateKey(owner, { id })).rejects.toThrow(/At most 10 keys/)
  })

  test('D2: the last lasting key cannot be retired, any other can', async () => {
    const { endpointId: id, keyId: old } = await create()
    const retire = (keyId: string) => endpoints().retireKey(owner, { endpointId: id, keyId })
    await expect(retire(old)).rejects.toThrow(/only key that lasts/)
    const { keyId: fresh, secret } = await endpoints().rotateKey(owner, { id })
    await expect(retire(fresh)).rejects.toThrow(/only key that lasts/)
    await retire(old)
    expect((await read(id)).keys.map((key) => key.id)).toEqual([fresh])
    expect(() => new Webhook(secret)).not.toThrow()
    expect(JSON.stringify(await audits(owner))).not.toContain(secret.slice(6))
  })

  test('D2: a repeated rotation makes one key', async () => {
    const { endpointId: id } = await create()
    await endpoints().rotateKey(owner, { id, idempotencyKey: 'r' })
    await expect(endpoints().rotateKey(owner, { id, idempotencyKey: 'r' })).rejects.toThrow(ConflictError)
    expect((await read(id)).keys).toHaveLength(2)
  })
})

describe('trying', () => {
  test('D1: a test event goes to this endpoint only, whatever its types', async () => {
    const { endpointId: id } = await create()
    await create({ eventTypes: ['*'] })
    const { id: eventId } = await endpoints().sendTestEvent(owner, { endpointId: id, eventType: 'order.created' })
    const event = await hub.database.system.prisma.event.findUniqueOrThrow({
      where: { at_id: { at: instantOf(eventId), id: eventId } },
    })
    expect(event).toMatchObject({ type: 'order.created', test: true, source: { kind: 'TEST' } })
    const deliveries = await hub.database.system.prisma.delivery.findMany({ where: { eventId } })
    expect(deliveries).toMatchObject([{ endpointId: id, state: 'QUEUED', test: true }])
  })

  test('D1: a repeated order to test sends one event', async () => {
    const { endpointId } = await create()
    const first = await endpoints().sendTestEvent(owner, { endpointId, idempotencyKey: 't' })
    expect(await endpoints().sendTestEvent(owner, { endpointId, idempotencyKey: 't' })).toEqual(first)
  })

  test('D1: an endpoint that is off is not tested, an unknown type neither', async () => {
    const { endpointId } = await create({ enabled: false })
    await expect(endpoints().sendTestEvent(owner, { endpointId })).rejects.toThrow(/is off.*Switched off by Ada/)
    const faults = await faultsOf(endpoints().sendTestEvent(owner, { endpointId, eventType: 'payment.suceeded' }))
    expect(faults[0]).toContain('Did you mean payment.succeeded?')
  })

  test('D1: a preview shows what would be sent, and signs nothing', async () => {
    const preview = (payloadText: string | null, payload: 'JSONATA' | 'ENVELOPE' | 'GRAPHQL' = 'JSONATA') =>
      endpoints().preview(owner, { payload, payloadText, eventType: 'payment.succeeded' })
    const whole = await preview(null, 'ENVELOPE')
    expect(JSON.parse(whole.body ?? '')).toMatchObject({ type: 'payment.succeeded', test: true })
    expect(whole.headers['webhook-signature']).toBe('v1,…')
    expect(await preview('{"t": type}')).toMatchObject({ ok: true, body: '{"t":"payment.succeeded"}' })
    expect(await preview('nothing.here')).toMatchObject({ ok: true, body: null, fault: null })
    expect(await preview('{"t": ')).toMatchObject({ ok: false, fault: expect.stringContaining('line 1') as string })
    expect(await preview('$error("no")')).toMatchObject({ ok: false, body: null })
  })

  test('D1: a preview of a stored event shows that event', async () => {
    const { endpointId } = await create()
    const { id: eventId } = await endpoints().sendTestEvent(owner, { endpointId })
    const shown = await endpoints().preview(owner, { payload: 'ENVELOPE', payloadText: null, eventId })
    expect(JSON.parse(shown.body ?? '')).toMatchObject({ id: eventId, type: 'test.ping' })
    const { owner: stranger } = await hub.organization()
    const foreign = endpoints().preview(stranger, { payload: 'ENVELOPE', payloadText: null, eventId })
    await expect(foreign).rejects.toThrow(NotFoundError)
  })

  test('D5: a person ends a rest: what waits goes out at a growing pace', async () => {
    const { endpointId: id } = await create()
    await hub.database.system.prisma.endpointLane.update({
      where: { endpointId: id },
      data: {
        breaker: 'OPEN',
        failuresInRow: 5,
        rests: 3,
        probeAt: new Date('2027-01-01'),
        failingSince: hub.clock.now,
      },
    })
    await endpoints().resetBreaker(owner, { id })
    const lane = { breaker: 'CATCHING_UP', failuresInRow: 0, rests: 0, probeAt: null, pace: 1 }
    expect((await read(id)).lane).toMatchObject({ ...lane, failingSince: hub.clock.now })
  })
})
