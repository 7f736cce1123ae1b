// Makes a clone ready to run: dependencies, typed database client, admin pages. Each part is made again only when what it is
// made from has changed. Runs under any Node from 20 on and imports nothing but Node itself.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const pnpm = 'pnpm@12.21.0'
const oldestNode = 20
const testTools = 'test/node_modules'
const windows = process.platform === 'win32'

/** Folder of the whole project. */
export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
/** The Node this project is pinned to; exists once dependencies are installed. */
export const node = join(root, 'node_modules', '.bin', windows ? 'node.cmd' : 'node')

/** A failure explained in words: no stack is worth showing. */
export class PrepareError extends Error {}

const parts = {
  dependencies: {
    line: 'Installing dependencies (once, a minute or so)',
    from: () => [
      'pnpm-lock.yaml',
      'pnpm-workspace.yaml',
      'package.json',
      ...['prisma', 'schema', 'server', 'client', 'test'].map((name) => `${name}/package.json`),
    ],
    made: ({ tests }) => [
      'node_modules/.bin',
      'server/node_modules',
      'client/node_modules',
      ...(tests ? [testTools] : []),
    ],
    make: install,
  },
  database: {
    line: 'Generating the database client',
    from: () => [...filesBelow('prisma/models'), 'prisma/bin/generate.mjs', 'prisma/package.json'],
    made: () => ['prisma/generated/client/client.ts'],
    make: () => run(node, ['prisma/bin/generate.mjs'], { failure: 'The database client could not be generated.' }),
  },
  admin: {
    line: 'Building the admin pages',
    from: () => [...filesBelow('client'), 'schema/schema.graphql', 'codegen.ts', 'pnpm-lock.yaml'],
    made: () => ['client/build/index.html'],
    make: buildAdmin,
  },
}

/**
 * Brings the clone up to date; `client: false` leaves the admin pages out, `tests: false` the tools of the tests (a
 * browser and a PostgreSQL server: 500 MB). Returns the names of the parts that were made. Throws PrepareError with advice.
 */
export async function prepare({ client = true, tests = true, say = (line) => console.log(line) } = {}) {
  if (Number(process.versions.node.split('.')[0]) < oldestNode)
    throw new PrepareError(
      `Node ${oldestNode} or newer is needed, and this is ${process.version}. Get it from https://nodejs.org.`,
    )
  const made = []
  for (const [name, part] of Object.entries(parts)) {
    if (name === 'admin' && !client) continue
    const stamp = join(root, 'node_modules', '.patchbay', name)
    const hash = hashOf(part.from())
    if (
      part.made({ tests }).every((path) => existsSync(join(root, path))) &&
      existsSync(stamp) &&
      readFileSync(stamp, 'utf8') === hash
    )
      continue
    const began = Date.now()
    say(`${part.line} …`)
    rmSync(stamp, { force: true })
    await part.make({ tests })
    mkdirSync(dirname(stamp), { recursive: true })
    writeFileSync(stamp, hash)
    say(`  done in ${Math.max(1, Math.round((Date.now() - began) / 1000))} s`)
    made.push(name)
  }
  return made
}

async function install({ tests }) {
  const failure = 'The dependencies could not be installed.'
  const args = ['--yes', pnpm, 'install', '--frozen-lockfile', '--config.confirmModulesPurge=false']
  // Once there, the tools of the tests are kept up to date with the rest.
  if (!tests && !existsSync(join(root, testTools))) args.push('--filter=!@patchbay/test')
  try {
    await run('npx', args, { failure, shell: windows })
  } catch (error) {
    if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|META_FETCH_FAIL/.test(error.message))
      error.message +=
        '\n\nThe package registry cannot be reached. Check the network and the proxy settings (npm config get registry), then start again.'
    if (/ENOENT/.test(error.message) && /npx/.test(error.message))
      error.message += '\n\nnpx was not found. It comes with npm: install Node from https://nodejs.org.'
    throw error
  }
  if (!existsSync(node))
    throw new PrepareError(`${failure} ${node} is missing; remove the node_modules folder and start again.`)
}

async function buildAdmin() {
  const failure = 'The admin pages could not be built.'
  if (existsSync(join(root, 'codegen.ts')))
    await run('graphql-codegen', ['--config', 'codegen.ts'], { failure, shell: windows })
  await run('vite', ['build'], { failure, shell: windows, folder: 'client' })
}

/** Runs a command with the project's own tools first on the path; its output is shown only when it fails. */
function run(command, args, { failure, shell = false, folder = '.' }) {
  return new Promise((resolve, reject) => {
    const bins = [join(root, folder, 'node_modules/.bin'), join(root, 'node_modules/.bin')]
    const child = spawn(command, args, {
      cwd: join(root, folder),
      shell,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, PATH: [...bins, process.env.PATH].join(delimiter), CI: '1', NO_COLOR: '1' },
    })
    let output = ''
    const keep = (chunk) => (output = (output + chunk).slice(-8000))
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.on('error', (error) => reject(new PrepareError(`${failure}\n\n${command}: ${error.message}`)))
    child.on('close', (code) => (code === 0 ? resolve() : reject(new PrepareError(`${failure}\n\n${output.trim()}`))))
  })
}

const skipped = new Set(['node_modules', 'build', 'generated', '.svelte-kit'])

function filesBelow(folder) {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (skipped.has(entry.name)) return []
    const path = `${folder}/${entry.name}`
    return entry.isDirectory() ? filesBelow(path) : [path]
  })
}

/** Of names and contents, so that a fresh checkout of the same files counts as unchanged. */
function hashOf(files) {
  const hash = createHash('sha256').update(pnpm).update(process.platform).update(process.arch)
  for (const file of [...files].sort()) {
    const path = join(root, file)
    hash.update(`\0${file}\0`).update(existsSync(path) ? readFileSync(path) : '')
  }
  return hash.digest('hex')
}
