import { randomUUID } from 'node:crypto'
import type { Row } from '@patchbay/prisma/database.ts'
import { createErasures } from '@patchbay/server/engine/erasure/erasure.ts'
import { erasedTables } from '@patchbay/server/engine/erasure/tables.ts'
import { newId } from '@patchbay/server/app/ids.ts'
import { hashApiKey, newApiKey, prefixOf } from '@patchbay/server/engine/people/api-keys.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { makeTenant } from '../support/tenants.ts'
import { until } from '../support/until.ts'

let hub: TestHub
beforeAll(async () => (hub = await startHub()))
afterAll(() => hub.stop())

const eraseDocument = `mutation ($input: EraseSubjectInput!) { eraseSubject(input: $input) {
  __typename ... on EraseSubjectSuccess { erasure { id uuid state subjectHash } }
  ... on InvalidInputError { faults { path } } ... on ForbiddenError { needed } } }`
const readDocument = `query ($id: ID!) { erasure(id: $id) { state progress lookedAt changed kept finishedAt
  report { name lookedAt changed kept reason done } } }`

interface Report {
  readonly state: string
  readonly progress: number
  readonly lookedAt: number
  readonly changed: number
  readonly kept: number
  readonly finishedAt: string | null
  readonly report: readonly {
    readonly name: string
    readonly changed: number
    readonly kept: number
    readonly lookedAt: number
    readonly reason: string | null
  }[]
}

/** One row of every log, the subject in every column that an erasure looks at. */
async function plant(organizationId: string, subject: string): Promise<void> {
  const { sql } = hub.database.system
  for (const { name, text = [], json = [], bytes = [], mine } of erasedTables) {
    if (mine !== undefined || name === 'AuditEntry') continue
    const at = new Date()
    const columns: Row = Object.fromEntries([
      ...text.map((column) => [column, `about ${subject} here`]),
      ...json.map((column) => [
        column,
        JSON.stringify({ note: `about ${encodeURIComponent(subject)}`, deep: [{ subject }] }),
      ]),
      ...bytes.map((column) => [column, Buffer.from(JSON.stringify({ about: subject }))]),
    ])
    const given: Row = { organizationId, id: newId(at.getTime()), at, ...columns }
    if (name === 'Call') Object.assign(given, { host: 'api.example.com', steps: '[]' })
    await insertAnyRow(sql, name, given)
  }
}

/** Tables, of every organization's and the queue's, in which a text stands, with the organizations it stands in. */
async function standsIn(text: string): Promise<Map<string, number>> {
  const { sql } = hub.database.system
  const columns = await sql.query<{ schema: string; table: string; columns: string[] }>(
    `select table_schema::text as schema, table_name::text as table, array_agg(case when data_type = 'bytea'
         then format('encode(%I, ''escape'')', column_name) else format('%I::text', column_name) end) as columns
     from information_schema.columns join information_schema.tables using (table_schema, table_name)
     where table_schema in (current_schema(), 'pgboss') and table_type = 'BASE TABLE' group by 1, 2`,
  )
  const found = new Map<string, number>()
  for (const { schema, table, columns: names } of columns) {
    const [row] = await sql.query<{ rows: number }>(
      `select count(*)::int as rows from "${schema}"."${table}" where strpos(lower(concat_ws(' ', ${names.join(', ')})), lower($1)) > 0
         or strpos(lower(concat_ws(' ', ${names.join(', ')})), lower($2)) > 0`,
      [text, encodeURIComponent(text)],
    )
    if ((row?.rows ?? 0) > 0) found.set(table, row?.rows ?? 0)
  }
  return found
}

async function erase(subject: string): Promise<Report> {
  const { data, errors } = await hub.graphql<{ eraseSubject: { __typename: string; erasure: { id: string } } }>(
    eraseDocument,
    {
      input: { subject, confirm: subject },
    },
  )
  expect(errors).toEqual([])
  expect(data.eraseSubject.__typename).toBe('EraseSubjectSuccess')
  return until('the erasure is done', async () => {
    const { data: read } = await hub.graphql<{ erasure: Report }>(readDocument, { id: data.eraseSubject.erasure.id })
    return read.erasure.state === 'DONE' ? read.erasure : undefined
  })
}

describe('L4, N7: a person is taken out of the logs', () => {
  test('everywhere, in this organization only; the chain of the audit log stays whole', async () => {
    const subject = `fatima.${randomUUID().slice(0, 8)}@example.com`
    const other = await makeTenant(hub.database)
    await plant(hub.organizationId, subject)
    await plant(other.organizationId, subject)
    const { prisma } = hub.database.system
    const before = await standsIn(subject)
    expect(before.size).toBeGreaterThan(20)

    const preview = await hub.graphql<{ previewErasure: { rows: number; tables: { name: string; rows: number }[] } }>(
      'query ($s: String!) { previewErasure(subject: $s) { rows tables { name rows kept reason } askedBefore { uuid } } }',
      { s: subject.toUpperCase() },
    )
    expect(preview.errors).toEqual([])
    const logs = erasedTables.filter(({ kept }) => kept === undefined)
    // The invitation is kept; everything else planted would be changed.
    expect(preview.data.previewErasure.rows).toBe(logs.length)
    expect(await standsIn(subject)).toEqual(before)

    // What is kept was planted too, but for accounts and the audit log, which nobody may write.
    const keptNames = ['Invitation', 'ApiKeyRefusal', 'ApiKeyAddress']
    // What a connection keeps of its vendor's answers is let go of too, on every replica.
    const keeping = await insertAnyRow(hub.database.system.sql, 'Connection', {
      organizationId: hub.organizationId,
      cacheTtlSeconds: 60,
    })
    const report = await erase(subject)
    const connectionId = String(keeping['id'])
    expect(await prisma.connectionLane.findUnique({ where: { connectionId } })).toMatchObject({ cacheEpoch: 1 })
    expect(report).toMatchObject({ progress: 1, changed: logs.length, kept: keptNames.length })
    expect(report.finishedAt).not.toBeNull()
    for (const kept of keptNames)
      expect(
        report.report.find(({ name }) => name === kept),
        kept,
      ).toMatchObject({ kept: 1, changed: 0 })
    for (const { name } of logs)
      expect(
        report.report.find((table) => table.name === name),
        name,
      ).toMatchObject({ changed: 1, kept: 0, reason: null })

    // What stands still: the other organization's rows, and this one's invitation. Partitions hold what their log holds.
    const after = await standsIn(subject)
    for (const [table, rows] of before) expect(after.get(table), table).toBe(keptNames.includes(table) ? 2 : rows / 2)
    expect([...after.keys()].filter((table) => !before.has(table))).toEqual([])

    const [inbound] = await prisma.inboundEvent.findMany({ where: { organizationId: hub.organizationId } })
    expect(JSON.parse(Buffer.from(inbound?.body ?? []).toString())).toEqual({ about: '[erased]' })
    expect(inbound?.verdictText).toContain('(erased)')
    const { data } = await hub.graphql<{ auditVerification: { ok: boolean } }>('{ auditVerification { ok } }')
    expect(data.auditVerification.ok).toBe(true)
    const entries = await prisma.auditEntry.findMany({ where: { action: { startsWith: 'erasure.' } } })
    expect(entries.map(({ action }) => action).sort()).toEqual(['erasure.finished', 'erasure.requested'])
    const { data: again } = await hub.graphql<{
      previewErasure: { rows: number; askedBefore: { uuid: string } | null }
    }>('query ($s: String!) { previewErasure(subject: $s) { rows askedBefore { uuid } } }', { s: subject })
    expect(again.previewErasure.rows).toBe(0)
    expect(again.previewErasure.askedBefore).not.toBeNull()
  })

  test('the search of calls finds it no more', async () => {
    const word = `canary${randomUUID().slice(0, 8)}`
    const search = async () => {
      const { data } = await hub.graphql<{ calls: { edges: unknown[] } }>(
        'query ($s: String!) { calls(search: $s) { edges { node { uuid } } } }',
        { s: word },
      )
      return data.calls.edges.length
    }
    const { organizationId } = hub
    await insertAnyRow(hub.database.system.sql, 'Call', { organizationId, path: `/customers/${word}`, steps: '[]' })
    expect(await search()).toBe(1)
    expect((await erase(word)).changed).toBe(1)
    expect(await search()).toBe(0)
  })

  test('killed at any step, it goes on where it stood and counts nothing twice', async () => {
    const subject = `+9715${String(Math.floor(Math.random() * 1e8)).padStart(8, '0')}`
    const { sql } = hub.database.system
    const { organizationId } = hub
    const rows = 23
    for (let n = 0; n < rows; n++)
      await insertAnyRow(sql, 'Call', {
        organizationId,
        path: `/p/${n}`,
        requestBody: `{"phone":"${subject}"}`,
        steps: '[]',
      })
    const { database, vault, audit, now } = hub.app.parts
    const erasures = createErasures({ database, vault, audit, now, newId, hashKey: Buffer.alloc(32, 7), batch: 4 })
    const draft = await erasures.draft(organizationId, subject)
    const { id, subjectHash, keyId, wrappedKey, ciphertext } = draft
    await database.system.prisma.erasure.create({
      data: { id, organizationId, subjectHash, keyId, wrappedKey, ciphertext },
    })
    // A signal that is raised at its third look is a kill between two steps.
    let lives = 0
    for (; lives < 500; lives++) {
      let looks = 0
      const signal = {
        get aborted() {
          return ++looks > 2
        },
      } as AbortSignal
      await erasures.run({ organizationId, id }, signal)
      const row = await database.system.prisma.erasure.findUniqueOrThrow({ where: { id } })
      if (row.state === 'DONE') break
      expect(row.ciphertext).not.toBeNull()
    }
    expect(lives).toBeGreaterThan(5)
    const row = await database.system.prisma.erasure.findUniqueOrThrow({ where: { id } })
    expect(row).toMatchObject({ keyId: null, wrappedKey: null, ciphertext: null })
    const { tables } = row.report as { tables: { name: string; changed: number; lookedAt: number }[] }
    expect(tables.find(({ name }) => name === 'Call')?.changed).toBe(rows)
    expect(JSON.stringify(row)).not.toContain(subject)
    expect(await standsIn(subject)).toEqual(new Map())
  })

  test('is asked for twice by the same words, by owners only, and once while it is under way', async () => {
    const ask = async (input: object, key?: string) =>
      (await hub.graphql<{ eraseSubject: Record<string, unknown> }>(eraseDocument, { input }, key ? { key } : {})).data
        .eraseSubject
    expect(await ask({ subject: 'ali@example.com', confirm: 'bob@example.com' })).toMatchObject({
      faults: [{ path: 'confirm' }],
    })
    expect(await ask({ subject: 'ab', confirm: 'ab' })).toMatchObject({ faults: [{ path: 'subject' }] })
    expect(await ask({ subject: '.......', confirm: '.......' })).toMatchObject({ faults: [{ path: 'subject' }] })
    const adminKey = newApiKey()
    await hub.database.system.prisma.apiKey.create({
      data: {
        id: randomUUID(),
        organizationId: hub.organizationId,
        name: 'Admin',
        prefix: prefixOf(adminKey),
        hash: hashApiKey(adminKey),
        role: 'ADMIN',
        scopes: ['*'],
      },
    })
    const words = { subject: 'ali@example.com', confirm: 'ali@example.com' }
    expect(await ask(words, adminKey)).toMatchObject({ needed: 'erasure:write' })
    const input = { subject: 'twice@example.com', confirm: 'twice@example.com', idempotencyKey: randomUUID() }
    const [one, two] = await Promise.all([ask(input), ask(input)])
    const uuid = (answer: typeof one) => (answer?.['erasure'] as { uuid: string } | undefined)?.uuid
    expect(uuid(one)).toBeDefined()
    expect(uuid(one)).toBe(uuid(two))
  })
})

test('L4: every column of these tables that may hold words is looked at, or is known to hold none', async () => {
  // Codes, names that people gave, ids of the hub's own, and what an erasure must not read.
  const wordless =
    /(^|\.)(id|kind|actorKind|.*Type|state|.*[cC]lass|occasion|method|provider|operation|category|name|baseUrl|settings|verdict(Text)?|assignedMap|steps|cache|position|hint|.*Id|.*Ids|.*Hash|.*Key|hash|cipher[tT]ext|recipients|image|locale|eventTypes|payloadText|schedule|url|description|kinds|connectionIds|country|network|prefix|reason|type|correlationId|dedupeKey|action)$/
  const columns = await hub.database.system.sql.query<{ table: string; column: string }>(
    `select table_name::text as table, column_name::text as column from information_schema.columns
     where table_schema = current_schema() and table_name = any($1::text[]) and data_type in ('text', 'jsonb', 'bytea')`,
    [erasedTables.map(({ name }) => name)],
  )
  const looked = new Set(
    erasedTables.flatMap(({ name, text = [], json = [], bytes = [] }) =>
      [...text, ...json, ...bytes].map((column) => `${name}.${column}`),
    ),
  )
  const rest = columns.map(({ table, column }) => `${table}.${column}`).filter((column) => !looked.has(column))
  expect(rest.filter((column) => !wordless.test(column))).toEqual([])
})
