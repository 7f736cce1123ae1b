import {
  ConflictError,
  ForbiddenError,
  IdempotencyConflictError,
  InvalidInputError,
  NotFoundError,
} from '@patchbay/schema/errors.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { createCommands } from '@patchbay/server/commands/index.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'
import { until } from '../support/until.ts'

let hub: RulesHub
let owner: Actor
let stranger: Actor
const key = 'sk_test_51PatchbayCanaryKeyThatNobodySeesx9Qz'

beforeAll(async () => {
  hub = await rulesHub()
  owner = (await hub.organization()).owner
  stranger = (await hub.organization()).owner
})
afterAll(() => hub.close())

let count = 0
const input = (more: object = {}) => ({
  provider: 'stripe',
  name: `Shop ${(count += 1)}`,
  environment: 'SANDBOX' as const,
  fields: { secretKey: key },
  ...more,
})
const rowOf = (id: string) => hub.database.system.prisma.connection.findUniqueOrThrow({ where: { id } })
const entriesOf = (id: string) =>
  hub.database.system.prisma.auditEntry.findMany({ where: { subjectId: id }, orderBy: { position: 'asc' } })
const faultsOf = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => new Error('was accepted'),
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof InvalidInputError)) throw error
  return Object.fromEntries(error.faults.map((fault) => [fault.path, fault.message]))
}

describe('C1: create', () => {
  test('stores the connection, seals its secret, asks for a probe and writes it down', async () => {
    const { id } = await hub.commands.connection.create(owner, input({ name: '  Noor shop ' }))
    const row = await rowOf(id)
    expect(row).toMatchObject({
      name: 'Noor shop',
      status: 'ACTIVE',
      health: 'UNKNOWN',
      category: 'PAYMENT',
      version: 1,
    })
    expect(row.nextProbeAt).toEqual(hub.clock.now)
    const [credential] = await hub.database.system.prisma.credential.findMany({ where: { connectionId: id } })
    expect(credential).toMatchObject({ kind: 'FIELDS', version: 1, keyId: 'k1', hints: { secretKey: 'sk_test_…x9Qz' } })
    expect(Buffer.from(credential!.ciphertext).includes('Canary')).toBe(false)
    expect(credential!.dueAt).toEqual(new Date(hub.clock.now.getTime() + 90 * 86_400_000))
    expect((await hub.jobs()).filter((job) => job.singletonKey === `${id}:now`)).toHaveLength(1)
    const [entry] = await entriesOf(id)
    expect(entry).toMatchObject({ action: 'connection.created', actorName: 'Ada', ipAddress: '192.0.2.7' })
    expect(entry?.after).toMatchObject({ name: 'Noor shop', secretFields: ['secretKey'] })
    expect(JSON.stringify(entry)).not.toContain('Canary')
    expect(await hub.database.system.prisma.healthTransition.findMany({ where: { connectionId: id } })).toMatchObject([
      { from: 'NOT_CONFIGURED', to: 'UNKNOWN' },
    ])
  })

  test('without the required secret it waits to be set up', async () => {
    const { id } = await hub.commands.connection.create(owner, input({ fields: {} }))
    expect(await rowOf(id)).toMatchObject({ status: 'NOT_CONFIGURED', health: 'NOT_CONFIGURED', nextProbeAt: null })
    expect((await rowOf(id)).statusReason).toContain('Secret or restricted key')
  })

  test('lists every fault at once, by the path the client sent', async () => {
    const bad = { name: ' ', environment: 'SANDBOX' as const, baseUrl: 'http://x', probeIntervalSeconds: 5 }
    const fields = { secret_key: key, account: 'nope' }
    expect(await faultsOf(hub.commands.connection.create(owner, { provider: 'stripe', ...bad, fields }))).toEqual({
      name: 'Give a name of 1 to 80 characters.',
      probeIntervalSeconds: 'Probe every 30 to 86,400 seconds, in whole seconds.',
      baseUrl: 'The address of Stripe is fixed; leave this empty.',
      'fields.secret_key': 'Stripe has no field secret_key. Did you mean secretKey?',
      'fields.account': 'A connected account id starts with acct_.',
    })
  })

  test.each([
    ['an unknown provider', { provider: 'strip' }, 'provider', 'There is no provider "strip". Did you mean stripe?'],
    ['a name of 81 characters', { name: 'x'.repeat(81) }, 'name', '1 to 80'],
    ['a name of two lines', { name: 'a\nb' }, 'name', 'one line'],
    [
      'a value over 8 KiB',
      { fields: { secretKey: 'x'.repeat(8 * 1024 + 1) } },
      'fields.secretKey',
      'longer than 8 KiB',
    ],
    ['a line break in plain text', { fields: { account: 'acct_1\r\nx: y' } }, 'fields.account', 'one line'],
    ['a fraction of a second', { probeIntervalSeconds: 60.5 }, 'probeIntervalSeconds', 'whole seconds'],
    ['an interval over a day', { probeIntervalSeconds: 86_401 }, 'probeIntervalSeconds', '86,400'],
  ])('refuses %s', async (_what, more, path, words) => {
    const faults = await faultsOf(hub.commands.connection.create(owner, input(more)))
    expect(Object.keys(faults)).toEqual([path])
    expect(faults[path]).toContain(words)
  })

  test('a fault never repeats the value', async () => {
    const faults = await faultsOf(
      hub.commands.connection.create(owner, input({ fields: { account: key, secretKey: `${key}\0` } })),
    )
    expect(JSON.stringify(faults)).not.toContain('Canary')
  })

  test('refuses a name in use, whatever its case, also for two at once', async () => {
    await hub.commands.connection.create(owner, input({ name: 'Boutique 100%' }))
    expect(await faultsOf(hub.commands.connection.create(owner, input({ name: 'BOUTIQUE 100%' })))).toHaveProperty(
      'name',
    )
    await hub.commands.connection.create(owner, input({ name: 'Boutique 1000' }))
    await hub.commands.connection.create(stranger, input({ name: 'Boutique 100%' }))
    const both = await Promise.allSettled(
      [1, 2].map(() => hub.commands.connection.create(owner, input({ name: 'Twins' }))),
    )
    expect(both.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  test('refuses to simulate without the lab', async () => {
    const real = await rulesHub({ lab: null })
    try {
      const { owner: person } = await real.organization()
      expect(await faultsOf(real.commands.connection.create(person, input({ simulated: true })))).toHaveProperty(
        'simulated',
      )
      expect(real.commands.lab).toBeNull()
    } finally {
      await real.close()
    }
  })

  test('who may not set credentials creates a connection without', async () => {
    const operator = await hub.member(owner.organizationId, 'OPERATOR')
    await expect(hub.commands.connection.create(operator, input())).rejects.toBeInstanceOf(ForbiddenError)
    const { id } = await hub.commands.connection.create(operator, input({ fields: { account: 'acct_1' } }))
    expect((await rowOf(id)).status).toBe('NOT_CONFIGURED')
  })

  test('an API key narrowed to some connections creates none', async () => {
    await expect(hub.commands.connection.create({ ...owner, connectionIds: ['x'] }, input())).rejects.toBeInstanceOf(
      ForbiddenError,
    )
  })
})

describe('T5: idempotency keys', () => {
  test('20 at once with one key make one connection and get the same answer', async () => {
    const request = input({ idempotencyKey: 'order-7' })
    const answers = await Promise.all(Array.from({ length: 20 }, () => hub.commands.connection.create(owner, request)))
    expect(new Set(answers.map((answer) => answer.id)).size).toBe(1)
    expect(await hub.database.system.prisma.connection.count({ where: { name: request.name } })).toBe(1)
    expect(await entriesOf(answers[0]!.id)).toHaveLength(1)
    await expect(hub.commands.connection.create(owner, { ...request, name: 'Other' })).rejects.toBeInstanceOf(
      IdempotencyConflictError,
    )
    const again = await hub.commands.connection.create(owner, { ...request, fields: { secretKey: key } })
    expect(again).toEqual(answers[0])
  })

  test('a stored key reveals nothing of the secret and belongs to one organization', async () => {
    const request = input({ idempotencyKey: 'order-8' })
    const first = await hub.commands.connection.create(owner, request)
    const other = await hub.commands.connection.create(stranger, request)
    expect(other.id).not.toBe(first.id)
    const rows = await hub.database.system.prisma.idempotencyKey.findMany({ where: { key: 'order-8' } })
    expect(rows).toHaveLength(2)
    expect(JSON.stringify(rows)).not.toContain('Canary')
  })

  test('a refused request leaves its key free', async () => {
    const taken = input()
    await hub.commands.connection.create(owner, taken)
    await faultsOf(hub.commands.connection.create(owner, { ...taken, idempotencyKey: 'order-9' }))
    const { id } = await hub.commands.connection.create(owner, input({ idempotencyKey: 'order-9' }))
    expect(await rowOf(id)).toBeDefined()
  })

  test('20 probes at once with one key reach the vendor once', async () => {
    const { id } = await hub.commands.connection.create(owner, input())
    hub.asked.splice(0)
    await Promise.all(
      Array.from({ length: 20 }, () => hub.commands.connection.probe(owner, { id, idempotencyKey: 'probe-1' })),
    )
    expect(hub.asked).toHaveLength(1)
    expect((await rowOf(id)).health).toBe('HEALTHY')
  })

  test('a probe cut off by a kill did not use up its key: the repeat probes, and is written down once', async () => {
    const { id } = await hub.commands.connection.create(owner, input())
    const request = { id, idempotencyKey: 'probe-2' }
    const cut = { ...hub.collaborators, health: { ...hub.health, probe: () => new Promise<void>(() => {}) } }
    void createCommands(cut).connection.probe(owner, request)
    await until('the probe is written down', async () =>
      (await entriesOf(id)).some(({ action }) => action === 'connection.probed'),
    )
    hub.asked.splice(0)
    for (let time = 0; time < 3; time += 1) await hub.commands.connection.probe(owner, request)
    expect(hub.asked).toHaveLength(1)
    expect((await rowOf(id)).health).toBe('HEALTHY')
    expect((await entriesOf(id)).filter(({ action }) => action === 'connection.probed')).toHaveLength(1)
  })
})

describe('C4: credentials', () => {
  test('merges over the current ones as a new version and retires the old', async () => {
    const { id } = await hub.commands.connection.create(owner, input())
    await hub.commands.connection.probe(owner, { id })
    hub.forgotten.splice(0)
    hub.clock.advance(1000)
    await hub.commands.connection.setCredentials(owner, { id, fields: { account: 'acct_1Noor' } })
    expect(await rowOf(id)).toMatchObject({
      settings: { account: 'acct_1Noor' },
      health: 'UNKNOWN',
      status: 'ACTIVE',
      version: 2,
    })
    await hub.commands.connection.setCredentials(owner, { id, fields: { secretKey: 'rk_test_51AnotherCanaryKey7777' } })
    const versions = await hub.database.system.prisma.credential.findMany({
      where: { connectionId: id },
      orderBy: { version: 'asc' },
    })
    expect(versions).toMatchObject([
      { version: 1 },
      { version: 2, replacedAt: null, hints: { secretKey: 'rk_test_…7777' } },
    ])
    expect(versions[0]?.replacedAt).not.toBeNull()
    const newest = versions[1]!
    const opened = await hub.vault.open(newest, {
      organizationId: owner.organizationId,
      rowId: newest.id,
      table: 'Credential',
    })
    expect(JSON.parse(opened)).toEqual({ secretKey: 'rk_test_51AnotherCanaryKey7777' })
    expect(hub.forgotten).toEqual([id, id])
    const entries = await entriesOf(id)
    expect(entries.at(-1)).toMatchObject({
      action: 'credential.replaced',
      before: { version: 1 },
      after: { version: 2, secretFields: ['secretKey'] },
    })
    expect(JSON.stringify(entries)).not.toContain('Canary')
  })

  test('an empty string removes, and the connection waits to be set up', async () => {
    const { id } = await hub.commands.connection.create(owner, input())
    await hub.commands.connection.setCredentials(owner, { id, fields: { secretKey: '' } })
    expect(await rowOf(id)).toMatchObject({ status: 'NOT_CONFIGURED', health: 'NOT_CONFIGURED', nextProbeAt: null })
    await hub.commands.connection.setCredentials(owner, { id, fields: { secretKey: key } })
    expect(await rowOf(id)).toMatchObject({ status: 'ACTIVE', health: 'UNKNOWN' })
  })

  test('four changes at once leave four versions, each over the one before', async () => {
    const { id } = await hub.commands.connection.create(owner, input({ fields: {} }))
    const done = await Promise.allSettled(
      Array.from({ length: 4 }, (_, n) =>
        hub.commands.connection.setCredentials(owner, { id, fields: { secretKey: `sk_test_number${n}_0000000000` } }),
      ),
    )
    expect(done.filter((one) => one.status === 'fulfilled')).toHaveLength(4)
    const versions = await hub.database.system.prisma.credential.findMany({
      where: { connectionId: id },
      orderBy: { version: 'asc' },
    })
    expect(versions.map((one) => one.version)).toEqual([1, 2, 3, 4])
    expect(versions.filter((one) => one.replacedAt === null).map((one) => one.version)).toEqual([4])
  })
})

describe('C1: update', () => {
  test('changes what is given, raises the version and refuses a stale one', async () => {
    const { id } = await hub.commands.connection.create(owner, input())
    await hub.commands.connection.update(owner, { id, version: 1, name: 'Renamed', probeIntervalSeconds: 60 })
    expect(await rowOf(id)).toMatchObject({ name: 'Renamed', probeIntervalSeconds: 60, version: 2 })
    await expect(hub.commands.connection.update(owner, { id, version: 1, name: 'Stale' })).rejects.toBeInstanceOf(
      ConflictError,
    )
    const entry = (await entriesOf(id)).at(-1)
    expect(entry).toMatchObject({
      action: 'connection.updated',
      before: { probeIntervalSeconds: 300 },
      after: { name: 'Renamed', probeIntervalSeconds: 60 },
    })
    await hub.commands.connection.update(owner, { id, name: 'Renamed' })
    expect((await rowOf(id)).version).toBe(2)
  })

  test('secrets go through setCredentials only', async () => {
    const { id } = await hub.commands.connection.create(owner, input())
    expect(await faultsOf(hub.commands.connection.update(owner, { id, settings: { secretKey: key } }))).toHaveProperty([
      'settings.secretKey',
    ])
  })
})

describe('C1: pause, resume, delete', () => {
  test('paused means no probe and no lie about health', async () => {
    const { id } = await hub.commands.connection.create(owner, input())
    await hub.commands.connection.probe(owner, { id })
    await hub.commands.connection.pause(owner, { id })
    await hub.commands.connection.pause(owner, { id })
    expect(await rowOf(id)).toMatchObject({
      status: 'DISABLED',
      health: 'UNKNOWN',
      nextProbeAt: null,
      statusReason: 'Paused by Ada.',
    })
    hub.asked.splice(0)
    await expect(hub.commands.connection.probe(owner, { id })).rejects.toBeInstanceOf(ConflictError)
    await hub.health.probe(owner.organizationId, id, owner)
    expect(hub.asked).toEqual([])
    await hub.commands.connection.resume(owner, { id })
    expect(await rowOf(id)).toMatchObject({ status: 'ACTIVE', statusReason: null, nextProbeAt: hub.clock.now })
    expect((await entriesOf(id)).map((entry) => entry.action)).toEqual([
      'connection.created',
      'connection.probed',
      'connection.paused',
      'connection.resumed',
    ])
  })

  test('deleting asks for the name and takes the credentials at once', async () => {
    const { id } = await hub.commands.connection.create(owner, input({ name: 'Goodbye' }))
    expect(await faultsOf(hub.commands.connection.delete(owner, { id, name: 'goodby' }))).toHaveProperty('name')
    await hub.commands.connection.delete(owner, { id, name: 'Goodbye' })
    expect(await hub.database.system.prisma.connection.count({ where: { id } })).toBe(0)
    expect(await hub.database.system.prisma.credential.count({ where: { connectionId: id } })).toBe(0)
    expect((await entriesOf(id)).at(-1)).toMatchObject({ action: 'connection.deleted', before: { name: 'Goodbye' } })
    await expect(hub.commands.connection.resume(owner, { id })).rejects.toBeInstanceOf(NotFoundError)
  })
})

describe('T2: foreign and hidden connections', () => {
  test('look like none at all, in every command', async () => {
    const { id } = await hub.commands.connection.create(owner, input())
    const narrowed: Actor = { ...owner, kind: 'API_KEY', connectionIds: ['019a0000-0000-7000-8000-000000000000'] }
    const { connection, lane } = hub.commands
    for (const actor of [stranger, narrowed]) {
      const attempts = [
        connection.update(actor, { id, name: 'Mine' }),
        connection.setCredentials(actor, { id, fields: { secretKey: key } }),
        connection.test(actor, { id }),
        connection.probe(actor, { id }),
        connection.pause(actor, { id }),
        connection.resume(actor, { id }),
        lane.resetBreaker(actor, { id }),
        lane.setLimits(actor, { id, limits: [] }),
        lane.setCaching(actor, { id, ttlSeconds: 0 }),
        lane.purgeCache(actor, { id }),
        connection.delete(actor, { id, name: 'x' }),
        connection.startOAuth(actor, { id }),
      ]
      for (const attempt of await Promise.allSettled(attempts))
        expect(attempt).toMatchObject({ status: 'rejected', reason: expect.any(NotFoundError) })
    }
    for (const nonsense of ['', 'x', "'; drop table", id.slice(1)])
      await expect(connection.pause(owner, { id: nonsense })).rejects.toBeInstanceOf(NotFoundError)
    expect((await rowOf(id)).version).toBe(1)
  })
})

test('T3: the chain of everything that happened here holds', async () => {
  for (const { organizationId } of [owner, stranger])
    expect(await hub.audit.verify(organizationId)).toMatchObject({ ok: true })
})
