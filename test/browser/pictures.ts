// Takes the pictures of the README from a running demo: `node test/browser/pictures.ts [name …]`.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { Page } from 'playwright-core'
import { startBrowser, type View } from '../support/browser.ts'
import { startHubProcess } from '../support/hub-process.ts'
import { until } from '../support/until.ts'

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
  path: '/connections/new/stripe',
  ready: 'main form',
  prepare: async (page: Page) => {
    const key = page.locator('main input[autocomplete="off"], main input[type="password"]').first()
    await key.fill(labCredentials.stripe.good.secretKey)
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
const hub = startHubProcess({
  PATCHBAY_MODE: 'demo',
  PATCHBAY_DATA_DIR: dataFolder,
  PATCHBAY_ADMIN_EMAIL: admin.email,
  PATCHBAY_ADMIN_PASSWORD: admin.password,
  PATCHBAY_LAB_PORT: '0',
  LOG_LEVEL: 'warn',
})
const browser = await startBrowser()
try {
  const origin = await hub.ready()
  const cookie = await signIn(origin)
  await until('the demo is healthy and does business', () => demoRuns(origin, cookie), 120_000)
  for (const [name, scene] of Object.entries(scenes)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue
    const view = { width: 1440, height: 900, ...scene, ...(scene.path !== '/sign-in' && { cookie }) }
    const page = await browser.open(origin, view)
    try {
      await page.goto(scene.path)
      await page.locator(scene.ready).first().waitFor({ timeout: 20_000 })
      await scene.prepare?.(page)
      // Whatever was still on its way has arrived when nothing was asked for a moment; live sockets do not count.
      await page.waitForLoadState('networkidle')
      await page.screenshot({ path: join(folder, `${name}.png`), animations: 'disabled' })
      process.stdout.write(`${name}.png\n`)
    } catch (error) {
      process.stderr.write(`${name}: ${String(error)}\n`)
      await page.screenshot({ path: join(folder, `${name}-failed.png`) })
      process.exitCode = 1
    }
    await page.context().close()
  }
  for (const fault of browser.faults) process.stderr.write(`${fault}\n`)
  if (process.exitCode) process.stderr.write(hub.output())
} finally {
  await browser.stop()
  await hub.end('SIGTERM')
  rmSync(dataFolder, { recursive: true, force: true })
}

async function signIn(origin: string): Promise<string> {
  const response = await fetch(`${origin}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify(admin),
  })
  if (!response.ok) throw new Error(`sign-in answered ${response.status}: ${await response.text()}`)
  return response.headers
    .getSetCookie()
    .map((cookie) => cookie.split(';')[0])
    .join('; ')
}

async function demoRuns(origin: string, cookie: string): Promise<boolean> {
  const response = await fetch(`${origin}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin, cookie },
    body: JSON.stringify({ query: '{ dashboard { health { healthy } today { calls } } }' }),
  })
  const { data } = (await response.json()) as {
    data: { dashboard: { health: { healthy: number }; today: { calls: number } } } | null
  }
  return data !== null && data.dashboard.health.healthy >= 8 && data.dashboard.today.calls >= 40
}
