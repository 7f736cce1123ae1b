import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { openDatabase } from '@patchbay/prisma/client.ts'
import { lockDataFolder } from '@patchbay/prisma/data-folder-lock.ts'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { until } from '../support/until.ts'

const home = await mkdtemp(join(tmpdir(), 'patchbay-data-'))
afterAll(() => rm(home, { recursive: true, force: true }))

const writer = fileURLToPath(new URL('../support/data-folder-writer.ts', import.meta.url))

function startWriter(folder: string) {
  const child = spawn(process.execPath, [writer, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
  const lines: string[] = []
  createInterface(child.stdout).on('line', (line) => lines.push(line))
  const kill = async () => {
    child.kill('SIGKILL')
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  }
  return { lines, kill, pid: child.pid }
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

// Processes are started, killed and started again, on a machine that may be busy with other tests.
describe.runIf(inject('database').engine === 'pglite')('the embedded database', { timeout: 240_000 }, () => {
  test('N4: a first start that is killed half-way is simply started again', async () => {
    const folder = join(home, 'first')
    const first = startWriter(folder)
    await until('the database is being made', () => exists(join(folder, 'database.new/PG_VERSION')), 60_000)
    await first.kill()
    const database = await openDatabase({ dataDir: folder })
    await database.ping()
    await database.close()
    expect((await readdir(folder)).sort()).toEqual(['database'])
  })

  test('N4: what was acknowledged survives SIGKILL, and the folder is free again', async () => {
    // Made by the test before; another first start would take seconds.
    const folder = join(home, 'first')
    const acknowledged: string[] = []
    for (const [round, rows] of [40, 1, 15].entries()) {
      const running = startWriter(folder)
      await until(`rows of round ${round}`, () => running.lines.length > rows, 60_000)
      if (round === 0) {
        const refusal = openDatabase({ dataDir: folder })
        await expect(refusal).rejects.toMatchObject({
          code: 'DATABASE_IN_USE',
          message: expect.stringContaining(`process ${running.pid}`) as string,
        })
      }
      await running.kill()
      acknowledged.push(...running.lines.slice(1))
    }
    const database = await openDatabase({ dataDir: folder })
    const stored = await database.system.sql.query<{ id: string }>('select id from "Organization"')
    const ids = new Set(stored.map(({ id }) => id))
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([])
    expect(acknowledged.length).toBeGreaterThan(50)
    await database.close()
  })

  test('N4: a folder that holds something else is not overwritten', async () => {
    const folder = join(home, 'odd')
    await mkdir(join(folder, 'database'), { recursive: true })
    await expect(openDatabase({ dataDir: folder })).rejects.toMatchObject({ code: 'DATABASE_UNREADABLE' })
    expect(await readdir(folder)).toEqual(['database'])
  })
})

describe('the lock of a data folder', () => {
  const folderWith = async (name: string, holder: unknown) => {
    const folder = join(home, name)
    await mkdir(folder)
    await writeFile(join(folder, 'hub.lock'), typeof holder === 'string' ? holder : JSON.stringify(holder))
    return folder
  }

  test('N4: a process does not open its own folder twice', async () => {
    const folder = join(home, 'twice')
    await mkdir(folder)
    const unlock = await lockDataFolder(folder)
    await expect(lockDataFolder(folder)).rejects.toMatchObject({ code: 'DATABASE_IN_USE' })
    await unlock()
    await (
      await lockDataFolder(folder)
    )()
    expect(await readdir(folder)).toEqual([])
  })

  test('N4: a number that now belongs to another process does not lock', async () => {
    const recycled = await folderWith('recycled', { pid: process.pid, started: 'another-boot:1', host: hostname() })
    await (
      await lockDataFolder(recycled)
    )()
    const garbled = await folderWith('garbled', '{"pid":')
    await (
      await lockDataFolder(garbled)
    )()
  })

  test('N4: the lock of another host that nobody touches any more is taken over', async () => {
    const folder = await folderWith('elsewhere', { pid: 1, started: 'x:1', host: 'gone.invalid' })
    await (
      await lockDataFolder(folder)
    )()
  })

  test('N4: of many that find a stale lock, one gets the folder', async () => {
    const folder = await folderWith('race', { pid: 2 ** 22 + 1, started: 'x:1', host: hostname() })
    const script = `
      import { lockDataFolder } from ${JSON.stringify(fileURLToPath(new URL('../../prisma/src/data-folder-lock.ts', import.meta.url)))}
      try { await lockDataFolder(process.argv[1]); console.log('got it') } catch (error) { console.log(error.code) }
      process.stdin.resume()`
    const children = Array.from({ length: 6 }, () =>
      spawn(process.execPath, ['--input-type=module', '-e', script, folder], { stdio: ['pipe', 'pipe', 'inherit'] }),
    )
    const answers = await Promise.all(
      children.map(async ({ stdout }) => String((await once(stdout, 'data'))[0]).trim()),
    )
    for (const child of children) child.stdin.end()
    await Promise.all(children.map((child) => (child.exitCode === null ? once(child, 'exit') : undefined)))
    expect(answers.sort()).toEqual([...Array.from({ length: 5 }, () => 'DATABASE_IN_USE'), 'got it'])
  })
})
