import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHub, type TestHub } from '../support/hub.ts'
import { startEffects } from './effects-setting.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await startHub({ env: { PATCHBAY_PROXY_REQUESTS_PER_MINUTE: '0', LOG_LEVEL: 'warn' } })
})
afterAll(() => hub.stop())

test('X3: 1,000 mixed calls to vendors that fail on purpose: no effect twice, every failure typed (pnpm chaos --calls 10000)', async () => {
  const seed = randomInt(1_000_000)
  const report = await startEffects(hub, hub.app.lab?.origin ?? '', { calls: 1_000, seed })
  expect(report.violations, `again: pnpm chaos --calls 1000 --seed ${seed}`).toEqual([])
  expect(report.faulty).toBeGreaterThan(200)
  expect(report.succeeded).toBeGreaterThan(700)
}, 240_000)
