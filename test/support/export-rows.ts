import { logExports } from '@patchbay/schema/exports.ts'
import type { Row, Sql } from '@patchbay/prisma/database.ts'
import { newId } from '@patchbay/server/app/ids.ts'
import { insertAnyRow } from './any-row.ts'

/** A row of every log that can be exported, words in every text a person might open in a spreadsheet. */
export async function insertExported(
  sql: Sql,
  owner: { readonly organizationId: string; readonly connectionId: string },
  words: string,
): Promise<void> {
  const texts: Readonly<Record<string, readonly string[]>> = {
    Call: ['path', 'errorMessage', 'requestBody'],
    InboundEvent: ['vendorType', 'error'],
    Event: ['orderKey'],
    Delivery: ['reason'],
    Attempt: ['message', 'responseBody'],
    Alert: ['title', 'text'],
    SystemEvent: ['text'],
  }
  for (const { log } of logExports.values()) {
    if (log.table === 'AuditEntry') continue
    const at = new Date()
    const row: Row = { ...owner, id: newId(at.getTime()), at }
    for (const column of texts[log.table] ?? []) row[column] = words
    if (log.table === 'Call') Object.assign(row, { steps: '[]', provider: 'stripe' })
    if (log.table === 'InboundEvent')
      Object.assign(row, {
        body: Buffer.from(JSON.stringify({ words, client_secret: 'opens-something' })),
        head: '{"content-type":"application/json"}',
        verdict: 'VERIFIED',
        state: 'ROUTED',
        provider: 'stripe',
      })
    await insertAnyRow(sql, log.table, row)
  }
}
