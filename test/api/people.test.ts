import { createHmac, randomUUID } from 'node:crypto'
import { hashApiKey, newApiKey, prefixOf } from '@patchbay/server/engine/people/api-keys.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cookieOf, startHub, type TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub.stop())

const viewerQuery = '{ viewer { name role } }'
interface ViewerAnswer {
  readonly viewer: { readonly name: string; readonly role: string } | null
}

async function asks(options: { key?: string | null; cookie?: string; headers?: Record<string, string> }) {
  return hub.graphql<ViewerAnswer | null>(viewerQuery, {}, options)
}

function post(path: string, body: unknown, cookie?: string, headers: Record<string, string> = {}) {
  return hub.fetch(`/api/auth${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: hub.url, ...(cookie ? { cookie } : {}), ...headers },
    body: JSON.stringify(body),
  })
}

async function newUser(role: 'OWNER' | 'ADMIN' | 'OPERATOR' | 'VIEWER') {
  const email = `${randomUUID()}@patchbay.test`
  const password = `pass ${randomUUID()}`
  const { id } = await hub.app.parts.people.createUser({ email, name: role.toLowerCase(), password })
  await hub.database.system.prisma.member.create({
    data: { id: randomUUID(), organizationId: hub.organizationId, userId: id, role },
  })
  return { id, email, password }
}

async function newKey(more: { role?: 'OWNER' | 'VIEWER'; expiresAt?: Date; revokedAt?: Date } = {}) {
  const key = newApiKey()
  const { id } = await hub.database.system.prisma.apiKey.create({
    data: {
      id: randomUUID(),
      organizationId: hub.organizationId,
      name: 'a key',
      prefix: prefixOf(key),
      hash: hashApiKey(key),
      role: 'OWNER',
      scopes: ['*'],
      ...more,
    },
  })
  return { id, key }
}

async function audited(action: string, userId: string) {
  return hub.database.system.prisma.auditEntry.findMany({ where: { action, subjectId: userId } })
}

describe('T1: sign-in', () => {
  test('the right password opens a session, and the audit says so', async () => {
    const { id, email, password } = await newUser('OPERATOR')
    const cookie = await hub.signIn(email, password)
    const { data } = await asks({ cookie })
    expect(data?.viewer).toEqual({ name: 'operator', role: 'OPERATOR' })
    const [entry] = await audited('user.signed-in', id)
    expect(entry).toMatchObject({ organizationId: hub.organizationId, actorKind: 'USER', ipAddress: '127.0.0.1' })
  })

  test('a wrong password and an unknown address get the same answer; the audit keeps the refusal', async () => {
    const { id, email } = await newUser('VIEWER')
    const wrong = await post('/sign-in/email', { email, password: 'not the password' })
    const unknown = await post('/sign-in/email', { email: 'nobody@patchbay.test', password: 'not the password' })
    expect(wrong.status).toBe(401)
    expect(unknown.status).toBe(401)
    expect(await unknown.json()).toEqual(await wrong.json())
    expect(await audited('user.sign-in-refused', id)).toHaveLength(1)
  })

  test('nobody signs up: members come by invitation', async () => {
    const answer = await post('/sign-up/email', { email: 'x@patchbay.test', password: 'long enough for it', name: 'X' })
    expect(answer.status).toBe(400)
    expect(await hub.database.system.prisma.user.findUnique({ where: { email: 'x@patchbay.test' } })).toBeNull()
  })

  test('nobody makes themselves super-admin or changes organization by updating their profile', async () => {
    const { id, email, password } = await newUser('VIEWER')
    const cookie = await hub.signIn(email, password)
    await post('/update-user', { name: 'Renamed', superAdmin: true, mustChangePassword: false }, cookie)
    await post('/update-session', { activeOrganizationId: randomUUID() }, cookie)
    const user = await hub.database.system.prisma.user.findUniqueOrThrow({ where: { id }, include: { sessions: true } })
    expect(user.superAdmin).toBe(false)
    expect(user.sessions[0]?.activeOrganizationId).toBeNull()
  })

  test('a session that is signed out or revoked ends at once', async () => {
    const { email, password } = await newUser('VIEWER')
    const [first, second] = [await hub.signIn(email, password), await hub.signIn(email, password)]
    expect((await asks({ cookie: first })).data?.viewer).not.toBeNull()
    expect((await post('/revoke-other-sessions', {}, second)).status).toBe(200)
    expect((await asks({ cookie: first })).data?.viewer ?? null).toBeNull()
    expect((await asks({ cookie: second })).data?.viewer).not.toBeNull()
    expect((await post('/sign-out', {}, second)).status).toBe(200)
    expect((await asks({ cookie: second })).data?.viewer ?? null).toBeNull()
  })

  test('a new password ends other sessions, clears the wish for one, and is audited', async () => {
    const { id, email, password } = await newUser('ADMIN')
    await hub.database.system.prisma.user.update({ where: { id }, data: { mustChangePassword: true } })
    const [here, elsewhere] = [await hub.signIn(email, password), await hub.signIn(email, password)]
    const answer = await post(
      '/change-password',
      { currentPassword: password, newPassword: 'another good one', revokeOtherSessions: true },
      here,
    )
    expect(answer.status).toBe(200)
    expect((await asks({ cookie: elsewhere })).data?.viewer ?? null).toBeNull()
    expect((await asks({ cookie: cookieOf(answer) })).data?.viewer).not.toBeNull()
    const user = await hub.database.system.prisma.user.findUniqueOrThrow({ where: { id } })
    expect(user.mustChangePassword).toBe(false)
    expect(await audited('user.password-changed', id)).toHaveLength(1)
  })

  test('pages of another origin cannot use the cookie, whatever the browser sends along', async () => {
    const cookie = await hub.signIn()
    const { data, errors } = await asks({ cookie, headers: { origin: 'https://evil.example' } })
    expect(data?.viewer ?? null).toBeNull()
    expect(JSON.stringify(errors)).toContain('evil.example')
    const signIn = await post('/sign-out', {}, cookie, { origin: 'https://evil.example' })
    expect(signIn.status).toBe(403)
  })
})

describe('T1: second factor', () => {
  test('TOTP is asked for after the password, refused when wrong, and audited', async () => {
    const { id, email, password } = await newUser('OWNER')
    const cookie = await hub.signIn(email, password)
    const enabled = (await (await post('/two-factor/enable', { password }, cookie)).json()) as { totpURI: string }
    const secret = new URL(enabled.totpURI).searchParams.get('secret') ?? ''
    expect((await post('/two-factor/verify-totp', { code: totp(secret) }, cookie)).status).toBe(200)
    expect(await audited('user.totp-enabled', id)).toHaveLength(1)

    const halfway = await post('/sign-in/email', { email, password })
    expect(await halfway.json()).toMatchObject({ twoFactorRedirect: true })
    const pending = cookieOf(halfway)
    expect((await asks({ cookie: pending })).data?.viewer ?? null).toBeNull()
    expect((await post('/two-factor/verify-totp', { code: '000000' }, pending)).status).toBe(401)
    const through = await post('/two-factor/verify-totp', { code: totp(secret) }, pending)
    expect(through.status).toBe(200)
    expect((await asks({ cookie: cookieOf(through) })).data?.viewer?.role).toBe('OWNER')
  })
})

describe('Y1: API keys', () => {
  test('a key opens its organization, as a header and in connection_init', async () => {
    const { data } = await asks({})
    expect(data?.viewer?.role).toBe('OWNER')
  })

  test.each([
    ['unknown', async () => newApiKey()],
    ['expired', async () => (await newKey({ expiresAt: new Date(Date.now() - 1000) })).key],
    ['revoked', async () => (await newKey({ revokedAt: new Date() })).key],
  ])('an %s key is refused with words that do not tell which', async (_why, make) => {
    const { data, errors } = await asks({ key: await make() })
    expect(data?.viewer ?? null).toBeNull()
    expect(errors[0]?.extensions?.['code']).toBe('UNAUTHENTICATED')
    expect(errors[0]?.message).toContain('unknown, revoked or expired')
  })

  test('the last use of a key is written, and only its hash is kept', async () => {
    const { id, key } = await newKey()
    await asks({ key })
    const row = await until('the use is written', async () => {
      const found = await hub.database.system.prisma.apiKey.findUniqueOrThrow({ where: { id } })
      return found.lastUsedAt === null ? null : found
    })
    expect(JSON.stringify(row)).not.toContain(key)
    expect(key.startsWith(row.prefix)).toBe(true)
  })

  test('a viewer reads and does not write', async () => {
    const { key } = await newKey({ role: 'VIEWER' })
    const { data, errors } = await hub.graphql<{ createConnection: { __typename: string } } | null>(
      `mutation { createConnection(input: { provider: "stripe", name: "Mine", environment: SANDBOX }) { __typename } }`,
      {},
      { key },
    )
    const refused =
      data?.createConnection?.__typename === 'ForbiddenError' || errors[0]?.extensions?.['code'] === 'FORBIDDEN'
    expect({ refused, data, errors }).toMatchObject({ refused: true })
    expect(await hub.database.system.prisma.connection.count({ where: { name: 'Mine' } })).toBe(0)
  })

  test('guessing keys is slowed down per address', async () => {
    const own = await startHub()
    try {
      const answers = []
      for (let guess = 0; guess < 40; guess += 1) answers.push(await own.graphql(viewerQuery, {}, { key: newApiKey() }))
      const codes = answers.map((answer) => answer.errors[0]?.extensions?.['code'])
      expect(codes).toContain('RATE_LIMITED')
      expect(codes.slice(0, 20)).not.toContain('RATE_LIMITED')
    } finally {
      await own.stop()
    }
  })
})

describe('the first start', () => {
  test('a bootstrap key is created once, works after a restart, and another value replaces it', async () => {
    const { database, apiKey } = hub
    const keys = () =>
      database.system.prisma.apiKey.findMany({ where: { name: 'Bootstrap key' }, orderBy: { createdAt: 'asc' } })
    const again = await startHub({
      database,
      env: { PATCHBAY_BOOTSTRAP_API_KEY: apiKey, PATCHBAY_MASTER_KEYS: '', PATCHBAY_DATA_DIR: hub.dataFolder },
    })
    expect((await again.graphql<ViewerAnswer>(viewerQuery)).data.viewer?.role).toBe('OWNER')
    await again.stop()
    expect(await keys()).toHaveLength(1)
    const replaced = await startHub({
      database,
      env: { PATCHBAY_BOOTSTRAP_API_KEY: newApiKey(), PATCHBAY_DATA_DIR: hub.dataFolder },
    })
    expect((await replaced.graphql<ViewerAnswer>(viewerQuery)).data.viewer?.role).toBe('OWNER')
    expect((await replaced.graphql(viewerQuery, {}, { key: apiKey })).errors[0]?.extensions?.['code']).toBe(
      'UNAUTHENTICATED',
    )
    await replaced.stop()
    expect((await keys()).map((key) => key.revokedAt === null)).toEqual([false, true])
  })

  test('a made-up administrator password is shown once and must be changed', async () => {
    const own = await startHub({ env: { PATCHBAY_ADMIN_PASSWORD: '' } })
    try {
      const shown = own.said.join('\n')
      const password = /password {2,}(\S+)/.exec(shown)?.[1] ?? ''
      expect(password).toMatch(/^[a-z2-9]{5}(-[a-z2-9]{5}){3}$/)
      expect(shown).toContain(own.url)
      const cookie = await own.signIn(own.admin.email, password)
      expect(cookie).toContain('session_token')
      const early = await own.graphql<ViewerAnswer>(viewerQuery, {}, { cookie })
      expect(early.errors[0]).toMatchObject({
        message: expect.stringContaining('Change your password') as string,
        extensions: { code: 'UNAUTHENTICATED' },
      })
      const user = await own.database.system.prisma.user.findUniqueOrThrow({ where: { email: own.admin.email } })
      expect(user).toMatchObject({ superAdmin: true, mustChangePassword: true })
      expect(own.logs.join()).not.toContain(password)
      const changed = await own.fetch('/api/auth/change-password', {
        method: 'POST',
        headers: { 'content-type': 'application/json', cookie, origin: own.url },
        body: JSON.stringify({ currentPassword: password, newPassword: 'a better horse battery' }),
      })
      expect(changed.status).toBe(200)
      expect((await own.graphql<ViewerAnswer>(viewerQuery, {}, { cookie })).data.viewer?.role).toBe('OWNER')
    } finally {
      await own.stop()
    }
  })
})

/** RFC 6238 with SHA-1, 30 s, 6 digits; the secret is base32 (RFC 4648). */
function totp(secret: string): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...secret.replace(/=+$/, '')]
    .map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0'))
    .join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000)))
  const digest = createHmac('sha1', key).update(counter).digest()
  const offset = (digest.at(-1) ?? 0) & 0xf
  return String((digest.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
