import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'

let database: TestDatabase
let hub: TestHub
beforeAll(async () => {
  database = await testDatabase()
  hub = await startHub({ database, app: { demo: true } })
})
afterAll(async () => {
  await hub.stop()
  await database.cleanup()
})

interface Listed {
  readonly connections: {
    readonly edges: readonly {
      readonly node: {
        readonly id: string
        readonly name: string
        readonly status: string
        readonly health: string
        readonly simulated: boolean
      }
    }[]
  }
}

async function connections() {
  const { data } = await hub.graphql<Listed>(
    '{ connections(first: 50) { edges { node { id name status health simulated } } } }',
  )
  return data.connections.edges.map((edge) => edge.node)
}

describe('N1: the demo organization', () => {
  test('eight connections of every kind of authentication are set up, healthy, and say that they are simulated', async () => {
    const healthy = await until(
      'eight healthy connections',
      async () => {
        const all = await connections()
        return all.length === 8 && all.every((one) => one.status === 'ACTIVE' && one.health === 'HEALTHY') ? all : null
      },
      25_000,
    )
    expect(healthy.every((one) => one.simulated)).toBe(true)
    const { data } = await hub.graphql<{ organization: object }>(
      '{ organization { name demo country currency timeZone } }',
    )
    expect(data.organization).toEqual({
      name: 'Noor Atelier',
      demo: true,
      country: 'AE',
      currency: 'AED',
      timeZone: 'Asia/Dubai',
    })
  })

  test('the shop does business through the real pipeline, and calls arrive live', async () => {
    const events = hub.subscribe<{ callLogged: { calls: { purpose: string; operation: string }[] } }>(
      'subscription { callLogged { calls { purpose operation } } }',
    )
    const event = await events.first(
      'an operation of the shop',
      ({ callLogged }) => callLogged.calls.some((call) => call.purpose === 'OPERATION'),
      20_000,
    )
    expect(event.callLogged.calls[0]?.operation).toMatch(/^[a-z]+\.[a-zA-Z]+$/)
    events.stop()
    const metrics = await (await hub.fetch('/metrics')).text()
    expect(metrics).toMatch(/patchbay_calls_total\{provider="[a-z-]+",outcome="ok"\} [1-9]/)
  })

  test('vendors know the addresses, what they tell is proven, and it goes out to the shop floor', async () => {
    const { prisma } = database.system
    await until('seven addresses are registered', async () => {
      const sources = await prisma.source.findMany({ select: { registration: true, registrationError: true } })
      const failed = sources.find(({ registrationError }) => registrationError !== null)
      if (failed !== undefined) throw new Error(failed.registrationError ?? '')
      return sources.length === 7 && sources.every(({ registration }) => registration === 'REGISTERED')
    })
    await until('a vendor told something', () => prisma.inboundEvent.findFirst({ where: { state: 'ROUTED' } }), 30_000)
    await until('it was delivered', () => prisma.delivery.findFirst({ where: { state: 'DELIVERED' } }), 30_000)
    const [receiver] = await hub.app.commands.lab!.receivers()
    expect(receiver).toMatchObject({ name: 'demo-shop' })
    expect(receiver?.received).toBeGreaterThan(0)
  }, 90_000)

  test('a restart adds nothing, and what somebody deleted stays deleted', async () => {
    const before = await connections()
    const gone = before.find((one) => one.name.startsWith('Printify'))
    await hub.graphql(`mutation ($input: DeleteConnectionInput!) { deleteConnection(input: $input) { __typename } }`, {
      input: { id: gone?.id, name: gone?.name },
    })
    const again = await startHub({
      database,
      app: { demo: true },
      env: { PATCHBAY_DATA_DIR: hub.dataFolder, PATCHBAY_BOOTSTRAP_API_KEY: hub.apiKey },
    })
    await until('every connection was looked at', () =>
      again.logs.some((line) => line.includes('the demo organization is set up')),
    )
    await again.stop()
    expect((await connections()).map((one) => one.name).sort()).toEqual(
      before
        .map((one) => one.name)
        .filter((name) => name !== gone?.name)
        .sort(),
    )
  })
})
