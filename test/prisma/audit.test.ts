import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql, prisma } = database.system
let id: string
let organizationId: string
beforeAll(async () => {
  const row = await insertAnyRow(sql, 'AuditEntry', { action: 'connection.created' })
  id = String(row['id'])
  organizationId = String(row['organizationId'])
})
afterAll(() => database.cleanup())

test('T3: nobody changes or removes an audit entry, its owner neither', async () => {
  await expect(prisma.auditEntry.update({ where: { id }, data: { action: 'nothing' } })).rejects.toThrow('append-only')
  await expect(prisma.auditEntry.delete({ where: { id } })).rejects.toThrow('append-only')
  await expect(sql.query('delete from "AuditEntry"')).rejects.toThrow('append-only')
  await expect(sql.query('truncate "AuditEntry"')).rejects.toThrow('append-only')
  expect(await prisma.auditEntry.findUniqueOrThrow({ where: { id } })).toMatchObject({ action: 'connection.created' })
})

test('T3: who acts for an organization adds entries and cannot claim to be the retention job', async () => {
  const tenant = database.tenant(organizationId)
  expect(await tenant.prisma.auditEntry.count()).toBe(1)
  const pretend = tenant.sql.transaction(async (tx) => {
    await tx.query(`set local hub.retention = 'on'`)
    await tx.query('delete from "AuditEntry"')
  })
  await expect(pretend).rejects.toThrow('permission denied')
})

test('T3: entries go only in a transaction that says it is the retention job', async () => {
  const { id: other } = await insertAnyRow(sql, 'AuditEntry', {})
  await sql.transaction(async (tx) => {
    await tx.query(`set local hub.retention = 'on'`)
    await tx.query('delete from "AuditEntry" where id = $1', [other])
  })
  expect(await prisma.auditEntry.count()).toBe(1)
  await expect(sql.query('delete from "AuditEntry"')).rejects.toThrow('append-only')
})
