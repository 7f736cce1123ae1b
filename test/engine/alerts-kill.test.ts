import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { execPath } from 'node:process'
import { fileURLToPath } from 'node:url'
import { openDatabase, type OpenOptions } from '@patchbay/prisma/client.ts'
import type { Database } from '@patchbay/prisma/database.ts'
import { migrate } from '@patchbay/prisma/migrations.ts'
import { alertDefaults } from '@patchbay/server/engine/alerts/settings.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createMachine, makeAudience } from '../support/alert-machine.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { until } from '../support/until.ts'

const child = fileURLToPath(new URL('../support/alert-child.ts', import.meta.url))
const keys = `k1:${randomBytes(32).toString('base64')}`

let provided: TestDatabase
let receiver: Receiver
let folder: string
let open: OpenOptions

beforeAll(async () => {
  provided = await testDatabase()
  receiver = await startReceiver()
  folder = await mkdtemp(join(tmpdir(), 'patchbay-alerts-'))
  open = provided.url ? { url: provided.url, maxConnections: 4 } : { dataDir: folder }
})
afterAll(async () => {
  await receiver.close()
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

test('H4, N4: killed while it sends, the notice goes out again when its claim ends, and says so', async () => {
  await using(async (database) => {
    if (!provided.url) await migrate(database)
    const { organizationId } = await makeAudience(database, keys, [receiver.url('ops')])
    const machine = createMachine({ database, keys, origin: receiver.origin })
    await machine.raise({ organizationId })
    await machine.close()
  })
  receiver.behave('ops', () => 'hang')
  const running = spawn(execPath, [child, JSON.stringify({ open, keys, origin: receiver.origin })], {
    stdio: 'inherit',
  })
  const closed = once(running, 'close')
  await until('the notice is on its way', () => receiver.of('ops').length === 1)
  running.kill('SIGKILL')
  await closed
  receiver.behave('ops', () => ({}))

  await using(async (database) => {
    const tell = async (afterMs: number) => {
      const now = () => new Date(Date.now() + afterMs)
      const machine = createMachine({ database, keys, origin: receiver.origin, now })
      await machine.worker.settle()
      await machine.close()
    }
    // Its claim still holds: whoever has it might be sending.
    await tell(0)
    expect(receiver.of('ops')).toHaveLength(1)
    await tell(alertDefaults.leaseMs)
    await tell(2 * alertDefaults.leaseMs)
    expect(receiver.of('ops')).toHaveLength(2)
    expect(receiver.of('ops')[0]?.body).not.toContain('Sent again')
    expect(receiver.of('ops')[1]?.body).toContain('Sent again, attempt 2: you may have it already.')
    const notices = await database.system.prisma.alertNotice.findMany({ where: { channel: { kind: 'SLACK' } } })
    expect(notices).toMatchObject([{ state: 'SENT', attempts: 2, occasion: 'OPENED', occurrence: 1 }])
  })
})
