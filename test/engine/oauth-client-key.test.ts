import { randomUUID } from 'node:crypto'
import { type Lab, startLab } from '@patchbay/server/lab/lab.ts'
import { tiktok as twin } from '@patchbay/server/lab/twins/tiktok.ts'
import { tiktok } from '@patchbay/server/providers/tiktok.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { refusalOf } from '../support/call-bench.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { benchStart, hourMs, makeGrant, oauthReplica, type OAuthReplica } from '../support/oauth-bench.ts'

const { good } = twin.credentials
const clock = { ms: benchStart }
let database: TestDatabase
let lab: Lab
let replica: OAuthReplica
beforeAll(async () => {
  database = await testDatabase()
  lab = await startLab({ naturalLatencyMs: [0, 0], clock: () => clock.ms })
  replica = oauthReplica({ database, origin: lab.origin, real: tiktok, now: () => new Date(clock.ms) })
})
afterAll(async () => {
  await replica.close()
  await lab.close()
  await database.cleanup()
})

/** A connection with TikTok's twin that nobody signed in to yet. */
async function unsigned() {
  const { prisma } = database.system
  const { connection, actor } = await makeGrant(database, null)
  const { organizationId } = connection
  const id = randomUUID()
  const sealed = await replica.vault.seal(JSON.stringify({ clientSecret: good.clientSecret }), {
    organizationId,
    rowId: id,
    table: 'Credential',
  })
  await prisma.credential.deleteMany({ where: { connectionId: connection.id } })
  await prisma.credential.create({
    data: { id, organizationId, connectionId: connection.id, kind: 'FIELDS', version: 1, ...sealed },
  })
  const data = { provider: 'tiktok', simulated: true, settings: { clientKey: good.clientKey } }
  return { connection: await prisma.connection.update({ where: { id: connection.id }, data }), actor }
}

const refreshes = async () =>
  ((await (await fetch(`${lab.origin}/_control/vendors/tiktok`)).json()) as { refreshes: number }).refreshes

test('C6: TikTok’s page and token endpoint know the hub by its client key; every refresh brings the next refresh token', async () => {
  const { connection, actor } = await unsigned()
  const { url } = await replica.oauth.start(connection, actor)
  const page = new URL(url)
  expect(page.pathname).toBe('/tiktok/web/v2/auth/authorize/')
  expect(Object.fromEntries(page.searchParams)).toEqual({
    response_type: 'code',
    client_key: good.clientKey,
    redirect_uri: 'https://hub.example/oauth/callback',
    scope: 'user.info.basic,video.list,video.publish',
    state: expect.any(String),
  })
  const allowed = await fetch(url, { redirect: 'manual' })
  await replica.oauth.finish(new URL(allowed.headers.get('location') ?? '').searchParams)
  const first = (await replica.credentials.open(connection, actor)).accessToken
  expect(
    await database.system.prisma.grant.findUniqueOrThrow({ where: { connectionId: connection.id } }),
  ).toMatchObject({
    scopes: tiktok.oauth.scopes,
    expiresAt: new Date(clock.ms + 24 * hourMs),
  })
  // Twice: the second refresh is made with what the first one brought.
  const tokens = [first]
  for (const day of [1, 2]) {
    clock.ms += 24 * hourMs
    tokens.push((await replica.credentials.open(connection, actor)).accessToken)
    expect(await refreshes()).toBe(day)
  }
  expect(new Set(tokens).size).toBe(3)
})

test('C6: a refresh token of TikTok’s that is older than its year is said to be over', async () => {
  const { connection, actor } = await unsigned()
  const allowed = await fetch((await replica.oauth.start(connection, actor)).url, { redirect: 'manual' })
  await replica.oauth.finish(new URL(allowed.headers.get('location') ?? '').searchParams)
  clock.ms += 366 * 24 * hourMs
  expect(await refusalOf(replica.credentials.open(connection, actor))).toMatchObject({
    errorClass: 'RECONNECT_REQUIRED',
    message: expect.stringContaining('TikTok'),
  })
})
