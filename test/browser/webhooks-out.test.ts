import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { Webhook } from 'standardwebhooks'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { until } from '../support/until.ts'

// What goes out, as people set it up and mend it: a real browser, the real hub, and a consumer on the loopback.

const artifacts = fileURLToPath(new URL('../.artifacts/browser', import.meta.url))
let hub: TestHub
let receiver: Receiver
let browser: TestBrowser
let cookie: string
let page: Page

beforeAll(async () => {
  receiver = await startReceiver()
  browser = await startBrowser()
  hub = await startHub({
    env: { PATCHBAY_EGRESS_ORIGINS: receiver.origin },
    app: { clientFolder: browser.clientFolder },
  })
  cookie = await hub.signIn()
})
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await page.screenshot({ path: join(artifacts, `${task.name.slice(0, 40)}.png`) })
  await page.context().close()
})
afterAll(async () => {
  await browser?.stop()
  await hub?.stop()
  await receiver?.close()
  expect(browser.faults).toEqual([])
})

const role = (name: Parameters<Page['getByRole']>[0], label: string | RegExp) => page.getByRole(name, { name: label })
const text = (words: string | RegExp) => page.getByText(words)
const dialog = () => page.getByRole('dialog')

describe('An endpoint', () => {
  test('D1: is made through the form, which says what is wrong first; its secret is shown once and verifies', async () => {
    page = await browser.open(hub.url, { cookie })
    await page.goto('/webhooks/endpoints')
    await role('link', 'Add an endpoint').first().click()
    await role('button', 'Add the endpoint').click()
    await text('Say where events should go.').waitFor()
    await text('Choose at least one event type.').waitFor()

    await page.getByRole('textbox', { name: 'Address' }).fill('http://169.254.169.254/latest')
    await page.getByLabel(/^What it is for/).fill('Order desk')
    await page.getByPlaceholder(/^Search events/).fill('payment.*')
    await role('button', /^Add payment\.\*/).click()
    await text(/matches \d+ types/).waitFor()
    await role('button', 'Add the endpoint').click()
    await text(/^The hub may not send there\./).waitFor()

    await page.getByRole('textbox', { name: 'Address' }).fill(receiver.url('orders'))
    await role('button', 'Add the endpoint').click()
    const secret = await dialog().locator('[data-secret]').innerText()
    expect(secret).toMatch(/^whsec_/)
    await dialog().getByRole('button', { name: 'I have stored it' }).click()
    await page.waitForURL(/\/webhooks\/endpoints\/[0-9a-f-]{36}$/)
    await page.reload()
    await role('heading', /orders$/).waitFor()
    expect(await page.content()).not.toContain(secret)

    await role('button', 'Send test event').click()
    await dialog().getByText('Delivered').first().waitFor()
    await dialog().getByText('Answer 200').waitFor()
    const [got] = receiver.of('orders')
    if (got === undefined) throw new Error('nothing arrived')
    const event = new Webhook(secret).verify(got.body, { ...got.headers })
    expect(event).toMatchObject({ test: true })
    expect(await page.content()).not.toContain(secret)
  })

  test('D1: a mapping is tried while it is written, and its fault is said with its place', async () => {
    page = await browser.open(hub.url, { cookie })
    await page.goto('/webhooks/endpoints/new')
    await page.getByText('JSONata mapping', { exact: true }).click()
    const preview = page.getByRole('region', { name: 'Preview' })
    await preview.getByText(/"type": "/).waitFor()
    const editor = page.getByLabel('Expression')
    await editor.fill('{ "kind": type, "n": data.')
    await preview.getByText('This does not work yet').waitFor()
    await editor.fill('{ "kind": $uppercase(type) }')
    await preview.getByText(/"kind": "[A-Z.]+"/).waitFor()
    await editor.fill('nothing.of.that')
    await preview.getByText(/would not be sent/).waitFor()

    await page.getByText('GraphQL document', { exact: true }).click()
    await page.getByLabel('Query').fill('query ($id: ID!) { event(id: $id) { typ } }')
    await preview.getByText(/Cannot query field/).waitFor()
  })

  test('D3: its page changes keys with an overlap, turns it off and on, and deletes it by its address', async () => {
    const { uuid, url } = await endpoint('keys')
    page = await browser.open(hub.url, { cookie })
    await page.goto(`/webhooks/endpoints/${uuid}?tab=keys`)
    await role('button', 'New key').click()
    await dialog().getByLabel('Signature').selectOption('ED25519')
    await dialog().getByRole('button', { name: 'Make the key' }).click()
    await dialog()
      .getByText(/^whpk_/)
      .waitFor()
    await dialog().getByRole('button', { name: 'I have stored it' }).click()
    await page.locator('main').getByText('Key pair (ed25519)').waitFor()
    await page
      .locator('main')
      .getByText(/Ends (in|tomorrow)/)
      .waitFor()

    await role('button', 'Actions').click()
    await role('menuitem', /^Turn off/).click()
    await dialog().getByRole('button', { name: 'Turn off' }).click()
    await page.locator('main header').getByText('Off', { exact: true }).waitFor()
    await role('button', 'Turn on').click()
    await page.locator('main header').getByText('Healthy').waitFor()

    await role('button', 'Actions').click()
    await role('menuitem', /^Delete/).click()
    const sure = dialog().getByRole('button', { name: 'Delete' })
    expect(await sure.isDisabled()).toBe(true)
    await dialog().getByLabel(/^Type/).fill(url)
    await sure.click()
    await page.waitForURL('**/webhooks/endpoints')
    await text('The endpoint was deleted.').waitFor()
  })
})

describe('Deliveries', () => {
  test('D4: what fails becomes a dead letter, live, and a replay of all found brings it home with progress', async () => {
    const { id, uuid } = await endpoint('flaky', { schedule: [0] })
    receiver.behave('flaky', () => ({ status: 500, body: 'the till is closed' }))
    page = await browser.open(hub.url, { cookie })
    await page.goto(`/webhooks/deliveries?endpoint=${uuid}`)
    await text('No deliveries found').waitFor()
    await page.evaluate(() => Object.assign(window, { neverReloaded: true }))
    for (const _ of [1, 2, 3]) await sendTest(id)
    const rows = page.locator('[role="row"][data-row]')
    await until('they are dead', async () => (await rows.filter({ hasText: 'Dead letter' }).count()) === 3)

    await rows.first().locator('a').click()
    await dialog()
      .getByText(/^Given up after 1 attempt/)
      .first()
      .waitFor()
    await dialog().getByText('What it answered').click()
    await dialog().getByText('the till is closed').waitFor()
    await page.keyboard.press('Escape')
    expect(await page.evaluate(() => 'neverReloaded' in window)).toBe(true)

    await page.goto('/webhooks/dead-letters')
    await until('all are listed', async () => (await page.locator('main li[data-row]').count()) === 3)
    expect(await role('button', 'Replay all found').isDisabled()).toBe(true)
    await page.locator('main select').first().selectOption(uuid)
    receiver.behave('flaky', () => ({ status: 204 }))
    await page
      .getByLabel(/^Select /)
      .nth(1)
      .check()
    await page.getByText('1 selected').waitFor()
    await role('button', 'Replay selected').click()
    await dialog().getByText('1 delivery would be sent again').waitFor()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    await role('button', 'Replay all found').click()
    await dialog().getByText('3 deliveries would be sent again').waitFor()
    await dialog().getByRole('button', { name: 'Replay', exact: true }).click()
    await dialog().getByText('3 arrived').waitFor()
    await dialog().getByText('Done').waitFor()
    expect(await dialog().getByRole('progressbar').getAttribute('aria-valuenow')).toBe('100')
    await dialog().getByRole('button', { name: 'Close', exact: true }).last().click()
    await text('No deliveries found').waitFor()
    await page.locator('main').getByText('3 of 3 queued').waitFor()
  })

  test('D5: an endpoint that keeps failing is given a rest in words; once well, what the outage cost is sent again', async () => {
    const { id, uuid } = await endpoint('outage', { schedule: [0] })
    receiver.behave('outage', () => 'cut')
    page = await browser.open(hub.url, { cookie })
    await page.goto(`/webhooks/endpoints/${uuid}`)
    await page.locator('main header').getByText('Healthy').waitFor()
    for (const _ of [1, 2, 3, 4, 5]) await sendTest(id)
    await page.locator('main header').getByText('Resting').waitFor()
    await text(/^It failed again and again, so the hub lets it rest/).waitFor()

    receiver.behave('outage', () => ({}))
    await role('button', 'Resume now').click()
    await page.locator('main header').getByText('Resting').waitFor({ state: 'detached' })
    const before = receiver.of('outage').length
    await role('button', 'Replay everything since the outage').click()
    await dialog().getByText('5 deliveries would be sent again').waitFor()
    await dialog().getByRole('button', { name: 'Replay', exact: true }).click()
    await dialog().getByText('5 arrived').waitFor()
    expect(receiver.of('outage').length - before).toBe(5)
  })

  test('D4: one is sent again by hand, as a new round in its timeline', async () => {
    const { id } = await endpoint('again', { schedule: [0] })
    receiver.behave('again', () => ({ status: 503 }))
    const { deliveryUuid } = await sendTest(id)
    page = await browser.open(hub.url, { cookie })
    await page.goto(`/webhooks/deliveries/${deliveryUuid}`)
    await page.locator('main').getByText('Dead letter').first().waitFor()
    receiver.behave('again', () => ({}))
    await role('button', 'Send again').click()
    await dialog().getByRole('button', { name: 'Send again' }).click()
    await page.locator('main').getByText('Round 2 began: replayed').waitFor()
    await page.locator('main').getByText('Answer 200').waitFor()
    expect(receiver.of('again').map(({ headers }) => headers['webhook-id'])).toHaveLength(2)
    expect(new Set(receiver.of('again').map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })
})

async function endpoint(
  name: string,
  more: Record<string, unknown> = {},
): Promise<{ readonly id: string; readonly uuid: string; readonly url: string }> {
  const { data } = await hub.graphql<{ createEndpoint: { endpoint: { id: string; uuid: string; url: string } } }>(
    `mutation ($input: CreateEndpointInput!) {
       createEndpoint(input: $input) { ... on CreateEndpointSuccess { endpoint { id uuid url } } }
     }`,
    { input: { url: receiver.url(name), eventTypes: ['*'], ...more } },
  )
  return data.createEndpoint.endpoint
}

async function sendTest(endpointId: string): Promise<{ readonly deliveryUuid: string }> {
  const { data } = await hub.graphql<{ sendTestEvent: { event: { deliveries: { uuid: string }[] } } }>(
    `mutation ($input: SendTestEventInput!) {
       sendTestEvent(input: $input) { ... on SendTestEventSuccess { event { deliveries { uuid } } } }
     }`,
    { input: { endpointId } },
  )
  return { deliveryUuid: data.sendTestEvent.event.deliveries[0]?.uuid ?? '' }
}
