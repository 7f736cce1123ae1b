import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type {
  AccountingContact,
  Invoice,
  InvoicePage,
  RecordedPayment,
} from '@patchbay/schema/capabilities/accounting.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { freshbooks } from '@patchbay/server/providers/freshbooks.ts'
import { momentOf } from '@patchbay/server/providers/freshbooks/account.ts'
import { atTwin } from './at-twin.ts'
import { freshbooks as freshbooksCase } from './cases/freshbooks.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())
const connected = (fields: object = {}) => atTwin(freshbooks, { ...freshbooksCase.good, ...fields }, lab.origin)
const aed = (amountMinor: number) => ({ amountMinor, currency: 'AED' })
const bill = (change: object = {}) => ({
  contactId: '211001',
  dueOn: '2030-01-31',
  lines: [{ description: 'Mug', quantity: 3, unitPrice: aed(6_505) }],
  idempotencyKey: 'bill-1',
  ...change,
})

describe('X2: FreshBooks', () => {
  test.each([
    ['2026-07-01 09:00:00', '2026-07-01T13:00:00.000Z'],
    ['2026-12-01 09:00:00', '2026-12-01T14:00:00.000Z'],
    ['2026-11-01 01:30:00', '2026-11-01T05:30:00.000Z'],
    ['2026-03-08 03:30:00', '2026-03-08T07:30:00.000Z'],
    ['yesterday', null],
    ['', null],
  ])('%s in New York is %s', (text, moment) => expect(momentOf(text)).toBe(moment))

  test('a draft stays one when it is asked for, else it counts as sent; a tax comes with its rate', async () => {
    const { run, sent } = await connected()
    expect(await run<Invoice>('invoices.create', bill({ draft: true }))).toMatchObject({ status: 'DRAFT' })
    const [line] = bill().lines
    const made = await run<Invoice>('invoices.create', bill({ lines: [{ ...line, taxCode: 'VAT' }] }))
    expect(made).toMatchObject({ status: 'SENT', total: aed(20_491), dueOn: '2030-01-31' })
    expect(sent.findLast(({ method }) => method === 'POST')?.json).toMatchObject({
      invoice: { lines: [{ taxName1: 'VAT', taxAmount1: '5', unit_cost: { amount: '65.05', code: 'AED' } }] },
    })
    await expect(run('invoices.create', bill({ lines: [{ ...line, taxCode: 'Salt' }] }))).rejects.toMatchObject({
      field: 'lines',
      message: expect.stringContaining('Salt'),
      status: null,
    })
  })

  test('a number is billed once to a client, and not to another', async () => {
    const { run, sent } = await connected()
    const first = await run<Invoice>('invoices.create', bill({ number: 'NA-77' }))
    expect((await run<Invoice>('invoices.create', bill({ number: 'NA-77' }))).id).toBe(first.id)
    expect(sent.filter(({ method }) => method === 'POST')).toHaveLength(1)
    await expect(run('invoices.create', bill({ number: 'NA-77', contactId: '211002' }))).rejects.toMatchObject({
      errorClass: 'CONFLICT',
    })
  })

  test('a payment with a reference is entered once', async () => {
    const { run } = await connected()
    const { id } = await run<Invoice>('invoices.create', bill())
    const pay = (amountMinor: number, reference: string) =>
      run<RecordedPayment>('payments.record', {
        invoiceId: id,
        amount: aed(amountMinor),
        paidOn: '2026-11-21',
        reference,
        idempotencyKey: reference,
      })
    const first = await pay(9_515, 'bank 1')
    expect((await pay(9_515, 'bank 1')).id).toBe(first.id)
    expect(await run<Invoice>('invoices.get', { id })).toMatchObject({ status: 'PARTIALLY_PAID', balance: aed(10_000) })
    await pay(10_000, 'bank 2')
    expect(await run<Invoice>('invoices.get', { id })).toMatchObject({ status: 'PAID', balance: aed(0) })
    await expect(pay(1, 'bank 3')).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST' })
  })

  test('a client is found by the whole address, not by a part of it', async () => {
    const { run } = await connected()
    const input = { name: 'Hind Saif', email: 'hind@example.com', idempotencyKey: 'c' }
    await run('contacts.upsert', { ...input, name: 'Other', email: 'not-hind@example.com' })
    const made = await run<AccountingContact>('contacts.upsert', input)
    expect(made).toMatchObject({ name: 'Hind Saif', email: 'hind@example.com' })
    expect(await run<AccountingContact>('contacts.upsert', { ...input, phone: '+971501' })).toMatchObject({
      id: made.id,
      phone: '+971501',
    })
  })

  test('removed twice is removed once', async () => {
    const { run, sent } = await connected()
    const { id } = await run<Invoice>('invoices.create', bill({ draft: true }))
    expect(await run<Invoice>('invoices.void', { id, idempotencyKey: 'v' })).toMatchObject({ status: 'VOID' })
    expect(await run<Invoice>('invoices.void', { id, idempotencyKey: 'v' })).toMatchObject({ status: 'VOID' })
    expect(sent.filter(({ method }) => method === 'PUT')).toHaveLength(1)
  })

  test('a wrong account is named with the right one; no id leads elsewhere', async () => {
    const { run } = await connected()
    await expect(run('invoices.get', { id: '../../../auth/api/v1/users/me' })).rejects.toMatchObject({
      errorClass: 'NOT_FOUND',
    })
    const wrong = await connected({ accountId: 'other1' })
    await expect(wrong.run('invoices.list', {})).rejects.toMatchObject({ errorClass: 'NOT_FOUND' })
  })

  test('S1: lists page to their end', async () => {
    const { run } = await connected()
    for (const name of ['invoices.list', 'contacts.list', 'expenses.list', 'accounts.list']) {
      const all = (await run<InvoicePage>(name, { first: 100 })).items.map(({ id }) => id)
      const seen: string[] = []
      for (let after: string | null = null, more = true; more && seen.length < 200; more = after !== null) {
        const page: InvoicePage = await run(name, { first: 4, after })
        seen.push(...page.items.map(({ id }) => id))
        after = page.nextCursor
      }
      expect(seen, name).toEqual(all)
      await expect(run(name, { after: 'bm90LW91cnM' })).rejects.toMatchObject({ errorClass: 'INVALID_REQUEST' })
    }
  })
})
