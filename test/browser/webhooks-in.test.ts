import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { connect } from '../support/connect.ts'
import { newSigningSecret, stripeEvent, stripeSigned } from '../support/hooks.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'

// What comes in, as people set it up and mend it: a real browser, the real hub, and webhooks signed by Stripe's own package.

const artifacts = fileURLToPath(new URL('../.artifacts/browser', import.meta.url))
let hub: TestHub
let browser: TestBrowser
let cookie: string
let page: Page

beforeAll(async () => {
  browser = await startBrowser()
  hub = await startHub({ app: { clientFolder: browser.clientFolder } })
  cookie = await hub.signIn()
  await connect(hub, 'stripe', 'Card payments')
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

const role = (name: Parameters<Page['getByRole']>[0], label: string | RegExp) => page.getByRole(name, { name: label })
const text = (words: string | RegExp) => page.locator('main').getByText(words)
const dialog = () => page.getByRole('dialog')
const row = (words: string | RegExp) => page.locator('[data-row]').filter({ hasText: words })

/** Path of the source's address, as a person copied it. */
let address: string
const secret = newSigningSecret()
const mapping = `data.object.{ "id": id, "transactionId": latest_charge, "reference": metadata.reference,
  "amount": { "amountMinor": amount, "currency": $uppercase(currency) }, "customerEmail": receipt_email, "live": false }`

async function post(payload: string, signedWith: string): Promise<number> {
  const response = await hub.fetch(address, {
    method: 'POST',
    headers: stripeSigned(payload, signedWith),
    body: payload,
  })
  await response.arrayBuffer()
  return response.status
}

describe('What comes in', () => {
  test('W1, W4: what another secret signed is quarantined before one’s eyes; with the right secret it is proven and routed', async () => {
    page = await browser.open(hub.url, { cookie })
    await page.goto('/webhooks/sources')
    await role('link', 'Open a source').first().click()
    await page.getByLabel('Connection', { exact: true }).selectOption({ label: 'Card payments · Stripe' })
    await role('button', 'Open the source').click()
    await page.waitForURL(/\/webhooks\/sources\/[0-9a-f-]{36}/)
    await role('button', 'Copy the address').click()
    const url = await page.evaluate(() => navigator.clipboard.readText())
    expect(url).toMatch(/\/hooks\/[\w-]{32,}$/)
    address = new URL(url).pathname
    const source = page.url()
    await page.getByRole('textbox', { name: 'Signing secret' }).fill(newSigningSecret())
    await role('button', 'Add the secret').click()
    await page.getByText('The secret is stored, sealed.').waitFor()

    await page.goto('/webhooks/inbox?list=quarantine')
    await text('The quarantine is empty').waitFor()
    expect(await post(stripeEvent('evt_live'), secret)).toBeGreaterThanOrEqual(400)
    await row('Card payments').getByText('Signature does not fit', { exact: true }).waitFor()
    await row('Card payments').getByRole('button', { name: 'type unknown' }).click()
    await dialog().getByText('another secret signed it').first().waitFor()
    await page.keyboard.press('Escape')

    await row('Card payments').getByRole('link', { name: 'Secrets of the source' }).click()
    await page.waitForURL(new RegExp(new URL(source).pathname))
    await page.getByRole('textbox', { name: 'Signing secret' }).fill(secret)
    await role('button', 'Add the secret').click()
    await page.getByText('The secret is stored, sealed.').waitFor()
    expect(await page.content()).not.toContain(secret)

    await page.goto('/webhooks/inbox?list=quarantine')
    await row('Card payments').getByRole('button', { name: 'Verify again' }).click()
    await text('The quarantine is empty').waitFor()
    await page.goto('/webhooks/events')
    await row('payment_intent.succeeded').getByText('Routed').waitFor()
    await row('payment_intent.succeeded').getByRole('link').click()
    await dialog().getByText('payment.succeeded', { exact: true }).waitFor()
  })

  test('W5: a type without a meaning waits in the inbox; assigned and remembered, the next of its kind routes itself', async () => {
    page = await browser.open(hub.url, { cookie })
    await page.goto('/webhooks/inbox')
    await text('The inbox is empty').waitFor()
    const unknown = (id: string) => stripeEvent(id, { type: 'climate.order.created' })
    expect(await post(unknown('evt_unknown_1'), secret)).toBe(200)
    await row('climate.order.created').getByRole('button', { name: 'Assign' }).click()
    await dialog().getByRole('button', { name: 'Assign and route' }).click()
    await dialog().getByText('Choose an event type.').waitFor()
    await dialog().getByLabel('Search events').fill('payment.pending')
    await dialog().getByRole('radio').first().check()
    await dialog()
      .getByLabel(/^Mapping/)
      .fill('{ "amount": ')
    await dialog().getByRole('button', { name: 'Assign and route' }).click()
    await dialog().locator('[aria-invalid="true"]').waitFor()
    const chosen = await dialog().getByRole('radio').first().getAttribute('value')
    await dialog()
      .getByLabel(/^Mapping/)
      .fill(mapping)
    await dialog().getByRole('button', { name: 'Assign and route' }).click()
    await text('The inbox is empty').waitFor()

    expect(await post(unknown('evt_unknown_2'), secret)).toBe(200)
    await page.goto('/webhooks/events?type=climate.order.created')
    await until('both are routed', async () => (await row('Routed').count()) === 2)
    await row('Routed').first().getByRole('link').click()
    await dialog()
      .getByText(chosen ?? '', { exact: true })
      .first()
      .waitFor()
  })

  test('W4: what nobody needs is discarded in one go, and said to be', async () => {
    page = await browser.open(hub.url, { cookie })
    await page.goto('/webhooks/inbox')
    for (const id of ['evt_a', 'evt_b']) await post(stripeEvent(id, { type: 'radar.rule.triggered' }), secret)
    await until('both are listed', async () => (await row('radar.rule.triggered').count()) === 2)
    await page.getByLabel('Select all shown').check()
    await role('button', 'Discard').first().click()
    await dialog().getByRole('button', { name: 'Discard', exact: true }).click()
    await text('The inbox is empty').waitFor()
    await page.goto('/webhooks/events?state=DISCARDED')
    await until('both stay readable', async () => (await row('radar.rule.triggered').count()) === 2)
  })
})
