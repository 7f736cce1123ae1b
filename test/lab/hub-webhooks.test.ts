import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSource, ownerOf, settledOf, storedOf, type OpenSource } from '../support/hooks.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'

let hub: TestHub
beforeAll(async () => {
  hub = await startHub()
})
afterAll(() => hub.stop())

/** A connection whose address the vendor knows, by the hub's own registration. */
async function registered(provider: 'stripe' | 'paypal' | 'shopify' | 'printful' | 'printify' | 'sendgrid') {
  const source = await openSource(hub, { provider, secret: null })
  await hub.app.commands.source.register(ownerOf(hub), { id: source.sourceId })
  await until(`${provider} is registered`, async () => {
    const row = await hub.database.system.prisma.source.findUniqueOrThrow({ where: { id: source.sourceId } })
    if (row.registrationError !== null) throw new Error(`${provider}: ${row.registrationError}`)
    return row.registration === 'REGISTERED'
  })
  return source
}

const emit = (provider: string, scenario: string, more: object = {}) =>
  hub.app.commands.lab!.emit(ownerOf(hub), { provider, scenario, ...more })
const verdicts = async (source: OpenSource) => (await storedOf(hub, source)).map(({ verdict }) => verdict)

/** What some scenarios become in the hub; the others are only proven and routed. */
const meanings = {
  stripe: {
    'payment.succeeded': ['payment.succeeded'],
    'payment.failed': ['payment.failed'],
    'payment.refunded': ['payment.refunded'],
    'payment.disputed': ['payment.disputed'],
  },
  paypal: {
    'payment.succeeded': ['payment.succeeded'],
    'payment.failed': ['payment.failed'],
    'payment.refunded': ['payment.refunded'],
    'payment.disputed': ['payment.disputed'],
  },
  shopify: {
    'order.created': ['order.created'],
    'order.updated': ['order.updated'],
    'app.uninstalled': ['connection.uninstalled'],
  },
  printful: { 'order.created': ['order.created'], 'shipment.moving': ['shipment.in_transit', 'shipment.delivered'] },
  printify: { 'order.created': ['order.created'] },
  sendgrid: { 'email.delivered': ['email.delivered'], 'email.opened': ['email.opened'] },
} as const

describe('W3: what happens at a simulated vendor becomes events of the hub', () => {
  test.each(Object.entries(meanings))('%s', async (provider, scenarios) => {
    const source = await registered(provider as keyof typeof meanings)
    let expected = 0
    const types = async () =>
      (await hub.database.system.prisma.event.findMany({ where: { connectionId: source.connectionId } })).map(
        ({ type }) => type,
      )
    const all = (await hub.app.commands.lab!.webhooks()).find((vendor) => vendor.provider === provider)?.scenarios ?? []
    for (const { name: scenario } of all) {
      const wanted = (scenarios as Readonly<Record<string, readonly string[]>>)[scenario]
      const before = await types()
      const { letters } = await emit(provider, scenario)
      expected += letters
      const rows = await settledOf(hub, source, expected)
      const fates = rows.map(({ verdict, state }) => [verdict, state])
      expect(fates, scenario).toEqual(rows.map(() => ['VERIFIED', 'ROUTED']))
      if (wanted !== undefined) expect((await types()).sort(), scenario).toEqual([...before, ...wanted].sort())
    }
  })
})

describe('W1, W2: trouble on the way', () => {
  test('duplicates are stored once, forgeries are quarantined, a recording is refused', async () => {
    const source = await registered('stripe')
    await emit('stripe', 'duplicate', { count: 3 })
    await emit('stripe', 'burst', { count: 25 })
    expect(await settledOf(hub, source, 26)).toHaveLength(26)
    for (const trouble of ['wrong-signature', 'missing-signature', 'altered-body', 'replay']) {
      const before = (await storedOf(hub, source)).length
      await emit('stripe', trouble)
      await settledOf(hub, source, before + 1)
    }
    const forged = (await verdicts(source)).filter((verdict) => verdict !== 'VERIFIED')
    expect(forged).toHaveLength(4)
  })
})
