// Writes the files of a new provider, to be filled in:
//   npm run new:provider -- acme-pay --name "Acme Pay" --category PAYMENT [--oauth] [--webhooks]
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { capabilities } from '@patchbay/schema/capabilities/index.ts'
import { categories, type Category } from '@patchbay/schema/catalog.ts'
import { eventTypes } from '@patchbay/schema/event-types/index.ts'
import { filesOf } from './new-provider/files.ts'

const usage = 'npm run new:provider -- acme-pay --name "Acme Pay" --category PAYMENT [--oauth] [--webhooks]'

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

function readWords() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        name: { type: 'string' },
        category: { type: 'string' },
        oauth: { type: 'boolean' },
        webhooks: { type: 'boolean' },
        into: { type: 'string' },
      },
    })
  } catch (error) {
    return fail(`${(error as Error).message}\n${usage}`)
  }
}

const { positionals, values } = readWords()
const [slug = ''] = positionals
if (positionals.length > 1 || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(slug))
  fail(`Say a slug of small letters, digits and dashes, and put a name of several words in quotes: ${usage}`)
const category = categories.find((one) => one === values.category) as Category | undefined
if (category === undefined) fail(`Say its category, one of ${categories.join(', ')}.`)
const name =
  values.name ??
  slug.replace(/(^|-)(\w)/g, (_, dash: string, letter: string) => `${dash && ' '}${letter.toUpperCase()}`)
// Some categories have no events of their own: their vendors tell of orders.
const event =
  eventTypes.values().find((one) => one.category === category) ??
  eventTypes.values().find((one) => one.category === 'ECOMMERCE') ??
  null

const home = join(dirname(fileURLToPath(import.meta.url)), '../..')
const root = values.into ?? home
const files = filesOf({
  slug,
  name,
  category,
  operations: Object.keys(capabilities[category]),
  signIn: values.oauth === true ? 'oauth' : 'key',
  event: values.webhooks === true ? event : null,
})
for (const path of Object.keys(files)) if (existsSync(join(root, path))) fail(`${path} is there already.`)
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  console.log(`wrote ${path}`)
}
// How lines break depends on the length of its name.
const written = Object.keys(files).map((path) => join(root, path))
const prettier = join(home, 'node_modules/prettier/bin/prettier.cjs')
const format = [prettier, '--config', join(home, '.prettierrc.json'), '--log-level', 'warn', '--write', ...written]
if (existsSync(prettier)) execFileSync(process.execPath, format, { cwd: home, stdio: 'inherit' })

console.log(`
Fill in what says FILL IN, then the operations (contracts: schema/src/capabilities). What is missing is named by
  npm test -- --engine pglite providers lab/lab api/operations -t ${slug}
How: docs/adding-a-provider.md`)
