import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { houseFaults, readSources } from './house-rules.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')

describe('the house', () => {
  test('every file keeps to its room, its size and its name', () => {
    const sources = readSources(root)
    expect(sources.size).toBeGreaterThan(50)
    expect(houseFaults(sources)).toEqual([])
  })

  test.each([
    ['data that knows the contract', 'prisma/src/x.ts', `import { scopes } from '@patchbay/schema/scopes.ts'`],
    ['a contract that knows the behaviour', 'schema/src/x.ts', `import { createApp } from '@patchbay/server/app.ts'`],
    ['a contract on the network', 'schema/src/x.ts', `import http from 'node:http'`],
    [
      'a screen that knows the data',
      'client/src/lib/x.ts',
      `import type { Database } from '@patchbay/prisma/database.ts'`,
    ],
    [
      'a provider with I/O of its own',
      'server/src/providers/x.ts',
      `import { createEgress } from '../engine/egress/egress.ts'`,
    ],
    [
      'two machines that meet by themselves',
      'server/src/engine/health/x.ts',
      `import { createCalls } from '../calls/calls.ts'`,
    ],
    ['a lab that knows the house', 'server/lab/x.ts', `import { stripe } from '../src/providers/stripe.ts'`],
    ['a command that knows a door', 'server/src/commands/x.ts', `import { door } from '../http/graphql.ts'`],
    ['process read outside main', 'server/src/engine/vault/x.ts', `export const key = process.env.KEY`],
    ['a long climb', 'server/src/engine/vault/x.ts', `import x from '../../../x.ts'`],
    ['a name that says nothing', 'server/src/http/utils.ts', `export const x = 1`],
    ['a file without end', 'schema/src/x.ts', 'export {}\n'.repeat(401)],
  ])('refuses %s', (_what, path, source) => {
    expect(houseFaults(new Map([[path, source]]))).not.toEqual([])
  })

  test('refuses a cycle of values, allows one of types', () => {
    const cycle = (keyword: string) =>
      new Map([
        ['schema/src/a.ts', `import { b } from './b.ts'`],
        ['schema/src/b.ts', `import ${keyword}{ a } from './a.ts'`],
      ])
    expect(houseFaults(cycle(''))).toHaveLength(1)
    expect(houseFaults(cycle('type '))).toEqual([])
  })
})
