import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder, readConfig, renderExample } from '@patchbay/server/config.ts'
import { catalog } from '@patchbay/server/providers/index.ts'
import { expect, test } from 'vitest'

const example = readFileSync(join(projectFolder, '.env.example'), 'utf8')

test('N6: .env.example names every setting with its default, and nothing else', () => {
  expect(example, 'run: npm run write:catalog').toBe(renderExample(catalog.list()))
})

test('N6: the defaults .env.example shows are the defaults', () => {
  const shown = Object.fromEntries(
    example
      .split('\n')
      .map((line) =>
        /^#(PORT|HOST|PATCHBAY_[A-Z_]*(?:DAYS|MINUTE|SECONDS|POOL|LAB_PORT|DIR|EMAIL|ORGANIZATION)|LOG_LEVEL|OIDC_NAME)=(.+)$/.exec(
          line,
        ),
      )
      .filter((match) => match !== null)
      .map((match) => [match[1], match[2]]),
  ) as Record<string, string>
  expect(Object.keys(shown).length).toBeGreaterThan(12)
  expect(readConfig(shown)).toEqual(readConfig({}))
})
