import { createPublicKey, randomBytes, verify } from 'node:crypto'
import { inspect } from 'node:util'
import { newId } from '@patchbay/server/app/ids.ts'
import { openKey, signatureOf } from '@patchbay/server/engine/delivery/key-forms.ts'
import { createEndpointKeys, mostKeys, NoSigningKey } from '@patchbay/server/engine/delivery/keys.ts'
import { createVault, localWrapper } from '@patchbay/server/engine/vault/vault.ts'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { makeEndpoint } from '../support/endpoints.ts'
import { makeTenant } from '../support/tenants.ts'
import { until } from '../support/until.ts'

const vault = createVault({ wrappers: [localWrapper('k1', randomBytes(32))] })
let database: TestDatabase
let organizationId: string
let endpoint: { id: string; organizationId: string }
let clock = new Date()
let opened = 0
const body = '{"type":"payment.succeeded","data":{"name":"متجر ☕"}}'

/** The keys of one replica. */
const replica = () =>
  createEndpointKeys({
    database,
    vault: { seal: vault.seal, open: (...row) => ((opened += 1), vault.open(...row)) },
    now: () => clock,
    newId,
  })

async function add(algorithm: 'HMAC' | 'ED25519' = 'HMAC') {
  clock = new Date(clock.getTime() + 1000)
  const key = await replica().create({ ...endpoint, endpointId: endpoint.id, algorithm, createdById: null })
  await database.tenant(organizationId).sql.transaction((sql) => key.store(sql))
  return key
}

beforeAll(async () => {
  database = await testDatabase()
  ;({ organizationId } = await makeTenant(database))
})
afterAll(() => database.cleanup())
beforeEach(async () => {
  clock = new Date()
  endpoint = await makeEndpoint(database, organizationId)
})

test('D2: HMAC signatures equal the vector of the Standard Webhooks libraries, and those they make', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
  const at = new Date(1_614_265_330_000)
  const signed = (payload: string) => signatureOf(openKey(secret), `${id}.1614265330.${payload}`)
  expect(signed('{"test": 2432232314}')).toBe('v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=')
  for (const payload of ['', body, 'x'.repeat(300_000), '\u0000\ud83d\ude00'])
    expect(signed(payload)).toBe(new Webhook(secret).sign(id, at, payload))
})

test('D2: the official library verifies a signature, and refuses it when one byte differs', async () => {
  const { secret } = await add()
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
  const headers = await replica().sign(endpoint, { id: newId(), at: new Date(), body })
  expect(new Webhook(secret).verify(body, { ...headers })).toEqual(JSON.parse(body))
  expect(() => new Webhook(secret).verify(body.replace('succeeded', 'succeedeD'), { ...headers })).toThrow()
})

test('D2: ed25519 shows the public half only, and Node verifies with it', async () => {
  const { id, secret } = await add('ED25519')
  expect(secret).toMatch(/^whpk_[A-Za-z0-9+/]{43}=$/)
  const message = { id: newId(), at: new Date(), body }
  const headers = await replica().sign(endpoint, message)
  const [version, signature] = headers['webhook-signature']!.split(',')
  const x = Buffer.from(secret.slice('whpk_'.length), 'base64').toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  const content = Buffer.from(`${message.id}.${headers['webhook-timestamp']}.${body}`)
  expect(version).toBe('v1a')
  expect(verify(null, content, key, Buffer.from(signature!, 'base64'))).toBe(true)
  const row = await database.system.prisma.endpointKey.findUniqueOrThrow({ where: { id } })
  expect(row.publicKey).toBe(secret)
  const stored = await vault.open(row, { organizationId, rowId: id, table: 'EndpointKey' })
  expect(stored).toMatch(/^whsk_/)
  expect(Buffer.from(stored.slice(5), 'base64')).toHaveLength(64)
})

test('D2: every key that holds signs, newest first, at most ten', async () => {
  const secrets: string[] = []
  for (let n = 0; n < mostKeys + 2; n += 1) secrets.unshift((await add()).secret)
  const at = new Date()
  const headers = await replica().sign(endpoint, { id: 'msg_1', at, body })
  const expected = secrets.slice(0, mostKeys).map((secret) => new Webhook(secret).sign('msg_1', at, body))
  expect(headers['webhook-signature']).toBe(expected.join(' '))
})

test('D2: a key stops signing at the moment it expires, also from memory', async () => {
  const old = await add()
  const fresh = await add()
  const expiresAt = new Date(clock.getTime() + 10_000)
  await database.system.prisma.endpointKey.update({ where: { id: old.id }, data: { expiresAt } })
  const keys = replica()
  const count = async () => (await keys.sign(endpoint, { id: 'm', at: clock, body }))['webhook-signature']!.split(' ')
  expect(await count()).toHaveLength(2)
  clock = expiresAt
  const [only, ...more] = await count()
  expect(more).toEqual([])
  expect(only).toBe(new Webhook(fresh.secret).sign('m', clock, body))
})

test('D2: keys are opened once and kept; another replica’s change is heard', async () => {
  await add()
  const here = replica()
  opened = 0
  for (let n = 0; n < 5; n += 1) await here.sign(endpoint, { id: 'm', at: clock, body })
  expect(opened).toBe(1)
  await add('ED25519')
  await until('the new key signs too', async () => {
    const headers = await here.sign(endpoint, { id: 'm', at: clock, body })
    return /^v1a,\S+ v1,\S+$/.test(headers['webhook-signature']!)
  })
})

test('D2: what is kept is asked for again after a minute', async () => {
  await add()
  const here = replica()
  await here.sign(endpoint, { id: 'm', at: clock, body })
  opened = 0
  clock = new Date(clock.getTime() + 60_000)
  await here.sign(endpoint, { id: 'm', at: clock, body })
  expect(opened).toBe(1)
})

test('D2: without a key nothing is signed, and another organization’s keys are not found', async () => {
  await expect(replica().sign(endpoint, { id: 'm', at: clock, body })).rejects.toThrow(NoSigningKey)
  await add()
  const foreign = { ...endpoint, organizationId: newId() }
  await expect(replica().sign(foreign, { id: 'm', at: clock, body })).rejects.toThrow(NoSigningKey)
})

test('D2: secrets are sealed in the table and do not print', async () => {
  const { id, secret } = await add()
  const row = await database.system.prisma.endpointKey.findUniqueOrThrow({ where: { id } })
  const bytes = Buffer.from(secret.slice('whsec_'.length), 'base64')
  for (const form of [secret, secret.slice(6), bytes.toString('hex')]) {
    expect(JSON.stringify(row)).not.toContain(form)
    expect(Buffer.from(row.ciphertext).toString('latin1')).not.toContain(form)
  }
  expect(Buffer.from(row.ciphertext).includes(bytes)).toBe(false)
  expect(row.hint).toMatch(/^whsec_….{4}$/)
  expect(inspect(openKey(secret), { depth: 9, showHidden: true })).not.toContain(bytes.toString('hex').slice(0, 12))
})
