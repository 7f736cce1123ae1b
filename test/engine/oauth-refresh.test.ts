import type { ProviderCallError } from '@patchbay/schema/errors.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { refusalOf } from '../support/call-bench.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { grantEnding, hourMs, makeGrant, oauthBench } from '../support/oauth-bench.ts'
import { openInProcesses } from '../support/refresh-processes.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.cleanup())

const bench = () => oauthBench(database)
const ending = (endsInMs: number, refreshToken?: string | null) => grantEnding(database, endsInMs, refreshToken)
const grantOf = (id: string) => database.system.prisma.grant.findUniqueOrThrow({ where: { connectionId: id } })
const connectionOf = (id: string) => database.system.prisma.connection.findUniqueOrThrow({ where: { id } })
const sealedOf = (id: string) =>
  database.system.prisma.credential.findMany({ where: { connectionId: id, kind: 'GRANT' } })

describe('C6: one refresh', () => {
  test('C6: four replicas with a hundred callers each refresh once', async () => {
    await using b = await bench()
    const { connection, actor } = await ending(-1)
    const replicas = [b.replica, b.another(), b.another(), b.another()]
    const opening = replicas.flatMap((replica) =>
      Array.from({ length: 100 }, () => replica.credentials.open(connection, actor)),
    )
    const tokens = new Set((await Promise.all(opening)).map((each) => each.accessToken))
    expect([...tokens]).toEqual([expect.stringMatching(/^access-token-1-/)])
    expect(b.vendor.asked).toHaveLength(1)
  })

  test.runIf(process.env['PATCHBAY_TEST_ENGINE'] === 'postgres')(
    'C6: four hundred callers in four processes refresh once',
    async () => {
      await using b = await bench()
      const { connection } = await makeGrant(database, {
        refreshedAt: new Date(Date.now() - hourMs),
        expiresAt: new Date(Date.now() - 1),
      })
      const { origin } = b.vendor.server
      const url = database.url ?? ''
      const results = await openInProcesses(4, { url, origin, connectionId: connection.id, callers: 100 })
      expect(results).toEqual(Array(4).fill([`access-token-1-${'a'.repeat(20)}`]))
      expect(b.vendor.asked).toHaveLength(1)
      expect(await grantOf(connection.id)).toMatchObject({ generation: 2, leaseOwner: null })
    },
  )

  test('C6: a caller that goes away does not take the refresh with it', async () => {
    await using b = await bench()
    const { connection, actor } = await ending(-1)
    const caller = new AbortController()
    b.vendor.before = () => caller.abort()
    const first = b.replica.credentials.open(connection, { ...actor, signal: caller.signal }, caller.signal)
    const second = b.replica.credentials.open(connection, actor)
    expect((await second).accessToken).toMatch(/^access-token-1-/)
    await first
    expect(b.vendor.granted).toHaveLength(1)
  })

  test('N4: a stop waits for a renewal under way, so that its tokens are stored', async () => {
    await using b = await bench()
    const { connection, actor } = await ending(-1)
    let answer = () => {}
    b.vendor.before = () => new Promise((resolve) => (answer = resolve))
    const opening = b.replica.credentials.open(connection, actor)
    await expect.poll(() => b.vendor.asked.length).toBe(1)
    const closing = b.replica.close()
    answer()
    await closing
    expect((await grantOf(connection.id)).generation).toBe(2)
    await opening
  })

  test('C6: a lease left by a dead process is taken over when it runs out', async () => {
    await using b = await bench()
    const { connection, actor } = await ending(-1)
    await database.system.prisma.grant.update({
      where: { connectionId: connection.id },
      data: { leaseOwner: 'dead', leaseUntil: new Date(Date.now() + 600_000) },
    })
    const opening = b.replica.credentials.open(connection, actor)
    await database.system.sql.query(
      `update "Grant" set "leaseUntil" = now() - interval '1 second' where "connectionId" = $1::uuid`,
      [connection.id],
    )
    expect((await opening).accessToken).toMatch(/^access-token-1-/)
  })
})

describe('C6: a refresh that fails', () => {
  test.each(['transient', 'limited', 'cut', 'garbage'] as const)(
    'C6: transient (%s): the grant is kept and its token used while it lives',
    async (mood) => {
      await using b = await bench()
      const { connection, actor } = await ending(30_000)
      const before = await sealedOf(connection.id)
      b.vendor.mood = mood
      expect((await b.replica.credentials.open(connection, actor)).accessToken).toMatch(/^access-token-0-/)
      expect(await grantOf(connection.id)).toMatchObject({
        generation: 1,
        state: 'VALID',
        leaseOwner: null,
        failure: expect.any(String) as string,
      })
      expect(await sealedOf(connection.id)).toEqual(before)
      // The vendor is left alone for a while.
      for (let n = 0; n < 10; n++) await b.replica.credentials.open(connection, actor)
      expect(b.vendor.asked).toHaveLength(1)
      b.clock.ms += 60_000
      const error = (await refusalOf(b.another().credentials.open(connection, actor))) as ProviderCallError
      expect(['UNAVAILABLE', 'NETWORK']).toContain(error.errorClass)
      expect((await connectionOf(connection.id)).status).toBe('ACTIVE')
      b.vendor.mood = 'ok'
      await expect
        .poll(
          () =>
            b
              .another()
              .credentials.open(connection, actor)
              .then(
                (each) => each.accessToken,
                () => null,
              ),
          { timeout: 5000 },
        )
        .toMatch(/^access-token-1-/)
      expect(await grantOf(connection.id)).toMatchObject({ generation: 2, failure: null, failedAt: null })
    },
  )

  test('C6: lost race: the vendor calls the token used, and somebody else’s newer one is used', async () => {
    await using b = await bench()
    const { connection, actor } = await ending(-1)
    const other = b.another()
    let isFirst = true
    b.vendor.before = async () => {
      if (!isFirst) return
      isFirst = false
      // The first one's lease runs out while the vendor thinks, and another replica gets in between.
      await database.system.sql.query(
        `update "Grant" set "leaseUntil" = now() - interval '1 second' where "connectionId" = $1::uuid`,
        [connection.id],
      )
      await other.credentials.open(connection, actor)
      b.vendor.mood = 'used'
    }
    const { accessToken } = await b.replica.credentials.open(connection, actor)
    expect(accessToken).toMatch(/^access-token-1-/)
    expect(b.vendor.asked).toHaveLength(2)
    expect(await grantOf(connection.id)).toMatchObject({ generation: 2, state: 'VALID' })
  })

  test('C6: a slow winner whose place was taken uses the newer token', async () => {
    await using b = await bench()
    const { connection, actor } = await ending(-1)
    let isFirst = true
    b.vendor.before = async () => {
      if (!isFirst) return
      isFirst = false
      await database.system.sql.query(
        `update "Grant" set "leaseUntil" = now() - interval '1 second' where "connectionId" = $1::uuid`,
        [connection.id],
      )
      const kept = b.vendor.refreshToken
      await b.another().credentials.open(connection, actor)
      b.vendor.refreshToken = kept
    }
    const { accessToken } = await b.replica.credentials.open(connection, actor)
    expect(b.vendor.granted).toHaveLength(2)
    expect(accessToken).toMatch(/^access-token-1-/)
    expect((await grantOf(connection.id)).generation).toBe(2)
  })

  test('C6: used, and nobody has a newer one: the old token serves to its end, then a person is needed', async () => {
    await using b = await bench()
    const { connection, actor } = await ending(30_000)
    b.vendor.mood = 'used'
    expect((await b.replica.credentials.open(connection, actor)).accessToken).toMatch(/^access-token-0-/)
    expect((await grantOf(connection.id)).state).toBe('VALID')
    b.clock.ms += 60_000
    await expect
      .poll(() => refusalOf(b.another().credentials.open(connection, actor)).then((error) => error.errorClass), {
        timeout: 10_000,
      })
      .toBe('RECONNECT_REQUIRED')
    expect((await grantOf(connection.id)).state).toBe('RECONNECT')
  })

  test.each(['revoked', 'client'] as const)(
    'C6: terminal (%s): the connection says to reconnect, the sealed row stays, the vendor is asked no more',
    async (mood) => {
      await using b = await bench()
      const { connection, actor } = await ending(30_000)
      const before = await sealedOf(connection.id)
      b.vendor.mood = mood
      const error = await refusalOf(b.replica.credentials.open(connection, actor))
      expect(error).toMatchObject({ errorClass: 'RECONNECT_REQUIRED' })
      expect(error.advice).toContain('Reconnect')
      expect(JSON.stringify([error, error.message])).not.toContain('refresh-token')
      expect(await grantOf(connection.id)).toMatchObject({ state: 'RECONNECT', generation: 1, leaseOwner: null })
      expect(await connectionOf(connection.id)).toMatchObject({ status: 'ERROR', statusReason: error.message })
      expect(await sealedOf(connection.id)).toEqual(before)
      expect(await refusalOf(b.another().credentials.open(connection, actor))).toMatchObject({
        errorClass: 'RECONNECT_REQUIRED',
      })
      expect(b.vendor.asked).toHaveLength(1)
      expect(
        await database.system.prisma.auditEntry.count({
          where: { action: 'connection.reconnectRequired', subjectId: connection.id },
        }),
      ).toBe(1)
    },
  )

  test('C6: client credentials replaced after the refusal are tried, and heal the connection', async () => {
    await using b = await bench()
    const { connection, actor } = await ending(30_000)
    b.vendor.mood = 'client'
    await refusalOf(b.replica.credentials.open(connection, actor))
    b.vendor.mood = 'ok'
    await database.system.sql.query(
      `update "Credential" set "createdAt" = now() + interval '1 second' where "connectionId" = $1::uuid and "kind" = 'FIELDS'`,
      [connection.id],
    )
    expect((await b.replica.credentials.open(connection, actor)).accessToken).toMatch(/^access-token-1-/)
    expect(await connectionOf(connection.id)).toMatchObject({ status: 'ACTIVE', statusReason: null })
  })

  test('C6: without a refresh token the token serves to its end, then a person is needed', async () => {
    await using b = await bench()
    const { connection, actor } = await ending(30_000, null)
    expect((await b.replica.credentials.open(connection, actor)).accessToken).toMatch(/^access-token-0-/)
    b.clock.ms += 31_000
    expect(await refusalOf(b.replica.credentials.open(connection, actor))).toMatchObject({
      errorClass: 'RECONNECT_REQUIRED',
    })
    expect(b.vendor.asked).toHaveLength(0)
  })
})
