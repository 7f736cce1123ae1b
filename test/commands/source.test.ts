import { randomBytes, randomUUID } from 'node:crypto'
import { ConflictError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import { labShopifyApp } from '@patchbay/server/lab/credentials.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHub, type TestHub } from '../support/hub.ts'
import { deliver, newSigningSecret, openSource, ownerOf, stripeEvent, stripeSigned } from '../support/hooks.ts'
import { until } from '../support/until.ts'

let hub: TestHub
let ahead = 0
const newEventId = () => `evt_${randomBytes(8).toString('hex')}`
const sources = () => hub.app.commands.source
const rowOf = (id: string) =>
  hub.database.system.prisma.source.findUnique({ where: { id }, include: { secrets: true } })

beforeAll(async () => {
  hub = await startHub({ app: { now: () => new Date(Date.now() + ahead) } })
})
afterAll(() => hub.stop())

/** Runs with the hub's clock set ahead. */
async function later<T>(seconds: number, work: () => Promise<T>): Promise<T> {
  ahead = seconds * 1000
  try {
    return await work()
  } finally {
    ahead = 0
  }
}

test('W1: a connection has one address, asked for twice with one key made once', async () => {
  const actor = ownerOf(hub)
  const own = await openSource(hub)
  await expect(sources().create(actor, { connectionId: own.connectionId })).rejects.toBeInstanceOf(ConflictError)
  const { id: connectionId } = await hub.app.commands.connection.create(actor, {
    provider: 'stripe',
    name: randomUUID(),
    environment: 'SANDBOX',
    fields: {},
  })
  const key = randomUUID()
  const [one, two] = await Promise.all([
    sources().create(actor, { connectionId, idempotencyKey: key }),
    sources().create(actor, { connectionId, idempotencyKey: key }),
  ])
  expect(two).toEqual(one)
  const row = await rowOf(one.id)
  expect(row).toMatchObject({ registration: 'MANUAL', enabled: true })
  expect(row?.secrets).toMatchObject([{ kind: 'TOKEN', expiresAt: null }])
})

test('W1: a provider without webhooks has no address to open', async () => {
  const { id: connectionId } = await hub.app.commands.connection.create(ownerOf(hub), {
    provider: 'aramex',
    name: randomUUID(),
    environment: 'SANDBOX',
    fields: {},
  })
  await expect(sources().create(ownerOf(hub), { connectionId })).rejects.toThrow(/sends no webhooks/)
})

test('W1: another organization neither sees nor changes a source', async () => {
  const own = await openSource(hub)
  const { organizationId } = await hub.createOrganization()
  const stranger = ownerOf(hub, organizationId)
  const { sourceId } = own
  const attempts = await Promise.allSettled([
    sources().readUrl(stranger, sourceId),
    sources().update(stranger, { id: sourceId, enabled: false }),
    sources().delete(stranger, { id: sourceId, name: own.name }),
    sources().addSecret(stranger, { sourceId, value: newSigningSecret() }),
    sources().rotateToken(stranger, { id: sourceId }),
    sources().create(stranger, { connectionId: own.connectionId }),
    sources().readUrl({ ...ownerOf(hub), connectionIds: [randomUUID()] }, sourceId),
  ])
  for (const attempt of attempts) expect(attempt.status === 'rejected' && attempt.reason).toBeInstanceOf(NotFoundError)
  expect(await deliver(hub, own, stripeEvent(newEventId()))).toBe(200)
})

test('W1: the secret is sealed, and neither it nor the address is in any column or audit entry', async () => {
  const own = await openSource(hub)
  await hub.app.parts.audit.flush()
  const { prisma } = hub.database.system
  const token = own.path.split('/').at(-1) ?? ''
  const rows = await prisma.sourceSecret.findMany({ where: { sourceId: own.sourceId } })
  const entries = await prisma.auditEntry.findMany({ where: { subjectId: own.sourceId } })
  const text = JSON.stringify([rows, entries], (_key, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : value,
  )
  expect(text).not.toContain(token)
  expect(text).not.toContain(own.secret)
  expect(entries.map(({ action }) => action)).toEqual(
    expect.arrayContaining(['source.created', 'source.secretAdded', 'source.urlRead']),
  )
})

test('W1: a rotated token: both hold for the overlap, then only the new one', async () => {
  const own = await openSource(hub)
  await sources().rotateToken(ownerOf(hub), { id: own.sourceId, overlapSeconds: 3600 })
  const fresh = { ...own, path: new URL(await sources().readUrl(ownerOf(hub), own.sourceId)).pathname }
  expect(fresh.path).not.toBe(own.path)
  expect(await deliver(hub, own, stripeEvent(newEventId()))).toBe(200)
  expect(await deliver(hub, fresh, stripeEvent(newEventId()))).toBe(200)
  await later(3601, async () => {
    const signed = (payload: string) =>
      stripeSigned(payload, own.secret, { timestamp: Math.floor((Date.now() + ahead) / 1000) })
    const payload = stripeEvent(newEventId())
    expect(await deliver(hub, own, payload, signed(payload))).toBe(404)
    expect(await deliver(hub, fresh, payload, signed(payload))).toBe(200)
  })
})

test('W1: rotated without overlap, the old address is closed at once', async () => {
  const own = await openSource(hub)
  expect(await deliver(hub, own, stripeEvent(newEventId()))).toBe(200)
  await sources().rotateToken(ownerOf(hub), { id: own.sourceId, overlapSeconds: 0 })
  expect(await deliver(hub, own, stripeEvent(newEventId()))).toBe(404)
  await expect(sources().rotateToken(ownerOf(hub), { id: own.sourceId, overlapSeconds: -1 })).rejects.toBeInstanceOf(
    InvalidInputError,
  )
})

test('W1: several secrets verify at once; a retired one stops when it was told to', async () => {
  const own = await openSource(hub)
  const second = newSigningSecret()
  await sources().addSecret(ownerOf(hub), { sourceId: own.sourceId, value: ` ${second}\n` })
  for (const secret of [own.secret, second]) {
    const payload = stripeEvent(newEventId())
    expect(await deliver(hub, own, payload, stripeSigned(payload, secret))).toBe(200)
  }
  const secrets = (await rowOf(own.sourceId))?.secrets.filter(({ kind }) => kind === 'SIGNING') ?? []
  const first = secrets.find(({ hint }) => hint.endsWith(own.secret.slice(-4)))
  await sources().retireSecret(ownerOf(hub), { sourceId: own.sourceId, secretId: first?.id ?? '', afterSeconds: 600 })
  const early = stripeEvent(newEventId())
  expect(await deliver(hub, own, early, stripeSigned(early, own.secret))).toBe(200)
  await later(601, async () => {
    const timestamp = Math.floor((Date.now() + ahead) / 1000)
    const payload = stripeEvent(newEventId())
    expect(await deliver(hub, own, payload, stripeSigned(payload, own.secret, { timestamp }))).toBe(401)
    expect(await deliver(hub, own, payload, stripeSigned(payload, second, { timestamp }))).toBe(200)
  })
  const other = secrets.find(({ id }) => id !== first?.id)
  await sources().retireSecret(ownerOf(hub), { sourceId: own.sourceId, secretId: other?.id ?? '' })
  const payload = stripeEvent(newEventId())
  expect(await deliver(hub, own, payload, stripeSigned(payload, second))).toBe(401)
})

test('W1: ten secrets hold at most, a token is no secret to retire, and a wrong paste is refused in words', async () => {
  const own = await openSource(hub)
  for (let n = 1; n < 10; n++)
    await sources().addSecret(ownerOf(hub), { sourceId: own.sourceId, value: newSigningSecret() })
  const add = (value: string) => sources().addSecret(ownerOf(hub), { sourceId: own.sourceId, value })
  await expect(add(newSigningSecret())).rejects.toBeInstanceOf(ConflictError)
  await expect(add('   ')).rejects.toBeInstanceOf(InvalidInputError)
  await expect(add('x'.repeat(9000))).rejects.toBeInstanceOf(InvalidInputError)
  const token = (await rowOf(own.sourceId))?.secrets.find(({ kind }) => kind === 'TOKEN')
  const retired = sources().retireSecret(ownerOf(hub), { sourceId: own.sourceId, secretId: token?.id ?? '' })
  await expect(retired).rejects.toBeInstanceOf(NotFoundError)
})

test('W1: switched off, or its connection paused, the vendor is told to keep the event; switched on it is taken', async () => {
  const own = await openSource(hub)
  const payload = stripeEvent(newEventId())
  const refused = async () => {
    const headers = stripeSigned(payload, own.secret)
    const response = await hub.fetch(own.path, { method: 'POST', headers, body: payload })
    return [response.status, response.headers.get('retry-after')]
  }
  await sources().update(ownerOf(hub), { id: own.sourceId, enabled: false, version: 1 })
  expect(await refused()).toEqual([503, '300'])
  await expect(sources().update(ownerOf(hub), { id: own.sourceId, enabled: true, version: 1 })).rejects.toBeInstanceOf(
    ConflictError,
  )
  await sources().update(ownerOf(hub), { id: own.sourceId, enabled: true })
  expect(await deliver(hub, own, payload)).toBe(200)
  await hub.app.commands.connection.pause(ownerOf(hub), { id: own.connectionId })
  await until('the door has heard of it', async () => (await refused())[0] === 503)
  await hub.app.commands.connection.resume(ownerOf(hub), { id: own.connectionId })
  await until('the door has heard of it', async () => (await refused())[0] === 200)
})

test('W1: deleted, the address is closed at once, and what arrived stays', async () => {
  const own = await openSource(hub)
  expect(await deliver(hub, own, stripeEvent(newEventId()))).toBe(200)
  await expect(sources().delete(ownerOf(hub), { id: own.sourceId, name: 'another' })).rejects.toBeInstanceOf(
    InvalidInputError,
  )
  await sources().delete(ownerOf(hub), { id: own.sourceId, name: own.name })
  expect(await deliver(hub, own, stripeEvent(newEventId()))).toBe(404)
  expect(await hub.database.system.prisma.inboundEvent.count({ where: { sourceId: own.sourceId } })).toBe(1)

  const next = await openSource(hub)
  expect(await deliver(hub, next, stripeEvent(newEventId()))).toBe(200)
  await hub.app.commands.connection.delete(ownerOf(hub), { id: next.connectionId, name: next.name })
  expect(await deliver(hub, next, stripeEvent(newEventId()))).toBe(404)
})

test('W5: an address is registered by the vendor’s API, follows its token, and is removed again', async () => {
  const { clientId, clientSecret } = labShopifyApp
  const own = await openSource(hub, { provider: 'shopify', secret: null, fields: { clientId, clientSecret } })
  await sources().register(ownerOf(hub), { id: own.sourceId })
  const registered = await until('it is registered', async () => {
    const row = await rowOf(own.sourceId)
    return row?.registration === 'REGISTERED' || row?.registrationError ? row : null
  })
  expect(registered).toMatchObject({ registration: 'REGISTERED', registrationError: null, registerAt: null })
  expect(registered.registrationIds.length).toBeGreaterThan(0)
  await sources().rotateToken(ownerOf(hub), { id: own.sourceId })
  const again = await until('the new address is registered', async () => {
    const row = await rowOf(own.sourceId)
    return row !== null && row.registeredAt! > registered.registeredAt! ? row : null
  })
  expect(again.registration).toBe('REGISTERED')
  await sources().unregister(ownerOf(hub), { id: own.sourceId })
  expect(await rowOf(own.sourceId)).toMatchObject({ registration: 'MANUAL', registrationIds: [], registeredAt: null })
})
