import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Contact, Deal, DealPage } from '@patchbay/schema/capabilities/crm.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { parseSoql } from '@patchbay/server/lab/twins/salesforce/soql.ts'
import { salesforce } from '@patchbay/server/providers/salesforce.ts'
import { quoted } from '@patchbay/server/providers/salesforce/org.ts'
import { atTwin } from './at-twin.ts'
import { salesforce as salesforceCase } from './cases/salesforce.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())
const connected = (fields: object = {}) => atTwin(salesforce, { ...salesforceCase.good, ...fields }, lab.origin)

const hostile = [
  "x' OR Id > '0",
  "x\\' OR Name != \\'",
  '\\',
  "'",
  "\\'",
  "O'Neil \\ Sons",
  'line\nbreak\ttab\r',
  "' LIMIT 2000 --",
  '%_',
]

describe('X1: Salesforce', () => {
  test.each(hostile)('%j stays one value of the query', (text) => {
    const parsed = parseSoql(`SELECT Id FROM Account WHERE Name = ${quoted(text)} ORDER BY Id LIMIT 1`)
    expect(parsed).toMatchObject({ table: 'Account', where: [{ field: 'Name', operator: '=', value: text }], limit: 1 })
  })

  test.each(hostile)('%j as an id finds nothing', async (id) => {
    const { run } = await connected()
    await expect(run('contacts.get', { id })).rejects.toMatchObject({ errorClass: 'NOT_FOUND' })
    await expect(run('deals.get', { id })).rejects.toMatchObject({ errorClass: 'NOT_FOUND' })
  })

  test.each([
    'evil.example',
    'acme.my.salesforce.com.evil.example',
    'acme.my.salesforce.com/x',
    'acme.my.salesforce.com@evil.example',
    'acme.lightning.force.com',
    'https://acme.my.salesforce.com',
    'a.b.my.salesforce.com',
    'acme.my.salesforce.com\n',
    '.my.salesforce.com',
    '',
  ])('%j is no host', (host) => {
    const { api } = salesforce.hosts({ id: 'c', environment: 'LIVE', settings: { host }, baseUrl: null })
    expect(api).toBe('https://no-organisation.invalid')
  })

  test.each(['acme.my.salesforce.com', 'acme--uat.sandbox.my.salesforce.com', 'acme-dev-ed.develop.my.salesforce.com'])(
    '%s is one',
    (host) => {
      const { api } = salesforce.hosts({ id: 'c', environment: 'LIVE', settings: { host }, baseUrl: null })
      expect(api).toBe(`https://${host}`)
    },
  )
})

describe('X2: Salesforce', () => {
  test('a contact is found by address and tied to its company, which is made once', async () => {
    const { run, sent } = await connected()
    const input = { email: 'hind@example.com', company: "O'Neil \\ Sons", idempotencyKey: 'a' }
    const made = await run<Contact>('contacts.upsert', input)
    expect(made).toMatchObject({ created: true, lastName: 'hind', company: "O'Neil \\ Sons" })
    const again = await run<Contact>('contacts.upsert', { ...input, firstName: 'Hind', lastName: 'Saif' })
    expect(again).toMatchObject({ id: made.id, created: false, firstName: 'Hind', lastName: 'Saif' })
    expect(await run<Contact>('contacts.upsert', { email: input.email, idempotencyKey: 'b' })).toMatchObject({
      lastName: 'Saif',
      company: "O'Neil \\ Sons",
    })
    expect(sent.filter(({ method, path }) => method === 'POST' && path.endsWith('/Account'))).toHaveLength(1)
    expect(made.url).toBe(`https://noor-atelier.my.salesforce.com/${made.id}`)
  })

  test('F3: amounts are in the organisation’s currency, and in no other unless it has several', async () => {
    const deal = { name: 'Mugs', stage: 'Prospecting', closeOn: '2026-12-31', idempotencyKey: 'd' }
    const { run } = await connected()
    const made = await run<Deal>('deals.create', { ...deal, amount: { amountMinor: 100_010, currency: 'AED' } })
    expect(made).toMatchObject({ amount: { amountMinor: 100_010, currency: 'AED' }, closeOn: '2026-12-31' })
    await expect(run('deals.create', { ...deal, amount: { amountMinor: 1, currency: 'USD' } })).rejects.toMatchObject({
      field: 'amount',
      status: null,
    })
    const several = await connected({ multiCurrency: 'yes' })
    await expect(several.run('deals.list', {})).rejects.toMatchObject({ vendorCode: 'INVALID_FIELD' })
    expect(String(several.sent[0]?.query?.['q'])).toContain('CurrencyIsoCode')
  })

  test('a deal keeps its contact; a stage that is none is refused by name', async () => {
    const { run } = await connected()
    const [contact] = (await run<DealPage>('contacts.list', { email: 'LAYLA@example.com' })).items
    const deal = { name: 'Mugs', stage: 'Prospecting', closeOn: '2026-12-31', idempotencyKey: 'd' }
    const made = await run<Deal>('deals.create', { ...deal, contactId: contact?.id })
    expect(made.contactIds).toEqual([contact?.id])
    await expect(run('deals.update', { id: made.id, stage: 'Dreaming', idempotencyKey: 'u' })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      message: expect.stringContaining('Dreaming'),
    })
    await expect(
      run('deals.update', { id: '006Lab000000099AAA', name: 'x', idempotencyKey: 'u' }),
    ).rejects.toMatchObject({ errorClass: 'NOT_FOUND' })
  })

  test.each([
    ['contacts.list', {}],
    ['deals.list', { updatedSince: '2020-01-01T04:00:00+04:00' }],
  ])('S1: %s %j comes page by page, every item once', async (name, filter) => {
    const { run } = await connected()
    const all = await run<DealPage>(name, { ...filter, first: 100 })
    const seen: string[] = []
    for (let after: string | null = null, more = true; more && seen.length < 100; more = after !== null) {
      const page: DealPage = await run(name, { ...filter, first: 4, after })
      seen.push(...page.items.map(({ id }) => id))
      after = page.nextCursor
    }
    expect(seen).toEqual(all.items.map(({ id }) => id))
    expect(seen.length).toBeGreaterThan(5)
    for (const after of ['bm90LW91cnM', Buffer.from("' OR Id > '").toString('base64url')])
      await expect(run(name, { after })).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST', status: null })
  })
})
