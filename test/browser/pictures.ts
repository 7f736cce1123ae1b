// Takes the pictures of the README from a running demo: `node test/browser/pictures.ts [name …]`.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import { openDatabase } from '@patchbay/prisma/client.ts'
import { migrate } from '@patchbay/prisma/migrations.ts'
import { createApp } from '@patchbay/server/app.ts'
import { readConfig } from '@patchbay/server/config.ts'
import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import { createLog } from '@patchbay/server/log.ts'
import { catalog } from '@patchbay/server/providers/index.ts'
import type { Page } from 'playwright-core'
import { startBrowser, type View } from '../support/browser.ts'
import { probeNow, setLab } from '../support/connect.ts'
import type { GraphqlAnswer, TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'
import { giveThePast } from './demo-past.ts'

const folder = process.env['PICTURES'] ?? fileURLToPath(new URL('../../docs/images', import.meta.url))
const admin = { email: 'admin@noor-atelier.example', password: 'correct horse battery' }
const phone = { width: 390, height: 844 } as const

interface Scene extends View {
  readonly path: string
  /** Shows that the page is drawn. */
  readonly ready: string
  prepare?(page: Page): Promise<void>
}

const stripe = 'a:has-text("Stripe, online shop")'
const dashboard = { path: '/', ready: 'main a:has-text("Stripe, online shop") >> nth=0' }
const wizard = {
  path: '/connections/new?provider=stripe',
  ready: 'main form',
  prepare: async (page: Page) => {
    await page.locator('main form button[type="submit"]').click()
    await page.locator('[data-fields] input[name="secretKey"]').fill(labCredentials.stripe.good.secretKey)
  },
}
const scenes: Readonly<Record<string, Scene>> = {
  'dashboard-light': dashboard,
  'dashboard-dark': { ...dashboard, theme: 'dark' },
  'dashboard-arabic': { ...dashboard, language: 'ar' },
  'dashboard-phone': { ...dashboard, ...phone },
  'logs-dark': {
    path: '/logs',
    theme: 'dark',
    // Glyphs and glows together are what weighs: a little less of both keeps it below 400 kB.
    height: 840,
    ready: '[role="row"] a',
  },
  'logs-arabic': { path: '/logs', language: 'ar', ready: '[role="row"] a' },
  'logs-phone': { path: '/logs', ...phone, ready: '[role="row"] a' },
  'call-light': {
    path: '/logs?mode=history&outcome=ok&purpose=OPERATION',
    ready: '[role="row"] a',
    prepare: async (page) => {
      await page.locator('[role="row"] a').nth(2).click()
      await page.locator('[role="dialog"] pre').first().waitFor()
    },
  },
  'connection-light': {
    path: '/connections',
    ready: stripe,
    prepare: async (page) => {
      await page.locator(stripe).first().click()
      await page.locator('[role="tab"]').first().waitFor()
    },
  },
  'connection-phone': {
    path: '/connections',
    ...phone,
    ready: stripe,
    prepare: async (page) => {
      await page.locator(stripe).first().click()
      await page.locator('[role="tab"]').first().waitFor()
    },
  },
  'marketplace-light': { path: '/marketplace', ready: 'main a:has-text("Stripe")' },
  'marketplace-arabic': { path: '/marketplace', language: 'ar', ready: 'main a:has-text("Stripe")' },
  'provider-dark': { path: '/marketplace/google-calendar', theme: 'dark', ready: 'main h1' },
  'wizard-light': wizard,
  'wizard-arabic': { ...wizard, language: 'ar' },
  'sign-in-light': { path: '/sign-in', ready: 'form' },
}

const wanted = process.argv.slice(2)
const dataFolder = mkdtempSync(join(tmpdir(), 'patchbay-pictures-'))
mkdirSync(folder, { recursive: true })
const config = readConfig(
  {
    PORT: '0',
    PATCHBAY_MODE: 'demo',
    PATCHBAY_DATA_DIR: dataFolder,
    PATCHBAY_ADMIN_EMAIL: admin.email,
    PATCHBAY_ADMIN_PASSWORD: admin.password,
  },
  catalog.list(),
)
const database = await openDatabase({ pglite: await PGlite.create() })
await migrate(database)
const browser = await startBrowser()
const log = createLog({ level: 'warn' })
const app = await createApp(config, { log, database, clientFolder: browser.clientFolder })
try {
  await app.start()
  const cookie = await signIn()
  const graphql: TestHub['graphql'] = (query, variables) => ask(cookie, query, variables)
  await until('the demo is healthy', () => demoRuns(graphql), 120_000)
  await giveThePast(database)
  const aramex = await database.system.prisma.connection.findFirstOrThrow({ where: { provider: 'aramex' } })
  await setLab({ graphql }, 'aramex', { down: true })
  await until('Aramex is down', async () => (await probeNow({ graphql }, globalId(aramex.id))) === 'DOWN')
  for (const [name, scene] of Object.entries(scenes))
    if (wanted.length === 0 || wanted.includes(name)) await take(name, scene, cookie)
  for (const fault of browser.faults) process.stderr.write(`${fault}\n`)
} finally {
  await browser.stop()
  await app.stop()
  await database.close()
  rmSync(dataFolder, { recursive: true, force: true })
}

async function take(name: string, scene: Scene, cookie: string): Promise<void> {
  const view = { width: 1440, height: 900, ...scene, ...(scene.path !== '/sign-in' && { cookie }) }
  const page = await browser.open(app.url, view)
  try {
    await page.goto(scene.path)
    await page.locator(scene.ready).first().waitFor({ timeout: 20_000 })
    await scene.prepare?.(page)
    await page.waitForLoadState('networkidle')
    await page.waitForFunction(() => document.querySelector('.skeleton') === null)
    await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
    process.stdout.write(`${name}.png\n`)
  } catch (error) {
    process.stderr.write(`${name}: ${String(error)}\n`)
    await page.screenshot({ path: join(tmpdir(), `${name}-failed.png`) })
    process.exitCode = 1
  }
  await page.context().close()
}

async function signIn(): Promise<string> {
  const response = await fetch(`${app.url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: app.url },
    body: JSON.stringify(admin),
  })
  if (!response.ok) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

async function ask<T>(
  cookie: string,
  query: string,
  variables: Record<string, unknown> = {},
): Promise<GraphqlAnswer<T>> {
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: app.url, cookie },
    body: JSON.stringify({ query, variables }),
  })
  const body = (await response.json()) as Partial<GraphqlAnswer<T>>
  return { status: response.status, data: body.data as T, errors: body.errors ?? [], extensions: {} }
}

async function demoRuns(graphql: TestHub['graphql']): Promise<boolean> {
  const { data } = await graphql<{ dashboard: { health: { healthy: number }; today: { calls: number } } }>(
    '{ dashboard { health { healthy } today { calls } } }',
  )
  return data.dashboard.health.healthy >= 8 && data.dashboard.today.calls > 40
}

/** Id of a connection as the API knows it. */
function globalId(id: string): string {
  return Buffer.from(`Connection:${id}`).toString('base64')
}
