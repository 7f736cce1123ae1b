import { spawn } from 'node:child_process'
import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openDatabase, type OpenOptions } from '@patchbay/prisma/client.ts'
import type { Database } from '@patchbay/prisma/database.ts'
import { migrate } from '@patchbay/prisma/migrations.ts'
import { createAudit } from '@patchbay/server/engine/audit/audit.ts'
import { createVault, parseMasterKeys, rotationState } from '@patchbay/server/engine/vault/vault.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { makeTenant, type TestTenant } from '../support/tenants.ts'

const child = fileURLToPath(new URL('../support/rotate-child.ts', import.meta.url))
const rows = 40
const key = () => randomBytes(32).toString('base64')
const old = `k1:${key()}`
const fresh = `k2:${key()}`
const vaultOf = (keys: string) => createVault({ wrappers: parseMasterKeys(keys, 'test').wrappers })

let provided: TestDatabase
let folder: string
let open: OpenOptions

beforeAll(async () => {
  provided = await testDatabase()
  folder = await mkdtemp(join(tmpdir(), 'patchbay-rotation-'))
  open = provided.url ? { url: provided.url, maxConnections: 4 } : { dataDir: folder }
})
afterAll(async () => {
  await provided.cleanup()
  await rm(folder, { recursive: true, force: true })
})

/** Opens the hub's data, which PGlite allows one process at a time. */
async function using<T>(work: (database: Database) => Promise<T>): Promise<T> {
  const database = await openDatabase(open)
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

async function seed(database: Database): Promise<{ tenant: TestTenant; ids: string[] }> {
  if (!provided.url) await migrate(database)
  const tenant = await makeTenant(database)
  const { organizationId, connectionId } = tenant
  const ids: string[] = []
  for (let version = 1; version <= rows; version += 1) {
    const id = randomUUID()
    const sealed = await vaultOf(old).seal(`secret ${version}`, { table: 'Credential', organizationId, rowId: id })
    await database.system.prisma.credential.create({
      data: { id, organizationId, connectionId, kind: 'FIELDS', version, ...sealed },
    })
    ids.push(id)
  }
  return { tenant, ids }
}

/** Runs the rotation in a process of its own; kills it after `killAfter` rows, or lets it finish. */
async function rotateInChild(keys: string, killAfter = Infinity): Promise<{ lines: string[]; signal: string | null }> {
  const running = spawn(execPath, [child, JSON.stringify({ open, keys })], { stdio: ['ignore', 'pipe', 'inherit'] })
  const closed = once(running, 'close')
  const lines: string[] = []
  for await (const line of createInterface(running.stdout)) {
    lines.push(line)
    if (lines.length === killAfter) running.kill('SIGKILL')
  }
  await closed
  return { lines, signal: running.signalCode }
}

test('C4: a rotation killed again and again loses no secret and finishes; rolled back, it opens with the old key alone', async () => {
  const { tenant, ids } = await using(seed)
  const both = `${fresh},${old}`
  const readAll = (keys: string) =>
    using(async (database) => {
      const vault = vaultOf(keys)
      for (const [index, id] of ids.entries()) {
        const row = await database.system.prisma.credential.findUniqueOrThrow({ where: { id } })
        const at = { table: 'Credential', organizationId: row.organizationId, rowId: id } as const
        expect(await vault.open(row, at)).toBe(`secret ${index + 1}`)
      }
      const { remaining } = await rotationState(database.system.sql, vault)
      const audit = createAudit({ database })
      expect(await audit.verify(tenant.organizationId)).toMatchObject({ ok: true })
      await audit.close()
      return remaining
    })

  let before = await readAll(both)
  expect(before).toBe(rows)
  for (const killAfter of [1, 15]) {
    const { signal } = await rotateInChild(both, killAfter)
    expect(signal).toBe('SIGKILL')
    const remaining = await readAll(both)
    expect(remaining).toBeLessThanOrEqual(before - killAfter + 1)
    before = remaining
  }
  expect(before).toBeGreaterThan(0)
  expect((await rotateInChild(both)).lines.at(-1)).toBe(`moved ${before}`)
  expect(await readAll(fresh)).toBe(0)

  expect((await rotateInChild(`${old},${fresh}`, 10)).signal).toBe('SIGKILL')
  await rotateInChild(`${old},${fresh}`)
  expect(await readAll(old)).toBe(0)
}, 240_000)
