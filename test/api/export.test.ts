import { randomUUID } from 'node:crypto'
import { logExports } from '@patchbay/schema/exports.ts'
import { hashApiKey, newApiKey, prefixOf } from '@patchbay/server/engine/people/api-keys.ts'
import { parse } from 'csv-parse/sync'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { insertExported } from '../support/export-rows.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { makeTenant, type TestTenant } from '../support/tenants.ts'
import { until } from '../support/until.ts'

let hub: TestHub
let own: { readonly organizationId: string; readonly connectionId: string }
let other: TestTenant
/** A cell that a spreadsheet would run, with everything else that CSV finds hard. */
const hostile = '=cmd|\' /C calc\'!A1,"quoted"\r\nnext; line\n\ttab'
const foreign = `foreign-${randomUUID()}`

beforeAll(async () => {
  hub = await startHub()
  const connection = await insertAnyRow(hub.database.system.sql, 'Connection', { organizationId: hub.organizationId })
  own = { organizationId: hub.organizationId, connectionId: String(connection['id']) }
  other = await makeTenant(hub.database)
  await insertExported(hub.database.system.sql, own, hostile)
  await insertExported(hub.database.system.sql, other, foreign)
})
afterAll(() => hub.stop())

const get = (path: string, key: string | null = hub.apiKey, headers: Record<string, string> = {}) =>
  hub.fetch(`/export/${path}`, { headers: { ...(key === null ? {} : { authorization: `Bearer ${key}` }), ...headers } })
const lines = (text: string): Record<string, unknown>[] =>
  text
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Record<string, unknown>)
const table = (text: string): Record<string, string>[] => parse(text, { columns: true, record_delimiter: '\r\n' })

async function keyOf(more: {
  role?: 'OWNER' | 'ADMIN' | 'OPERATOR'
  scopes?: string[]
  connectionIds?: string[]
}): Promise<string> {
  const key = newApiKey()
  await hub.database.system.prisma.apiKey.create({
    data: {
      id: randomUUID(),
      organizationId: hub.organizationId,
      name: 'Export key',
      prefix: prefixOf(key),
      hash: hashApiKey(key),
      role: 'OWNER',
      scopes: ['*'],
      ...more,
    },
  })
  return key
}

/** A cell as it was before the guard against formulas. */
const bare = (cell: string): string => (/^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell)

describe('L4: every log goes out as CSV and NDJSON', () => {
  test.each([...logExports.keys()])(
    '%s: both formats say the same, and nothing of another organization',
    async (name) => {
      const json = await get(`${name}.ndjson?bodies=1`)
      expect(json.status).toBe(200)
      expect(json.headers.get('content-type')).toBe('application/x-ndjson; charset=utf-8')
      expect(json.headers.get('content-disposition')).toMatch(
        new RegExp(`^attachment; filename="patchbay-${name}-\\d{8}T\\d{6}Z.ndjson"$`),
      )
      const text = await json.text()
      const rows = lines(text)
      const csv = await get(`${name}.csv?bodies=1`)
      const cells = table(await csv.text())
      expect(rows.length).toBeGreaterThan(0)
      // Exports and hub events are themselves in these logs.
      if (name !== 'audit' && name !== 'system-events') expect(cells).toHaveLength(rows.length)
      for (const [n, row] of rows.entries()) {
        expect(Object.keys(cells[n] ?? {})).toEqual(Object.keys(row))
        for (const [column, value] of Object.entries(row)) {
          const cell = bare(cells[n]?.[column] ?? '')
          if (value === null) expect(cell).toBe('')
          else if (typeof value === 'object') expect(JSON.parse(cell)).toEqual(value)
          else expect(cell).toBe(String(value))
        }
      }
      expect(text).not.toContain(foreign)
      expect(text).not.toContain(other.organizationId)
      expect(text).not.toContain('opens-something')
      if (name !== 'audit') expect(text).toContain('calc')
    },
  )

  test('a cell that would be a formula is text; a byte order mark comes when asked for', async () => {
    const text = await (await get('calls.csv?bom=1')).text()
    const bytes = Buffer.from(await (await get('calls.csv?bom=1')).arrayBuffer())
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
    expect(text).toContain(`"'=cmd`)
    expect(text.split('\r\n')[0]).toMatch(/id,uuid,at,/)
  })

  test('filters are those of the list; what makes no sense is refused in words', async () => {
    for (let n = 0; n < 3; n++)
      await insertAnyRow(hub.database.system.sql, 'Call', {
        ...own,
        method: n === 0 ? 'DELETE' : 'PUT',
        ok: n !== 1,
        path: `/needle/${n}`,
        steps: '[]',
      })
    const count = async (query: string) => lines(await (await get(`calls.ndjson?${query}`)).text()).length
    expect(await count('method=DELETE')).toBe(1)
    expect(await count('method=DELETE&method=PUT')).toBe(3)
    expect(await count('method=PUT&ok=false')).toBe(1)
    expect(await count('search=needle')).toBe(3)
    expect(await count('search=needle&rows=2')).toBe(2)
    expect(await count(`since=2999-01-01T00:00:00Z`)).toBe(0)
    expect(
      await count(`connectionId=${Buffer.from(`Connection:${own.connectionId}`).toString('base64')}&search=needle`),
    ).toBe(3)
    for (const [query, words] of [
      ['colour=red', 'colour'],
      ['ok=maybe', 'ok'],
      ['statusMin=many', 'statusMin'],
      ['since=yesterday', 'since'],
      ['rows=0', 'rows'],
      ['bodies=yes', 'bodies'],
      ['connectionId=nonsense', 'connection'],
    ] as const) {
      const answer = await get(`calls.csv?${query}`)
      expect(answer.status, query).toBe(400)
      expect(((await answer.json()) as { error: { message: string } }).error.message).toContain(words)
    }
    expect((await get('secrets.csv')).status).toBe(404)
    expect((await hub.fetch('/export/calls.csv', { method: 'POST' })).status).toBe(405)
  })

  test('bodies only when asked for', async () => {
    expect(await (await get('calls.ndjson')).text()).not.toContain('requestBody')
    expect(await (await get('inbound-events.ndjson')).text()).not.toContain('"body"')
  })

  test('gzip when it is taken', async () => {
    const zipped = await get('calls.csv', hub.apiKey, { 'accept-encoding': 'gzip' })
    // fetch unpacks it by itself.
    expect(zipped.headers.get('content-encoding')).toBe('gzip')
    expect(await zipped.text()).toMatch(/^id,uuid/)
    expect(
      (await get('calls.csv', hub.apiKey, { 'accept-encoding': 'gzip;q=0' })).headers.get('content-encoding'),
    ).toBeNull()
  })
})

describe('L4: who may', () => {
  test('nobody without a proof, without log:export or without the scope of the log', async () => {
    expect((await get('calls.csv', null)).status).toBe(401)
    expect((await get('calls.csv', 'pb_nonsense')).status).toBe(401)
    const operator = await keyOf({ role: 'OPERATOR' })
    expect((await get('calls.csv', operator)).status).toBe(403)
    const calls = await keyOf({ scopes: ['log:export', 'call:read'] })
    expect((await get('calls.csv', calls)).status).toBe(200)
    for (const name of ['audit', 'events', 'system-events', 'alerts', 'deliveries', 'inbound-events'])
      expect((await get(`${name}.csv`, calls)).status, name).toBe(403)
  })

  test('a key narrowed to connections sees theirs', async () => {
    const connection = await insertAnyRow(hub.database.system.sql, 'Connection', { organizationId: hub.organizationId })
    const connectionId = String(connection['id'])
    await insertAnyRow(hub.database.system.sql, 'Call', { ...own, connectionId, path: '/mine', steps: '[]' })
    const key = await keyOf({ connectionIds: [connectionId] })
    const rows = lines(await (await get('calls.ndjson', key)).text())
    expect(rows.map(({ path }) => path)).toEqual(['/mine'])
    expect(lines(await (await get('alerts.ndjson', key)).text())).toEqual([])
    expect((await get('attempts.csv', key)).status).toBe(400)
  })

  test('a signed-in person from the admin itself, not by a link of another site', async () => {
    const cookie = await hub.signIn()
    expect((await get('calls.csv', null, { cookie })).status).toBe(200)
    expect((await get('calls.csv', null, { cookie, 'sec-fetch-site': 'same-origin' })).status).toBe(200)
    expect((await get('calls.csv', null, { cookie, 'sec-fetch-site': 'cross-site' })).status).toBe(403)
  })

  test('each export is in the audit log, with its filter and how much went out', async () => {
    const marker = randomUUID()
    await (await get(`calls.csv?search=${marker}&method=GET`)).text()
    const entries = await until('it is noted', async () => {
      const rows = await hub.database.system.prisma.auditEntry.findMany({ where: { action: 'log.exported' } })
      const mine = rows.filter((row) => JSON.stringify(row.after).includes(marker))
      return mine.length > 0 ? mine : undefined
    })
    expect(entries.map(({ subjectId, after }) => ({ subjectId, after }))).toEqual([
      {
        subjectId: 'calls',
        after: {
          log: 'calls',
          format: 'csv',
          filter: { method: ['GET'] },
          search: marker,
          bodies: false,
          rows: 0,
          outcome: 'COMPLETE',
        },
      },
    ])
  })
})
