import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { runChaos } from './chaos.ts'
import { emptyDatabase } from './empty-database.ts'

const { engine } = inject('database')
const database = emptyDatabase('chaos')
beforeAll(() => database.create())
afterAll(() => database.drop())

test('D5: killed at random moments under load, the hub keeps everything it acknowledged (pnpm chaos kills it 100 times)', async () => {
  const seed = randomInt(1_000_000)
  const report = await runChaos({ kills: 4, seed, databaseUrl: database.url, deadlineMs: 420_000 })
  expect(report.violations, `again: pnpm chaos --kills 4 --engine ${engine} --seed ${seed}`).toEqual([])
  expect(report.kills).toBe(4)
  expect(report.acknowledged).toBeGreaterThan(0)
  expect(report.judged).toBeGreaterThan(0)
  expect(report.resumed).toBeGreaterThan(0)
  expect(report.reckoned?.rows.calls).toBeGreaterThan(0)
  // Half a minute on an idle machine; five starts of a hub take minutes on one that is full.
}, 480_000)
