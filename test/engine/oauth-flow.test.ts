import { createHash } from 'node:crypto'
import type { OAuthSpec } from '@patchbay/server/providers/provider.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusalOf } from '../support/call-bench.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { benchStart, grantEnding, hourMs, makeGrant, oauthBench, type OAuthBench } from '../support/oauth-bench.ts'
import { tokenClient } from '../support/token-vendor.ts'

let database: TestDatabase
let prisma: TestDatabase['system']['prisma']
beforeAll(async () => {
  database = await testDatabase()
  prisma = database.system.prisma
})
afterAll(() => database.cleanup())

const bench = (spec: Partial<OAuthSpec> = {}) => oauthBench(database, spec)

/** A person agrees: the vendor makes a code for what the page was opened with. */
function agree(b: OAuthBench, url: string): URLSearchParams {
  const page = new URL(url).searchParams
  b.vendor.codes.set('code-0123456789', { challenge: page.get('code_challenge') })
  return new URLSearchParams({ code: 'code-0123456789', state: page.get('state') ?? '' })
}

test('C6: the page is opened with state and PKCE, and neither is stored in the clear', async () => {
  await using b = await bench()
  const { connection, actor } = await makeGrant(database, null)
  const { flowId, url } = await b.replica.oauth.start(connection, actor)
  const page = new URL(url)
  expect(page.origin + page.pathname).toBe(`${b.vendor.server.origin}/authorize`)
  expect(Object.fromEntries(page.searchParams)).toMatchObject({
    response_type: 'code',
    client_id: tokenClient.clientId,
    redirect_uri: 'https://hub.example/oauth/callback',
    scope: 'read write',
    code_challenge_method: 'S256',
    access_type: 'offline',
  })
  const state = page.searchParams.get('state') ?? ''
  expect(state.length).toBeGreaterThanOrEqual(43)
  const flow = await prisma.oAuthFlow.findUniqueOrThrow({ where: { id: flowId } })
  expect(flow.stateHash).toBe(createHash('sha256').update(state).digest('hex'))
  expect(flow.expiresAt).toEqual(new Date(benchStart + 600_000))
  const verifier = await b.replica.vault.open(flow, {
    organizationId: flow.organizationId,
    rowId: flow.id,
    table: 'OAuthFlow',
  })
  expect(createHash('sha256').update(verifier).digest('base64url')).toBe(page.searchParams.get('code_challenge'))
  expect(Buffer.from(flow.ciphertext).includes(Buffer.from(verifier))).toBe(false)
})

test('C6: from "connect" to a sealed grant that calls can use', async () => {
  await using b = await bench()
  const { connection, actor } = await makeGrant(database, null)
  await prisma.connection.update({ where: { id: connection.id }, data: { status: 'NOT_CONFIGURED' } })
  const { url } = await b.replica.oauth.start(connection, actor)
  expect(await b.replica.oauth.finish(agree(b, url))).toEqual({
    organizationId: connection.organizationId,
    connectionId: connection.id,
  })
  const { accessToken } = await b.replica.credentials.open(connection, actor)
  expect(accessToken).toMatch(/^access-token-1-/)
  expect(b.vendor.granted[0]?.body).toContain('code_verifier=')
  expect(await prisma.grant.findUniqueOrThrow({ where: { connectionId: connection.id } })).toMatchObject({
    generation: 1,
    state: 'VALID',
    scopes: ['read', 'write'],
    expiresAt: new Date(benchStart + hourMs),
  })
  expect(await prisma.connection.findUniqueOrThrow({ where: { id: connection.id } })).toMatchObject({
    status: 'ACTIVE',
    nextProbeAt: new Date(benchStart),
  })
  expect(await prisma.auditEntry.count({ where: { action: 'connection.authorized', subjectId: connection.id } })).toBe(
    1,
  )
  await b.replica.log.flush()
  const [row] = await prisma.call.findMany({ where: { connectionId: connection.id } })
  expect(row).toMatchObject({ purpose: 'OAUTH', operation: 'oauth.code' })
  const body = `${row?.requestBody} ${row?.responseBody}`
  for (const secret of ['code-0123456789', tokenClient.clientSecret, accessToken ?? '', b.vendor.refreshToken])
    expect(body).not.toContain(secret)
})

test.each(['form', 'json'] as const)(
  'C6: a vendor with a name of its own for the client id reads it on its page and in a %s, at refreshes too',
  async (clientAuth) => {
    await using b = await bench({ clientIdParam: 'client_key', clientAuth, pkce: false })
    const { connection, actor } = await makeGrant(database, null)
    const { url } = await b.replica.oauth.start(connection, actor)
    const page = new URL(url).searchParams
    expect([page.get('client_key'), page.get('client_id')]).toEqual([tokenClient.clientId, null])
    await b.replica.oauth.finish(agree(b, url))
    b.clock.ms += hourMs
    await b.replica.credentials.open(connection, actor)
    const bodies = b.vendor.granted.map(({ body }) =>
      clientAuth === 'json'
        ? (JSON.parse(body) as Record<string, string>)
        : Object.fromEntries(new URLSearchParams(body)),
    )
    expect(bodies.map((each) => each['grant_type'])).toEqual(['authorization_code', 'refresh_token'])
    for (const each of bodies) {
      expect(each).toMatchObject({
        client_key: tokenClient.clientId,
        client_secret: tokenClient.clientSecret,
      })
      expect(each).not.toHaveProperty('client_id')
    }
  },
)

test('C6: a refusal that comes with a 200 is one: the person is asked to authorize again', async () => {
  await using b = await bench()
  const { connection, actor } = await grantEnding(database, -1)
  b.vendor.mood = 'polite'
  expect(await refusalOf(b.replica.credentials.open(connection, actor))).toMatchObject({
    errorClass: 'RECONNECT_REQUIRED',
  })
  expect(await prisma.grant.findUniqueOrThrow({ where: { connectionId: connection.id } })).not.toMatchObject({
    state: 'VALID',
  })
})

test('C6: reconnecting replaces a dead grant, and a refresh under way cannot undo it', async () => {
  await using b = await bench()
  const { connection, actor } = await grantEnding(database, 30_000)
  b.vendor.mood = 'revoked'
  await refusalOf(b.replica.credentials.open(connection, actor))
  expect((await prisma.connection.findUniqueOrThrow({ where: { id: connection.id } })).status).toBe('ERROR')
  b.vendor.mood = 'ok'
  const { url } = await b.replica.oauth.start(connection, actor)
  await b.replica.oauth.finish(agree(b, url))
  const { accessToken } = await b.replica.credentials.open(connection, actor)
  expect(accessToken).toMatch(/^access-token-1-/)
  expect(await prisma.grant.findUniqueOrThrow({ where: { connectionId: connection.id } })).toMatchObject({
    generation: 2,
    state: 'VALID',
    failure: null,
  })
  // A second replica renews while a person agrees anew: what the person agreed to stays.
  b.clock.ms += hourMs
  const again = await b.replica.oauth.start(connection, actor)
  let isFirst = true
  b.vendor.before = async () => {
    if (!isFirst) return
    isFirst = false
    const kept = b.vendor.refreshToken
    await b.replica.oauth.finish(agree(b, again.url))
    b.vendor.refreshToken = kept
  }
  const opened = await b.another().credentials.open(connection, actor)
  expect(opened.accessToken).toMatch(/^access-token-2-/)
  expect((await prisma.grant.findUniqueOrThrow({ where: { connectionId: connection.id } })).generation).toBe(3)
})

test('C6: a state works once, for ten minutes, and only if it was given out', async () => {
  await using b = await bench()
  const { connection, actor } = await makeGrant(database, null)
  const first = agree(b, (await b.replica.oauth.start(connection, actor)).url)
  const twice = await Promise.allSettled([b.replica.oauth.finish(first), b.replica.oauth.finish(first)])
  expect(twice.map((each) => each.status).sort()).toEqual(['fulfilled', 'rejected'])
  expect(await refusalOf(b.replica.oauth.finish(first))).toMatchObject({ code: 'CONFLICT' })
  const late = agree(b, (await b.replica.oauth.start(connection, actor)).url)
  b.clock.ms += 600_000
  expect((await refusalOf(b.replica.oauth.finish(late))).message).toContain('ten minutes')
  for (const query of ['', 'state=', 'state=made-up&code=x', 'code=x'])
    expect(await refusalOf(b.replica.oauth.finish(new URLSearchParams(query)))).toMatchObject({ code: 'CONFLICT' })
  expect(b.vendor.granted).toHaveLength(1)
})

test('C6: a declined authorization is told in words, and its state is used up', async () => {
  await using b = await bench()
  const { connection, actor } = await makeGrant(database, null)
  const state = new URL((await b.replica.oauth.start(connection, actor)).url).searchParams.get('state') ?? ''
  const declined = new URLSearchParams({ error: 'access_denied', state })
  expect(await refusalOf(b.replica.oauth.finish(declined))).toMatchObject({
    errorClass: 'PERMISSION',
    message: 'The authorization was declined at Acme.',
  })
  expect(await refusalOf(b.replica.oauth.finish(declined))).toMatchObject({ code: 'CONFLICT' })
  const other = new URL((await b.replica.oauth.start(connection, actor)).url).searchParams.get('state') ?? ''
  const odd = new URLSearchParams({ error: 'invalid_scope', error_description: 'no such\nscope', state: other })
  expect((await refusalOf(b.replica.oauth.finish(odd))).message).toBe(
    'Acme did not authorize the connection: no such scope.',
  )
  expect(b.vendor.asked).toHaveLength(0)
})

test('C6: an answer of another issuer, a doubled parameter or a missing code is refused before anything is sent', async () => {
  await using b = await bench()
  const { connection, actor } = await makeGrant(database, null)
  for (const spoil of ['&iss=https%3A%2F%2Fevil.example', '&code=another', '&response=jarm', '&id_token=x']) {
    const callback = agree(b, (await b.replica.oauth.start(connection, actor)).url)
    const error = await refusalOf(b.replica.oauth.finish(new URLSearchParams(`${callback}${spoil}`)))
    expect(error).toMatchObject({ code: 'PROVIDER_CALL_FAILED' })
  }
  const { url } = await b.replica.oauth.start(connection, actor)
  const state = new URL(url).searchParams.get('state') ?? ''
  await refusalOf(b.replica.oauth.finish(new URLSearchParams({ state })))
  expect(b.vendor.asked).toHaveLength(0)
  const own = agree(b, (await b.replica.oauth.start(connection, actor)).url)
  own.set('iss', b.vendor.server.origin)
  await b.replica.oauth.finish(own)
})

test('C6: a vendor’s own proof in the callback is required where it has one', async () => {
  let proven = false
  await using b = await bench({
    verifyCallback: (query, fields) =>
      proven && query.has('code') && fields['clientSecret'] === tokenClient.clientSecret,
  })
  const { connection, actor } = await makeGrant(database, null)
  expect(
    await refusalOf(b.replica.oauth.finish(agree(b, (await b.replica.oauth.start(connection, actor)).url))),
  ).toMatchObject({ errorClass: 'AUTHENTICATION' })
  expect(b.vendor.asked).toHaveLength(0)
  proven = true
  await b.replica.oauth.finish(agree(b, (await b.replica.oauth.start(connection, actor)).url))
})

test('C6: a stolen code without its verifier is refused by the vendor, and nothing is stored', async () => {
  await using b = await bench()
  const { connection, actor } = await makeGrant(database, null)
  const { url } = await b.replica.oauth.start(connection, actor)
  const callback = agree(b, url)
  b.vendor.codes.set('code-0123456789', { challenge: 'somebody-else' })
  expect(await refusalOf(b.replica.oauth.finish(callback))).toMatchObject({ errorClass: 'AUTHENTICATION' })
  expect(await prisma.grant.count({ where: { connectionId: connection.id } })).toBe(0)
})

test('C6: a connection that needs no authorization says so', async () => {
  await using b = await bench({ grant: 'client_credentials' })
  const { connection, actor } = await makeGrant(database, null)
  expect(await refusalOf(b.replica.oauth.start(connection, actor))).toMatchObject({ code: 'CONFLICT' })
})

test('C1: a paused connection stays paused when it is reconnected', async () => {
  await using b = await bench()
  const { connection, actor } = await makeGrant(database, null)
  await prisma.connection.update({ where: { id: connection.id }, data: { status: 'DISABLED' } })
  const { url } = await b.replica.oauth.start(connection, actor)
  await b.replica.oauth.finish(agree(b, url))
  expect((await prisma.connection.findUniqueOrThrow({ where: { id: connection.id } })).status).toBe('DISABLED')
})
