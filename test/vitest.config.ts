import { defineConfig } from 'vitest/config'
import LongestFirst from './support/longest-first.ts'

// Runs once, on the embedded database: pages, vendors' formats and the contract's words, which no database changes. All of
// what is below them runs on both.
const onPostgres = process.env['PATCHBAY_TEST_ENGINE'] === 'postgres'
const onlyOnce = [
  'browser/**',
  'lab/**',
  'providers/**',
  'schema/**',
  'start/**',
  'contract/c*',
  'chaos/effects.test.ts',
]

// Databases and servers are real, so a process per file keeps them apart; three at a time keep two
// cores busy, because most of them wait now and then.
export default defineConfig({
  test: {
    // Node itself loads the sources, as it does for those who run the hub: providers load by require, modules are what they are there.
    experimental: { viteModuleRunner: false },
    include: ['**/*.test.ts'],
    exclude: ['**/node_modules/**', '.artifacts/**', ...(onPostgres ? onlyOnce : [])],
    globalSetup: ['support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
  },
})
