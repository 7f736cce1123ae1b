import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, inject, test } from 'vitest'
import { startHubProcess, type HubProcess } from '../support/hub-process.ts'

const home = await mkdtemp(join(tmpdir(), 'patchbay start '))
const running = new Set<HubProcess>()
afterAll(async () => {
  await Promise.all([...running].map((hub) => hub.end('SIGKILL')))
  await rm(home, { recursive: true, force: true })
})

function start(env: Readonly<Record<string, string>>): HubProcess {
  const hub = startHubProcess({ PATCHBAY_DATA_DIR: join(home, 'data'), ...env })
  running.add(hub)
  void hub.exited().then(() => running.delete(hub))
  return hub
}

// Processes are started one after the other, on a machine that may be busy with other tests.
describe.runIf(inject('database').engine === 'pglite')('N1: the hub as a process', { timeout: 240_000 }, () => {
  test('N6: every fault of the settings is printed together, and nothing is started', async () => {
    const hub = start({ PORT: 'eighty', PATCHBAY_ROLE: 'chief', PATCHBAY_AUTH_SECRET: 'canary' })
    expect(await hub.exited()).toBe(1)
    for (const name of ['PORT', 'PATCHBAY_ROLE', 'PATCHBAY_AUTH_SECRET']) expect(hub.output()).toContain(`- ${name} `)
    expect(hub.output()).not.toContain('canary')
    expect(await readdir(home)).toEqual([])
  })

  test('a first start shows the sign-in once, keeps its keys to itself and stops cleanly', async () => {
    const hub = start({})
    const url = await hub.ready()
    expect(hub.output()).toContain('Patchbay is yours')
    expect((await fetch(`${url}/ready`)).status).toBe(200)
    for (const key of ['master-key', 'auth-secret'])
      expect((await stat(join(home, 'data', key))).mode & 0o777).toBe(0o600)
    expect(await hub.end('SIGTERM')).toBe(0)
    const secret = await readFile(join(home, 'data/auth-secret'), 'utf8')
    expect(hub.output()).not.toContain(secret)
  })

  test('a second start keeps everything and shows no sign-in; a second process of the folder is refused in words', async () => {
    const hub = start({})
    await hub.ready()
    expect(hub.output()).not.toContain('Patchbay is yours')
    const other = start({})
    expect(await other.exited()).toBe(1)
    expect(other.output()).toContain(String(hub.pid))
    expect(other.output()).not.toContain('    at ')
    expect(await hub.end('SIGINT')).toBe(0)
  })

  test('a taken port is refused in words', async () => {
    const holder = createServer().listen(0, '127.0.0.1')
    await once(holder, 'listening')
    const { port } = holder.address() as AddressInfo
    const hub = start({ PORT: `${port}` })
    expect(await hub.exited()).toBe(1)
    expect(hub.output()).toContain(`Port ${port}`)
    expect(hub.output()).not.toContain('    at ')
    holder.close()
  })

  test('a hub whose start script was killed stops by itself and lets go of the folder', async () => {
    const hub = start({})
    await hub.ready()
    hub.abandon()
    expect(await hub.exited()).toBe(0)
    const next = start({})
    await next.ready()
    expect(await next.end('SIGTERM')).toBe(0)
  })
})
