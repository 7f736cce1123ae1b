import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { connect } from '../support/connect.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'

// API keys as people make, watch and end them: a real browser on the real hub, and programs that use the keys.

const artifacts = fileURLToPath(new URL('../.artifacts/browser', import.meta.url))
let hub: TestHub
let browser: TestBrowser
let cookie: string
let page: Page

beforeAll(async () => {
  browser = await startBrowser()
  hub = await startHub({ app: { clientFolder: browser.clientFolder } })
  await Promise.all([connect(hub, 'stripe', 'Card payments'), connect(hub, 'printful', 'Garments')])
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
const text = (words: string | RegExp) => page.getByText(words)
const dialog = () => page.getByRole('dialog')
const main = () => page.locator('main')

describe('An API key', () => {
  test('Y1: is made with what it needs and no more, shown once, and does exactly that', async () => {
    page = await browser.open(hub.url, { cookie })
    await page.goto('/keys')
    await role('button', 'New key').click()
    await dialog().getByRole('button', { name: 'Make the key' }).click()
    await dialog().getByText('Give it a name.').waitFor()
    await dialog().getByText('Choose at least one permission.').waitFor()

    await dialog().getByLabel('Name', { exact: true }).fill('Warehouse')
    await dialog().getByRole('button', { name: 'Read only' }).click()
    await dialog()
      .getByText(/^\d+ chosen$/)
      .waitFor()
    await dialog().getByPlaceholder('Search permissions').fill('audit')
    await dialog().getByText('audit:read').waitFor()
    expect(
      await dialog()
        .getByRole('checkbox', { name: /^audit:read/ })
        .isChecked(),
    ).toBe(false)
    await dialog().getByLabel('Only these').check()
    await dialog()
      .getByRole('checkbox', { name: /^Card payments/ })
      .check()

    const networks = dialog()
      .getByLabel(/^Networks it may be used from/)
      .first()
    await networks.fill('10.0.0.0/33')
    await networks.press('Enter')
    await dialog().getByText('10.0.0.0/33 is no address and no network.').waitFor()
    await networks.fill('0.0.0.0/0')
    await networks.press('Enter')
    await dialog()
      .getByText(/leave the list empty instead/)
      .waitFor()
    await networks.fill('')
    await dialog().getByRole('button', { name: 'Add my address' }).click()
    await dialog().getByRole('button', { name: 'Remove 127.0.0.1' }).waitFor()
    await dialog()
      .getByLabel(/^It ends/)
      .selectOption('temporary')
    await dialog().getByLabel('Ends after').selectOption('h8')
    await dialog().getByRole('button', { name: 'Make the key' }).click()

    const secret = await dialog().locator('[data-secret]').innerText()
    expect(secret).toMatch(/^pb_live_/)
    await dialog().getByText('Try it').waitFor()
    await page.keyboard.press('Escape')
    await page.mouse.click(5, 5)
    expect(await dialog().locator('[data-secret]').innerText()).toBe(secret)
    await role('button', 'I have stored it').click()
    await page.waitForURL(/\/keys\/[0-9a-f-]{36}$/)
    await role('heading', 'Warehouse').waitFor()
    await main().getByText('Temporary', { exact: true }).waitFor()
    await main().getByText('127.0.0.1').waitFor()
    expect(await page.content()).not.toContain(secret)

    const seen = await hub.graphql<{ viewer: { name: string }; connections: { edges: { node: { name: string } }[] } }>(
      '{ viewer { name } connections { edges { node { name } } } }',
      {},
      { key: secret },
    )
    expect(seen.data.viewer.name).toBe('Warehouse')
    expect(seen.data.connections.edges.map(({ node }) => node.name)).toEqual(['Card payments'])
    const denied = await hub.graphql('{ auditEntries { edges { cursor } } }', {}, { key: secret })
    expect(denied.errors).not.toEqual([])
  })

  test('Y2: is changed, rotated with an overlap, and ended by its name and a reason, at once', async () => {
    const { uuid, secret } = await make('Order desk', ['event:read', 'connection:read'])
    page = await browser.open(hub.url, { cookie })
    await page.goto(`/keys/${uuid}?tab=settings`)
    await main()
      .getByRole('textbox', { name: /^Requests a minute/ })
      .fill('0')
    await main().getByText('A whole number between 1 and 600,000.').waitFor()
    await main()
      .getByRole('textbox', { name: /^Requests a minute/ })
      .fill('900')
    await main()
      .getByRole('checkbox', { name: /^event:read/ })
      .uncheck()
    await role('button', 'Save changes').click()
    await text(/^The key was saved/).waitFor()
    await role('tab', 'Overview').click()
    await main().getByText('1 permission', { exact: true }).waitFor()
    await main().getByText('900', { exact: true }).waitFor()

    await role('button', 'Rotate').click()
    await dialog().getByLabel('The old key works on for').selectOption('h1')
    await dialog().getByRole('button', { name: 'Make the new key' }).click()
    const successor = await dialog().locator('[data-secret]').innerText()
    await role('button', 'I have stored it').click()
    await main().getByText('Replaces').waitFor()
    expect(await works(secret)).toBe(true)
    expect(await works(successor)).toBe(true)

    await role('button', 'Actions: Order desk').click()
    await role('menuitem', /^Revoke/).click()
    const sure = dialog().getByRole('button', { name: 'Revoke' })
    expect(await sure.isDisabled()).toBe(true)
    await dialog()
      .getByLabel(/^Type Order desk/)
      .fill('Order desk')
    await sure.click()
    await dialog().getByText('Say why.').waitFor()
    await dialog().getByLabel('Why').fill('The desk was sold')
    await sure.click()
    await text('Order desk has ended, everywhere.').waitFor()
    await main().getByText('Revoked', { exact: true }).waitFor()
    await main().getByText('The desk was sold').waitFor()
    expect(await works(successor)).toBe(false)
    expect(await works(secret)).toBe(true)

    await page.goto('/keys?list=refused')
    await until('the attempt is on record', async () => {
      await page.reload()
      await main().getByText('Emergency').waitFor()
      return (await main().getByText('Revoked', { exact: true }).count()) > 0
    })
    await page.goto('/keys?list=ended')
    await main().getByRole('link', { name: 'Order desk' }).waitFor()
  })

  test('Y2: in an emergency every key ends by the name of the organization, and people stay signed in', async () => {
    const { secret } = await make('Leaked', ['connection:read'])
    page = await browser.open(hub.url, { cookie })
    await page.goto('/keys')
    await main().getByRole('link', { name: 'Leaked' }).waitFor()
    const organization = await organizationName()
    await role('button', /^Revoke all keys/).click()
    const sure = dialog().getByRole('button', { name: 'Revoke all keys' })
    await dialog().getByLabel(/^Type/).fill('something else')
    expect(await sure.isDisabled()).toBe(true)
    await dialog().getByLabel(/^Type/).fill(organization)
    await dialog().getByLabel('Why').fill('A laptop was stolen')
    await sure.click()
    await text(/keys have ended\./).waitFor()
    await text('No key is in use').waitFor()
    expect(await works(secret)).toBe(false)
    expect(await works(hub.apiKey)).toBe(false)
  })
})

async function make(name: string, scopes: string[]): Promise<{ readonly uuid: string; readonly secret: string }> {
  const { data } = await hub.graphql<{ createApiKey: { secret: string; apiKey: { uuid: string } } }>(
    `mutation ($input: CreateApiKeyInput!) {
       createApiKey(input: $input) { ... on CreateApiKeySuccess { secret apiKey { uuid } } }
     }`,
    { input: { name, scopes } },
  )
  return { uuid: data.createApiKey.apiKey.uuid, secret: data.createApiKey.secret }
}

async function works(key: string): Promise<boolean> {
  const { data, errors } = await hub.graphql<{ connections: object | null } | null>(
    '{ connections { totalCount } }',
    {},
    { key },
  )
  return errors.length === 0 && data?.connections != null
}

async function organizationName(): Promise<string> {
  const { data } = await hub.graphql<{ organization: { name: string } }>('{ organization { name } }', {}, { cookie })
  return data.organization.name
}
