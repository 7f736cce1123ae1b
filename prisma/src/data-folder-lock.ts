import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { DatabaseFault } from './errors.ts'

interface Holder {
  pid: number
  /** When that process started, by the kernel's clock: tells a living holder from a stranger who got its number. */
  started: string | null
  host: string
}

const touchMs = 2_000
/** Folders this process holds; its own number in a lock file of another life proves nothing. */
const held = new Set<string>()

/** Start of a process in clock ticks since boot (`/proc/<pid>/stat`, field 22), with the boot; null where unknown. */
async function startOf(pid: number): Promise<string | null> {
  try {
    const [line, boot] = await Promise.all([
      readFile(`/proc/${pid}/stat`, 'utf8'),
      readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
    ])
    // The second field is the command in brackets and may itself hold blanks and brackets.
    const fields = line.slice(line.lastIndexOf(')') + 2).split(' ')
    return `${boot.trim()}:${fields[19]}`
  } catch {
    return null
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** Whether the holder still lives. Another host's numbers mean nothing here (containers): there the file's age tells. */
async function isAlive(holder: Holder, path: string): Promise<boolean> {
  if (holder.host !== hostname()) {
    const before = await stat(path).catch(() => undefined)
    await wait(touchMs * 2.5)
    const after = await stat(path).catch(() => undefined)
    return before !== undefined && after !== undefined && after.mtimeMs > before.mtimeMs
  }
  if (!isRunning(holder.pid)) return false
  const started = await startOf(holder.pid)
  return started === null || holder.started === null || started === holder.started
}

function parse(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text) as Partial<Holder>
    if (typeof value.pid !== 'number' || typeof value.host !== 'string') return undefined
    return { pid: value.pid, host: value.host, started: value.started ?? null }
  } catch {
    return undefined
  }
}

function inUse(folder: string, holder: Holder): DatabaseFault {
  const who = holder.host === hostname() ? `process ${holder.pid}` : `process ${holder.pid} on ${holder.host}`
  return new DatabaseFault(
    'DATABASE_IN_USE',
    `The data folder ${folder} is in use by ${who}. The embedded database serves one process at a time: ` +
      'stop the other one, choose another PATCHBAY_DATA_DIR, or set DATABASE_URL to share a PostgreSQL server.',
  )
}

/**
 * Claims a data folder for this process, by `hub.lock` inside it. A lock left behind by a killed process is taken over.
 * @returns how to give it back
 * @throws DatabaseFault DATABASE_IN_USE when a living process holds it
 */
export async function lockDataFolder(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, 'hub.lock')
  const self: Holder = { pid: process.pid, started: await startOf(process.pid), host: hostname() }
  if (held.has(path)) throw inUse(folder, self)
  held.add(path)
  try {
    await claim(folder, path, self)
  } catch (error) {
    held.delete(path)
    throw error
  }
  const touch = setInterval(() => {
    const now = new Date()
    void utimes(path, now, now).catch(() => {})
  }, touchMs).unref()
  return async () => {
    clearInterval(touch)
    held.delete(path)
    await rm(path, { force: true })
  }
}

async function claim(folder: string, path: string, self: Holder): Promise<void> {
  const draft = `${path}.${process.pid}`
  await writeFile(draft, JSON.stringify(self), { mode: 0o600 })
  try {
    for (;;) {
      try {
        // A link appears with its content or not at all; two who try at once cannot both succeed.
        await link(draft, path)
        return
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      }
      const text = await readFile(path, 'utf8').catch(() => undefined)
      if (text === undefined) continue
      const holder = parse(text)
      if (holder && (await isAlive(holder, path))) throw inUse(folder, holder)
      await removeStale(path, text)
    }
  } finally {
    await rm(draft, { force: true })
  }
}

/** Takes a stale lock away, and puts it back when it turns out that somebody else had just replaced it. */
async function removeStale(path: string, text: string): Promise<void> {
  const aside = `${path}.${process.pid}.stale`
  try {
    await rename(path, aside)
    const taken = await readFile(aside, 'utf8')
    if (taken !== text) await link(aside, path)
  } catch (error) {
    if (!['ENOENT', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  } finally {
    await rm(aside, { force: true })
  }
}
