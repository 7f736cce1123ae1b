// Generates the typed client without any download: Prisma 7 wants a schema engine binary to exist before it
// generates, and never runs it. Naming a file that exists is enough.
import { spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const manifest = createRequire(import.meta.url).resolve('prisma/package.json')
const result = spawnSync(process.execPath, [join(dirname(manifest), 'build/index.js'), 'generate', '--no-hints'], {
  cwd: root,
  stdio: ['ignore', process.env.PATCHBAY_QUIET ? 'ignore' : 'inherit', 'inherit'],
  env: {
    ...process.env,
    // The Pothos generator is found by name.
    PATH: [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter),
    PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
    PRISMA_HIDE_UPDATE_MESSAGE: '1',
    CHECKPOINT_DISABLE: '1',
  },
})
process.exit(result.status ?? 1)
