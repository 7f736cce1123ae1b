import { fsyncSync } from 'node:fs'
import { access, mkdir, open, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PGlite } from '@electric-sql/pglite'
import { DatabaseFault } from './errors.ts'

// PGlite starts with fsync off. On, a commit is answered once it is on the disk and outlives a power cut, not only the
// process. `fsync` is the one way of syncing that reaches the file system bridge.
const startParams = [
  ...PGlite.defaultStartParams.filter((parameter) => parameter !== '-F'),
  '-c',
  'wal_sync_method=fsync',
]

interface Stream {
  /** The file's descriptor outside. */
  nfd?: number
  stream_ops: { fsync?: (stream: Stream) => number }
}

interface BridgedFiles {
  open(path: string, mode: string): Stream
  close(stream: Stream): void
}

/** Lets the database inside sync the files outside: the bridge between the two has everything but that. */
function bridgeFsync(pglite: PGlite): void {
  const files = pglite.Module.FS as unknown as BridgedFiles
  const probe = files.open('/pglite/data/PG_VERSION', 'r')
  probe.stream_ops.fsync = ({ nfd }) => {
    if (nfd !== undefined) fsyncSync(nfd)
    return 0
  }
  files.close(probe)
}

/** Puts everything below `folder` on the disk, the names included. A thousand small files take a tenth of a second. */
async function syncAll(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const paths = [...entries.map((entry) => join(entry.parentPath, entry.name)), folder]
  const next = paths.values()
  const worker = async () => {
    for (const path of next) await sync(path)
  }
  await Promise.all([worker(), worker(), worker(), worker()])
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

/**
 * Opens the database inside a data folder, made there at the first start (about four seconds). Everything it answers
 * is on the disk.
 */
export async function openPgliteFolder(dataDir: string): Promise<PGlite> {
  const folder = join(dataDir, 'database')
  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  if (!(await exists(join(folder, 'PG_VERSION')))) {
    if (await exists(folder)) {
      const message = `${folder} is there but holds no database. Restore it from a backup, or move it away to start anew.`
      throw new DatabaseFault('DATABASE_UNREADABLE', message)
    }
    // Made aside and renamed: a first start that is killed half-way leaves nothing the second would trip over.
    const draft = join(dataDir, 'database.new')
    await rm(draft, { recursive: true, force: true })
    await (await PGlite.create(draft)).close()
    await syncAll(draft)
    await rename(draft, folder)
    await sync(dataDir)
  }
  const pglite = await PGlite.create(folder, { startParams })
  bridgeFsync(pglite)
  return pglite
}
