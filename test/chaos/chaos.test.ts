import { randomBytes, randomInt } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { databaseUrl } from '../support/postgres-server.ts'
import { runChaos } from './chaos.ts'

const source = inject('database')
const name = `patchbay_chaos_${randomBytes(6).toString('hex')}`
const url = source.engine === 'postgres' ? databaseUrl(source.url, name) : undefined

async function administer(statement: string): Promise<void> {
  if (source.engine !== 'postgres') return
  const client = new pg.Client({ connectionString: source.url })
  await client.connect()
  await client.query(statement).finally(() => client.end())
}
beforeAll(() => administer(`create database ${name}`))
afterAll(() => administer(`drop database if exists ${name} with (force)`))

test('D5: killed at random moments under load, the hub keeps everything it acknowledged (pnpm chaos kills it 100 times)', async () => {
  const seed = randomInt(1_000_000)
  const report = await runChaos({ kills: 6, seed, databaseUrl: url, deadlineMs: 420_000 })
  expect(report.violations, `again: pnpm chaos --kills 6 --engine ${source.engine} --seed ${seed}`).toEqual([])
  expect(report.kills).toBe(6)
  expect(report.acknowledged).toBeGreaterThan(0)
  expect(report.judged).toBeGreaterThan(0)
  expect(report.resumed).toBeGreaterThan(0)
  expect(report.reckoned?.rows.calls).toBeGreaterThan(0)
  // Half a minute on an idle machine; seven starts of a hub take minutes on one that is full.
}, 480_000)
