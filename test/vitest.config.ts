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
/** Weigh what their own process holds, so nothing else may have run in it. */
const alone = ['api/{attacks,export-stream,proxy-stream}.test.ts', 'engine/payloads.test.ts']
const nowhere = ['**/node_modules/**', '.artifacts/**']
// Node itself loads the sources, as it does for those who run the hub: providers load by require, modules are what they are there.
const experimental = { viteModuleRunner: false }

const withDatabase = {
  experimental,
  globalSetup: ['support/global-setup.ts'],
  testTimeout: 60_000,
  hookTimeout: 120_000,
}

// Every file has a database and a server of its own, so files may follow each other in one process: importing the hub and
// compiling the embedded database anew for each would be more than half of all the work. Three at a time keep two cores busy,
// because most of them wait now and then.
export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    teardownTimeout: 20_000,
    projects: [
      {
        test: {
          ...withDatabase,
          name: 'hub',
          isolate: false,
          include: ['**/*.test.ts'],
          exclude: [...nowhere, ...plain, ...alone, ...(onPostgres ? onlyOnce : [])],
        },
      },
      { test: { ...withDatabase, name: 'alone', include: alone, exclude: nowhere } },
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
