import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { replacePassword } from '@patchbay/server/engine/people/new-password.ts'
import { catalog } from '@patchbay/server/providers/index.ts'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { connect, probeNow, setLab } from '../support/connect.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'

// The admin as people use it: a real browser on the real hub, with the vendors of the lab.

const artifacts = fileURLToPath(new URL('../.artifacts/browser', import.meta.url))
let hub: TestHub
let browser: TestBrowser
let cookie: string
let page: Page

beforeAll(async () => {
  browser = await startBrowser()
  hub = await startHub({ app: { clientFolder: browser.clientFolder } })
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

describe('Signing in', () => {
  test('U1: a wrong password is answered in words, the right one leads back to where the person wanted to go', async () => {
    page = await browser.open(hub.url)
    await page.goto('/members')
    await page.waitForURL(/\/sign-in\?/)
    await page.getByLabel('Email').fill(hub.admin.email)
    await page.getByLabel('Password', { exact: true }).fill('not the password')
    await role('button', 'Sign in').click()
    await text('Email or password is not right.').waitFor()
    await page.getByLabel('Password', { exact: true }).fill(hub.admin.password)
    await page.keyboard.press('Enter')
    await page.waitForURL('**/members')
    await page.locator('h1').getByText('Members').waitFor()
  })

  test('U1: a given password has to be changed before anything else', async () => {
    const email = 'given@patchbay.test'
    const { link } = await invite(email)
    page = await browser.open(hub.url)
    await accept(page, link, 'a password of my own')
    const given = (await replacePassword(hub.database.system.prisma, email)) ?? ''
    await signIn(page, email, given)
    await role('heading', 'Choose your own password').waitFor()
    const fresh = 'nobody else knows this one'
    await page.getByLabel('New password', { exact: true }).fill(fresh)
    await page.getByLabel('New password again').fill(fresh)
    await role('button', 'Change password').click()
    await role('navigation', 'Main').first().waitFor()
    await page.context().clearCookies()
    await signIn(page, email, fresh)
    await role('navigation', 'Main').first().waitFor()
  })

  test('U1: somebody invited joins by the link, which then works no more', async () => {
    page = await browser.open(hub.url, { cookie })
    await page.goto('/members')
    await role('button', 'Invite someone').click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Email').fill('huda@patchbay.test')
    await dialog.getByRole('button', { name: 'Create invitation' }).click()
    const link = await dialog.getByText(/\/invitation\//).innerText()
    const other = await browser.open(hub.url)
    await accept(other, link, 'a long enough password')
    await other.goto(link)
    await other.getByLabel('Your name').fill('Again')
    await other.getByLabel('Password', { exact: true }).fill('a long enough password')
    await other.getByRole('button', { name: 'Join' }).click()
    await other.getByText('This invitation does not work any more').waitFor()
    await other.context().close()
    await page.reload()
    await page.locator('main').getByText('huda@patchbay.test').first().waitFor()
  })
})

describe('A connection', () => {
  test('U1: a connection is paused, resumed, and deleted by naming it', async () => {
    const { uuid, name } = await connect(hub, 'printful', 'Garments')
    page = await browser.open(hub.url, { cookie })
    await page.goto(`/connections/${uuid}`)
    await role('button', 'Pause').click()
    await page.locator('main header').getByText('Paused').waitFor()
    await page.locator('main').getByRole('button', { name: 'Resume' }).click()
    await page.locator('main header').getByText('Active').waitFor()
    await role('button', 'Actions').click()
    await role('menuitem', /^Delete/).click()
    const sure = page.getByRole('dialog').getByRole('button', { name: 'Delete' })
    expect(await sure.isDisabled()).toBe(true)
    await page.getByRole('dialog').getByLabel(`Type ${name} to confirm`).fill(name)
    await sure.click()
    await page.waitForURL('**/connections')
    await text(`${name} was deleted.`).waitFor()
    await page.goto(`/connections/${uuid}`)
    await page.locator('main').getByText('There is nothing here').first().waitFor()
  })
})

describe('What moves by itself', () => {
  test('U4: the dashboard follows an outage and its end without a reload', async () => {
    const sendgrid = await connect(hub, 'sendgrid', 'Customer mail')
    page = await browser.open(hub.url, { cookie })
    await page.goto('/')
    await page.locator('main').getByText('Customer mail').first().waitFor()
    await role('heading', /healthy/).waitFor()
    await page.evaluate(() => Object.assign(window, { neverReloaded: true }))
    await setLab(hub, 'sendgrid', { down: true })
    await until('it is down', async () => (await probeNow(hub, sendgrid.id)) === 'DOWN')
    await role('heading', /1 down/).waitFor()
    await role('heading', 'Open incidents').waitFor()
    await setLab(hub, 'sendgrid', { down: false })
    await until('it is healthy', async () => (await probeNow(hub, sendgrid.id)) === 'HEALTHY')
    await role('heading', 'Open incidents').waitFor({ state: 'detached' })
    await role('heading', /1 down/).waitFor({ state: 'detached' })
    expect(await page.evaluate(() => 'neverReloaded' in window)).toBe(true)
  })

  test('U4: logs follow the tail, hold while paused, filter by the address, and open a call', async () => {
    const shop = await connect(hub, 'shopify', 'Storefront')
    const mail = await connect(hub, 'printify', 'Accessories')
    page = await browser.open(hub.url, { cookie })
    await page.goto(`/logs?connection=${shop.uuid}`)
    const rows = page.locator('[role="row"][data-row]')
    await rows.first().waitFor()
    const before = await rows.count()
    await probeNow(hub, mail.id)
    await probeNow(hub, shop.id)
    await until('the probe is shown', async () => (await rows.count()) > before)
    expect(await rows.getByText('Accessories').count()).toBe(0)

    await role('button', 'Pause').click()
    const held = await rows.count()
    await probeNow(hub, shop.id)
    await text(/^[1-9]\d* waiting$/).waitFor()
    expect(await rows.count()).toBe(held)
    await role('button', 'Resume').click()
    await until('what waited is shown', async () => (await rows.count()) > held)

    await page.getByLabel('Outcome').selectOption('failed')
    await page.waitForURL(/outcome=failed/)
    await text('No calls found').waitFor()
    await role('button', 'Clear filters').first().click()
    await rows.first().waitFor()

    await rows.first().getByRole('link').click()
    const drawer = page.getByRole('dialog')
    await drawer.getByRole('heading', { name: 'Request' }).waitFor()
    await drawer.getByRole('heading', { name: 'Response' }).waitFor()
    await drawer.getByText('[redacted]').first().waitFor()
    const address = page.url()
    expect(address).toMatch(/call=[0-9a-f-]{36}/)
    await drawer.getByRole('button', { name: 'Copy as curl' }).click()
    expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^curl -X/)
    await page.keyboard.press('Escape')
    await drawer.waitFor({ state: 'detached' })
    await page.goto(address)
    await page.getByRole('dialog').getByRole('heading', { name: 'Request' }).waitFor()
  })
})

describe('For everybody', () => {
  test('U3: Arabic turns the page around and stays after a reload', async () => {
    page = await browser.open(hub.url, { cookie })
    await page.goto('/')
    await role('button', /Administrator/).click()
    await role('menuitem', /Language/).click()
    await expect.poll(() => page.evaluate(() => document.documentElement.dir)).toBe('rtl')
    await page.goto('/connections')
    await role('heading', 'الاتصالات').waitFor()
    expect(await page.evaluate(() => [document.documentElement.lang, document.documentElement.dir])).toEqual([
      'ar',
      'rtl',
    ])
  })

  test('U3: a change of language leaves nothing of the other one, and keeps what was typed', async () => {
    page = await browser.open(hub.url, { cookie })
    await page.goto('/connections/new')
    // Found by what it does, in the language that is not spoken, as it is typed: without its hamza.
    await page.getByRole('searchbox').fill('الرسائل اعد')
    await page.locator('main a[href="/connections/new?provider=convertkit"]').click()
    const turn = async () => {
      await role('button', /Administrator/).click()
      await page.getByRole('menuitem').nth(1).click()
    }
    const { fields: english = [], templates: plain = [] } = catalog.get('convertkit') ?? {}
    const { fields: arabic = [], templates = [] } = catalog.in('ar').get('convertkit') ?? {}
    await page.locator('main form input').first().fill('Newsletter')
    await page.getByRole('option', { name: plain[0]?.name ?? '' }).waitFor({ state: 'attached' })
    await turn()
    await page.getByRole('option', { name: templates[0]?.name ?? '' }).waitFor({ state: 'attached' })
    await page.locator('main form [type="submit"]').click()
    for (const { label } of arabic) await page.getByLabel(label).waitFor()
    await page.getByLabel(arabic[1]?.label ?? '').fill('not a number')
    await page.getByLabel(arabic[2]?.label ?? '').focus()
    await text(arabic[1]?.rule?.message ?? '').waitFor()
    await turn()
    await text(english[1]?.rule?.message ?? '').waitFor()
    for (const { label, help } of english) {
      await page.getByLabel(label).waitFor()
      await text(help ?? '').waitFor()
    }
    expect(await page.getByLabel(english[1]?.label ?? '').inputValue()).toBe('not a number')
    expect(await page.locator('main').innerText()).not.toMatch(/\p{Script=Arabic}/u)
  })

  test('U2: the theme is the system’s until somebody chooses', async () => {
    page = await browser.open(hub.url, { cookie, theme: 'dark' })
    await page.goto('/')
    const ground = () => page.evaluate(() => getComputedStyle(document.documentElement).backgroundColor)
    await role('button', /Administrator/).waitFor()
    const dark = await ground()
    await role('button', /Administrator/).click()
    await role('menuitem', /Theme/).click()
    await expect.poll(ground).not.toBe(dark)
    await page.reload()
    await role('button', /Administrator/).waitFor()
    expect(await ground()).not.toBe(dark)
  })

  test('U2: the palette goes everywhere by keyboard, and focus returns', async () => {
    const { name } = await connect(hub, 'paypal', 'Wallet payments')
    page = await browser.open(hub.url, { cookie })
    await page.goto('/')
    await role('button', /Administrator/).waitFor()
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder(/Go to/).fill('logs')
    await page.keyboard.press('Enter')
    await page.waitForURL('**/logs')
    await page.keyboard.press('Control+k')
    await page.getByPlaceholder(/Go to/).fill('wallet')
    await page.getByRole('dialog').getByRole('option', { name }).waitFor()
    await page.keyboard.press('Enter')
    await role('heading', name).waitFor()
    await page.keyboard.press('Control+k')
    await page.keyboard.press('Escape')
    await page.getByPlaceholder(/Go to/).waitFor({ state: 'detached' })
  })

  test('U2: what matters is reached and used without a mouse', async () => {
    page = await browser.open(hub.url, { cookie })
    await page.goto('/connections')
    await page.locator('main [data-row]').first().waitFor()
    await page.keyboard.press('Tab')
    expect(await focused()).toMatch(/Skip to content/)
    await page.keyboard.press('Enter')
    await tabTo(/Connect a service/)
    await page.keyboard.press('/')
    expect(await page.evaluate(() => document.activeElement?.getAttribute('type'))).toBe('search')
    await page.keyboard.press('Escape')
    await page.evaluate(() => (document.activeElement as HTMLElement).blur())
    await page.keyboard.press('j')
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/connections\/[0-9a-f-]{36}/)
    await role('tab', 'Overview').waitFor()
    await tabTo(/Overview/)
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
    await page.waitForURL(/tab=health/)
  })
})

async function focused(): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (!element?.matches('a, button, input, select')) return ''
    return `${element.getAttribute('aria-label') ?? ''} ${element.textContent}`.trim()
  })
}
/** Presses Tab until what it says is focused. */
async function tabTo(words: RegExp): Promise<void> {
  for (let step = 0; step < 60; step += 1) {
    if (words.test(await focused())) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never reaches ${words.source}`)
}

async function invite(email: string): Promise<{ link: string }> {
  const { data } = await hub.graphql<{ inviteMember: { link: string } }>(
    'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { ... on InviteMemberSuccess { link } } }',
    { input: { email, role: 'OPERATOR', idempotencyKey: crypto.randomUUID() } },
  )
  return data.inviteMember
}

async function accept(on: Page, link: string, password: string): Promise<void> {
  await on.goto(link)
  await on.getByLabel('Your name').fill('Huda')
  await on.getByLabel('Password', { exact: true }).fill(password)
  await on.getByRole('button', { name: 'Join' }).click()
  await on.waitForURL('**/sign-in')
}

async function signIn(on: Page, email: string, password: string): Promise<void> {
  await on.goto('/sign-in')
  await on.getByLabel('Email').fill(email)
  await on.getByLabel('Password', { exact: true }).fill(password)
  await on.getByRole('button', { name: 'Sign in' }).click()
}
