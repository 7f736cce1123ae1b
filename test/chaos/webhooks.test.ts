import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { emptyDatabase } from './empty-database.ts'
import { runStorm } from './webhooks/storm.ts'

const { engine } = inject('database')
const database = emptyDatabase('storm')
beforeAll(() => database.create())
afterAll(() => database.drop())

test('W2, D3: killed in a storm of webhooks, what got a 2xx is stored once, routed and delivered (pnpm chaos --webhooks sends 20,000)', async () => {
  const seed = randomInt(1_000_000)
  const replicas = engine === 'postgres' ? 2 : 1
  const report = await runStorm({
    requests: 1_200,
    sources: 8,
    endpoints: 2,
    kills: 3,
    seed,
    databaseUrl: database.url,
    replicas,
    deadlineMs: 300_000,
  })
  expect(report.violations, `again: pnpm chaos --webhooks --engine ${engine} --seed ${seed}`).toEqual([])
  expect(report.kills).toBe(3)
  expect(report.acknowledged).toBeGreaterThan(0)
  expect(report.answers).toBe(1_200)
}, 360_000)
