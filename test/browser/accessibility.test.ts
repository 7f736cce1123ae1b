import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startBrowser, type TestBrowser } from '../support/browser.ts'
import { connect, probeNow, setLab, type Connected } from '../support/connect.ts'
import { deliver, newSigningSecret, openSource, settledOf, stripeEvent } from '../support/hooks.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { startReceiver, type Receiver } from '../support/receiver.ts'
import { until } from '../support/until.ts'
import { stumbles } from './stumbles.ts'

// Every page there is, found by the routes themselves: a new page is covered the day it appears.

const routesFolder = fileURLToPath(new URL('../../client/src/routes', import.meta.url))
const routes = readdirSync(routesFolder, { recursive: true, encoding: 'utf8' })
  .map((path) => path.replaceAll('\\', '/'))
  .filter((path) => path.endsWith('+page.svelte'))
  .map((path) => `/${path.replace(/\/?\+page\.svelte$/, '').replace(/\([^)]+\)\/?/g, '')}`)
  .toSorted()

/** Views that routes alone do not show. */
const views = [
  '/connections/new?provider=stripe',
  ...['health', 'calls', 'webhooks', 'limits', 'cache', 'cost', 'settings', 'tests'].map(
    (tab) => `/connections/[id]?tab=${tab}`,
  ),
  ...['group=CONNECTION&span=week', 'span=custom'].map((view) => `/analytics?${view}`),
  '/logs?mode=history&outcome=failed&call=[call]',
  '/logs?q=nothing-is-called-this',
  '/logs/system',
  ...['deliveries', 'keys', 'settings', 'audit'].map((tab) => `/webhooks/endpoints/[id]?tab=${tab}`),
  '/webhooks/deliveries?delivery=[delivery]',
  '/webhooks/deliveries?state=QUEUED&type=order.created',
  '/webhooks/sources/[id]?address=1',
  '/webhooks/inbox?list=quarantine',
  '/webhooks/inbox?event=[event]',
  '/webhooks/events?event=[event]',
  '/webhooks/events?state=DISCARDED',
  '/keys?new=1',
  '/keys?list=refused',
  '/keys?q=nothing-is-called-this',
  ...['addresses', 'refused', 'settings', 'audit'].map((tab) => `/keys/[id]?tab=${tab}`),
  ...['all', 'rules', 'channels', 'silences'].map((tab) => `/alerts?tab=${tab}`),
  '/alerts?tab=all&alert=[alert]',
  '/alerts?tab=rules&rule=[rule]',
  '/alerts?tab=rules&new=rule',
  '/alerts?tab=channels&new=channel',
  ...['mute', 'maintenance'].map((form) => `/alerts?tab=silences&new=${form}`),
  '/console?connection=[connection]&method=POST&path=/v1/charges',
  '/connections/00000000-0000-4000-8000-000000000000',
  '/no-such-page',
]
/** What pages look like does not depend on the database. */
const onlyOnce = process.env['PATCHBAY_TEST_ENGINE'] === 'postgres'
const signedOut = /^\/(sign-in|invitation)/

let hub: TestHub
let receiver: Receiver
let browser: TestBrowser
let cookie: string
/** What stands for each placeholder of a route, by the folder it stands in. */
let known: Readonly<Record<string, string>>

beforeAll(async () => {
  if (onlyOnce) return
  browser = await startBrowser()
  receiver = await startReceiver()
  const env = { PATCHBAY_EGRESS_ORIGINS: receiver.origin }
  hub = await startHub({ env, app: { clientFolder: browser.clientFolder } })
  cookie = await hub.signIn()
  const [shop] = await Promise.all([connect(hub, 'stripe', 'Card payments'), connect(hub, 'printful', 'Garments')])
  const mail = await connect(hub, 'sendgrid', 'Customer mail')
  await setLab(hub, 'sendgrid', { down: true })
  await until('it is down', async () => (await probeNow(hub, mail.id)) === 'DOWN')
  known = {
    ...(await placeholders(shop)),
    ...(await inbound()),
    ...(await outbound()),
    ...(await gateway()),
    ...(await money(shop)),
  }
})
afterAll(async () => {
  await browser?.stop()
  await hub?.stop()
  await receiver?.close()
})

describe.skipIf(onlyOnce).each(['en', 'ar'] as const)('Pages in %s', (language) => {
  /** Kept from page to page, as people keep a tab. */
  const tabs = new Map<boolean, Page>()

  // Arabic turns the frame and the parts around, which the pages show; the views are the same parts once more.
  test.each(language === 'en' ? [...routes, ...views] : routes)(
    'U2: %s has nothing an assistive technology would stumble over',
    async (route) => {
      const out = signedOut.test(route)
      const page = tabs.get(out) ?? (await browser.open(hub.url, { language, still: true, ...(!out && { cookie }) }))
      tabs.set(out, page)
      await page.setViewportSize({ width: 1280, height: 860 })
      await page.emulateMedia({ colorScheme: 'light' })
      await visit(page, addressOf(route))
      await drawn(page)
      expect.soft(await page.evaluate(() => document.documentElement.dir)).toBe(language === 'ar' ? 'rtl' : 'ltr')
      // Colours do not depend on the language, and they are most of the work.
      const rules = language === 'en' ? 'every' : 'all but contrast'
      expect.soft(await stumbles(page, rules), `${route} in ${language}`).toEqual([])
      if (language === 'en' && routes.includes(route)) {
        await page.emulateMedia({ colorScheme: 'dark' })
        await painted(page)
        expect.soft(await stumbles(page, 'contrast'), `${route}, dark`).toEqual([])
      }
      await page.setViewportSize({ width: 390, height: 844 })
      await filled(page)
      // The layout of a phone differs from a screen's, and not once more with the language.
      if (language === 'en') expect.soft(await stumbles(page, 'all but contrast'), `${route} on a phone`).toEqual([])
      expect.soft(await tooWide(page), `${route} in ${language} on a phone is wider than the screen`).toEqual([])
    },
  )
})

test.skipIf(onlyOnce)('U2: what is wrong would be seen', async () => {
  const page = await browser.open(hub.url, { still: true })
  await page.setContent(`<html lang="en"><title>Wrong</title><main><h1>Wrong</h1><img src="data:,">
    <p style="color: #bbb">Pale</p><p style="width: 2000px">Wide</p></main></html>`)
  const [all, colours, others] = [
    await stumbles(page),
    await stumbles(page, 'contrast'),
    await stumbles(page, 'all but contrast'),
  ].map((found) => found.map((fault) => fault.split(':')[0]).toSorted())
  expect(all).toEqual(['color-contrast', 'image-alt'])
  expect(colours).toEqual(['color-contrast'])
  expect(others).toEqual(['image-alt'])
  expect(await tooWide(page)).not.toEqual([])
  await page.context().close()
})

/** Elements that make the page scroll sideways; empty when it does not. */
const tooWide = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    if (scrollWidth <= clientWidth) return []
    const found = [...document.querySelectorAll('body *')].filter((element) => {
      const { left, right } = element.getBoundingClientRect()
      return right > clientWidth + 1 || left < -1
    })
    return [`${scrollWidth} > ${clientWidth}`, ...found.slice(0, 8).map((element) => element.outerHTML.slice(0, 160))]
  })

/** Goes there as people do: by a link of the running app, once there is one. */
async function visit(page: Page, address: string): Promise<void> {
  if (page.url() === 'about:blank') {
    await page.goto(address)
    return
  }
  const from = await page.evaluate((to) => {
    const link = document.createElement('a')
    link.href = to
    const before = JSON.stringify(history.state)
    document.getElementById('app')?.append(link)
    link.click()
    link.remove()
    return before
  }, address)
  await page.waitForFunction((before) => JSON.stringify(history.state) !== before, from)
}

/** Waits until the page shows its content, and not the outline of it. */
async function drawn(page: Page): Promise<void> {
  await page.locator('main, form, h1').first().waitFor()
  // What a first answer makes a page ask for is under way two frames later.
  for (const _ of ['its own questions', 'those that follow']) {
    await browser.settled(page)
    await filled(page)
  }
}

async function filled(page: Page): Promise<void> {
  await page.waitForFunction(() => document.querySelector('.skeleton') === null)
  await painted(page)
}

/** A change of theme or width shows with the next frame, and what it moves comes to rest. */
const painted = (page: Page): Promise<unknown> =>
  page.evaluate(async () => {
    const frame = () => new Promise((done) => requestAnimationFrame(done))
    const moving = () => document.getAnimations().some(({ playState }) => playState === 'running')
    do {
      await frame()
      await frame()
    } while (moving())
  })

function addressOf(route: string): string {
  return route.replace(/\[([^\]]+)\]/g, (_, name: string, at: number) => {
    const folder = route.slice(0, at).split(/[?]/)[0]?.split('/').filter(Boolean).at(-1) ?? ''
    const value = known[`${folder}/${name}`]
    if (value === undefined) throw new Error(`say in this test what [${name}] of ${route} stands for`)
    return value
  })
}

async function placeholders(shop: Connected): Promise<Record<string, string>> {
  const { data } = await hub.graphql<{
    incidents: { edges: { node: { id: string; uuid: string } }[] }
    calls: { edges: { node: { uuid: string } }[] }
  }>('{ incidents { edges { node { id uuid } } } calls(first: 1, filter: { ok: false }) { edges { node { uuid } } } }')
  const invited = await hub.graphql<{ inviteMember: { link: string } }>(
    'mutation ($input: InviteMemberInput!) { inviteMember(input: $input) { ... on InviteMemberSuccess { link } } }',
    { input: { email: 'huda@patchbay.test', role: 'VIEWER', idempotencyKey: crypto.randomUUID() } },
  )
  return {
    'connections/id': shop.uuid,
    'incidents/id': data.incidents.edges[0]?.node.uuid ?? '',
    'marketplace/slug': 'google-calendar',
    'invitation/token': invited.data.inviteMember.link.split('/').at(-1) ?? '',
    'logs/call': data.calls.edges[0]?.node.uuid ?? '',
    'console/connection': shop.uuid,
  }
}

/** A source with a webhook that became an event, one without a meaning and one that nobody proved. */
async function inbound(): Promise<Record<string, string>> {
  const source = await openSource(hub)
  await deliver(hub, source, stripeEvent('evt_known'))
  await deliver(hub, source, stripeEvent('evt_unknown', { type: 'climate.order.created' }))
  await deliver(hub, { ...source, secret: newSigningSecret() }, stripeEvent('evt_forged'))
  const rows = await settledOf(hub, source, 3)
  const unknown = rows.find(({ state }) => state === 'UNMATCHED')?.id ?? ''
  const event = await hub.database.system.prisma.event.findFirst({ where: { connectionId: source.connectionId } })
  return {
    'sources/id': source.sourceId,
    'events/id': event?.id ?? '',
    'events/event': rows.find(({ state }) => state === 'ROUTED')?.id ?? '',
    'inbox/event': unknown,
  }
}

/** An endpoint that works and one that does not, with what was sent to each. */
async function outbound(): Promise<Record<string, string>> {
  receiver.behave('closed', () => ({ status: 500, body: '{"error":"closed"}' }))
  const make = async (name: string, schedule: number[]) => {
    const { data } = await hub.graphql<{ createEndpoint: { endpoint: { id: string; uuid: string } } }>(
      `mutation ($input: CreateEndpointInput!) {
         createEndpoint(input: $input) { ... on CreateEndpointSuccess { endpoint { id uuid } } }
       }`,
      { input: { url: receiver.url(name), description: 'Order desk', eventTypes: ['payment.*'], schedule } },
    )
    const { id, uuid } = data.createEndpoint.endpoint
    await hub.graphql('mutation ($id: ID!) { sendTestEvent(input: { endpointId: $id }) { __typename } }', { id })
    return uuid
  }
  const uuid = await make('open', [0])
  await make('closed', [0])
  await make('closed', [0, 3600])
  type Found = { deliveries: { edges: { node: { uuid: string } }[] } }
  const settled = '{ deliveries(filter: { state: [DELIVERED, DEAD, WAITING] }) { edges { node { uuid } } } }'
  await until('all were tried', async () => (await hub.graphql<Found>(settled)).data.deliveries.edges.length === 3)
  const dead = await hub.graphql<Found>('{ deliveries(filter: { state: [DEAD] }) { edges { node { uuid } } } }')
  const delivery = dead.data.deliveries.edges[0]?.node.uuid ?? ''
  return { 'endpoints/id': uuid, 'deliveries/id': delivery, 'deliveries/delivery': delivery }
}

/** A key that somebody used rightly and wrongly; the alert of the outage, and a rule that told of it. */
async function gateway(): Promise<Record<string, string>> {
  const { data } = await hub.graphql<{ createApiKey: { secret: string; apiKey: { uuid: string } } }>(
    `mutation ($input: CreateApiKeyInput!) {
       createApiKey(input: $input) { ... on CreateApiKeySuccess { secret apiKey { uuid } } }
     }`,
    { input: { name: 'Warehouse', description: 'Prints labels', scopes: ['connection:read', 'call:send'] } },
  )
  const { secret: key, apiKey } = data.createApiKey
  await hub.graphql('{ connections { totalCount } }', {}, { key })
  await hub.graphql('{ members { edges { cursor } } }', {}, { key })
  await hub.graphql(
    `mutation ($kinds: [String!]) {
       muteAlerts(input: { kinds: $kinds, minutes: 60, reason: "The old till still calls" }) { __typename }
     }`,
    { kinds: ['key.refused'] },
  )
  type Found = Record<'alerts' | 'alertRules', { edges: { node: { uuid: string } }[] }>
  const found = await hub.graphql<Found>(
    '{ alerts(first: 1) { edges { node { uuid } } } alertRules(first: 1) { edges { node { uuid } } } }',
  )
  return {
    'keys/id': apiKey.uuid,
    'alerts/alert': found.data.alerts.edges[0]?.node.uuid ?? '',
    'alerts/rule': found.data.alertRules.edges[0]?.node.uuid ?? '',
  }
}

/** A connection with limits, prices and a budget, and a dashboard with a panel of every kind. */
async function money({ id }: Connected): Promise<Record<string, string>> {
  await hub.graphql(
    `mutation ($id: ID!) {
       setCallLimits(input: { id: $id, limits: [{ window: DAY, calls: 5000 }] }) { __typename }
       setPrices(input: { connectionId: $id, prices: [{ kind: PER_CALL, amountMicros: "4000" }] }) { __typename }
       setBudget(input: { connectionId: $id, monthlyMicros: "20000000", stop: true }) { __typename }
     }`,
    { id },
  )
  const charts = ['LINE', 'BAR', 'DOUGHNUT', 'STACK', 'NUMBER', 'TABLE']
  const panels = [
    ...charts.map((chart) => ({ title: chart, chart, measure: 'CALLS', preset: 'DAY', groupBy: 'PROVIDER' })),
    { title: 'Cost', chart: 'BAR', measure: 'COST', preset: 'THIS_MONTH' },
    { title: 'Uptime', chart: 'TABLE', measure: 'UPTIME', preset: 'DAY' },
  ]
  const { data } = await hub.graphql<{ saveDashboard: { dashboard: { uuid: string } } }>(
    `mutation ($input: SaveDashboardInput!) {
       saveDashboard(input: $input) { ... on SaveDashboardSuccess { dashboard { uuid } } }
     }`,
    { input: { name: 'Everything', panels } },
    // Dashboards belong to a person, and others do not find them.
    { cookie },
  )
  return { 'analytics/id': data.saveDashboard.dashboard.uuid }
}
