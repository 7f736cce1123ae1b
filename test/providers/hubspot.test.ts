import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Contact, ContactPage, Deal, DealPage } from '@patchbay/schema/capabilities/crm.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { hubspot } from '@patchbay/server/providers/hubspot.ts'
import { atTwin } from './at-twin.ts'
import { hubspot as hubspotCase } from './cases/hubspot.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())
const connected = () => atTwin(hubspot, hubspotCase.good, lab.origin)
const deal = (change: object = {}) => ({
  name: 'Mugs for the office',
  stage: 'contractsent',
  closeOn: '2026-12-31',
  idempotencyKey: 'deal-1',
  ...change,
})

describe('X2: HubSpot', () => {
  test('a contact is found by its address, in whatever case, and only what is said changes', async () => {
    const { run } = await connected()
    const made = await run<Contact>('contacts.upsert', {
      email: 'Hind@example.com',
      firstName: 'Hind',
      phone: '+971501112233',
      idempotencyKey: 'a',
    })
    const again = await run<Contact>('contacts.upsert', {
      email: 'hind@EXAMPLE.com',
      lastName: 'Saif',
      idempotencyKey: 'b',
    })
    expect(made).toMatchObject({ created: true, email: 'hind@example.com', lastName: null })
    expect(again).toMatchObject({ id: made.id, created: false, firstName: 'Hind', lastName: 'Saif' })
    const found = await run<ContactPage>('contacts.list', { email: 'HIND@example.com' })
    expect(found.items.map(({ id }) => id)).toEqual([made.id])
  })

  test('F3: amounts are in the account’s currency unless another is said', async () => {
    const { run, sent } = await connected()
    const home = await run<Deal>('deals.create', deal({ amount: { amountMinor: 100_010, currency: 'AED' } }))
    const sentHome = sent.find(({ path, method }) => method === 'POST' && path.endsWith('/deals'))
    expect(sentHome?.json).toMatchObject({ properties: { amount: '1000.10' } })
    expect(JSON.stringify(sentHome?.json)).not.toContain('deal_currency_code')
    expect(home.amount).toEqual({ amountMinor: 100_010, currency: 'AED' })
    const other = await run<Deal>('deals.create', deal({ amount: { amountMinor: 500, currency: 'USD' } }))
    expect(other.amount).toEqual({ amountMinor: 500, currency: 'USD' })
    await expect(run('deals.create', deal({ amount: { amountMinor: 500, currency: 'JPY' } }))).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      vendorCode: 'VALIDATION_ERROR',
    })
  })

  test('a stage the pipeline does not have is refused in HubSpot’s words', async () => {
    const { run } = await connected()
    await expect(run('deals.create', deal({ stage: 'dreaming' }))).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
      message: expect.stringContaining('dreaming'),
    })
  })

  test('a note is text and never markup', async () => {
    const { run, sent } = await connected()
    await run('notes.create', { contactId: '501', text: '<script>alert("1")</script>\n& more', idempotencyKey: 'n' })
    expect(sent.at(-1)?.json).toMatchObject({
      properties: {
        hs_note_body: '&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;<br>&amp; more',
        hs_timestamp: expect.stringMatching(/^20\d\d-/),
      },
    })
  })

  test('what does not exist is not found, and an id leads nowhere else', async () => {
    const { run } = await connected()
    for (const id of ['1', 'a/b?c=d', '../../../account-info/v3/details'])
      for (const name of ['contacts.get', 'deals.get'])
        await expect(run(name, { id })).rejects.toMatchObject({ errorClass: 'NOT_FOUND' })
    await expect(run('notes.create', { contactId: '1', text: 'x', idempotencyKey: 'n' })).rejects.toMatchObject({
      errorClass: 'NOT_FOUND',
    })
  })

  test.each([
    ['contacts.list', {}],
    ['contacts.list', { updatedSince: '2020-01-01T00:00:00Z' }],
    ['deals.list', {}],
    ['deals.list', { updatedSince: '2020-01-01T00:00:00Z' }],
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
    await expect(run(name, { ...filter, after: 'bm90LW91cnM' })).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
    })
  })
})
