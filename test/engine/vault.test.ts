import { createCipheriv, createDecipheriv, randomBytes, randomUUID } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { createAudit } from '@patchbay/server/engine/audit/audit.ts'
import type { Binding, KeyWrapper, Sealed, Vault } from '@patchbay/server/engine/vault/contract.ts'
import {
  checkMasterKeys,
  createVault,
  generateMasterKeyFile,
  localWrapper,
  parseMasterKeys,
  rotate,
  type RotationOptions,
  rotationState,
  unfinishedRotations,
  VaultBootError,
  VaultError,
} from '@patchbay/server/engine/vault/vault.ts'
import { afterAll, beforeAll, beforeEach, expect, inject, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { makeEndpoint } from '../support/endpoints.ts'
import { makeTenant, testActor, type TestTenant } from '../support/tenants.ts'

const secret = 'sk_canary_51Hq8'
const keys = new Map<string, Buffer>()
const wrapper = (id: string): KeyWrapper => {
  const key = keys.get(id) ?? randomBytes(32)
  keys.set(id, key)
  return localWrapper(id, key, 'PATCHBAY_MASTER_KEYS')
}
const ring = (...ids: string[]): Vault => createVault({ wrappers: ids.map(wrapper) })

let database: TestDatabase
let tenant: TestTenant
let folder: string

beforeAll(async () => {
  database = await testDatabase()
  folder = await mkdtemp(join(tmpdir(), 'patchbay-vault-'))
})
beforeEach(async () => {
  await database.system.sql.script('delete from "Credential"; delete from "OAuthFlow"; delete from "MasterKey"')
  tenant = await makeTenant(database)
})
afterAll(async () => {
  await database.cleanup()
  await rm(folder, { recursive: true })
})

const binding = (change: Partial<Binding> = {}): Binding => ({
  table: 'Credential',
  organizationId: tenant.organizationId,
  rowId: randomUUID(),
  ...change,
})

/** Stores a sealed credential of `at`, and a sealed authorization beside it when asked. */
async function store(vault: Vault, text: string, { at = tenant, version = 1, flow = false } = {}): Promise<string> {
  const { organizationId, connectionId } = at
  const id = randomUUID()
  const sealed = await vault.seal(text, { table: 'Credential', organizationId, rowId: id })
  await database.system.prisma.credential.create({
    data: { id, organizationId, connectionId, kind: 'FIELDS', version, ...sealed },
  })
  if (flow) {
    const rowId = randomUUID()
    const verifier = await vault.seal(`${text} verifier`, { table: 'OAuthFlow', organizationId, rowId })
    const rest = { stateHash: rowId, redirectUri: 'https://hub.test/oauth', expiresAt: new Date() }
    await database.system.prisma.oAuthFlow.create({
      data: { id: rowId, organizationId, connectionId, ...rest, ...verifier },
    })
  }
  return id
}

async function openStored(vault: Vault, id: string): Promise<string> {
  const row = await database.system.prisma.credential.findUniqueOrThrow({ where: { id } })
  return vault.open(row, { table: 'Credential', organizationId: row.organizationId, rowId: id })
}

function rotation(vault: Vault, options: Partial<RotationOptions> = {}): Promise<number> {
  const audit = createAudit({ database })
  return rotate({ database, vault, audit, organizationId: null, actorFor: testActor, ...options })
}

test('C4: what is sealed opens, and only where it was sealed', async () => {
  const vault = ring('k1')
  const at = binding()
  const sealed = await vault.seal(secret, at)
  expect(sealed.keyId).toBe('k1')
  expect(await vault.open(sealed, at)).toBe(secret)
  expect(await vault.open(await vault.seal('', at), at)).toBe('')
  const long = '😀ı'.repeat(100_000)
  expect(await vault.open(await vault.seal(long, at), at)).toBe(long)
  const elsewhere = [
    binding(),
    { ...at, table: 'OAuthFlow' as const },
    { ...at, organizationId: randomUUID() },
    { ...at, organizationId: at.rowId, rowId: at.organizationId },
  ]
  for (const place of elsewhere) {
    await expect(vault.open(sealed, place)).rejects.toMatchObject({ name: 'VaultError', code: 'NOT_OPENED' })
  }
})

test('C4: every altered bit and every swapped part is refused, and no message shows the secret', async () => {
  const vault = ring('k1', 'k2')
  const at = binding()
  const sealed = await vault.seal(secret, at)
  const second = await vault.seal('other', at)
  const altered: Pick<Sealed, 'keyId' | 'wrappedKey' | 'ciphertext'>[] = [
    { ...sealed, ciphertext: second.ciphertext },
    { ...sealed, wrappedKey: second.wrappedKey },
    { ...sealed, keyId: 'k2' },
    { ...sealed, keyId: 'k9' },
  ]
  for (const part of ['ciphertext', 'wrappedKey'] as const) {
    for (let bit = 0; bit < sealed[part].length * 8; bit += 3) {
      const bytes = Uint8Array.from(sealed[part])
      bytes[bit >> 3]! ^= 1 << (bit & 7)
      altered.push({ ...sealed, [part]: bytes })
    }
    for (const length of [0, 11, 12, 27, 28, sealed[part].length - 1]) {
      altered.push({ ...sealed, [part]: sealed[part].slice(0, length) })
    }
  }
  for (const one of altered) {
    const error: unknown = await vault.open(one, at).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(VaultError)
    expect(inspect(error, { depth: 9 })).not.toContain(secret)
  }
  expect(await vault.open(sealed, at)).toBe(secret)
})

test('C4: the same text never seals to the same bytes, and the vault prints without its keys', async () => {
  const vault = ring('k1')
  const at = binding()
  const [a, b] = [await vault.seal(secret, at), await vault.seal(secret, at)]
  expect(Buffer.from(a.ciphertext).equals(b.ciphertext)).toBe(false)
  expect(Buffer.from(a.wrappedKey).equals(b.wrappedKey)).toBe(false)
  const printed = inspect([vault, wrapper('k1')], { depth: 9, showHidden: true })
  expect(printed).not.toContain(keys.get('k1')!.toString('hex').slice(0, 8))
  expect(JSON.stringify(wrapper('k1'))).not.toContain(keys.get('k1')!.toString('base64').slice(0, 8))
  expect(() => createVault({ wrappers: [] })).toThrow(TypeError)
  expect(() => ring('k1', 'k1')).toThrow(TypeError)
})

/** A key service outside this process: nothing but the interface. */
function kms(id: string, down: { now: boolean }): KeyWrapper & { wrapped: number } {
  const key = randomBytes(32)
  return {
    id,
    origin: 'a key service',
    wrapped: 0,
    async wrap(dataKey, context) {
      if (down.now) throw new Error('503')
      this.wrapped += 1
      const iv = randomBytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(context))
      return Buffer.concat([iv, cipher.update(dataKey), cipher.final(), cipher.getAuthTag()])
    },
    async unwrap(wrapped, context) {
      if (down.now) throw new Error('503')
      const bytes = Buffer.from(wrapped)
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12)).setAAD(Buffer.from(context))
      decipher.setAuthTag(bytes.subarray(-16))
      try {
        return Buffer.concat([decipher.update(bytes.subarray(12, -16)), decipher.final()])
      } catch (cause) {
        throw new VaultError('NOT_OPENED', 'refused', { cause })
      }
    },
  }
}

test('C4: a key service is two calls, and one that is away is told apart from a wrong key', async () => {
  const down = { now: false }
  const service = kms('service-1', down)
  const vault = createVault({ wrappers: [service, wrapper('k1')] })
  await checkMasterKeys(database, [service, wrapper('k1')])
  const id = await store(vault, secret)
  expect(service.wrapped).toBe(2)
  expect(await openStored(vault, id)).toBe(secret)
  down.now = true
  await expect(openStored(vault, id)).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE' })
  await expect(vault.seal(secret, binding())).rejects.toMatchObject({ code: 'KEY_UNAVAILABLE' })
  await expect(checkMasterKeys(database, [service])).rejects.toThrow(/could not be reached/)
  await expect(rotation(createVault({ wrappers: [wrapper('k1'), service] }))).rejects.toThrow(VaultError)
  down.now = false
  expect(await rotation(createVault({ wrappers: [wrapper('k1'), service] }))).toBe(1)
  expect(await openStored(ring('k1'), id)).toBe(secret)
})

test('C4: master keys are read with every fault told and no key shown', () => {
  const key = () => randomBytes(32).toString('base64')
  const fine = parseMasterKeys(`2026-11:${key()}, 2026-05:${key()}\n# a remark\nold:${key()}\n`, 'KEYS')
  expect(fine.faults).toEqual([])
  expect(fine.wrappers.map(({ id, origin }) => [id, origin])).toEqual([
    ['2026-11', 'KEYS'],
    ['2026-05', 'KEYS'],
    ['old', 'KEYS'],
  ])
  const same = key()
  const bare = key()
  const short = randomBytes(16).toString('base64')
  const text = [
    bare,
    `bad id:${key()}`,
    `a:${short}`,
    'b:???',
    `c:${'A'.repeat(43)}=`,
    `d:${same}`,
    `e:${same}`,
    `d:${key()}`,
    ':x',
  ]
  const { faults } = parseMasterKeys(text.join(','), 'KEYS')
  expect(faults).toHaveLength(8)
  for (const [index, words] of [
    /entry 1.*no id/,
    /entry 2.*id that does not fit/,
    /entry 3.*16 bytes.*32/,
    /entry 4.*base64/,
    /entry 5.*repeated/,
    /entry 7.*same key as "d"/,
    /entry 8.*already used/,
    /entry 9.*no id/,
  ].entries()) {
    expect(faults[index]).toMatch(words)
  }
  for (const shown of [bare, short, same]) expect(faults.join()).not.toContain(shown)
  expect(parseMasterKeys(' \n# nothing\n', 'KEYS').faults).toHaveLength(1)
})

test('C4: demo mode makes one key file for its owner only, and starts with it ever after', async () => {
  const path = join(folder, 'data', 'master-keys')
  const starts = await Promise.all(Array.from({ length: 8 }, () => generateMasterKeyFile(path)))
  const at = binding()
  const sealed = await createVault({ wrappers: starts[0]! }).seal(secret, at)
  for (const wrappers of [...starts, await generateMasterKeyFile(path)]) {
    expect(await createVault({ wrappers }).open(sealed, at)).toBe(secret)
  }
  expect(await readdir(join(folder, 'data'))).toEqual(['master-keys'])
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  await chmod(path, 0o644)
  await generateMasterKeyFile(path)
  expect((await stat(path)).mode & 0o777).toBe(0o600)

  const text = await readFile(path, 'utf8')
  await writeFile(path, '')
  await expect(generateMasterKeyFile(path)).rejects.toThrow(VaultBootError)
  expect(await readFile(path, 'utf8')).toBe('')
  await writeFile(path, text)
  expect(await createVault({ wrappers: await generateMasterKeyFile(path) }).open(sealed, at)).toBe(secret)
})

test('C4: a wrong master key refuses to boot, in words that name it and say what to do', async () => {
  await checkMasterKeys(database, [wrapper('k1')])
  await checkMasterKeys(database, [wrapper('k1')])
  const wrong = localWrapper('k1', randomBytes(32), '/etc/patchbay/keys')
  const error: unknown = await checkMasterKeys(database, [wrong, wrapper('k2')]).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(VaultBootError)
  expect(String(error)).toMatch(/"k1" \(from \/etc\/patchbay\/keys\).*original key.*new id/s)
  // The refused start left no trace.
  expect(await database.system.prisma.masterKey.findMany({ select: { id: true } })).toEqual([{ id: 'k1' }])
})

test('C4: a missing master key refuses to boot and counts what would be lost', async () => {
  await checkMasterKeys(database, [wrapper('k1'), wrapper('k2')])
  await store(ring('k1'), secret, { flow: true })
  await store(ring('k1'), secret, { version: 2 })
  await store(ring('k2'), secret, { version: 3 })
  const { organizationId } = tenant
  const { id: endpointId } = await makeEndpoint(database, organizationId)
  const key = { id: randomUUID(), organizationId, endpointId, algorithm: 'HMAC' as const, hint: 'whsec_…' }
  const sealed = await ring('k2').seal('whsec_x', { organizationId, rowId: key.id, table: 'EndpointKey' })
  await database.system.prisma.endpointKey.create({ data: { ...key, ...sealed } })
  await checkMasterKeys(database, [wrapper('k2'), wrapper('k1')])
  const error: unknown = await checkMasterKeys(database, [wrapper('k3')]).catch((reason: unknown) => reason)
  expect((error as VaultBootError).faults).toEqual([
    expect.stringMatching(/"k1" is missing: 2 credentials, 1 pending authorizations are/),
    expect.stringMatching(/"k2" is missing: 1 credentials, 1 signing keys of endpoints are/),
  ])
  await database.system.prisma.endpoint.delete({ where: { id: endpointId } })
})

test('C4: two replicas that meet a new id with different keys do not both start', async () => {
  const race = [wrapper('race'), localWrapper('race', randomBytes(32))].map((one) => checkMasterKeys(database, [one]))
  const results = await Promise.allSettled(race)
  expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
})

test('C4: rotation moves every row of every organization, says so in the audit log, and rolls back', async () => {
  const other = await makeTenant(database)
  const old = ring('k1')
  const ids: string[] = []
  for (let version = 1; version <= 7; version += 1)
    ids.push(await store(old, `${secret} ${version}`, { version, flow: true }))
  const theirs = await store(old, 'theirs', { at: other })
  // A channel without an address has nothing to re-wrap, and nothing that could remain.
  const { organizationId } = other
  await database.system.prisma.alertChannel.create({
    data: { id: randomUUID(), organizationId, name: 'Bell', kind: 'IN_APP' },
  })

  const fresh = ring('k2', 'k1')
  expect(await rotationState(database.system.sql, fresh)).toMatchObject({ remaining: 15, rowsByKey: { k1: 15 } })
  expect(await rotation(fresh, { organizationId: other.organizationId })).toBe(1)
  expect(await rotationState(database.system.sql, fresh)).toMatchObject({ remaining: 14, rowsByKey: { k1: 14, k2: 1 } })
  expect(await rotation(fresh, { batch: 3 })).toBe(14)
  expect(await rotation(fresh)).toBe(0)
  expect(await rotationState(database.system.sql, fresh)).toMatchObject({ remaining: 0, rowsByKey: { k2: 15 } })

  const only = ring('k2')
  for (const [index, id] of ids.entries()) expect(await openStored(only, id)).toBe(`${secret} ${index + 1}`)
  expect(await openStored(only, theirs)).toBe('theirs')
  await checkMasterKeys(database, [wrapper('k2')])
  const flow = await database.system.prisma.oAuthFlow.findFirstOrThrow()
  expect(await only.open(flow, { table: 'OAuthFlow', organizationId: flow.organizationId, rowId: flow.id })).toContain(
    'verifier',
  )

  const actions = await database.system.prisma.auditEntry.findMany({
    where: { organizationId: tenant.organizationId },
    orderBy: { position: 'asc' },
  })
  expect(actions.map(({ action, after }) => [action, after])).toEqual([
    ['vault.rotationStarted', { primaryKeyId: 'k2', remaining: 14 }],
    ['vault.rotationFinished', { moved: 14, remaining: 0, unreadable: [] }],
  ])

  expect(await rotation(ring('k1', 'k2'))).toBe(15)
  expect(await openStored(old, ids[0]!)).toBe(`${secret} 1`)
})

test('C4: a row that no key opens does not hold up the others, and is named', async () => {
  const old = ring('k1')
  const ids: string[] = []
  for (let version = 1; version <= 5; version += 1) ids.push(await store(old, secret, { version }))
  await database.system.prisma.credential.update({ where: { id: ids[2]! }, data: { wrappedKey: randomBytes(60) } })
  const fresh = ring('k2', 'k1')
  expect(await rotation(fresh, { batch: 1 })).toBe(4)
  const finished = await database.system.prisma.auditEntry.findFirstOrThrow({
    where: { action: 'vault.rotationFinished', organizationId: tenant.organizationId },
  })
  expect(finished.after).toEqual({ moved: 4, remaining: 1, unreadable: [ids[2]] })
})

test('C4: rotation stops between batches when told, and goes on from there', async () => {
  const old = ring('k1')
  for (let version = 1; version <= 6; version += 1) await store(old, secret, { version })
  const controller = new AbortController()
  const fresh = ring('k2', 'k1')
  let batches = 0
  const stopping: Vault = {
    ...fresh,
    rewrap(...step) {
      batches += 1
      if (batches === 2) controller.abort()
      return fresh.rewrap(...step)
    },
  }
  const unfinished = () => unfinishedRotations(database.system.sql, fresh)
  expect(await unfinished()).toEqual([])
  await expect(rotation(stopping, { batch: 2, signal: controller.signal })).rejects.toThrow()
  expect(await unfinished()).toEqual([tenant.organizationId])
  expect(await unfinishedRotations(database.system.sql, old)).toEqual([])
  expect(await rotationState(database.system.sql, fresh)).toMatchObject({ remaining: 2 })
  expect(await rotation(fresh)).toBe(2)
  expect(await unfinished()).toEqual([])
})

// PGlite has one connection: nothing can be in use beside a rotation.
test.runIf(inject('database').engine === 'postgres')('C4: rows in use are passed over, never waited for', async () => {
  const old = ring('k1')
  const held = await store(old, secret)
  await store(old, secret, { version: 2 })
  const fresh = ring('k2', 'k1')
  await database.system.sql.transaction(async (sql) => {
    await sql.query('select 1 from "Credential" where "id" = $1 for update', [held])
    await expect(rotation(fresh)).rejects.toMatchObject({ code: 'ROTATION_INCOMPLETE', remaining: 1 })
  })
  expect(await rotation(fresh)).toBe(1)
})
