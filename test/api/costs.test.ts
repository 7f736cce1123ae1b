import { randomUUID } from 'node:crypto'
import { watchBudgets } from '@patchbay/server/engine/analytics/budget-alerts.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect, probeNow, type Connected } from '../support/connect.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { startHub, type TestHub } from '../support/hub.ts'

let hub: TestHub
let database: TestDatabase
let stripe: Connected
beforeAll(async () => {
  database = await testDatabase()
  hub = await startHub({ database })
  await database.system.prisma.organization.update({
    where: { id: hub.organizationId },
    data: { timeZone: 'Asia/Dubai', currency: 'AED' },
  })
  stripe = await connect(hub, 'stripe', 'Our Stripe')
}, 120_000)
afterAll(async () => {
  await hub.stop()
  await database.cleanup()
})

type Answer = Record<string, unknown> & {
  __typename: string
  message?: string
  faults?: { path: string; message: string }[]
}
async function mutate(field: string, type: string, input: object, fields: string): Promise<Answer> {
  const { data, errors } = await hub.graphql<Record<string, Answer>>(
    `mutation ($input: ${type}!) { ${field}(input: $input) { __typename ... on Error { message }
       ... on InvalidInputError { faults { path message } } ... on ${field[0]?.toUpperCase()}${field.slice(1)}Success { ${fields} } } }`,
    { input },
  )
  expect(errors).toEqual([])
  return data[field] as Answer
}

const setPrices = (prices: object[], more: object = {}) =>
  mutate(
    'setPrices',
    'SetPricesInput',
    { connectionId: stripe.id, prices, ...more },
    'prices { id kind amountMicros appliesTo phase }',
  )
const setBudget = (input: object) =>
  mutate('setBudget', 'SetBudgetInput', input, 'budget { id monthlyMicros stop state usedMicros usedShare version }')
const send = () =>
  mutate('callProvider', 'CallProviderInput', { connectionId: stripe.id, method: 'GET', path: '/v1/balance' }, 'status')

interface Costs {
  totals: { callsMicros: string; subscriptionsMicros: string; transactionsMicros: string; totalMicros: string }
  items: { label: string; totalMicros: string; share: number }[]
  points: { totalMicros: string }[]
  forecast: { spentMicros: string; totalMicros: string; meanDays: number }
}
async function costs(preset = 'THIS_MONTH'): Promise<Costs> {
  await hub.app.parts.calls.flush?.()
  const { data, errors } = await hub.graphql<{ costs: Costs }>(
    `{ costs(range: { preset: ${preset} }) { totals { callsMicros transactionsMicros subscriptionsMicros totalMicros }
       items { label totalMicros share } points { totalMicros } forecast { spentMicros totalMicros meanDays } } }`,
  )
  expect(errors).toEqual([])
  return data.costs
}

describe('A2: prices', () => {
  test('are checked in words', async () => {
    const faulty = await setPrices([
      { kind: 'PER_CALL', amountMicros: '-1' },
      { kind: 'PER_MONTH', amountMicros: '1', appliesTo: 'x' },
      { kind: 'PER_TRANSACTION', amountMicros: '1', appliesTo: 'payment.suceeded', sharePpm: 2_000_000 },
      { kind: 'PER_TRANSACTION', amountMicros: '1' },
      { kind: 'PER_CALL', amountMicros: '1', sharePpm: 5 },
    ])
    expect(faulty.__typename).toBe('InvalidInputError')
    expect(faulty.faults?.map(({ path }) => path)).toEqual(
      expect.arrayContaining([
        'prices.0.amountMicros',
        'prices.1.appliesTo',
        'prices.2.sharePpm',
        'prices.2.appliesTo',
        'prices.3.appliesTo',
        'prices.4.sharePpm',
        'prices.4.kind',
      ]),
    )
    expect(faulty.faults?.find(({ path }) => path === 'prices.2.appliesTo')?.message).toContain('payment.succeeded')
  })

  test('of a call hold from the moment they are set, for that operation or for all', async () => {
    await send()
    expect((await costs()).totals.callsMicros).toBe('0')
    await setPrices([{ kind: 'PER_CALL', amountMicros: '250000' }])
    await send()
    await send()
    expect((await costs()).totals.callsMicros).toBe('500000')
    await setPrices([{ kind: 'PER_CALL', amountMicros: '100000' }])
    await send()
    const { totals, items } = await costs()
    expect(totals.callsMicros).toBe('600000')
    expect(items).toEqual([{ label: 'Our Stripe', totalMicros: '600000', share: 1 }])
    const { data } = await hub.graphql<{ calls: { edges: { node: { costMicros: string; costMinor: string } }[] } }>(
      '{ calls(first: 1) { edges { node { costMicros costMinor } } } }',
    )
    expect(data.calls.edges[0]?.node).toEqual({ costMicros: '100000', costMinor: '10' })
    const audit = await database.system.prisma.auditEntry.count({ where: { action: 'price.set' } })
    expect(audit).toBe(2)
  })

  test('set with one key are set once', async () => {
    const idempotencyKey = randomUUID()
    const one = await setPrices([{ kind: 'PER_CALL', amountMicros: '100000' }], { idempotencyKey })
    const two = await setPrices([{ kind: 'PER_CALL', amountMicros: '100000' }], { idempotencyKey })
    expect(one['prices']).toEqual(two['prices'])
  })

  test('of a transaction take a fixed part and a share of amounts in the organization’s currency, once per event', async () => {
    const fixed = { kind: 'PER_TRANSACTION', amountMicros: '1000000', sharePpm: 29_000, appliesTo: 'payment.succeeded' }
    await setPrices([fixed])
    const { organizationId } = hub
    const at = new Date()
    const event = (currency: string) => ({
      ...{ id: hub.app.parts.newId(at.getTime()), at, organizationId, type: 'payment.succeeded', version: 1 },
      ...{ occurredAt: new Date(at.getTime() - 1500), connectionId: stripe.uuid, provider: 'stripe' },
      data: { amount: { amountMinor: 12_500, currency } },
      source: { kind: 'HUB' } as never,
      ...{ inboundEventId: null, ordinal: 0, run: 0, orderKey: null, test: false },
    })
    const events = [event('AED'), event('USD')]
    for (let n = 0; n < 2; n++) await database.system.sql.transaction((sql) => hub.app.parts.fanOut.record(sql, events))
    // 125.00 AED at 2.9 % and 1.00 AED; of dollars 1.00 AED alone.
    expect((await costs()).totals.transactionsMicros).toBe(String(3_625_000 + 1_000_000 + 1_000_000))
    const { data } = await hub.graphql<{ analytics: { business: Record<string, unknown> } }>(
      `{ analytics(range: { preset: TODAY }) { business { events transactions successRate averageProcessingMs
         amounts { currency amountMinor } types { type events } } } }`,
    )
    expect(data.analytics.business).toMatchObject({
      events: 2,
      transactions: 2,
      successRate: 1,
      averageProcessingMs: 1500,
      amounts: expect.arrayContaining([{ currency: 'AED', amountMinor: '12500' }]) as never,
    })
  })
})

describe('A2: budgets', () => {
  test('that stop refuse calls at once when they are used up, tell once, and let probes and tests through', async () => {
    const budget = await setBudget({ connectionId: stripe.id, monthlyMicros: '1000', stop: true })
    expect(budget).toMatchObject({ budget: { stop: true, state: 'STOPPED' } })
    const refused = await send()
    expect(refused.__typename).toBe('ProviderCallError')
    expect(refused.message).toContain('budget of Our Stripe for this month is used up')
    expect(await probeNow(hub, stripe.id)).not.toBe('DOWN')

    const { alerts, database: data, now } = hub.app.parts
    for (let n = 0; n < 3; n++) await watchBudgets({ database: data, alerts, now })
    const told = await database.system.prisma.alert.findMany({
      where: { kind: { startsWith: 'budget.' } },
      orderBy: { seq: 'asc' },
    })
    expect(told.map(({ kind, count, state }) => [kind, count, state])).toEqual([
      ['budget.near', 1, 'OPEN'],
      ['budget.exceeded', 1, 'OPEN'],
    ])
    expect(told[1]?.text).toContain('0.00 AED')

    // More room, and it is over.
    await setBudget({ connectionId: stripe.id, monthlyMicros: '1000000000', stop: true })
    expect((await send()).__typename).toBe('CallProviderSuccess')
    await watchBudgets({ database: data, alerts, now })
    const open = await database.system.prisma.alert.count({ where: { kind: { startsWith: 'budget.' }, state: 'OPEN' } })
    expect(open).toBe(0)
  })

  test('stop in time: what is still on its way into the log counts already', async () => {
    const used = BigInt((await costs()).totals.totalMicros)
    await setBudget({ connectionId: stripe.id, monthlyMicros: String(used + 150_000n), stop: true })
    expect((await send()).__typename).toBe('CallProviderSuccess')
    expect((await send()).__typename).toBe('CallProviderSuccess')
    expect((await send()).__typename).toBe('ProviderCallError')
    await setBudget({ connectionId: stripe.id, monthlyMicros: '1000000000' })
  })

  test('are refused in words when they make no sense, or changed meanwhile', async () => {
    expect((await setBudget({ monthlyMicros: '0', alertAtPercent: [0, 600] })).faults?.length).toBe(2)
    expect((await setBudget({ connectionId: stripe.id, monthlyMicros: '5', version: 1 })).__typename).toBe(
      'ConflictError',
    )
  })
})

test('A2: a subscription is spread over the days of its month, and the forecast knows the rest of it', async () => {
  const before = await costs()
  await setPrices([{ kind: 'PER_MONTH', amountMicros: '30000000' }])
  const { totals, forecast, points } = await costs()
  expect(BigInt(totals.subscriptionsMicros)).toBeLessThan(1_000_000n)
  expect(points.reduce((sum, point) => sum + BigInt(point.totalMicros), 0n)).toBe(BigInt(totals.totalMicros))
  expect(BigInt(forecast.totalMicros)).toBeGreaterThan(BigInt(before.forecast.totalMicros))
  expect(BigInt(forecast.spentMicros)).toBeLessThanOrEqual(BigInt(forecast.totalMicros))
})

describe('A5: saved dashboards', () => {
  const panel = { title: 'Volume', chart: 'LINE', measure: 'CALLS', preset: 'WEEK', groupBy: 'PROVIDER' }
  const fields = 'dashboard { id name shared own version panels { title chart width top } }'
  test('are kept, changed by who made them, and deleted', async () => {
    const saved = await mutate('saveDashboard', 'SaveDashboardInput', { name: ' Mine ', panels: [panel] }, fields)
    expect(saved).toMatchObject({
      dashboard: {
        name: 'Mine',
        shared: false,
        own: true,
        version: 1,
        panels: [{ title: 'Volume', width: 6, top: 8 }],
      },
    })
    const { id } = saved['dashboard'] as { id: string }
    const changed = await mutate('updateDashboard', 'UpdateDashboardInput', { id, version: 1, shared: true }, fields)
    expect(changed).toMatchObject({ dashboard: { shared: true, version: 2, panels: [{ title: 'Volume' }] } })
    const stale = await mutate('updateDashboard', 'UpdateDashboardInput', { id, version: 1, name: 'x' }, fields)
    expect(stale.__typename).toBe('ConflictError')

    const cookie = await hub.signIn()
    const theirs = await hub.graphql<{
      savedDashboards: { edges: { node: { own: boolean } }[] }
      deleteDashboard: Answer
    }>('{ savedDashboards { edges { node { own } } } }', {}, { cookie })
    expect(theirs.data.savedDashboards.edges).toEqual([{ node: { own: false } }])
    const gone = await mutate('deleteDashboard', 'DeleteDashboardInput', { id }, 'removedId')
    expect(gone).toMatchObject({ removedId: id })
  })

  test('are refused in words', async () => {
    const faulty = await mutate(
      'saveDashboard',
      'SaveDashboardInput',
      { name: '', panels: [{ ...panel, width: 2, top: 99, title: ' ' }] },
      fields,
    )
    expect(faulty.faults?.map(({ path }) => path).sort()).toEqual([
      'name',
      'panels.0.title',
      'panels.0.top',
      'panels.0.width',
    ])
  })
})
