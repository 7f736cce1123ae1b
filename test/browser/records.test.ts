import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { insertAnyRow } from '../support/any-row.ts'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { startHub, type TestHub } from '../support/hub.ts'

// What is kept of everything, as people use it: the hub's own log, exports, a person's data.

const artifacts = fileURLToPath(new URL('../.artifacts/browser', import.meta.url))
const person = 'fatima.ali@example.com'
let hub: TestHub
let browser: TestBrowser
let cookie: string
let page: Page

beforeAll(async () => {
  browser = await startBrowser()
  hub = await startHub({ app: { clientFolder: browser.clientFolder } })
  cookie = await hub.signIn()
  const { organizationId } = hub
  const connection = await insertAnyRow(hub.database.system.sql, 'Connection', { organizationId, name: 'Shop' })
  const owned = { organizationId, connectionId: connection['id'], provider: 'stripe', steps: '[]', at: new Date() }
  await insertAnyRow(hub.database.system.sql, 'Call', { ...owned, method: 'GET', path: `/customers?email=${person}` })
  await insertAnyRow(hub.database.system.sql, 'Call', { ...owned, method: 'POST', path: '/orders' })
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

test('L1: the hub’s own log is a page of the logs, live, and searched', async () => {
  page = await browser.open(hub.url, { cookie })
  await page.goto('/logs')
  await role('link', 'System').click()
  await page.locator('h1').getByText('System').waitFor()
  await page.getByText(/Patchbay .* started/).waitFor()
  await page.getByLabel('Search kind, text or facts').fill('no such thing')
  await page.getByText('No system event fits these filters.').waitFor()
  expect(page.url()).toContain('q=no+such+thing')
})

test('L4: what is saved is what the filters show', async () => {
  page = await browser.open(hub.url, { cookie })
  await page.goto('/logs?mode=history&q=orders')
  await page.getByText('/orders').first().waitFor()
  await role('button', 'Export').click()
  const saved = page.waitForEvent('download')
  await role('menuitem', /CSV/).click()
  const file = await saved
  expect(file.suggestedFilename()).toMatch(/^patchbay-calls-.*\.csv$/)
  const lines = readFileSync(await file.path(), 'utf8')
    .trim()
    .split('\r\n')
  expect(lines).toHaveLength(2)
  expect(lines[1]).toContain('/orders')
})

test('L4, N7: an owner looks for a person’s data, types it again, and sees the report', async () => {
  page = await browser.open(hub.url, { cookie })
  await page.goto('/settings')
  await page.getByText('Whole database').waitFor()
  await page.getByLabel('Whose data').fill('ab')
  await role('button', 'Look for it').click()
  await page.getByText('At least six characters.').waitFor()
  await page.getByLabel('Whose data').fill(person)
  await role('button', 'Look for it').click()
  await page.getByText('1 row holds it and would be changed').waitFor()
  await role('button', 'Erase for good').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox').fill(person)
  await dialog.getByRole('button', { name: 'Erase for good' }).click()
  await page.getByText('1 row changed').first().waitFor()
  await page.getByText('Done', { exact: true }).waitFor()
  const { data } = await hub.graphql<{ calls: { edges: unknown[] } }>(
    '{ calls(search: "fatima") { edges { node { path } } } }',
  )
  expect(data.calls.edges).toEqual([])
})
