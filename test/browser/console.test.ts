import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { connect, type Connected } from '../support/connect.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'

// Requests made by hand, through the whole pipeline to the vendors of the lab.

const artifacts = fileURLToPath(new URL('../.artifacts/browser', import.meta.url))
let hub: TestHub
let browser: TestBrowser
let cookie: string
let page: Page
let cards: Connected
let live: Connected

beforeAll(async () => {
  browser = await startBrowser()
  hub = await startHub({ app: { clientFolder: browser.clientFolder } })
  cards = await connect(hub, 'stripe', 'Card payments')
  live = await connect(hub, 'printful', 'Garments')
  cookie = await hub.signIn()
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
const dialog = () => page.getByRole('dialog')
const answer = () => page.getByRole('region', { name: 'Answer' })
const steps = () => page.getByRole('region', { name: 'Where the time went' })
const send = () => role('button', 'Send').and(page.locator('main form button')).click()

describe('The request console', () => {
  test('X1: sends from a connection’s page, shows the answer and every step as bars and as a table, and says it as curl', async () => {
    page = await browser.open(hub.url, { cookie })
    await page.goto(`/connections/${cards.uuid}`)
    await role('button', 'Actions').click()
    await role('menuitem', 'Send a request').click()
    await page.waitForURL(/\/console\?connection=/)
    await page.getByLabel('Path').fill('v1/balance')
    await send()
    await page.getByText('Begin with / and use no blanks.').waitFor()
    await page.getByLabel('Path').fill('/v1/balance')
    await page
      .getByRole('group', { name: 'Query' })
      .getByRole('button', { name: /^Add a row/ })
      .click()
    await page.getByLabel('Query, name 1').fill('expand[]')
    await page.getByLabel('Query, value 1').fill('available')
    await page.keyboard.press('Control+Enter')
    await answer().getByText('200').first().waitFor()
    await answer()
      .getByText(/"object": "balance"/)
      .waitFor()
    await steps().getByText('Vendor answered').waitFor()
    await steps().getByRole('button', { name: 'As a table' }).click()
    await steps()
      .getByRole('row', { name: /Vendor answered the vendor/ })
      .waitFor()
    await answer().getByText('Headers', { exact: true }).click()
    await answer()
      .getByText(/content-type: application\/json/)
      .waitFor()

    await role('button', 'Copy as curl').click()
    const command = await page.evaluate(() => navigator.clipboard.readText())
    expect(command).toContain(`/proxy/${cards.uuid}/v1/balance?expand%5B%5D=available`)
    expect(command).toContain('$PATCHBAY_KEY')
    await answer().getByRole('link', { name: 'Open in the log' }).click()
    await dialog()
      .getByText(/GET .*\/v1\/balance/)
      .first()
      .waitFor()
  })

  test('X1: what changes the real world asks first, and faulty JSON is said before anything is sent', async () => {
    await setEnvironment(live.id)
    page = await browser.open(hub.url, { cookie })
    await page.goto(`/console?connection=${live.uuid}&method=POST&path=/orders`)
    await page.getByLabel('Body as JSON').fill('{"recipient": ')
    await page.getByText(/^This is no JSON yet/).waitFor()
    await page.getByLabel('Body as JSON').fill('{"recipient":{"name":"Noor"}}')
    await role('button', 'Format').click()
    expect(await page.getByLabel('Body as JSON').inputValue()).toContain('  "recipient": {')
    const before = await postsTo('/orders')
    await send()
    await dialog().getByText('POST on Garments?').waitFor()
    await dialog().getByRole('button', { name: 'Cancel' }).click()
    expect(await postsTo('/orders')).toBe(before)
    await send()
    await dialog().getByRole('button', { name: 'Send POST' }).click()
    await dialog().waitFor({ state: 'detached' })
    await answer().getByText('POST').first().waitFor()
    await until('it was sent', async () => (await postsTo('/orders')) === before + 1)
  })

  test('X1: a failure is said in words with what to do, and this tab’s requests can be shown again', async () => {
    page = await browser.open(hub.url, { cookie })
    await page.goto(`/console?connection=${cards.uuid}&path=/v1/balance`)
    await page.getByText('What you send stands here.').waitFor()
    await send()
    await answer().getByText('200').first().waitFor()
    await pause(cards.id)
    await page.getByLabel('Path').fill('/v1/charges')
    await send()
    await answer().getByText('It did not get through').waitFor()
    await answer().getByText('Connection paused').waitFor()
    await role('button', 'Show GET /v1/balance again').click()
    await answer().getByText('200').first().waitFor()
    expect(await page.getByLabel('Path').inputValue()).toBe('/v1/balance')
    await role('button', 'Forget them').click()
    await page.getByText('What you send stands here.').waitFor()
  })
})

const pause = (id: string) =>
  hub.graphql('mutation ($id: ID!) { pauseConnection(input: { id: $id }) { __typename } }', { id })

async function setEnvironment(id: string): Promise<void> {
  const { data } = await hub.graphql<{ connection: { environment: string } }>(
    'query ($id: ID!) { connection(id: $id) { environment } }',
    { id },
  )
  expect(data.connection.environment).toBe('LIVE')
}

async function postsTo(path: string): Promise<number> {
  const { data } = await hub.graphql<{ calls: { edges: { node: { method: string } }[] } }>(
    'query ($search: String) { calls(first: 50, search: $search) { edges { node { method } } } }',
    { search: path },
  )
  return data.calls.edges.filter(({ node }) => node.method === 'POST').length
}
