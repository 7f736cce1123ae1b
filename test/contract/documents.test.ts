import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { renderProviders } from '@patchbay/schema/capabilities/document.ts'
import { catalog } from '@patchbay/server/providers/index.ts'
import { expect, test } from 'vitest'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const pages = ['README.md', 'CONTRIBUTING.md', ...readdirSync(join(root, 'docs')).map((name) => `docs/${name}`)].filter(
  (path) => path.endsWith('.md'),
)

test.each(pages)('%s links only to what is there', (page) => {
  const text = readFileSync(join(root, page), 'utf8')
  const targets = [...text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)]
    .map((match) => match[1] ?? '')
    .filter((target) => !/^[a-z]+:/.test(target))
  expect(targets.filter((target) => !existsSync(join(root, dirname(page), target)))).toEqual([])
})

test('P1: docs/providers.md is what the registry says', () => {
  const text = readFileSync(join(root, 'docs/providers.md'), 'utf8')
  expect(text, 'run: npm run write:catalog').toBe(renderProviders(catalog.list()))
})
