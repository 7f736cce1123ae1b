import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { Page } from 'playwright-core'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser, type View } from '../support/browser.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'
import { stumbles } from './stumbles.ts'

// Services connected as people connect them, one of every way to sign in: a real browser on the real hub, with the vendors
// of the lab.

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
const field = (name: string) => page.locator(`[data-fields] [name="${name}"]`)
/** What stands under a field. */
const said = (name: string) => page.locator('[data-fields] > div', { has: page.locator(`[name="${name}"]`) })
const submit = () => page.locator('main form button[type="submit"]').click()

describe('Connecting a service', () => {
  test('U1: Stripe with a wrong key shows the field to mend; with the right one it works', async () => {
    page = await browser.open(hub.url, { cookie })
    await page.goto('/marketplace')
    await page.getByRole('searchbox').fill('stri')
    await until('only Stripe is left', async () => (await page.locator('main a[href^="/marketplace/"]').count()) === 1)
    await fromMarketplace('stripe')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Card payments')
    await simulate()
    await role('button', 'Continue').click()
    const key = field('secretKey')
    await key.fill('sk_test_51WrongKeyWrongKeyWrongKey0000')
    await role('button', 'Create and test').click()
    await text('The test found something to fix').waitFor()
    await role('button', /^Correct “/).click()
    await focusIs('secretKey')
    await key.fill(`  ${labCredentials.stripe.good.secretKey} `)
    await key.blur()
    expect(await key.inputValue()).toBe(labCredentials.stripe.good.secretKey)
    await role('button', 'Save and test again').click()
    await finish('Card payments')
    expect(await page.content()).not.toContain(labCredentials.stripe.good.secretKey)
  })

  test('U1: Google Calendar is approved in a window of its own that reports back', async () => {
    page = await open('google-calendar', 'Fittings')
    await fill(labCredentials['google-calendar'].good)
    await role('button', 'Create and test').click()
    // The id is corrected before anybody is sent to the vendor with it.
    await role('button', 'Back to the credentials').click()
    await role('button', 'Save and test again').click()
    const opening = page.waitForEvent('popup')
    await role('button', 'Continue to Google Calendar').click()
    const popup = await opening
    await popup.getByRole('button', { name: 'Allow' }).click()
    await text('It works').waitFor()
    expect(popup.isClosed()).toBe(true)
  })

  test('U1: PayPal takes a client and its secret; what is missing, odd or refused is said at its field', async () => {
    const { clientId, clientSecret } = labCredentials.paypal.good
    page = await browser.open(hub.url, { cookie, still: true })
    await page.goto('/marketplace')
    await page.getByLabel('Sign-in', { exact: true }).selectOption({ label: 'OAuth 2, client credentials' })
    await page.waitForURL(/auth=OAUTH2_CLIENT/)
    await fromMarketplace('paypal')

    await page.getByLabel('Begin with').selectOption({ label: 'Business depends on it' })
    expect(await role('radio', /^Live/).isChecked()).toBe(true)
    await page.getByLabel('Begin with').selectOption({ label: 'Try it out' })
    expect(await role('radio', /^Sandbox/).isChecked()).toBe(true)
    const name = page.getByRole('textbox', { name: 'Name', exact: true })
    await name.fill(' ')
    await role('button', 'Continue').click()
    await text('Give it a name.').waitFor()
    expect(await name.evaluate((element) => element === document.activeElement)).toBe(true)
    await name.fill('Wallets')
    await simulate()
    await role('button', 'Continue').click()

    await expect
      .poll(() => page.evaluate(() => document.activeElement?.getAttribute('aria-label')))
      .toBe('Step 3 of 4: Credentials')
    await field('clientId').fill('AbTooShort')
    await field('clientSecret').focus()
    await said('clientId').getByText('PayPal client IDs have about 80 characters without spaces.').waitFor()
    await submit()
    await said('clientSecret').getByText('This is needed.').waitFor()
    await focusIs('clientSecret')
    await nothingInTheWay()
    await field('clientId').fill(clientId)
    await field('clientSecret').fill(`E${'x'.repeat(clientSecret.length - 1)}`)
    await submit()

    await role('heading', 'The test found something to fix').waitFor()
    await text(/PayPal answered 401: the client secret was refused\. .*copy it again/).waitFor()
    await nothingInTheWay()
    await role('button', 'Correct “Client secret”').click()
    await focusIs('clientSecret')
    expect(await field('clientId').inputValue()).toBe(clientId)
    await field('clientSecret').fill(clientSecret)
    await submit()

    await role('heading', 'It works').waitFor()
    const review = page.locator('section', { has: page.getByRole('heading', { name: 'Review' }) }).last()
    for (const words of ['Wallets', 'Sandbox', '15 min', clientId, 'sealed'])
      await review.getByText(words, { exact: true }).first().waitFor()
    await nothingInTheWay()
    await finish('Wallets')
    expect(await page.content()).not.toContain(clientSecret)
  })

  test('U1: Aramex signs every request; leaving asks while secrets are typed, and a draft keeps the rest', async () => {
    const { good } = labCredentials.aramex
    page = await open('aramex', 'Parcels')
    await fill({ ...good, username: 'nobody', accountEntity: 'Dubai' })
    await submit()
    await said('username').getByText('An email address, for example name@example.com.').waitFor()
    await said('accountEntity').getByText('Three capitals, such as DXB.').waitFor()
    await focusIs('username')
    await field('username').fill(good.username)

    await page.locator('nav').getByRole('link', { name: 'Dashboard' }).first().click()
    const question = page.getByRole('dialog', { name: 'Leave without the secrets?' })
    await question.getByRole('button', { name: 'Cancel' }).click()
    expect(await field('password').inputValue()).toBe(good.password)
    await role('button', 'Back').click()
    expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('Parcels')
    await role('button', 'Continue').click()
    expect(await field('password').inputValue()).toBe(good.password)
    await page.goBack()
    await question.getByRole('button', { name: 'Leave' }).click()
    await page.waitForURL((url) => url.search === '')

    await page.goForward()
    await text('A draft from earlier was restored.').waitFor()
    expect(await page.getByRole('textbox', { name: 'Name', exact: true }).inputValue()).toBe('Parcels')
    await role('button', 'Continue').click()
    expect(await field('username').inputValue()).toBe(good.username)
    expect(await field('password').inputValue()).toBe('')
    await fill({ ...good, password: 'lab-Aramex-Passw0rd-typo' })
    await submit()
    await role('heading', 'The test found something to fix').waitFor()
    await role('button', /^Correct “/).click()
    await fill(good)
    await submit()
    await finish('Parcels')
  })

  test('U1: WooCommerce takes user and password: on a phone, in Arabic', async () => {
    page = await open('woocommerce', 'متجر الأقمشة', { language: 'ar', width: 390, height: 844 })
    await field('storeUrl').fill('http://shop.example.com')
    await field('consumerKey').focus()
    await said('storeUrl').getByRole('alert').waitFor()
    await role('button', 'املأ مفاتيح المختبر').click()
    await field('consumerSecret').fill(`cs_${'0'.repeat(40)}`)
    await submit()
    await role('heading', 'وجد الاختبار ما يحتاج إلى إصلاح').waitFor()
    await text('لم يقبل المزوّد بيانات الاعتماد.').waitFor()
    await role('button', /^صحّح «/).click()
    await role('button', 'املأ مفاتيح المختبر').click()
    await submit()
    await role('heading', 'يعمل').waitFor()
    await role('link', 'افتح الاتصال').click()
    await role('heading', 'متجر الأقمشة').waitFor()
    await page.locator('main header').getByText('سليم').waitFor()
  })

  test('P3: a template chosen on a provider’s page fills the form; changed by hand, left and chosen again it is as it was', async () => {
    page = await browser.open(hub.url, { cookie, still: true })
    await page.goto('/marketplace/smtp')
    await role('link', 'Set up Zoho Mail').waitFor()
    await nothingInTheWay()
    await role('link', 'Set up Zoho Mail').click()
    const begin = page.getByLabel('Begin with')
    await begin.waitFor()
    expect(await begin.inputValue()).toBe('zoho')
    await page.waitForURL((url) => url.search === '?provider=smtp')
    expect(await page.getByLabel('Probe every').inputValue()).toBe('900')
    await page.getByRole('textbox', { name: 'Name', exact: true }).fill('Post')
    await role('button', 'Continue').click()
    expect(await field('host').inputValue()).toBe('smtppro.zoho.com')
    await field('host').fill('smtppro.zoho.eu')
    await field('username').fill('post@shop.example')

    await role('button', 'Back').click()
    await begin.selectOption('gmail')
    await role('button', 'Continue').click()
    expect(await field('host').inputValue()).toBe('smtp.gmail.com')
    expect(await field('username').inputValue()).toBe('post@shop.example')
    await role('button', 'Back').click()
    await begin.selectOption('live')
    await role('button', 'Continue').click()
    expect(await field('host').inputValue()).toBe('')
    await role('button', 'Back').click()
    await begin.selectOption('zoho')
    await page.reload()
    await text('A draft from earlier was restored.').waitFor()
    expect(await begin.inputValue()).toBe('zoho')
    await role('button', 'Continue').click()
    await role('button', 'Create without credentials').click()
    await role('heading', 'Post').waitFor()
    const { data } = await hub.graphql<{ connections: { edges: { node: { name: string; settings: object[] } }[] } }>(
      '{ connections(first: 50) { edges { node { name settings { name value } } } } }',
    )
    const made = data.connections.edges.find(({ node }) => node.name === 'Post')?.node
    expect(made?.settings).toEqual(
      expect.arrayContaining([
        { name: 'host', value: 'smtppro.zoho.eu' },
        { name: 'port', value: '465' },
        { name: 'security', value: 'tls' },
        { name: 'username', value: 'post@shop.example' },
      ]),
    )
  })

  test('P3: a merchant begins in the test world of most; that of Saudi Arabia is chosen, and stays in either world', async () => {
    page = await browser.open(hub.url, { cookie })
    await page.goto('/connections/new?provider=network-international')
    const begin = page.getByLabel('Begin with')
    await begin.waitFor()
    expect(await begin.inputValue()).toBe('sandbox')
    await page.getByLabel('Probe every').fill('1200')
    await role('radio', /^Live/).click()
    expect(await begin.inputValue()).toBe('live')
    expect(await page.getByLabel('Probe every').inputValue()).toBe('1200')
    await begin.selectOption('saudi-arabia')
    expect(await role('radio', /^Live/).isChecked()).toBe(true)
    await role('radio', /^Sandbox/).click()
    expect(await begin.inputValue()).toBe('saudi-arabia')
    await role('button', 'Continue').click()
    expect(await field('region').inputValue()).toBe('ksa')
    await role('button', 'Back').click()
    await begin.selectOption('sandbox')
    await role('button', 'Continue').click()
    expect(await field('region').inputValue()).toBe('uae')
  })
})

/** From a card through its page into the wizard. */
async function fromMarketplace(slug: string): Promise<void> {
  await page.locator(`main a[href="/marketplace/${slug}"]`).click()
  await page.locator('main').getByRole('link', { name: 'Connect', exact: true }).first().click()
}

/** At the credentials of a simulated connection with a name. */
async function open(slug: string, name: string, view: View = {}): Promise<Page> {
  page = await browser.open(hub.url, { cookie, ...view })
  await page.goto('/connections/new')
  await page.locator(`main a[href="/connections/new?provider=${slug}"]`).click()
  await page.locator('main form input').first().fill(name)
  await simulate()
  await submit()
  await page.locator('[data-fields]').waitFor()
  return page
}

/** Makes the connection talk to the lab, where the wizard does not by itself. */
async function simulate(): Promise<void> {
  const simulated = page.getByRole('switch').first()
  if ((await simulated.getAttribute('aria-checked')) !== 'true') await simulated.click()
}

async function fill(values: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, value] of Object.entries(values)) if ((await field(name).count()) > 0) await field(name).fill(value)
}

const focusIs = (name: string): Promise<void> =>
  expect.poll(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe(name)

/** The step as it stands is fit for an assistive technology, in the light and in the dark. */
async function nothingInTheWay(): Promise<void> {
  expect.soft(await stumbles(page)).toEqual([])
  await page.emulateMedia({ colorScheme: 'dark' })
  expect.soft(await stumbles(page, 'contrast')).toEqual([])
  await page.emulateMedia({ colorScheme: 'light' })
}

/** What the test found is good, and so is the page of the connection. */
async function finish(name: string): Promise<void> {
  await text('It works').waitFor()
  await role('link', 'Open the connection').click()
  await role('heading', name).waitFor()
  await page.locator('main header').getByText('Healthy').waitFor()
}
