import type { OAuthSpec } from '@patchbay/server/providers/provider.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusalOf } from '../support/call-bench.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { benchStart, grantEnding, hourMs, makeGrant, oauthBench } from '../support/oauth-bench.ts'
import { tokenClient } from '../support/token-vendor.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.cleanup())

const bench = (spec: Partial<OAuthSpec> = {}) => oauthBench(database, spec)
const ending = (endsInMs: number) => grantEnding(database, endsInMs)
const grantOf = (id: string) => database.system.prisma.grant.findUniqueOrThrow({ where: { connectionId: id } })
const sealedOf = (id: string) =>
  database.system.prisma.credential.findMany({ where: { connectionId: id, kind: 'GRANT' } })

test('C6: a token with an hour to live is handed out as it is, and opened once for many', async () => {
  await using b = await bench()
  const { connection, actor } = await ending(hourMs)
  const opened = await Promise.all(Array.from({ length: 50 }, () => b.replica.credentials.open(connection, actor)))
  expect(new Set(opened.map((each) => each.accessToken)).size).toBe(1)
  expect(opened[0]?.fields).toEqual({ clientId: tokenClient.clientId, clientSecret: tokenClient.clientSecret })
  expect(b.vendor.asked).toHaveLength(0)
  await b.replica.audit.flush()
  const used = await database.system.prisma.auditEntry.findMany({
    where: { action: 'credential.used', subjectId: connection.id },
  })
  expect(used.map((entry) => (entry.after as { kind: string }).kind).sort()).toEqual(['FIELDS', 'GRANT'])
})

test('C6: a token near its end is renewed ahead of it; the new refresh token is sealed before the access token is used', async () => {
  await using b = await bench()
  const { connection, actor } = await ending(5 * 60_000)
  const { accessToken } = await b.replica.credentials.open(connection, actor)
  expect(accessToken).toMatch(/^access-token-1-/)
  expect(b.vendor.granted).toHaveLength(1)
  expect(await grantOf(connection.id)).toMatchObject({
    generation: 2,
    state: 'VALID',
    leaseOwner: null,
    scopes: ['read', 'write'],
    expiresAt: new Date(benchStart + hourMs),
  })
  const [sealed, ...rest] = await sealedOf(connection.id)
  expect(rest).toHaveLength(0)
  const text = await b.replica.vault.open(sealed!, {
    organizationId: connection.organizationId,
    rowId: sealed!.id,
    table: 'Credential',
  })
  expect(JSON.parse(text)).toMatchObject({ accessToken, refreshToken: b.vendor.refreshToken })
})

test('T4: the exchange is in the call log, as OAUTH, without a single secret', async () => {
  await using b = await bench()
  const { connection, actor } = await ending(-1)
  const { accessToken } = await b.replica.credentials.open(connection, actor)
  await b.replica.log.flush()
  const [row] = await database.system.prisma.call.findMany({ where: { connectionId: connection.id } })
  expect(row).toMatchObject({
    purpose: 'OAUTH',
    operation: 'oauth.refresh',
    method: 'POST',
    path: '/token',
    status: 200,
    ok: true,
  })
  const everything = JSON.stringify(row, (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value))
  for (const secret of [accessToken ?? '', b.vendor.refreshToken, 'refresh-token-0', tokenClient.clientSecret])
    expect(everything).not.toContain(secret)
})

test('C6: a token that lives shorter than two minutes is renewed half-way, not at every call', async () => {
  await using b = await bench()
  b.vendor.lifetime = 20
  const { connection, actor } = await ending(-1)
  for (let n = 0; n < 5; n++) await b.replica.credentials.open(connection, actor)
  expect(b.vendor.granted).toHaveLength(1)
  b.clock.ms += 11_000
  await b.replica.credentials.open(connection, actor)
  expect(b.vendor.granted).toHaveLength(2)
})

test('C6: a refused token is renewed once, however many callers saw the refusal', async () => {
  await using b = await bench()
  const { connection, actor } = await ending(hourMs)
  const { accessToken } = await b.replica.credentials.open(connection, actor)
  for (let n = 0; n < 20; n++) b.replica.credentials.reject(connection.id, accessToken ?? '')
  const renewed = await Promise.all(Array.from({ length: 20 }, () => b.replica.credentials.open(connection, actor)))
  b.replica.credentials.reject(connection.id, accessToken ?? '')
  const later = await b.replica.credentials.open(connection, actor)
  expect(new Set([...renewed, later].map((each) => each.accessToken)).size).toBe(1)
  expect(later.accessToken).not.toBe(accessToken)
  expect(b.vendor.granted).toHaveLength(1)
  // A vendor that refuses the fresh one as well is not asked for a third at once.
  b.replica.credentials.reject(connection.id, later.accessToken ?? '')
  expect((await b.replica.credentials.open(connection, actor)).accessToken).toBe(later.accessToken)
  b.clock.ms += 31_000
  b.replica.credentials.reject(connection.id, later.accessToken ?? '')
  await b.replica.credentials.open(connection, actor)
  expect(b.vendor.granted).toHaveLength(2)
})

test.each(['basic', 'form', 'json'] as const)(
  'C6: client credentials reach the vendor as %s, and no token is sealed twice',
  async (clientAuth) => {
    await using b = await bench({ grant: 'client_credentials', clientAuth })
    const { connection, actor } = await makeGrant(database, null)
    const opened = await Promise.all(Array.from({ length: 10 }, () => b.replica.credentials.open(connection, actor)))
    expect(new Set(opened.map((each) => each.accessToken)).size).toBe(1)
    expect(b.vendor.granted).toHaveLength(1)
    const [asked] = b.vendor.granted
    expect(asked?.headers['content-type']).toContain(
      clientAuth === 'json' ? 'application/json' : 'x-www-form-urlencoded',
    )
    expect(asked?.headers.authorization === undefined).toBe(clientAuth !== 'basic')
    b.clock.ms += hourMs
    await b.replica.credentials.open(connection, actor)
    expect(b.vendor.granted.map((seen) => seen.body.includes('refresh_token'))).toEqual([false, false])
    expect(await sealedOf(connection.id)).toHaveLength(1)
  },
)

test('C6: wrong client credentials are said to be that, and right ones heal it', async () => {
  await using b = await bench({ grant: 'client_credentials' })
  const { connection, actor } = await makeGrant(database, null)
  b.vendor.mood = 'client'
  for (let n = 0; n < 2; n++)
    expect(await refusalOf(b.replica.credentials.open(connection, actor))).toMatchObject({
      errorClass: 'AUTHENTICATION',
      field: 'clientSecret',
    })
  expect((await grantOf(connection.id)).state).toBe('VALID')
  b.vendor.mood = 'ok'
  b.replica.credentials.forget(connection.id)
  await expect
    .poll(
      () =>
        b.replica.credentials.open(connection, actor).then(
          (each) => each.accessToken,
          () => null,
        ),
      { timeout: 5000 },
    )
    .toMatch(/^access-token/)
})

test('C6: missing fields and a missing authorization are told apart', async () => {
  await using b = await bench()
  const { connection, actor } = await makeGrant(database, null)
  expect(await refusalOf(b.replica.credentials.open(connection, actor))).toMatchObject({
    errorClass: 'RECONNECT_REQUIRED',
  })
  await database.system.prisma.credential.deleteMany({ where: { connectionId: connection.id } })
  b.replica.credentials.forget(connection.id)
  expect(await refusalOf(b.replica.credentials.open(connection, actor))).toMatchObject({
    errorClass: 'NOT_CONFIGURED',
    field: 'clientSecret',
  })
})

test('C4: replaced credentials are heard of by other replicas', async () => {
  await using b = await bench({ applies: () => false })
  const { connection, actor } = await makeGrant(database, null)
  await b.replica.credentials.open(connection, actor)
  const id = crypto.randomUUID()
  const { organizationId } = connection
  const sealed = await b.replica.vault.seal('{"clientSecret":"the-new-one"}', {
    organizationId,
    rowId: id,
    table: 'Credential',
  })
  await database.system.prisma.credential.create({
    data: { id, organizationId, connectionId: connection.id, kind: 'FIELDS', version: 2, ...sealed },
  })
  expect((await b.replica.credentials.open(connection, actor)).fields['clientSecret']).toBe(tokenClient.clientSecret)
  await database.notify('hub_credentials', connection.id)
  await expect
    .poll(async () => (await b.replica.credentials.open(connection, actor)).fields['clientSecret'])
    .toBe('the-new-one')
})
