// Writes the three files of a new provider, to be filled in:
//   pnpm new:provider acme-pay --name "Acme Pay" --category PAYMENT
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { capabilities } from '@patchbay/schema/capabilities/index.ts'
import { categories, type Category } from '@patchbay/schema/catalog.ts'
import { caseFile, providerFile, twinFile } from './new-provider/files.ts'

function fail(message: string): never {
  console.error(message)
  process.exit(1)
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { name: { type: 'string' }, category: { type: 'string' }, into: { type: 'string' } },
})
const [slug = ''] = positionals
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(slug))
  fail(
    'Say a slug of small letters, digits and dashes: pnpm new:provider acme-pay --name "Acme Pay" --category PAYMENT',
  )
const category = categories.find((one) => one === values.category) as Category | undefined
if (category === undefined) fail(`Say its category, one of ${categories.join(', ')}.`)
const name =
  values.name ??
  slug.replace(/(^|-)(\w)/g, (_, dash: string, letter: string) => `${dash && ' '}${letter.toUpperCase()}`)
const root = values.into ?? join(dirname(fileURLToPath(import.meta.url)), '../..')
const plan = { slug, name, category, operations: Object.keys(capabilities[category]) }
const files = {
  [`server/src/providers/${slug}.ts`]: providerFile(plan),
  [`server/lab/twins/${slug}.ts`]: twinFile(plan),
  [`test/providers/cases/${slug}.ts`]: caseFile(plan),
}
for (const path of Object.keys(files)) if (existsSync(join(root, path))) fail(`${path} is there already.`)
for (const [path, text] of Object.entries(files)) {
  mkdirSync(dirname(join(root, path)), { recursive: true })
  writeFileSync(join(root, path), text)
  console.log(`wrote ${path}`)
}
console.log(`
Fill in what says FILL IN, then the operations (contracts: schema/src/capabilities). What is missing is named by
  npm test -- providers lab
How: docs/adding-a-provider.md`)
