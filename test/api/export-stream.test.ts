import { request as httpRequest, type IncomingMessage } from 'node:http'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startHub, type TestHub } from '../support/hub.ts'
import { insertAnyRow } from '../support/any-row.ts'
import { until } from '../support/until.ts'

let hub: TestHub
let connectionId: string
const rows = 100_000

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
/** Bytes in use that nobody can let go of. */
function held(): number {
  collect()
  return process.memoryUsage().heapUsed
}

beforeAll(async () => {
  hub = await startHub()
  const { sql } = hub.database.system
  connectionId = String((await insertAnyRow(sql, 'Connection', { organizationId: hub.organizationId }))['id'])
  await sql.query(
    `insert into "Call" ("id", "at", "organizationId", "connectionId", "provider", "environment", "purpose", "operation", "method",
       "host", "path", "status", "ok", "latencyMs", "attempts", "requestBytes", "responseBytes", "requestHead", "steps", "actorKind", "correlationId")
     select gen_random_uuid(), now() - n * interval '1 second', $1::uuid, $2::uuid, 'stripe', 'SANDBOX', 'PROBE', 'probe', 'GET',
       'api.stripe.com', '/v1/' || repeat('x', 400) || n, 200, true, 5, 1, 0, 0, '{}', '[]', 'SYSTEM', 'c' || n
     from generate_series(1, ${rows}) as n`,
    [hub.organizationId, connectionId],
  )
}, 120_000)
afterAll(() => hub.stop())

const open = (path: string): Promise<IncomingMessage> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(`${hub.url}${path}`, { headers: { authorization: `Bearer ${hub.apiKey}` } }, resolve)
    request.on('error', reject)
    request.end()
  })

async function noted(outcome: string): Promise<{ rows: number } | undefined> {
  const entries = await hub.database.system.prisma.auditEntry.findMany({
    where: { action: 'log.exported' },
    orderBy: { position: 'desc' },
  })
  const found = entries
    .map(({ after }) => after as { rows: number; outcome: string })
    .find((one) => one.outcome === outcome)
  return found
}

test('L4: 100,000 rows go out whole and in order, in flat memory', async () => {
  const response = await open('/export/calls.ndjson')
  let text = ''
  let count = 0
  let highest = 0
  let looks = 0
  const before = held()
  for await (const chunk of response) {
    text += String(chunk)
    const parts = text.split('\n')
    text = parts.pop() ?? ''
    for (const line of parts) {
      count += 1
      // The first row is the one that was logged first.
      if (count === 1) expect((JSON.parse(line) as { correlationId: string }).correlationId).toBe('c1')
    }
    if (Math.floor(count / 10_000) > looks) {
      looks += 1
      highest = Math.max(highest, held() - before)
    }
  }
  expect(count).toBe(rows)
  // All of them are 90 MB as text; what is held at a time is a few batches.
  expect(highest / 1e6).toBeLessThan(30)
  expect(await until('it is noted', () => noted('COMPLETE'))).toMatchObject({ rows })
})

test('L4: a slow reader holds the next read back; one who goes away ends it', async () => {
  const response = await open('/export/calls.ndjson')
  response.pause()
  // Time enough for all of it, were it not for the reader: what fits into the kernel's buffers on the way is read (tens of
  // megabytes of the ninety, where they may grow), and no more.
  for (let n = 0; n < 200; n++) await hub.database.system.sql.query('select 1')
  response.destroy()
  const entry = await until('it is noted', () => noted('ABORTED'))
  expect(entry?.rows).toBeLessThan(rows / 2)
})

test('L4: two at a time for one viewer; the third is told to wait', async () => {
  const first = await open('/export/calls.ndjson')
  const second = await open('/export/calls.ndjson')
  const third = await open('/export/calls.ndjson')
  expect(third.statusCode).toBe(429)
  expect(third.headers['retry-after']).toBe('5')
  first.destroy()
  second.destroy()
  await until('there is room again', async () => {
    const response = await open('/export/calls.csv?rows=1')
    response.resume()
    return response.statusCode === 200 ? true : undefined
  })
})

test('L4: rows logged after it began do not come', async () => {
  const response = await open('/export/calls.ndjson?method=GET')
  response.pause()
  for (let n = 0; n < 20; n++)
    await insertAnyRow(hub.database.system.sql, 'Call', {
      organizationId: hub.organizationId,
      connectionId,
      method: 'GET',
      path: '/late',
      steps: '[]',
    })
  let text = ''
  for await (const chunk of response) text = (text + String(chunk)).slice(-20_000)
  expect(text).toContain(`"c${rows}"`)
  expect(text).not.toContain('/late')
})

test('L4: a stopping hub cuts what is under way, and says so in the audit log', async () => {
  const response = await open('/export/calls.ndjson')
  response.on('error', () => {})
  response.pause()
  const ended = new Promise((resolve) => response.once('close', resolve))
  const before = (await hub.database.system.prisma.auditEntry.findMany({ where: { action: 'log.exported' } })).length
  await hub.app.stop()
  response.resume()
  await ended
  expect(response.complete).toBe(false)
  const after = await hub.database.system.prisma.auditEntry.findMany({ where: { action: 'log.exported' } })
  expect(after).toHaveLength(before + 1)
})
