import { histogramText } from '@patchbay/schema/load/histogram.ts'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAlertRig, type AlertRig } from '../support/alert-rig.ts'
import { insertAnyRow } from '../support/any-row.ts'
import { connect, probeNow, setLab, type Connected } from '../support/connect.ts'

let rig: AlertRig
let stripe: Connected
beforeAll(async () => {
  rig = await startAlertRig()
  stripe = await connect(rig.hub, 'stripe', 'Stripe of Noor')
})
afterAll(() => rig.stop())

interface Seen {
  readonly kind: string
  readonly severity: string
  readonly state: string
  readonly count: number
  readonly title: string
  readonly connection: { readonly name: string } | null
}
/** Alerts of the connection, oldest first. */
async function alerts(kind: string): Promise<Seen[]> {
  const { data } = await rig.hub.graphql<{ alerts: { edges: { node: Seen }[] } }>(
    `query ($filter: AlertFilter) { alerts(filter: $filter) { edges { node { kind severity state count title connection { name } } } } }`,
    { filter: { kind: [kind], connectionId: stripe.id } },
  )
  return data.alerts.edges.map(({ node }) => node).reverse()
}

/** Calls of one minute, as the log of calls writes them. */
async function minute(at: Date, calls: number, errors: number, latencyMs: number): Promise<void> {
  const buckets = histogramText(Array.from({ length: calls }, () => latencyMs))
  await rig.hub.database.system.sql.query(
    `insert into "CallRollup" ("organizationId", "grain", "dimension", "at", "connectionId", "name", "calls", "errors", "buckets")
     values ($1::uuid, 'MINUTE', 'CONNECTION', date_trunc('minute', $2::timestamptz), $3::uuid, '', $4, $5, $6::int[])
     on conflict ("organizationId", "grain", "dimension", "at", "connectionId", "name") do update
     set "calls" = excluded."calls", "errors" = excluded."errors", "buckets" = excluded."buckets"`,
    [rig.hub.organizationId, at.toISOString(), stripe.uuid, calls, errors, buckets],
  )
}
const hubNow = () => rig.hub.app.parts.now()

test('H4: a connection that goes down is one alert until it is back, and both are told', async () => {
  const rule = await rig.rule(['connection.*'], [await rig.slack('health')])
  await setLab(rig.hub, 'stripe', { down: true })
  for (let n = 0; n < 4; n++) await probeNow(rig.hub, stripe.id)
  await rig.settle()
  expect(await alerts('connection.down')).toMatchObject([
    {
      severity: 'CRITICAL',
      state: 'OPEN',
      count: 1,
      title: 'Stripe of Noor is down',
      connection: { name: 'Stripe of Noor' },
    },
  ])
  await setLab(rig.hub, 'stripe', { down: false })
  for (let n = 0; n < 4; n++) await probeNow(rig.hub, stripe.id)
  await rig.settle()
  expect(await alerts('connection.down')).toMatchObject([{ state: 'RESOLVED' }])
  expect(await alerts('connection.recovered')).toMatchObject([{ severity: 'INFO', state: 'RESOLVED' }])
  expect(rig.heard('health')).toContain('🔴 Stripe of Noor is down')
  expect(rig.heard('health')).toContain('🟢 Resolved: Stripe of Noor is down')
  await rig.mutate('deleteAlertRule', { id: rule }, 'deletedId')
})

test('H4: planned work keeps the alerts of its connections quiet, and no others', async () => {
  const rule = await rig.rule(['limit.*'], [await rig.slack('planned')])
  const later = (minutes: number) => new Date(hubNow().getTime() + minutes * 60_000).toISOString()
  const input = { connectionIds: [stripe.id], startsAt: later(5), endsAt: later(35), reason: 'Stripe moves.' }
  const { silence } = await rig.mutate<{ silence: { phase: string } }>('planMaintenance', input, 'silence { phase }')
  expect(silence.phase).toBe('PLANNED')
  const raise = (title: string, mine: boolean) =>
    rig.raise({ kind: 'limit.near', title, dedupeKey: title, connectionId: mine ? stripe.uuid : null })
  await raise('before', true)
  await rig.settle()
  await rig.advance(6)
  await raise('during', true)
  await raise('elsewhere', false)
  await rig.settle()
  expect(rig.heard('planned')).toEqual(['🟠 before', '🟠 elsewhere'])
  await rig.advance(30)
  expect(rig.heard('planned')).toEqual(['🟠 before', '🟠 elsewhere', '🟠 during'])
  expect(
    (await rig.refused('planMaintenance', { ...input, endsAt: input.startsAt })).faults?.map(({ path }) => path),
  ).toContain('endsAt')
  await rig.mutate('deleteAlertRule', { id: rule }, 'deletedId')
})

test('H4: a rule on failed calls raises from the minutes themselves, and is over after three calm windows', async () => {
  const channel = await rig.slack('errors')
  const figures = {
    condition: 'ERROR_RATE',
    threshold: 10,
    windowMinutes: 2,
    leastCalls: 20,
    connectionIds: [stripe.id],
  }
  const input = { name: 'Errors of Stripe', channelIds: [channel], leastSeverity: 'CRITICAL', ...figures }
  const { rule } = await rig.mutate<{ rule: { id: string } }>('createAlertRule', input, 'rule { id }')
  const measure = async () => {
    await rig.hub.app.alertWorker.measure()
    await rig.settle()
    return (await alerts('calls.error_rate')).filter(({ severity }) => severity === 'CRITICAL')
  }
  await minute(hubNow(), 19, 19, 50)
  expect(await measure()).toEqual([])
  await minute(hubNow(), 100, 10, 50)
  expect(await measure()).toEqual([])
  await minute(hubNow(), 100, 13, 50)
  expect(await measure()).toMatchObject([{ state: 'OPEN', title: '13 % of calls to Stripe of Noor fail' }])
  expect(rig.heard('errors')).toEqual(['🔴 13 % of calls to Stripe of Noor fail'])
  await rig.advance(4)
  expect(await measure()).toMatchObject([{ state: 'OPEN' }])
  await minute(hubNow(), 100, 50, 50)
  expect(await measure()).toMatchObject([{ state: 'OPEN', count: 2 }])
  await rig.advance(7)
  expect(await measure()).toMatchObject([{ state: 'RESOLVED', count: 2 }])
  expect(rig.heard('errors')).toHaveLength(2)

  type Preview = { previewAlertRule: { count: number; breaches: { worst: number; connection: { name: string } }[] } }
  const { data } = await rig.hub.graphql<Preview>(
    'query ($input: PreviewAlertRuleInput!) { previewAlertRule(input: $input) { count breaches { worst connection { name } } } }',
    { input: figures },
  )
  expect(data.previewAlertRule.count).toBeGreaterThanOrEqual(2)
  expect(data.previewAlertRule.breaches.map(({ worst }) => worst)).toContain(50)
  await rig.mutate('deleteAlertRule', { id: rule.id }, 'deletedId')
})

test('H4: a rule on latency looks at the slowest twentieth', async () => {
  const channel = await rig.slack('slow')
  const input = { name: 'Slow Stripe', condition: 'LATENCY', threshold: 800, windowMinutes: 1, channelIds: [channel] }
  const { rule } = await rig.mutate<{ rule: { id: string } }>('createAlertRule', input, 'rule { id }')
  await rig.advance(5)
  await minute(hubNow(), 40, 0, 700)
  await rig.hub.app.alertWorker.measure()
  expect(await alerts('calls.latency')).toEqual([])
  await minute(hubNow(), 40, 0, 2_000)
  await rig.hub.app.alertWorker.measure()
  await rig.settle()
  expect(await alerts('calls.latency')).toMatchObject([{ state: 'OPEN', title: 'Calls to Stripe of Noor take 2.0 s' }])
  expect(rig.heard('slow')).toHaveLength(1)
  await rig.mutate('deleteAlertRule', { id: rule.id }, 'deletedId')
  await rig.hub.app.alertWorker.measure()
  expect(await alerts('calls.latency')).toMatchObject([{ state: 'RESOLVED' }])
})

test('C5: credentials that are due are told of once, and no longer when they were replaced', async () => {
  const remind = async () => {
    await rig.hub.app.alertWorker.remind()
    return alerts('credential.due')
  }
  expect(await remind()).toEqual([])
  await rig.advance(91 * 24 * 60)
  await remind()
  expect(await remind()).toMatchObject([
    { state: 'OPEN', count: 1, title: 'Credentials of Stripe of Noor are due for rotation' },
  ])
  const { prisma } = rig.hub.database.system
  await prisma.credential.updateMany({
    where: { connectionId: stripe.uuid },
    data: { dueAt: new Date(hubNow().getTime() + 86_400_000) },
  })
  expect(await remind()).toMatchObject([{ state: 'RESOLVED' }])
  await insertAnyRow(rig.hub.database.system.sql, 'Grant', {
    organizationId: rig.hub.organizationId,
    connectionId: stripe.uuid,
    state: 'RECONNECT',
  })
  expect((await remind()).at(-1)).toMatchObject({
    state: 'OPEN',
    severity: 'CRITICAL',
    title: 'Stripe of Noor has to be connected again',
  })
})

test('H4: a rule can be tried on what was raised before', async () => {
  type Preview = { previewAlertRule: { count: number; alerts: { kind: string }[] } }
  const preview = async (input: Record<string, unknown>) =>
    (
      await rig.hub.graphql<Preview>(
        'query ($input: PreviewAlertRuleInput!) { previewAlertRule(input: $input) { count alerts { kind } } }',
        { input },
      )
    ).data.previewAlertRule
  const kind = 'key.unusual'
  await rig.raise({ kind, severity: 'INFO', dedupeKey: '' }, { kind, severity: 'CRITICAL', dedupeKey: '' })
  expect(await preview({ kinds: ['key.*'], leastSeverity: 'WARNING' })).toMatchObject({ count: 1, alerts: [{ kind }] })
  expect((await preview({ kinds: ['key.unusual'], leastSeverity: 'INFO' })).count).toBe(2)
  expect((await preview({ kinds: ['key.unusual'], leastSeverity: 'INFO', connectionIds: [stripe.id] })).count).toBe(0)
})
