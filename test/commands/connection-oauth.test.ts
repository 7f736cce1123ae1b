import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, ForbiddenError, InvalidInputError } from '@patchbay/schema/errors.ts'
import { createCommands } from '@patchbay/server/commands/index.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'

let hub: RulesHub
let owner: Actor
const google = { clientId: 'client-1.apps.googleusercontent.com', clientSecret: 'GOCSPX-canary-canary-canary' }
const paypal = { clientId: 'AbCanaryCanaryCanaryCanaryCanary', clientSecret: 'ELCanaryCanaryCanaryCanaryCanary' }

beforeAll(async () => {
  hub = await rulesHub()
  owner = (await hub.organization()).owner
})
afterAll(() => hub.close())

let count = 0
async function create(provider: string, fields: Record<string, string>, environment: 'LIVE' | 'SANDBOX' = 'LIVE') {
  const { id } = await hub.commands.connection.create(owner, {
    provider,
    name: `${provider} ${(count += 1)}`,
    environment,
    fields,
  })
  return id
}
const rowOf = (id: string) => hub.database.system.prisma.connection.findUniqueOrThrow({ where: { id } })
const grants = (connectionId: string) => hub.database.system.prisma.grant.count({ where: { connectionId } })
/** What engine/oauth leaves behind after the person came back. */
async function grant(connectionId: string) {
  const { prisma } = hub.database.system
  await prisma.grant.create({ data: { connectionId, organizationId: owner.organizationId } })
  await prisma.connection.update({
    where: { id: connectionId },
    data: { status: 'ACTIVE', statusReason: null, health: 'UNKNOWN' },
  })
}

describe('C6: connections that need an authorization', () => {
  test('wait for it, and keep it while only the secret is renewed', async () => {
    const id = await create('google-calendar', google)
    expect(await rowOf(id)).toMatchObject({
      status: 'NOT_CONFIGURED',
      statusReason: 'Google Calendar has not been connected yet: sign in at Google Calendar to allow it.',
    })
    await grant(id)
    await hub.commands.connection.setCredentials(owner, { id, fields: { clientSecret: 'GOCSPX-canary-second' } })
    expect(await rowOf(id)).toMatchObject({ status: 'ACTIVE' })
    expect(await grants(id)).toBe(1)
    await hub.commands.connection.setCredentials(owner, {
      id,
      fields: { clientId: 'client-2.apps.googleusercontent.com' },
    })
    expect(await rowOf(id)).toMatchObject({ status: 'NOT_CONFIGURED' })
    expect(await grants(id)).toBe(0)
  })

  test('a paused one resumes into what it has', async () => {
    const id = await create('google-calendar', google)
    await hub.commands.connection.pause(owner, { id })
    await hub.commands.connection.resume(owner, { id })
    expect(await rowOf(id)).toMatchObject({ status: 'NOT_CONFIGURED', nextProbeAt: null })
    await hub.commands.connection.pause(owner, { id })
    await grant(id)
    await hub.commands.connection.pause(owner, { id })
    await hub.commands.connection.resume(owner, { id })
    expect(await rowOf(id)).toMatchObject({ status: 'ACTIVE', nextProbeAt: hub.clock.now })
  })

  test('client credentials count as configured, and a token of the old secret goes with it', async () => {
    const id = await create('paypal', paypal, 'SANDBOX')
    expect(await rowOf(id)).toMatchObject({ status: 'ACTIVE', health: 'UNKNOWN' })
    await grant(id)
    await hub.commands.connection.setCredentials(owner, { id, fields: { clientSecret: 'ELAnotherCanaryCanaryCanary' } })
    expect(await grants(id)).toBe(0)
    expect(await rowOf(id)).toMatchObject({ status: 'ACTIVE' })
  })

  test('Shopify takes a pasted token, or an app and an authorization', async () => {
    const pasted = await create('shopify', { shop: 'noor.myshopify.com', accessToken: 'shpat_0123456789abcdef' })
    expect(await rowOf(pasted)).toMatchObject({ status: 'ACTIVE' })
    const app = await create('shopify', { shop: 'noor.myshopify.com' })
    expect((await rowOf(app)).statusReason).toMatch(/Still to fill in: .*client/i)
    await hub.commands.connection.setCredentials(owner, {
      id: app,
      fields: { clientId: 'app', clientSecret: 'shpss_0123456789abcdef' },
    })
    expect((await rowOf(app)).statusReason).toContain('has not been connected yet')
  })
})

describe('C6: beginning an authorization', () => {
  test('20 repeats of a key get one address; the address is stored nowhere', async () => {
    const id = await create('google-calendar', google)
    const starts = await Promise.all(
      Array.from({ length: 20 }, () => hub.commands.connection.startOAuth(owner, { id, idempotencyKey: 'go' })),
    )
    expect(new Set(starts.map((start) => start.url)).size).toBe(1)
    const state = new URL(starts[0]!.url).searchParams.get('state') ?? ''
    const stored = await hub.database.system.prisma.idempotencyKey.findMany({ where: { key: 'go' } })
    expect(JSON.stringify(stored)).not.toContain(state)
    const fresh = await hub.commands.connection.startOAuth(owner, { id })
    expect(fresh.url).not.toBe(starts[0]!.url)
    const restarted = createCommands(hub.collaborators)
    await expect(restarted.connection.startOAuth(owner, { id, idempotencyKey: 'go' })).rejects.toBeInstanceOf(
      ConflictError,
    )
  })

  test('a start that fails leaves its key free', async () => {
    const id = await create('google-calendar', google)
    let broken = true
    const { start } = hub.collaborators.oauth
    const oauth: typeof hub.collaborators.oauth = {
      start: (...given) => (broken ? Promise.reject(new Error('no network')) : start(...given)),
    }
    const { connection } = createCommands({ ...hub.collaborators, oauth })
    await expect(connection.startOAuth(owner, { id, idempotencyKey: 'retry' })).rejects.toThrow('no network')
    broken = false
    expect(await connection.startOAuth(owner, { id, idempotencyKey: 'retry' })).toHaveProperty('url')
  })

  test('asks for the client first, and only where there is something to authorize', async () => {
    const bare = await create('google-calendar', { clientId: google.clientId })
    const refusal = await hub.commands.connection.startOAuth(owner, { id: bare }).catch((error: unknown) => error)
    expect(refusal).toBeInstanceOf(InvalidInputError)
    expect((refusal as InvalidInputError).faults).toMatchObject([{ path: 'fields.clientSecret' }])
    const stripe = await create('stripe', { secretKey: 'sk_test_x' }, 'SANDBOX')
    await expect(hub.commands.connection.startOAuth(owner, { id: stripe })).rejects.toBeInstanceOf(ConflictError)
  })
})

describe('C5: who may point a connection elsewhere', () => {
  test('only who may set its secrets, because they would travel along', async () => {
    const operator = await hub.member(owner.organizationId, 'OPERATOR')
    const id = await create('shopify', { shop: 'noor.myshopify.com', accessToken: 'shpat_0123456789abcdef' })
    const thief = { shop: 'thief.myshopify.com' }
    await expect(hub.commands.connection.update(operator, { id, settings: thief })).rejects.toBeInstanceOf(
      ForbiddenError,
    )
    await hub.commands.connection.update(operator, { id, settings: { apiVersion: '2026-07' } })
    hub.forgotten.splice(0)
    await hub.commands.connection.update(owner, { id, settings: thief })
    expect(await rowOf(id)).toMatchObject({
      settings: { shop: 'thief.myshopify.com', apiVersion: '2026-07' },
      health: 'UNKNOWN',
    })
    expect(hub.forgotten).toEqual([id])
  })

  test('replicas are told to forget when the change commits', async () => {
    const heard: string[] = []
    const stop = await hub.database.listen('hub_credentials', (payload) => heard.push(payload))
    const id = await create('stripe', { secretKey: 'sk_test_one' }, 'SANDBOX')
    await hub.commands.connection.setCredentials(owner, { id, fields: { secretKey: 'sk_test_two' } })
    await hub.commands.connection.delete(owner, { id, name: (await rowOf(id)).name })
    // Bells of the tests before may still be on their way.
    await expect.poll(() => heard.filter((rung) => rung === id)).toEqual([id, id])
    await stop()
  })
})
