import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { AccountingContact, Expense, Invoice, InvoicePage } from '@patchbay/schema/capabilities/accounting.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { parseQuery } from '@patchbay/server/lab/twins/quickbooks-online/query.ts'
import { quickbooksOnline } from '@patchbay/server/providers/quickbooks-online.ts'
import { quoted } from '@patchbay/server/providers/quickbooks-online/company.ts'
import { lineTotal } from '@patchbay/server/providers/quickbooks-online/invoices.ts'
import { atTwin } from './at-twin.ts'
import { quickbooksOnline as quickbooksCase } from './cases/quickbooks-online.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())
const connected = () => atTwin(quickbooksOnline, quickbooksCase.good, lab.origin)
const aed = (amountMinor: number) => ({ amountMinor, currency: 'AED' })
const bill = (change: object = {}) => ({
  contactId: '101',
  dueOn: '2030-01-31',
  lines: [{ description: 'Mug', quantity: 3, unitPrice: aed(6_505) }],
  idempotencyKey: 'bill-1',
  ...change,
})

describe('X2: QuickBooks Online', () => {
  test('the same key writes one invoice, however long the key is', async () => {
    const { run, sent } = await connected()
    const key = 'order/'.repeat(16)
    const first = await run<Invoice>('invoices.create', bill({ idempotencyKey: key }))
    expect(first).toMatchObject({ status: 'OPEN', total: aed(19_515), contactName: 'Layla Al Mansoori' })
    expect((await run<Invoice>('invoices.create', bill({ idempotencyKey: key }))).id).toBe(first.id)
    expect(String(sent.at(-1)?.query?.['requestid'])).toMatch(/^[0-9a-f]{40}$/)
    expect((await run<Invoice>('invoices.create', bill({ idempotencyKey: `${key}2` }))).id).not.toBe(first.id)
  })

  test.each([
    [6_505, 3, 19_515],
    [10, 0.333, 3],
    [333, 1.5, 500],
    [1, 0.5, 1],
    [999_999_999, 1_000_000, 999_999_999_000_000],
  ])('F3: %i times %d is %i, by whole numbers', (price, quantity, total) => {
    expect(lineTotal(aed(price), quantity)).toEqual(aed(total))
  })

  test('an invoice goes from open to sent, part paid and paid', async () => {
    const { run } = await connected()
    const { id } = await run<Invoice>('invoices.create', bill({ idempotencyKey: 'life' }))
    expect(await run<Invoice>('invoices.send', { id, idempotencyKey: 's' })).toMatchObject({ status: 'SENT' })
    const pay = (amountMinor: number, key: string) =>
      run('payments.record', { invoiceId: id, amount: aed(amountMinor), paidOn: '2026-11-21', idempotencyKey: key })
    await pay(9_515, 'p1')
    await pay(9_515, 'p1')
    expect(await run<Invoice>('invoices.get', { id })).toMatchObject({ status: 'PARTIALLY_PAID', balance: aed(10_000) })
    await pay(10_000, 'p2')
    expect(await run<Invoice>('invoices.get', { id })).toMatchObject({ status: 'PAID', balance: aed(0) })
    await expect(
      run('payments.record', {
        invoiceId: id,
        amount: { amountMinor: 1, currency: 'USD' },
        paidOn: '2026-11-21',
        idempotencyKey: 'x',
      }),
    ).rejects.toMatchObject({ field: 'amount' })
  })

  test('void twice is void once', async () => {
    const { run, sent } = await connected()
    const { id } = await run<Invoice>('invoices.create', bill({ idempotencyKey: 'void' }))
    expect(await run<Invoice>('invoices.void', { id, idempotencyKey: 'v1' })).toMatchObject({ status: 'VOID' })
    expect(await run<Invoice>('invoices.void', { id, idempotencyKey: 'v2' })).toMatchObject({ status: 'VOID' })
    expect(sent.filter(({ query }) => query?.['operation'] === 'void')).toHaveLength(1)
  })

  test('a customer is found by address and changed; a supplier’s name is not taken', async () => {
    const { run } = await connected()
    const input = { name: 'Hind O’Neil', email: "hind.o'neil@example.com", idempotencyKey: 'c' }
    const made = await run<AccountingContact>('contacts.upsert', input)
    for (const phone of ['+971501', '+971502'])
      expect(await run<AccountingContact>('contacts.upsert', { ...input, phone })).toMatchObject({ id: made.id, phone })
    await expect(
      run('contacts.upsert', { name: 'Aramex', email: 'new@example.com', idempotencyKey: 'd' }),
    ).rejects.toMatchObject({ errorClass: 'CONFLICT', vendorCode: '6240' })
  })

  test('a supplier is found by name; one that is not there stays in the memo', async () => {
    const { run, sent } = await connected()
    const spend = (supplier: string) =>
      run<Expense>('expenses.create', {
        amount: aed(500),
        spentOn: '2026-11-20',
        accountId: '13',
        supplier,
        description: 'Tape',
        idempotencyKey: supplier,
      })
    expect(await spend("Fadi's Boxes")).toMatchObject({ supplier: "Fadi's Boxes", amount: aed(500) })
    expect(await spend("x' or DisplayName > '")).toMatchObject({ supplier: null })
    expect(sent.at(-1)?.json).toMatchObject({ PrivateNote: "x' or DisplayName > '" })
  })

  test.each([
    "x' or Id > '0",
    "x\\' or Id > \\'0",
    '\\',
    "'",
    "\\'",
    "x' startposition 1 maxresults 1000 --",
    "O'Neil \\ Sons",
    'line\nbreak',
  ])('X1: %j stays one value of the query', (text) => {
    const parsed = parseQuery(`select * from Customer where DisplayName = ${quoted(text)} startposition 1 maxresults 1`)
    expect(parsed).toMatchObject({ where: [{ field: 'DisplayName', operator: '=', value: text }], rows: 1 })
  })

  test.each(['../../v3/company/1', '1234/../5', 'abc', '', '12 34', '1?x=1'])('X1: %j is no company', (realmId) => {
    const { api } = quickbooksOnline.hosts({ id: 'c', environment: 'LIVE', settings: { realmId }, baseUrl: null })
    expect(api).toBe('https://quickbooks.api.intuit.com/v3/company/no-company')
  })

  test('S1: lists page to their end', async () => {
    const { run } = await connected()
    for (const name of ['invoices.list', 'contacts.list', 'expenses.list', 'accounts.list']) {
      const all = (await run<InvoicePage>(name, { first: 100 })).items.map(({ id }) => id)
      const seen: string[] = []
      for (let after: string | null = null, more = true; more && seen.length < 200; more = after !== null) {
        const page: InvoicePage = await run(name, { first: 7, after })
        seen.push(...page.items.map(({ id }) => id))
        after = page.nextCursor
      }
      expect(seen, name).toEqual(all)
      await expect(run(name, { after: 'bm90LW91cnM' })).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST' })
    }
  })
})
