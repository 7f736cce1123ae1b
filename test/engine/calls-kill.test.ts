import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
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
import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'

const child = fileURLToPath(new URL('../support/log-child.ts', import.meta.url))
const organizationId = randomUUID()

let provided: TestDatabase
let folder: string
let open: OpenOptions

beforeAll(async () => {
  provided = await testDatabase()
  folder = await mkdtemp(join(tmpdir(), 'patchbay-calls-'))
  open = provided.url ? { url: provided.url, maxConnections: 4 } : { dataDir: folder }
  if (!provided.url) await using(migrate)
}, 120_000)
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

/** Logs in a process of its own until `batches` are said to be flushed, then kills it in the middle of the next. */
async function logAndKill(batches: number): Promise<string[]> {
  const running = spawn(execPath, [child, JSON.stringify({ open, organizationId })], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const closed = once(running, 'close')
  const said: string[] = []
  let seen = 0
  for await (const line of createInterface({ input: running.stdout })) {
    said.push(...line.split(','))
    if (++seen === batches) running.kill('SIGKILL')
  }
  await closed
  return said
}

test('N4: killed while logging, every flushed call is there and the roll-up equals the rows', async () => {
  const said: string[] = []
  for (const batches of [1, 3, 2]) said.push(...(await logAndKill(batches)))
  await using(async ({ system }) => {
    const rows = await system.prisma.call.findMany({ where: { organizationId }, select: { id: true } })
    const there = new Set(rows.map((row) => row.id))
    expect(there.size).toBe(rows.length)
    expect(said.filter((id) => !there.has(id))).toEqual([])
    const { _sum } = await system.prisma.callRollup.aggregate({
      where: { organizationId, grain: 'DAY', dimension: 'ALL' },
      _sum: { calls: true, latencyTotalMs: true },
    })
    expect(_sum).toEqual({ calls: rows.length, latencyTotalMs: BigInt(rows.length * 12) })
  })
}, 120_000)
