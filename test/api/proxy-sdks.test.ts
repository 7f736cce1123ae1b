import { Agent, request as send } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { nodeAdapterInitialized } from '@shopify/shopify-api/adapters/node'
import { ApiVersion, LogSeverity, Session, shopifyApi } from '@shopify/shopify-api'
import { setAbstractFetchFunc } from '@shopify/shopify-api/runtime'
import { Client } from '@sendgrid/client'
import Stripe from 'stripe'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, type Connected } from '../support/connect.ts'
import { startHub, type TestHub } from '../support/hub.ts'

// Vendors' own packages, unchanged but for where they send and which key they hold: the hub's.

let hub: TestHub
let stripeAt: Connected
let sendgridAt: Connected
let shopifyAt: Connected
beforeAll(async () => {
  hub = await startHub({ env: { PATCHBAY_PROXY_DOMAIN: 'proxy.hub.test' } })
  stripeAt = await connect(hub, 'stripe', 'Stripe of its SDK')
  sendgridAt = await connect(hub, 'sendgrid', 'SendGrid of its SDK')
  shopifyAt = await connect(hub, 'shopify', 'Shopify of its SDK')
})
afterAll(() => hub.stop())

const port = () => Number(new URL(hub.url).port)
async function callsOf({ uuid }: Connected) {
  await hub.app.parts.calls.flush()
  return hub.database.system.prisma.call.findMany({
    where: { connectionId: uuid, purpose: 'PROXY' },
    orderBy: { seq: 'asc' },
  })
}

describe('X1: stripe', () => {
  const byPath = () =>
    new Stripe(hub.apiKey, {
      protocol: 'http',
      host: `localhost/proxy/${stripeAt.uuid}`,
      port: port(),
      httpClient: Stripe.createFetchHttpClient(),
    })
  /** As with a wildcard in DNS: every subdomain leads here. */
  const here = new Agent({
    lookup: (_name, options, found) =>
      options.all ? found(null, [{ address: '127.0.0.1', family: 4 }]) : found(null, '127.0.0.1', 4),
  })
  const byHost = () =>
    new Stripe(hub.apiKey, { protocol: 'http', host: `${stripeAt.uuid}.proxy.hub.test`, port: port(), httpAgent: here })

  test.each([
    ['by a path', byPath],
    ['by a host', byHost],
  ])('X1: %s: reads, lists, creates, and refusals are Stripe’s own', async (_name, make) => {
    const stripe = make()
    expect((await stripe.balance.retrieve()).object).toBe('balance')
    const intent = await stripe.paymentIntents.create({ amount: 4_900, currency: 'aed' })
    expect(intent).toMatchObject({ amount: 4_900, currency: 'aed' })
    expect((await stripe.paymentIntents.retrieve(intent.id)).id).toBe(intent.id)
    const listed: string[] = []
    for await (const { id } of stripe.paymentIntents.list({ limit: 3 })) {
      listed.push(id)
      if (listed.length === 7) break
    }
    expect(new Set(listed).size).toBe(7)
    await expect(stripe.paymentIntents.retrieve('pi_nobody')).rejects.toMatchObject({
      type: 'StripeInvalidRequestError',
      statusCode: 404,
    })
    const rows = await callsOf(stripeAt)
    expect(rows.length).toBeGreaterThan(5)
    expect(rows.every(({ actorKind, requestHead }) => actorKind === 'API_KEY' && requestHead !== null)).toBe(true)
    expect(JSON.stringify(rows.map(({ requestHead }) => requestHead))).not.toContain(hub.apiKey)
  })

  test('X1: a key of somebody else is refused in words the SDK shows', async () => {
    const stripe = new Stripe('pb_this-is-no-key-of-this-hub', {
      protocol: 'http',
      host: `localhost/proxy/${stripeAt.uuid}`,
      port: port(),
      httpClient: Stripe.createFetchHttpClient(),
    })
    await expect(stripe.balance.retrieve()).rejects.toMatchObject({ statusCode: 401 })
  })
})

test('X1: @sendgrid/client', async () => {
  const client = new Client()
  client.setApiKey(hub.apiKey)
  client.setDefaultRequest('baseUrl', `${hub.url}/proxy/${sendgridAt.uuid}`)
  const [scopes] = await client.request({ method: 'GET', url: '/v3/scopes' })
  expect(scopes.statusCode).toBe(200)
  const [sent] = await client.request({
    method: 'POST',
    url: '/v3/mail/send',
    body: {
      personalizations: [{ to: [{ email: 'someone@example.com' }] }],
      from: { email: 'orders@noor-atelier.example' },
      subject: 'On its way',
      content: [{ type: 'text/plain', value: 'Your order is on its way.' }],
    },
  })
  expect(sent.statusCode).toBe(202)
  await expect(client.request({ method: 'GET', url: '/v3/nothing-here' })).rejects.toMatchObject({ code: 404 })
  expect((await callsOf(sendgridAt)).map(({ status }) => status)).toEqual([200, 202, 404])
})

test('X1: @shopify/shopify-api', async () => {
  expect(nodeAdapterInitialized).toBe(true)
  // Shopify's client insists on https; a proxy of the operator ends it in front of the hub, as this does.
  setAbstractFetchFunc(endTls)
  const shop = `${shopifyAt.uuid}--auth.proxy.hub.test`
  const shopify = shopifyApi({
    apiSecretKey: 'unused',
    adminApiAccessToken: hub.apiKey,
    isCustomStoreApp: true,
    apiVersion: ApiVersion.October26,
    hostName: shop,
    isEmbeddedApp: false,
    logger: { level: LogSeverity.Error },
  })
  const session = new Session({ id: 'one', shop, state: '', isOnline: false, accessToken: hub.apiKey })
  const client = new shopify.clients.Graphql({ session })
  const { data } = await client.request('{ shop { name myshopifyDomain } }')
  expect(data).toMatchObject({ shop: { name: expect.any(String) } })
  await expect(client.request('{ nothing }')).rejects.toThrow('nothing')
  const [row] = await callsOf(shopifyAt)
  expect(row).toMatchObject({ method: 'POST', status: 200, ok: true })
  expect(JSON.stringify(row?.requestHead)).not.toContain(hub.apiKey)
})

const endTls: typeof fetch = async (input, init) => {
  const asked = new Request(input, init)
  const { host, pathname, search } = new URL(asked.url)
  const headers = { ...Object.fromEntries(asked.headers), host }
  const body = Buffer.from(await asked.arrayBuffer())
  return new Promise((resolve, reject) => {
    const options = { port: port(), host: '127.0.0.1', path: pathname + search, method: asked.method, headers }
    send(options, (answer) => {
      const pairs = Object.entries(answer.headers).map(([name, value]): [string, string] => [name, String(value)])
      buffer(answer).then(
        (bytes) => resolve(new Response(bytes, { status: answer.statusCode ?? 500, headers: pairs })),
        reject,
      )
    })
      .on('error', reject)
      .end(body)
  })
}
