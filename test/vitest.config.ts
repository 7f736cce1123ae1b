import { defineConfig } from 'vitest/config'
import LongestFirst from './support/longest-first.ts'

// Runs once, on the embedded database: pages, vendors' formats and the contract's words, which no database changes. All of
// what is below them runs on both.
const onPostgres = process.env['PATCHBAY_TEST_ENGINE'] === 'postgres'
const onlyOnce = ['browser/**', 'lab/**', 'start/**', 'contract/c*', 'contract/n*', 'chaos/effects.test.ts']
/** Hold no database and leave nothing behind: files of a worker share the modules, which are most of their time. */
const plain = [
  'providers/**/*.test.ts',
  'schema/**/*.test.ts',
  'contract/{catalogue,config,consumer-guide,documents,event-types,schema}.test.ts',
  'engine/{alerts-plan,cache,delivery-rules,egress,egress-smtp,health-judge,key-fetcher,limits-silence}.test.ts',
]
const nowhere = ['**/node_modules/**', '.artifacts/**']
// Node itself loads the sources, as it does for those who run the hub: providers load by require, modules are what they are there.
const experimental = { viteModuleRunner: false }

// Databases and servers are real, so a process per file keeps them apart; three at a time keep two cores busy, because most
// of them wait now and then.
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    teardownTimeout: 20_000,
    projects: [
      {
        test: {
          name: 'hub',
          experimental,
          include: ['**/*.test.ts'],
          exclude: [...nowhere, ...plain, ...(onPostgres ? onlyOnce : [])],
          globalSetup: ['support/global-setup.ts'],
          testTimeout: 60_000,
          hookTimeout: 120_000,
        },
      },
      ...(onPostgres
        ? []
        : [
            {
              test: {
                name: 'plain',
                experimental,
                isolate: false,
                include: plain,
                exclude: nowhere,
                testTimeout: 60_000,
                hookTimeout: 120_000,
              },
            },
          ]),
    ],
  },
})
