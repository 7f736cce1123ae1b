import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  AccountingAccountPage,
  AccountingContact,
  Invoice,
  InvoicePage,
} from '@patchbay/schema/capabilities/accounting.ts'
import { uuidOf } from '@patchbay/server/lab/chance.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { xeroTenant } from '@patchbay/server/lab/twins/xero/webhooks.ts'
import { xero } from '@patchbay/server/providers/xero.ts'
import { quoted } from '@patchbay/server/providers/xero/books.ts'
import { atTwin } from './at-twin.ts'
import { xero as xeroCase } from './cases/xero.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())
const connected = (fields: object = {}) => atTwin(xero, { ...xeroCase.good, ...fields }, lab.origin)
const layla = uuidOf('xero:contact:layla@example.com')
const bill = (change: object = {}) => ({
  contactId: layla,
  dueOn: '2030-01-31',
  lines: [{ description: 'Mug', quantity: 3, unitPrice: { amountMinor: 6_505, currency: 'AED' } }],
  idempotencyKey: 'bill-1',
  ...change,
})

describe('X2: Xero', () => {
  test('the organisation is found when the connection names none, and named when it does', async () => {
    const found = await connected()
    await found.run('accounts.list', {})
    expect(found.sent.map(({ path }) => path)).toEqual(['/Connections', '/Accounts'])
    expect(found.sent[1]?.headers).toMatchObject({ 'xero-tenant-id': xeroTenant.id })
    const named = await connected({ tenantId: xeroTenant.id })
    await named.run('accounts.list', {})
    expect(named.sent.map(({ path }) => path)).toEqual(['/Accounts'])
    const foreign = await connected({ tenantId: '70784a63-d24b-46a9-a4db-0e70a274b056' })
    await expect(foreign.run('accounts.list', {})).rejects.toMatchObject({
      errorClass: 'PERMISSION',
      field: 'tenantId',
    })
  })

  test('the same key writes one invoice, another body under it is refused', async () => {
    const { run } = await connected()
    const first = await run<Invoice>('invoices.create', bill())
    expect(first).toMatchObject({ status: 'OPEN', total: { amountMinor: 19_515, currency: 'AED' }, contactId: layla })
    expect((await run<Invoice>('invoices.create', bill())).id).toBe(first.id)
    await expect(run('invoices.create', bill({ reference: 'other' }))).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
    })
  })

  test('no tax comes in by itself, and a note is a line of text', async () => {
    const { run, sent } = await connected()
    const made = await run<Invoice>('invoices.create', bill({ note: 'Thank you.', idempotencyKey: 'bill-note' }))
    expect(sent.at(-1)?.json).toMatchObject({
      Invoices: [{ LineAmountTypes: 'NoTax', LineItems: [{ AccountCode: '200' }, { Description: 'Thank you.' }] }],
    })
    expect(made.lines).toHaveLength(1)
    const [line] = bill().lines
    const lines = [{ ...line, taxCode: 'OUTPUT' }, line]
    await run('invoices.create', bill({ lines, idempotencyKey: 'bill-tax' }))
    expect(sent.at(-1)?.json).toMatchObject({
      Invoices: [{ LineAmountTypes: 'Exclusive', LineItems: [{ TaxType: 'OUTPUT' }, { TaxType: 'NONE' }] }],
    })
  })

  test('an invoice goes from open to sent, part paid, paid; a paid one is not voided', async () => {
    const { run } = await connected()
    const { id } = await run<Invoice>('invoices.create', bill({ idempotencyKey: 'bill-life' }))
    expect(await run<Invoice>('invoices.send', { id, idempotencyKey: 's' })).toMatchObject({ status: 'SENT' })
    const pay = (amountMinor: number, key: string, currency = 'AED') =>
      run('payments.record', {
        invoiceId: id,
        amount: { amountMinor, currency },
        paidOn: '2026-11-21',
        idempotencyKey: key,
      })
    await expect(pay(100, 'usd', 'USD')).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST', field: 'amount' })
    await pay(9_515, 'p1')
    expect(await run<Invoice>('invoices.get', { id })).toMatchObject({
      status: 'PARTIALLY_PAID',
      balance: { amountMinor: 10_000 },
    })
    await pay(10_000, 'p2')
    expect(await run<Invoice>('invoices.get', { id })).toMatchObject({ status: 'PAID', balance: { amountMinor: 0 } })
    await expect(run('invoices.void', { id, idempotencyKey: 'v' })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
    })
  })

  test('a draft is removed where Xero voids nothing; void twice is void once', async () => {
    const { run, sent } = await connected()
    const { id, status } = await run<Invoice>('invoices.create', bill({ draft: true, idempotencyKey: 'bill-draft' }))
    expect(status).toBe('DRAFT')
    expect(await run<Invoice>('invoices.void', { id, idempotencyKey: 'v1' })).toMatchObject({ vendorStatus: 'DELETED' })
    const before = sent.length
    expect(await run<Invoice>('invoices.void', { id, idempotencyKey: 'v2' })).toMatchObject({ status: 'VOID' })
    expect(sent.slice(before).map(({ method }) => method)).toEqual(['GET', 'GET'])
  })

  test('mail goes to the address in the books and to no other', async () => {
    const { run } = await connected()
    const { id } = await run<Invoice>('invoices.create', bill({ idempotencyKey: 'bill-mail' }))
    await expect(run('invoices.send', { id, email: 'else@example.com', idempotencyKey: 'm' })).rejects.toMatchObject({
      field: 'email',
      message: expect.stringContaining('layla@example.com'),
    })
    await run('invoices.send', { id, email: 'LAYLA@example.com', idempotencyKey: 'm' })
  })

  test('a customer is found by address; another one’s name is not taken over', async () => {
    const { run } = await connected()
    const input = { name: 'Hind Saif', email: 'hind@example.com', idempotencyKey: 'c' }
    const made = await run<AccountingContact>('contacts.upsert', input)
    const again = await run<AccountingContact>('contacts.upsert', { ...input, name: 'Hind S.', phone: '+971501' })
    expect(again).toMatchObject({ id: made.id, name: 'Hind S.' })
    await expect(
      run('contacts.upsert', { name: 'Layla Al Mansoori', email: 'new@example.com', idempotencyKey: 'd' }),
    ).rejects.toMatchObject({ errorClass: 'CONFLICT' })
  })

  test('S1: lists page to their end, and accounts are cut into pages', async () => {
    const { run } = await connected()
    for (const name of ['invoices.list', 'contacts.list', 'expenses.list', 'accounts.list']) {
      const all = (await run<InvoicePage>(name, { first: 100 })).items.map(({ id }) => id)
      const seen: string[] = []
      for (let after: string | null = null, more = true; more && seen.length < 200; more = after !== null) {
        const page: InvoicePage | AccountingAccountPage = await run(name, { first: 4, after })
        seen.push(...page.items.map(({ id }) => id))
        after = page.nextCursor
      }
      expect(seen, name).toEqual(all)
      await expect(run(name, { after: 'bm90LW91cnM' })).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST' })
    }
  })

  test.each(['a"b@example.com', 'a\\b', 'a"&&Name!="', '"||1==1||"', 'a\nb'])('%j stands in no filter', (text) => {
    expect(() => quoted(text)).toThrow('quotes')
  })
})
