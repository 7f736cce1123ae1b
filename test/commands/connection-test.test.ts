import type { TestReport } from '@patchbay/schema/commands/connection.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, InvalidInputError, ProviderCallError } from '@patchbay/schema/errors.ts'
import { createCommands } from '@patchbay/server/commands/index.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { refused, wrongKey } from '../support/refusals.ts'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'
import { until } from '../support/until.ts'

let hub: RulesHub
let owner: Actor

beforeAll(async () => {
  hub = await rulesHub()
  owner = (await hub.organization()).owner
})
afterAll(() => hub.close())
beforeEach(() => {
  hub.asked.splice(0)
  hub.script(healthy)
})

const healthy = ({ request }: { request: { path: string } }) =>
  request.path === '/v1/balance' ? { object: 'balance' } : { data: [] }
let count = 0
const create = async (fields: Record<string, string> = { secretKey: 'sk_test_51CanaryCanaryCanaryx9Qz' }) => {
  const { id } = await hub.commands.connection.create(owner, {
    provider: 'stripe',
    name: `Test ${(count += 1)}`,
    environment: 'SANDBOX',
    fields,
  })
  return id
}
const rowOf = (id: string) => hub.database.system.prisma.connection.findUniqueOrThrow({ where: { id } })
const reportOf = async (id: string) => (await rowOf(id)).lastTest as unknown as TestReport
/** A vendor that answers only when told, or when the caller gives up. */
function heldVendor() {
  const gate = Promise.withResolvers<unknown>()
  hub.script(async ({ options }) => {
    const gone = new Promise((_, reject) => {
      const stop = () => reject(refused('CANCELLED', null, 'cancelled'))
      options.actor.signal?.addEventListener('abort', stop)
    })
    return Promise.race([gate.promise, gone])
  })
  return { answer: () => gate.resolve({ object: 'balance', data: [] }) }
}

describe('C3: test a connection', () => {
  test('a good one reports every step and is ACTIVE', async () => {
    const id = await create()
    await hub.commands.connection.test(owner, { id, suites: ['connection', 'sample'] })
    const report = await reportOf(id)
    expect(report).toMatchObject({
      ok: true,
      steps: [
        { suite: 'connection', ok: true, advice: null },
        { suite: 'sample', ok: true },
      ],
    })
    expect(report.steps[0]).toMatchObject({ sent: 'GET /v1/balance', received: '200 OK' })
    expect(await rowOf(id)).toMatchObject({ status: 'ACTIVE', statusReason: null })
    expect(
      hub.asked.every(({ options }) => options.purpose === 'TEST' && options.force === true && options.retries === 0),
    ).toBe(true)
  })

  test('a wrong key says what happened, what to do and which field, and is an ERROR', async () => {
    const id = await create()
    hub.script(() => Promise.reject(wrongKey()))
    await hub.commands.connection.test(owner, { id })
    const report = await reportOf(id)
    expect(report.ok).toBe(false)
    expect(report.steps).toHaveLength(1)
    expect(report.steps[0]).toMatchObject({
      ok: false,
      errorClass: 'AUTHENTICATION',
      field: 'secretKey',
      advice: 'Stripe answered 401: the secret or restricted key was refused. Copy the key again from Stripe.',
    })
    expect(await rowOf(id)).toMatchObject({ status: 'ERROR', statusReason: report.steps[0]?.advice })
    hub.script(healthy)
    await hub.commands.connection.setCredentials(owner, { id, fields: { secretKey: 'sk_test_51TheRightOneNow0000' } })
    expect(await rowOf(id)).toMatchObject({ status: 'ACTIVE' })
  })

  test('an unfinished form names the field and sends nothing', async () => {
    const id = await create({})
    await hub.commands.connection.test(owner, { id })
    expect(await reportOf(id)).toMatchObject({
      ok: false,
      steps: [{ errorClass: 'NOT_CONFIGURED', field: 'secretKey' }],
    })
    expect(hub.asked).toEqual([])
    expect((await rowOf(id)).status).toBe('NOT_CONFIGURED')
  })

  test('a bug in a step is a failed step, not a failed hub', async () => {
    const id = await create()
    hub.script(() => 'no balance')
    await hub.commands.connection.test(owner, { id, suites: ['connection'] })
    expect((await reportOf(id)).steps[0]).toMatchObject({ ok: false, errorClass: 'MALFORMED_ANSWER' })
  })

  test('an unknown suite is refused by name', async () => {
    const id = await create()
    const refusal = hub.commands.connection.test(owner, { id, suites: ['speed'] })
    await expect(refusal).rejects.toThrow(/connection, permissions, sample/)
    await expect(refusal).rejects.toBeInstanceOf(InvalidInputError)
  })

  test('it is TESTING meanwhile, and a second test has to wait', async () => {
    const id = await create()
    const vendor = heldVendor()
    const first = hub.commands.connection.test(owner, { id, suites: ['connection'] })
    await until('the vendor is asked', () => hub.asked.length === 1)
    expect((await rowOf(id)).status).toBe('TESTING')
    await expect(hub.commands.connection.test(owner, { id })).rejects.toBeInstanceOf(ConflictError)
    vendor.answer()
    await first
    expect((await rowOf(id)).status).toBe('ACTIVE')
  })

  test('20 repeats of one key run one test and wait for its result', async () => {
    const id = await create()
    const repeats = Array.from({ length: 20 }, () =>
      hub.commands.connection.test(owner, { id, suites: ['connection'], idempotencyKey: 'test-1' }),
    )
    expect(await Promise.all(repeats)).toEqual(Array.from({ length: 20 }, () => ({ id })))
    expect(hub.asked).toHaveLength(1)
    expect((await reportOf(id)).ok).toBe(true)
  })

  test('a caller who leaves stops the vendor call, leaves no trace and may repeat the key', async () => {
    const id = await create()
    heldVendor()
    const leaving = new AbortController()
    const request = { id, suites: ['connection'], idempotencyKey: 'test-2' }
    const left = hub.commands.connection.test({ ...owner, signal: leaving.signal }, request)
    await until('the vendor is asked', () => hub.asked.length === 1)
    leaving.abort()
    await expect(left).rejects.toMatchObject({ errorClass: 'CANCELLED' })
    await expect(left).rejects.toBeInstanceOf(ProviderCallError)
    expect(await rowOf(id)).toMatchObject({ status: 'ACTIVE', lastTest: null })
    hub.script(healthy)
    await hub.commands.connection.test(owner, request)
    expect((await reportOf(id)).ok).toBe(true)
  })

  test('a test cut off by a kill did not use up its key: the repeat tests, once', async () => {
    const id = await create()
    const vendor = heldVendor()
    const request = { id, suites: ['connection'], idempotencyKey: 'test-3' }
    const killed = createCommands(hub.collaborators).connection.test(owner, request)
    await until('the vendor is asked', () => hub.asked.length === 1)
    await expect(hub.commands.connection.test(owner, request)).rejects.toBeInstanceOf(ConflictError)
    await hub.health.endTests()
    expect(await rowOf(id)).toMatchObject({ status: 'ERROR', lastTest: null })
    hub.script(healthy)
    await hub.commands.connection.test(owner, request)
    expect(await rowOf(id)).toMatchObject({ status: 'ACTIVE', lastTest: { ok: true } })
    await hub.commands.connection.test(owner, request)
    expect(hub.asked).toHaveLength(2)
    vendor.answer()
    await killed
  })

  test('a report of credentials that were replaced meanwhile is thrown away', async () => {
    const id = await create()
    const vendor = heldVendor()
    const outdated = hub.commands.connection.test(owner, { id, suites: ['connection'] })
    await until('the vendor is asked', () => hub.asked.length === 1)
    await hub.commands.connection.setCredentials(owner, { id, fields: { secretKey: 'sk_test_51NewerCanary00000' } })
    vendor.answer()
    await expect(outdated).rejects.toBeInstanceOf(ConflictError)
    expect(await rowOf(id)).toMatchObject({ status: 'ACTIVE', lastTest: null })
  })

  test('a paused connection can be tested and stays paused', async () => {
    const id = await create()
    await hub.commands.connection.pause(owner, { id })
    const vendor = heldVendor()
    const running = hub.commands.connection.test(owner, { id, suites: ['connection'] })
    await until('the vendor is asked', () => hub.asked.length === 1)
    expect((await rowOf(id)).status).toBe('DISABLED')
    vendor.answer()
    await running
    expect(await rowOf(id)).toMatchObject({ status: 'DISABLED', lastTest: { ok: true } })
  })

  test('a test cut off by a kill is ended by the next planning', async () => {
    const id = await create()
    await hub.database.system.sql.query(
      `update "Connection" set "status" = 'TESTING', "updatedAt" = $2 where "id" = $1`,
      [id, new Date(hub.clock.now.getTime() - 301_000)],
    )
    await hub.health.plan()
    expect(await rowOf(id)).toMatchObject({
      status: 'ERROR',
      statusReason: 'The last test did not finish. Test again.',
    })
  })
})
