import { randomBytes, randomUUID } from 'node:crypto'
import type { Database } from '@patchbay/prisma/database.ts'
import { createCallLog } from '@patchbay/server/engine/calls/calls.ts'
import type { CallRow } from '@patchbay/server/engine/calls/log.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import { compare, type Comparison } from './measure.ts'
import { organizationId } from './seed.ts'

const rowsPerRound = 20_000
const rowsPerStatement = 500

/** A call as the pipeline logs one: headers, steps and a small body. */
export function benchCall(connectionId: string, n: number): CallRow {
  return {
    id: randomUUID(),
    at: new Date(),
    organizationId,
    connectionId,
    provider: 'stripe',
    environment: 'LIVE',
    purpose: 'OPERATION',
    operation: 'payments.get',
    method: 'GET',
    host: 'api.stripe.com',
    path: `/v1/payment_intents/pi_${n}${randomBytes(8).toString('hex')}`,
    status: 200,
    ok: true,
    errorClass: null,
    errorMessage: null,
    latencyMs: 20 + (n % 200),
    attempts: 1,
    requestBytes: 0,
    responseBytes: 512,
    requestHead: { accept: 'application/json', 'user-agent': 'Patchbay', authorization: '[redacted]' },
    requestBody: null,
    responseHead: { 'content-type': 'application/json', 'request-id': `req_${n}` },
    responseBody: '{"id":"pi_1","object":"payment_intent","amount":1250,"currency":"aed","status":"succeeded"}',
    steps: ['credentials', 'authorize', 'egress', 'judge'].map((step) => ({ step, ms: 1 })),
    actorKind: 'API_KEY',
    actorId: 'key',
    actorName: 'Bench',
    ipAddress: '127.0.0.1',
    correlationId: randomUUID(),
    cache: null,
    costMicros: null,
  }
}

/** The call log against the least a writer of the same table can do: the same rows, as many a statement, and nothing else. */
export async function compareLogWrites(database: Database): Promise<Comparison[]> {
  const { sql } = database.system
  const found = await sql.query<{ id: string }>(`select id from "Connection" where "organizationId" = $1::uuid`, [
    organizationId,
  ])
  const ids = found.map(({ id }) => id)
  const rowsOf = () => Array.from({ length: rowsPerRound }, (_, n) => benchCall(ids[n % ids.length] ?? '', n))
  const log = createCallLog({
    database,
    live: createLive({ database }),
    onFault: (error) => {
      throw error
    },
  })

  async function ours(): Promise<number> {
    const rows = rowsOf()
    const began = performance.now()
    for (const row of rows) await log.add(row)
    await log.flush()
    return rowsPerRound / ((performance.now() - began) / 1000)
  }

  const statement = await insertOf(database)
  async function raw(): Promise<number> {
    const rows = rowsOf()
    const began = performance.now()
    for (let at = 0; at < rows.length; at += rowsPerStatement)
      await sql.query(statement.text, statement.values(rows.slice(at, at + rowsPerStatement)))
    return rowsPerRound / ((performance.now() - began) / 1000)
  }
  const result = await compare(
    'call log: rows written',
    ours,
    raw,
    'rows/s',
    `insert … select from unnest, ${rowsPerStatement} rows a statement, same table and indexes`,
  )
  await log.close()
  return [result]
}

async function insertOf({ system }: Database) {
  const row = benchCall(randomUUID(), 0)
  const names = Object.keys(row) as (keyof CallRow)[]
  const types = await system.sql.query<{ name: string; type: string }>(
    `select attname as name, format_type(atttypid, null) as type from pg_attribute
     where attrelid = '"Call"'::regclass and attnum > 0`,
  )
  const typeOf = (name: string) => types.find((column) => column.name === name)?.type ?? 'text'
  const quoted = names.map((name) => `"${name}"`).join(', ')
  const arrays = names.map((name, n) => `$${n + 1}::${typeOf(name)}[]`).join(', ')
  const plain = (value: unknown) =>
    value === null
      ? null
      : value instanceof Date
        ? value.toISOString()
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value)
  return {
    text: `insert into "Call" (${quoted}) select * from unnest(${arrays})`,
    values: (rows: readonly CallRow[]) => names.map((name) => rows.map((one) => plain(one[name]))),
  }
}
