import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Locator, Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { connect, probeNow, setLab, type Connected } from '../support/connect.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'
import { stumbles } from './stumbles.ts'

// Figures and what a connection may use and cost, as people look at them: a real browser on the real hub.

const artifacts = fileURLToPath(new URL('../.artifacts/browser', import.meta.url))
let hub: TestHub
let browser: TestBrowser
let cookie: string
let page: Page
let shop: Connected
let mail: Connected

beforeAll(async () => {
  browser = await startBrowser()
  hub = await startHub({ app: { clientFolder: browser.clientFolder } })
  cookie = await hub.signIn()
  shop = await connect(hub, 'stripe', 'Card payments')
  mail = await connect(hub, 'sendgrid', '=Customer mail')
  await setLab(hub, 'sendgrid', { down: true })
  await until('it is down', async () => (await probeNow(hub, mail.id)) === 'DOWN')
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await page.screenshot({ path: join(artifacts, `${task.name.slice(0, 40)}.png`) })
  await page.context().close()
})
afterAll(async () => {
  await browser?.stop()
  await hub?.stop()
  expect(browser.faults).toEqual([])
})

const role = (name: Parameters<Page['getByRole']>[0], label: string | RegExp) =>
  page.getByRole(name, { name: label, exact: typeof label === 'string' })
const card = (title: string): Locator =>
  page.locator('section').filter({ has: page.getByRole('heading', { name: title }) })
const tile = (label: string): Locator => role('group', label)
const numberOf = async (label: string): Promise<number> =>
  Number((await tile(label).locator('p').nth(1).innerText()).replace(/[^\d.]/g, ''))

/** Saves what a button hands over and reads it. */
async function downloaded(press: () => Promise<void>): Promise<{ name: string; content: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()])
  return { name: download.suggestedFilename(), content: readFileSync(await download.path()) }
}

describe('Analytics', () => {
  test('A1: figures are those of the log, and every point leads to the calls behind it', async () => {
    page = await browser.open(hub.url, { cookie, still: true })
    await page.goto('/analytics?span=hour')
    const logged = await hub.database.system.prisma.call.count()
    const failed = await hub.database.system.prisma.call.count({ where: { ok: false } })
    expect(failed).toBeGreaterThan(0)
    await until('the figures have caught up', async () => {
      await page.reload()
      await tile('Calls').waitFor()
      return (await numberOf('Calls')) >= logged
    })
    expect(await numberOf('Errors')).toBeGreaterThanOrEqual(failed)

    const chart = role('application', 'Calls over time')
    await chart.focus()
    await page.keyboard.press('End')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    await card('Calls over time')
      .getByText(/: Errors [\d,]+$/)
      .waitFor({ state: 'attached' })
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/logs\?.*mode=history/)
    const address = new URL(page.url())
    expect(address.searchParams.get('outcome')).toBe('failed')
    expect(
      Date.parse(address.searchParams.get('to') ?? '') - Date.parse(address.searchParams.get('from') ?? ''),
    ).toBeLessThanOrEqual(60_000)
  })

  test('A4: errors are told by class, with when they were seen and one of them to look at', async () => {
    page = await browser.open(hub.url, { cookie, still: true })
    await page.goto('/analytics')
    const errors = card('Errors by class')
    const row = errors.getByRole('row').filter({ hasText: 'Vendor unavailable' })
    await row.waitFor()
    const kinds = row.locator('xpath=following-sibling::tr[1]')
    await kinds.getByRole('link', { name: 'Look at one' }).first().click()
    await page.getByRole('dialog').getByText('Vendor unavailable').first().waitFor()
    await page.goBack()
    await errors.getByRole('link', { name: 'Vendor unavailable' }).click()
    await page.waitForURL(/error=UNAVAILABLE/)
    await page.locator('[role="row"][data-row]').first().waitFor()
    await role('button', 'Remove Error Vendor unavailable').click()
    await page.waitForURL((address) => !address.searchParams.has('error'))
  })

  test('A5: a chart is a table as well and a picture, and its figures leave without formulas', async () => {
    page = await browser.open(hub.url, { cookie, still: true })
    await page.goto('/analytics?group=CONNECTION')
    const volume = card('Calls over time')
    await volume.getByRole('button', { name: 'Card payments' }).waitFor()
    const picture = await downloaded(() => volume.getByRole('button', { name: 'Save as picture' }).click())
    expect(picture.name).toBe('calls-over-time.png')
    expect(picture.content.subarray(1, 4).toString()).toBe('PNG')
    expect(picture.content.length).toBeGreaterThan(5000)
    await volume.getByRole('button', { name: 'Show as table' }).click()
    const table = volume.getByRole('table')
    await table.getByRole('columnheader', { name: 'Card payments' }).waitFor()
    expect(await table.getByRole('row').count()).toBeGreaterThan(20)
    await table.getByRole('button').last().click()
    await page.waitForURL(/\/logs\?.*connection=/)
    await page.goBack()

    await role('button', 'Export').click()
    const csv = await downloaded(() => role('menuitem', /by group/).click())
    const lines = csv.content.toString('utf8').replace('\ufeff', '').trim().split('\r\n')
    expect(lines[0]).toMatch(/^Connection,Calls,Errors,/)
    expect(lines.some((line) => line.startsWith("'=Customer mail,"))).toBe(true)
    expect(lines.some((line) => line.startsWith('='))).toBe(false)
  })

  test('A1: span, comparison and filters live in the address; a span that cannot be says why', async () => {
    page = await browser.open(hub.url, { cookie, still: true })
    await page.goto('/analytics')
    await page.getByText('30 days', { exact: true }).click()
    await page.waitForURL(/span=month/)
    await page.getByLabel('Connection', { exact: true }).selectOption({ label: 'Card payments' })
    await page.waitForURL(new RegExp(`connection=${shop.uuid}`))
    await page.getByLabel('Compare').selectOption('NONE')
    await page.waitForURL(/compare=NONE/)
    await page.reload()
    expect(await page.getByLabel('Connection', { exact: true }).inputValue()).toBe(shop.uuid)
    await tile('Calls').waitFor()
    expect(
      await tile('Calls')
        .getByText(/before/)
        .count(),
    ).toBe(0)
    await page.goto('/analytics?span=custom&from=2001-01-01T00:00:00Z')
    await page
      .getByRole('alert')
      .getByText(/^Figures are kept for/)
      .first()
      .waitFor()
  })

  test('A5: a view is saved by name, changed panel by panel, and deleted', async () => {
    page = await browser.open(hub.url, { cookie, still: true })
    await page.goto('/analytics?span=week')
    await role('button', 'Saved').click()
    await role('menuitem', /Save this view/).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Name', { exact: true }).fill('Morning look')
    await dialog.getByLabel('Share with everybody here').click()
    await dialog.getByRole('button', { name: 'Save', exact: true }).click()
    await page.waitForURL(/\/analytics\/[0-9a-f-]{36}$/)
    await role('heading', 'Morning look').waitFor()
    await page.locator('main').getByText('Shared').waitFor()
    await role('heading', 'Calls by provider').waitFor()

    await role('button', 'Add panel').click()
    await dialog.getByLabel('Title').fill('Slowest answers')
    await dialog.getByLabel('Shows').selectOption('LATENCY_P99')
    expect(await dialog.getByLabel('As', { exact: true }).locator('option[value="DOUGHNUT"]').count()).toBe(0)
    await dialog.getByLabel('As', { exact: true }).selectOption('BAR')
    await dialog.getByLabel('Group by').selectOption('CONNECTION')
    await dialog.getByRole('button', { name: 'Add panel' }).click()
    await role('application', 'Slowest answers').waitFor()
    await role('button', 'Actions: Slowest answers').click()
    await role('menuitem', 'Move earlier').click()
    await page.getByText('Panel moved.').waitFor()

    await page.goto('/analytics')
    await role('button', 'Saved').click()
    await role('menuitem', /Morning look/).click()
    await role('heading', 'Slowest answers').waitFor()
    await role('button', 'Actions: Morning look').click()
    await role('menuitem', 'Delete').click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await page.waitForURL(/\/analytics$/)
    await page.getByText('Morning look was deleted.').waitFor()
  })

  test('A1: a card that fails says so, and the others live', async () => {
    page = await browser.open(hub.url, { cookie, still: true })
    await page.route('**/graphql', async (route) => {
      const body = route.request().postData() ?? ''
      if (body.includes('topConnections')) await route.abort()
      else await route.continue()
    })
    await page.goto('/analytics')
    const top = card('Connections that stand out')
    await top.getByRole('alert').getByText('This did not load').waitFor()
    await tile('Calls').waitFor()
    await page.unroute('**/graphql')
    await top.getByRole('button', { name: 'Try again' }).click()
    await top.getByRole('row').filter({ hasText: 'Card payments' }).waitFor()
  })
})

describe('What a connection may use and cost', () => {
  test('X5: own limits are set and stand beside the vendor’s; calls count as they happen', async () => {
    page = await browser.open(hub.url, { cookie, still: true })
    await page.goto(`/connections/${shop.uuid}?tab=limits`)
    await role('button', 'Edit own limits').click()
    const dialog = page.getByRole('dialog')
    const day = dialog.getByRole('group', { name: 'Each day' })
    await day.getByLabel('Calls').fill('0')
    await dialog.getByRole('button', { name: 'Save changes' }).click()
    await day
      .getByRole('alert')
      .getByText(/whole number/)
      .waitFor()
    await day.getByLabel('Calls').fill('2000')
    await dialog.getByRole('button', { name: 'Save changes' }).click()
    await dialog.waitFor({ state: 'detached' })
    const meter = role('meter', 'Each day')
    await expect.poll(() => meter.getAttribute('aria-valuetext')).toMatch(/of 2,000 used/)
    await card('Limits of calls').getByText('Own limit').first().waitFor()
  })

  test('X4: a breaker that opens is seen the moment it does, and closed by hand after a question', async () => {
    page = await browser.open(hub.url, { cookie, still: true })
    await page.goto(`/connections/${mail.uuid}?tab=limits`)
    const breaker = card('Circuit breaker')
    await breaker.getByText('Closed', { exact: true }).waitFor()
    // A write is not repeated, so that each call is one failure: the fifth in a row opens it.
    for (let n = 0; n < 5; n++)
      await hub.graphql('mutation ($input: CallProviderInput!) { callProvider(input: $input) { __typename } }', {
        input: { connectionId: mail.id, method: 'POST', path: '/v3/mail/send', json: {} },
      })
    await breaker.getByText('Open', { exact: true }).waitFor()
    await breaker.getByRole('timer').first().waitFor()
    await breaker.getByRole('button', { name: 'Close the breaker' }).click()
    const question = page.getByRole('dialog', { name: 'Close the breaker of =Customer mail?' })
    await question.getByRole('button', { name: 'Close the breaker' }).click()
    await breaker.getByText('Closed', { exact: true }).waitFor()
    await page.getByText('The breaker is closed again.').waitFor()
  })

  test('X6: how long answers are kept is said in words and saved', async () => {
    page = await browser.open(hub.url, { cookie, still: true })
    await page.goto(`/connections/${shop.uuid}?tab=cache`)
    await page.getByLabel(/For a time of my own/).check()
    await page.getByLabel('For how long').fill('0')
    await role('button', 'Save changes').click()
    await page.getByRole('alert').getByText('From 1 second to 365 days.').waitFor()
    await page.getByLabel('For how long').fill('5')
    await role('button', 'Save changes').click()
    await page.getByText('Saved. It holds from the next read on.').waitFor()
    const row = await hub.database.system.prisma.connection.findUniqueOrThrow({ where: { id: shop.uuid } })
    expect(row.cacheTtlSeconds).toBe(300)
  })

  test('A2: a price is added and counts, a budget is set with alerts and a stop, and both end', async () => {
    page = await browser.open(hub.url, { cookie, still: true })
    await page.goto(`/connections/${shop.uuid}?tab=cost`)
    await role('button', 'Add price').first().click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(/^Amount/).fill('0,5')
    await dialog.getByRole('button', { name: 'Add price' }).click()
    await dialog
      .getByRole('alert')
      .getByText(/such as 0.30/)
      .waitFor()
    await dialog.getByLabel(/^Amount/).fill('0.005')
    await dialog.getByRole('button', { name: 'Add price' }).click()
    await dialog.waitFor({ state: 'detached' })
    const prices = card('Prices')
    await prices.getByRole('row').filter({ hasText: 'Per call' }).getByText('0.005').waitFor()
    const price = await hub.database.system.prisma.price.findFirstOrThrow({ where: { connectionId: shop.uuid } })
    expect(price.amountMicros).toBe(5000n)

    await role('button', 'Set budget').click()
    await dialog.getByLabel(/^Each month/).fill('250')
    await dialog.getByLabel(/^Tell me at/).fill('50, 90')
    await dialog.getByLabel('Stop calls when it is used up').click()
    await dialog.getByRole('button', { name: 'Save changes' }).click()
    await dialog.waitFor({ state: 'detached' })
    const budget = card('Monthly budget')
    await budget.getByText('Within').waitFor()
    await budget.getByText('Alerts at 50%, 90%. Stops calls when used up.').waitFor()

    await prices.getByRole('button', { name: /^End the price/ }).click()
    await dialog.getByRole('button', { name: 'End' }).click()
    await prices.getByText('No price holds now.').waitFor()
    await budget.getByRole('button', { name: 'Remove' }).click()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await budget.getByText(/^No budget/).waitFor()
  })

  test('U2: what opens upon these pages has nothing an assistive technology would stumble over', async () => {
    page = await browser.open(hub.url, { cookie, still: true })
    await page.goto('/analytics')
    await role('button', 'Show as table').first().click()
    expect.soft(await stumbles(page)).toEqual([])
    for (const [tab, button] of [
      ['limits', 'Edit own limits'],
      ['cost', 'Add price'],
      ['cost', 'Set budget'],
    ] as const) {
      await page.goto(`/connections/${shop.uuid}?tab=${tab}`)
      await role('button', button).first().click()
      await page.getByRole('dialog').waitFor()
      expect.soft(await stumbles(page), button).toEqual([])
    }
  })
})
