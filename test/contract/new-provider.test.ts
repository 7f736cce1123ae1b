import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, test } from 'vitest'

const script = join(dirname(fileURLToPath(import.meta.url)), '../../server/bin/new-provider.ts')
const folder = mkdtempSync(join(tmpdir(), 'patchbay-new-provider-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const make = (...words: string[]) =>
  execFileSync(process.execPath, [script, ...words, '--into', folder], { encoding: 'utf8', stdio: 'pipe' })

test('P4: a new provider is three files, written to be filled in', () => {
  expect(make('acme-pay', '--name', 'Acme Pay', '--category', 'PAYMENT')).toContain('docs/adding-a-provider.md')
  for (const path of ['server/src/providers', 'server/lab/twins', 'test/providers/cases']) {
    const text = readFileSync(join(folder, path, 'acme-pay.ts'), 'utf8')
    expect(() => stripTypeScriptTypes(text)).not.toThrow()
    expect(text).toContain('acmePay')
  }
  expect(readFileSync(join(folder, 'server/src/providers/acme-pay.ts'), 'utf8')).toContain('payments.create')
})

test('P4: it never overwrites, and says what it needs', () => {
  expect(() => make('acme-pay', '--category', 'PAYMENT')).toThrow(/is there already/)
  expect(() => make('Acme!', '--category', 'PAYMENT')).toThrow(/Say a slug/)
  expect(() => make('acme', '--category', 'TAILORING')).toThrow(/Say its category/)
})
