import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { providers } from '@patchbay/server/providers/index.ts'
import { describe, expect, test } from 'vitest'
import { cases } from './cases/index.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
/** Where a provider has a file of its name, or a folder of it. */
const places = [
  'server/src/providers',
  'server/src/providers/arabic',
  'server/lab/twins',
  'test/providers/cases',
  'test/providers/webhook-samples',
  'test/providers/webhook-schemes',
]

function filesOf(slug: string): readonly string[] {
  return places.flatMap((place) => {
    const folder = join(place, slug)
    const inside = existsSync(join(root, folder)) ? readdirSync(join(root, folder), { recursive: true }) : []
    return [`${folder}.ts`, ...inside.map((name) => join(folder, String(name)))].filter(
      (path) => path.endsWith('.ts') && existsSync(join(root, path)),
    )
  })
}

/** Lines that the generator left to be filled in, as `path:line: text`. */
const unfilled = (path: string): readonly string[] =>
  readFileSync(join(root, path), 'utf8')
    .split('\n')
    .flatMap((line, index) => (/FILL.IN/.test(line) ? [`${path}:${index + 1}: ${line.trim()}`] : []))

/** Files a provider must have, each with why. */
function needed(slug: string): readonly string[] {
  const { entry, webhooks } = providers.get(slug) ?? {}
  const signs = webhooks !== undefined && webhooks.secret.from !== 'address'
  return [
    ...(entry?.lab ? [`server/lab/twins/${slug}.ts: it says \`lab: true\``] : []),
    `test/providers/cases/${slug}.ts: every provider has one`,
    ...(cases[slug]?.englishOnly ? [] : [`server/src/providers/arabic/${slug}.ts: or its case says \`englishOnly\``]),
    ...(webhooks ? [`test/providers/webhook-samples/${slug}.ts: it has \`webhooks\``] : []),
    ...(signs ? [`test/providers/webhook-schemes/${slug}.ts: its webhooks are signed`] : []),
  ]
}

describe.each([...providers.keys()])('P4: the files of %s', (slug) => {
  test('are all there', () => {
    const missing = needed(slug).filter((one) => !existsSync(join(root, one.slice(0, one.indexOf(':')))))
    expect(missing, 'write these files; docs/adding-a-provider.md says how').toEqual([])
  })

  test('are filled in', () => {
    const left = filesOf(slug).flatMap(unfilled)
    if (left.length > 0) throw new Error(`${left.length} lines are to be filled in:\n${left.join('\n')}`)
  })
})
