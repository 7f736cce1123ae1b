import { randomBytes, randomUUID } from 'node:crypto'
import { chmod, link, mkdir, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { KeyWrapper } from './contract.ts'
import { VaultBootError } from './errors.ts'
import { masterKeyBytes } from './local-wrapper.ts'
import { parseMasterKeys } from './master-keys.ts'

/**
 * Demo mode's master key: made in the data folder at first start, read from there ever after. Only its owner may read
 * it (mode 0600; a looser mode is tightened). Two hubs starting at once end with the same key.
 * @throws VaultBootError when the file is there and is no key file: it is never replaced, since what it sealed would be lost
 */
export async function generateMasterKeyFile(path: string): Promise<readonly KeyWrapper[]> {
  const text = (await readIfThere(path)) ?? (await makeFile(path))
  const { wrappers, faults } = parseMasterKeys(text, path)
  if (faults.length > 0)
    throw new VaultBootError([
      ...faults,
      `Restore ${path} from a backup: credentials sealed with it open with nothing else.`,
    ])
  return wrappers
}

async function readIfThere(path: string): Promise<string | null> {
  try {
    const text = await readFile(path, 'utf8')
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600)
    return text
  } catch (error) {
    if (isCode(error, 'ENOENT')) return null
    throw error
  }
}

/** Written whole beside its place, then linked into it: link refuses an existing name, and a kill leaves no half a key. */
async function makeFile(path: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomUUID()}`
  const text = [
    '# Master key of this hub. Whoever has it and the database has every credential; without it they are lost.',
    `demo-1:${randomBytes(masterKeyBytes).toString('base64')}`,
    '',
  ].join('\n')
  await writeNew(draft, text)
  try {
    await link(draft, path)
  } catch (error) {
    const there = await readIfThere(path)
    if (there !== null) return there
    // A file system without hard links: still exclusive, only not safe from a kill in mid-write.
    if (!isCode(error, 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK')) throw error
    await writeNew(path, text)
  } finally {
    await rm(draft, { force: true })
  }
  return text
}

async function writeNew(path: string, text: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
}

function isCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Error && codes.includes((error as NodeJS.ErrnoException).code ?? '')
}
