import { afterAll, beforeAll, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await testDatabase()
})
afterAll(() => database.cleanup())

test('N2: the database answers, migrated and empty', async () => {
  await database.ping()
  expect(await database.system.prisma.organization.count()).toBe(0)
})
