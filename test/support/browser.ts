import { randomBytes } from 'node:crypto'
import { cpSync, createReadStream, createWriteStream, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { chmod, rename } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileURLToPath } from 'node:url'
import { createBrotliDecompress } from 'node:zlib'
import { chromium, type BrowserContext, type Page, type Request } from 'playwright-core'

const builtClient = fileURLToPath(new URL('../../client/build', import.meta.url))

export interface View {
  /** Cookie of a session, as `hub.signIn()` gives it. */
  readonly cookie?: string
  readonly language?: 'en' | 'ar'
  readonly theme?: 'light' | 'dark'
  readonly width?: number
  readonly height?: number
  /** Asks for no motion, so that nothing is looked at halfway. */
  readonly still?: boolean
  /** Shows the welcome of the first visit; default false. */
  readonly firstVisit?: boolean
}

export interface TestBrowser {
  /** A copy of the built admin, for the hub to serve: a build that begins meanwhile does not pull pages from under a test. */
  readonly clientFolder: string
  /** A page with cookies and storage of its own, on a hub. */
  open(origin: string, view?: View): Promise<Page>
  /** Resolves once nothing a page asked for is still on its way; sockets and streams stay open and do not count. */
  settled(page: Page): Promise<void>
  /** What went wrong inside the pages so far: errors nobody caught, and scripts or styles that did not load. */
  readonly faults: readonly string[]
  stop(): Promise<void>
}

/** Starts the browser that comes with the tests. The admin has to be built: `npm test` and `npm start` both do it. */
export async function startBrowser(): Promise<TestBrowser> {
  if (!existsSync(join(builtClient, 'index.html')))
    throw new Error('The admin pages are not built: run `npm start` or `npm test` once, or `vite build` in client/.')
  const browser = await chromium.launch({
    executablePath: await chromiumPath(),
    args: [
      ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync', '--hide-scrollbars'],
    ],
  })
  const faults: string[] = []
  const traffic = new WeakMap<Page, Traffic>()
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-client-'))
  cpSync(builtClient, folder, { recursive: true })
  return {
    faults,
    clientFolder: folder,
    async open(origin, view = {}) {
      const context = await browser.newContext({
        baseURL: origin,
        colorScheme: view.theme ?? 'light',
        reducedMotion: view.still ? 'reduce' : 'no-preference',
        locale: view.language === 'ar' ? 'ar-AE' : 'en-GB',
        timezoneId: 'Asia/Dubai',
        viewport: { width: view.width ?? 1280, height: view.height ?? 860 },
        permissions: ['clipboard-read', 'clipboard-write'],
      })
      context.setDefaultTimeout(20_000)
      await prepare(context, origin, view)
      context.on('weberror', (error) => faults.push(error.error().stack ?? error.error().message))
      context.on('page', (page) => {
        listen(page, faults)
        traffic.set(page, new Traffic(page))
      })
      return context.newPage()
    },
    settled: async (page) => traffic.get(page)?.settled(),
    async stop() {
      await browser.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function prepare(context: BrowserContext, origin: string, view: View): Promise<void> {
  const cookies = (view.cookie ?? '').split('; ').filter((cookie) => cookie !== '')
  await context.addCookies(
    cookies.map((cookie) => {
      const at = cookie.indexOf('=')
      return { name: cookie.slice(0, at), value: cookie.slice(at + 1), url: origin }
    }),
  )
  if (view.firstVisit) return
  // Pages without an address of their own (a popup that is just opening) have no storage.
  await context.addInitScript(() => {
    if (location.protocol === 'http:') localStorage.setItem('patchbay.welcomed', '1')
  })
}

/** Requests of a page that are under way. Playwright's own "networkidle" adds half a second of silence to each look. */
class Traffic {
  readonly #open = new Set<Request>()
  #waiting: (() => void)[] = []

  constructor(page: Page) {
    page.on('request', (request) => {
      // Requests of a page that is being left never end.
      if (request.isNavigationRequest() && request.frame() === page.mainFrame()) this.#open.clear()
      if (request.resourceType() !== 'eventsource') this.#open.add(request)
    })
    const end = (request: Request): void => {
      this.#open.delete(request)
      if (this.#open.size > 0) return
      for (const go of this.#waiting) go()
      this.#waiting = []
    }
    page.on('requestfinished', end)
    page.on('requestfailed', end)
  }

  settled(): Promise<void> {
    return this.#open.size === 0 ? Promise.resolve() : new Promise((resolve) => this.#waiting.push(resolve))
  }
}

function listen(page: Page, faults: string[]): void {
  page.on('requestfailed', (request) => {
    const why = request.failure()?.errorText ?? ''
    if (['script', 'stylesheet', 'font'].includes(request.resourceType()) && why !== 'net::ERR_ABORTED')
      faults.push(`${request.url()}: ${why}`)
  })
  page.on('console', (message) => {
    // A refused sign-in is an answer, and the browser reports it like a mistake.
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      faults.push(`${page.url()}: ${message.text()}`)
  })
}

/** Path of a Chromium. PATCHBAY_TEST_BROWSER names one where the packaged build (Linux) cannot run. */
async function chromiumPath(): Promise<string> {
  const given = process.env['PATCHBAY_TEST_BROWSER']
  if (given) return given
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium')
  const folder = dirname(dirname(entry))
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }
  const path = join(tmpdir(), `patchbay-chromium-${version}`)
  if (existsSync(path)) return path
  // Several files may unpack at once: under its final name the program is always whole. The package's own way is not.
  const draft = `${path}.${randomBytes(4).toString('hex')}`
  await pipeline(createReadStream(join(folder, 'bin/chromium.br')), createBrotliDecompress(), createWriteStream(draft))
  await chmod(draft, 0o755)
  await rename(draft, path)
  return path
}
