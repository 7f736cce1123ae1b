import { randomUUID } from 'node:crypto'
import type { Row } from '@patchbay/prisma/database.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { testDatabase } from '../support/database.ts'

const database = await testDatabase()
const { sql } = database.system
const mine = randomUUID()
const theirs = randomUUID()
const me = database.tenant(mine)
const calls: Row[] = []

const facts = {
  method: 'POST',
  host: 'api.stripe.com',
  path: '/v1/payment_intents/pi_3Nx',
  operation: 'payments.create',
  errorMessage: 'No such customer: عميل',
}

beforeAll(async () => {
  for (const organizationId of [mine, mine, theirs]) {
    calls.push(await insertAnyRow(sql, 'Call', { organizationId, ...facts }))
  }
  await insertAnyRow(sql, 'Call', { organizationId: mine, host: 'api.paypal.com' })
})
afterAll(() => database.cleanup())

const search = async (text: string, rest = ''): Promise<bigint[]> => {
  const rows = await me.sql.query<{ seq: bigint }>(`select seq from hub_search_calls($1${rest})`, [text])
  return rows.map(({ seq }) => seq)
}

test('L2: calls of the organization are found by the beginnings of words, newest first', async () => {
  const both = [calls[1]?.['seq'], calls[0]?.['seq']]
  for (const text of [
    'PAYMENT_int',
    '/v1/pay',
    'strip cust',
    'pi_3nx',
    'عميل',
    `'; -- stripe "payments"`,
    'stripe stripe',
  ]) {
    expect(await search(text), text).toEqual(both)
  }
  for (const text of ['refund', 'intents stripes', '', ' -- ', `\\:*&|!()<->'`, theirs, 'x'.repeat(5_000)]) {
    expect(await search(text), text).toEqual([])
  }
})

test('L2: a search goes on from a position and keeps to connections', async () => {
  expect(await search('stripe', ', most => 1')).toEqual([calls[1]?.['seq']])
  expect(await search('stripe', `, below => ${calls[1]?.['seq']}`)).toEqual([calls[0]?.['seq']])
  expect(await search('stripe', `, above => ${calls[0]?.['seq']}`)).toEqual([calls[1]?.['seq']])
  expect(await search('stripe', `, connections => array['${calls[0]?.['connectionId']}'::uuid]`)).toEqual([
    calls[0]?.['seq'],
  ])
})

test('L2: a common word is found among the newest calls, with the same answer', async () => {
  await sql.query(
    `insert into "Call" (id, at, "organizationId", "connectionId", provider, environment, purpose, operation, method, host, path, ok,
       "latencyMs", attempts, "requestBytes", "responseBytes", "requestHead", steps, "actorKind", "correlationId")
     select gen_random_uuid(), at, "organizationId", "connectionId", provider, environment, purpose, operation, method, host, path, ok,
       "latencyMs", attempts, "requestBytes", "responseBytes", "requestHead", steps, "actorKind", "correlationId"
     from "Call", generate_series(1, 5500) where "organizationId" = $1 and host = 'api.stripe.com'`,
    [mine],
  )
  const newest = await me.sql.query<{ seq: bigint }>('select seq from "Call" order by seq desc limit 3')
  expect(await search('stripe', ', most => 3')).toEqual(newest.map(({ seq }) => seq))
})

test('T2: nobody searches without an organization, or past the function that names it', async () => {
  expect(await sql.query(`select seq from hub_search_calls('stripe')`)).toEqual([])
  const around = me.sql.query(`select * from hub_matching_calls('stripe', 10)`)
  await expect(around).rejects.toThrow('permission denied')
  const shadowed = await me.sql.transaction(async (tx) => {
    await tx.query('create temporary table "Call" (like "Call")')
    return tx.query(`select seq from hub_search_calls('paypal')`)
  })
  expect(shadowed).toHaveLength(1)
})

test('L2: rows indexed before the words were found faster are still found: no character reads differently', async () => {
  const before = `translate(text, '/._-?&=:;,()[]{}"''@#%+*|<>!~^$\\\`', repeat(' ', 32))`
  const characters = 'select chr(n) from generate_series(1, 70000) as n where n not between 55296 and 57343'
  const rows = await sql.query(
    `select text from (select 'a' || c || 'b' || c || c from (${characters}) as x(c)) as t(text)
     where hub_words(text) is distinct from ${before}`,
  )
  expect(rows).toEqual([])
  expect(await sql.query(`select hub_words(null) as nothing`)).toEqual([{ nothing: '' }])
})
