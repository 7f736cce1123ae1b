import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ESLint } from 'eslint'
import { check, resolveConfig } from 'prettier'
import { afterAll, describe, expect, test } from 'vitest'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const script = join(root, 'server/bin/new-provider.ts')
const folder = mkdtempSync(join(tmpdir(), 'patchbay-new-provider-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const make = (...words: string[]) =>
  execFileSync(process.execPath, [script, ...words, '--into', folder], { encoding: 'utf8', stdio: 'pipe' })
const read = (path: string) => readFileSync(join(folder, path), 'utf8')

const basic = ['server/src/providers/SLUG.ts', 'server/lab/twins/SLUG.ts', 'test/providers/cases/SLUG.ts']
const ofWebhooks = [
  'server/src/providers/SLUG/webhooks.ts',
  'server/lab/twins/SLUG/webhooks.ts',
  'test/providers/webhook-samples/SLUG.ts',
  'test/providers/webhook-schemes/SLUG.ts',
]
const kinds = [
  {
    slug: 'acme-pay',
    words: ['--name', 'Acme Pay', '--category', 'PAYMENT', '--webhooks'],
    files: [...basic, ...ofWebhooks],
  },
  { slug: 'b2', words: ['--name', "B's", '--category', 'ANALYTICS', '--oauth'], files: basic },
  {
    slug: 'the-longest-name-of-all-post-offices',
    words: ['--category', 'SHIPPING', '--oauth', '--webhooks'],
    files: [...basic, ...ofWebhooks],
  },
]

describe.each(kinds)('P4: the files of a new provider: $slug', ({ slug, words, files }) => {
  test('are written to be filled in, and pass lint and format as they are', async () => {
    const said = make(slug, ...words)
    expect(said).toContain('docs/adding-a-provider.md')
    const paths = files.map((path) => path.replace('SLUG', slug))
    expect(said.match(/^wrote .*$/gm)).toEqual(paths.map((path) => `wrote ${path}`))
    const eslint = new ESLint({ cwd: root })
    const config = await resolveConfig(join(root, 'package.json'))
    for (const path of paths) {
      const text = read(path)
      expect(() => stripTypeScriptTypes(text)).not.toThrow()
      expect(text, path).toMatch(/FILL.IN/)
      expect(await check(text, { ...config, filepath: path }), `${path} is formatted`).toBe(true)
      // As if it stood where it belongs.
      const [result] = await eslint.lintText(text, { filePath: join(root, path) })
      expect(result?.messages, path).toEqual([])
    }
  })
})

test('P4: it never overwrites, and says what it needs', () => {
  make('taken', '--category', 'PAYMENT')
  expect(read('server/src/providers/taken.ts')).toContain('payments.create')
  expect(() => make('taken', '--category', 'PAYMENT')).toThrow(/is there already/)
  expect(() => make('Acme!', '--category', 'PAYMENT')).toThrow(/Say a slug/)
  expect(() => make('acme', 'pay', '--category', 'PAYMENT')).toThrow(/in quotes/)
  expect(() => make('acme', '--category', 'TAILORING')).toThrow(/Say its category/)
  expect(() => make('acme', '--category', 'PAYMENT', '--magic')).toThrow(/--magic[^]*npm run new:provider/)
})
