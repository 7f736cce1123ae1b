import { setTimeout as wait } from 'node:timers/promises'
import { insertCalls, type CallRow } from '@patchbay/server/engine/calls/log-rows.ts'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { connect } from '../support/connect.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'

// A thousand calls a second, written as the pipeline writes them and shown by the page as they come.

const perBatch = 100
const batches = 40
const everyMs = 100

let hub: TestHub
let browser: TestBrowser

beforeAll(async () => {
  browser = await startBrowser()
  hub = await startHub({ app: { clientFolder: browser.clientFolder } })
})
afterAll(async () => {
  await browser?.stop()
  await hub?.stop()
})

test('U4: the log stays light and newest first under a thousand calls a second', async () => {
  await connect(hub, 'stripe', 'Card payments')
  const page = await browser.open(hub.url, { cookie: await hub.signIn() })
  await page.goto('/logs')
  await page.locator('[role="row"][data-row]').first().waitFor()
  await watch(page)
  const busy = await mainThread(page)

  for (let batch = 0; batch < batches; batch += 1) {
    const began = performance.now()
    await write(perBatch, `/batch/${batch}`)
    await wait(Math.max(0, everyMs - (performance.now() - began)))
  }
  await write(1, '/the/newest/of/all')
  await page.locator('[role="row"][data-row]').first().getByText('/the/newest/of/all').waitFor()

  const work = await busy()
  const { frames, most, longest, seconds } = await page.evaluate(() => window.seen)
  const shown = Number(await page.locator('[role="table"]').getAttribute('aria-rowcount'))
  process.stdout.write(
    `  ${batches * perBatch} calls in ${seconds.toFixed(1)} s: ${Math.round(frames / seconds)} frames a second, longest ${Math.round(longest)} ms, at most ${most} rows drawn, ${(work / frames).toFixed(1)} ms of work a frame\n`,
  )
  expect(shown).toBeGreaterThan(batches * perBatch)
  expect(most).toBeLessThan(60)
  expect(frames).toBeGreaterThan(batches / 2)

  // Whoever reads further down keeps the place; what comes meanwhile waits and is counted.
  await page.locator('[role="rowgroup"][tabindex]').evaluate((list) => list.scrollTo({ top: 20_000 }))
  await page.getByRole('button', { name: 'Follow the tail' }).waitFor()
  const held = await page.locator('[role="row"][data-row]').first().textContent()
  await write(7, '/while/reading')
  await page.getByText('7 waiting').waitFor()
  expect(await page.locator('[role="row"][data-row]').first().textContent()).toBe(held)
  await page.getByRole('button', { name: 'Follow the tail' }).click()
  await until('the newest is in view', async () =>
    (await page.locator('[role="row"][data-row]').first().textContent())?.includes('/while/reading'),
  )
})

/** Appends calls like the one there is, in one transaction. */
async function write(count: number, path: string): Promise<void> {
  const like = await hub.database.system.prisma.call.findFirstOrThrow({ orderBy: { seq: 'asc' } })
  const row = {
    ...like,
    requestHead: like.requestHead as CallRow['requestHead'],
    responseHead: like.responseHead as CallRow['responseHead'],
    steps: like.steps as unknown as CallRow['steps'],
  }
  const rows = Array.from({ length: count }, () => ({ ...row, id: crypto.randomUUID(), at: new Date(), path }))
  await hub.database.tenant(hub.organizationId).sql.transaction((sql) => insertCalls(sql, hub.app.parts.live, rows))
}

/** Milliseconds the page's main thread has worked since this was asked. */
async function mainThread(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  await session.send('Performance.enable')
  const read = async () => {
    const { metrics } = await session.send('Performance.getMetrics')
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0)
  }
  const before = await read()
  return async () => (await read()) - before
}

declare global {
  interface Window {
    seen: { frames: number; most: number; longest: number; seconds: number }
  }
}

/** Counts frames and the rows in the page at each of them. */
async function watch(page: Page): Promise<void> {
  await page.evaluate(() => {
    const began = performance.now()
    let last = began
    window.seen = { frames: 0, most: 0, longest: 0, seconds: 0 }
    const look = (now: number) => {
      window.seen.frames += 1
      window.seen.most = Math.max(window.seen.most, document.querySelectorAll('[data-row]').length)
      window.seen.longest = Math.max(window.seen.longest, now - last)
      window.seen.seconds = (now - began) / 1000
      last = now
      requestAnimationFrame(look)
    }
    requestAnimationFrame(look)
  })
}
