import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startAlertRig, type AlertRig } from '../support/alert-rig.ts'
import { until } from '../support/until.ts'

let rig: AlertRig
beforeAll(async () => {
  rig = await startAlertRig()
})
afterAll(() => rig.stop())

const alertQuery = `query ($search: String) { alerts(search: $search) { totalCount edges { node { id state count silenced
  acknowledgedBy escalateAt text notices { occasion state attempts error channel { name kind } rule { name } } } } } }`
interface Shown {
  readonly id: string
  readonly state: string
  readonly count: number
  readonly silenced: boolean
  readonly acknowledgedBy: string | null
  readonly escalateAt: string | null
  readonly text: string
  readonly notices: readonly {
    occasion: string
    state: string
    attempts: number
    error: string | null
    channel: { name: string; kind: string }
  }[]
}
async function shown(title: string): Promise<Shown> {
  const { data } = await rig.hub.graphql<{ alerts: { edges: { node: Shown }[] } }>(alertQuery, { search: title })
  const [edge] = data.alerts.edges
  if (edge === undefined) throw new Error(`no alert ${title}`)
  return edge.node
}
const told = ({ notices }: Shown) =>
  notices.map(({ channel, occasion, state }) => `${channel.name} ${occasion} ${state}`)
const fresh = () => `case ${randomUUID()}`
const unseen = async () => (await rig.hub.graphql<{ unseenAlerts: number }>('{ unseenAlerts }')).data.unseenAlerts

test('H4: a new organization has a bell and rules from the first minute', async () => {
  const { data } = await rig.hub.graphql<Record<string, { edges: { node: Record<string, unknown> }[] }>>(`{
    alertChannels { edges { node { name kind enabled createdBy } } }
    alertRules { edges { node { name condition channels { kind } } } } }`)
  expect(data['alertChannels']?.edges.map(({ node }) => node)).toEqual([
    { name: 'Bell', kind: 'IN_APP', enabled: true, createdBy: null },
  ])
  expect(data['alertRules']?.edges.map(({ node }) => node['condition']).toSorted()).toEqual([
    'ERROR_RATE',
    'LATENCY',
    'RAISED',
  ])
})

test('H4: raised, told to the channels of its rules, and over: whoever heard it began hears it ended', async () => {
  const dedupeKey = fresh()
  const [ops, mail] = [await rig.slack(`ops ${dedupeKey}`), await rig.mail(`mail ${dedupeKey}`)]
  const rule = await rig.rule(['endpoint.*'], [ops, mail])
  const before = rig.mailbox.mails.length
  await rig.raise({ title: dedupeKey, dedupeKey })
  await rig.settle()
  expect(rig.heard(`ops ${dedupeKey}`)).toEqual([`🟠 ${dedupeKey}`])
  expect(rig.mailbox.mails.slice(before)).toMatchObject([{ to: ['ops@shop.test'], subject: dedupeKey }])
  await rig.settleKeys(dedupeKey)
  await rig.settle()
  expect(rig.heard(`ops ${dedupeKey}`)[1]).toBe(`🟢 Resolved: ${dedupeKey}`)
  expect(rig.mailbox.mails[before + 1]?.body).toContain('It answers again.')
  const alert = await shown(dedupeKey)
  expect(alert.state).toBe('RESOLVED')
  expect(told(alert).toSorted()).toEqual(
    ['Bell', `mail ${dedupeKey}`, `ops ${dedupeKey}`].flatMap((name) => [
      `${name} OPENED SENT`,
      `${name} RESOLVED SENT`,
    ]),
  )
  await rig.mutate('deleteAlertRule', { id: rule }, 'deletedId')
})

test('H4: a running hub tells by itself, as soon as the change is committed', async () => {
  const dedupeKey = fresh()
  const rule = await rig.rule(['endpoint.*'], [await rig.slack(dedupeKey)])
  await rig.raise({ title: dedupeKey, dedupeKey })
  await until('it is told', () => rig.heard(dedupeKey).length === 1)
  await rig.mutate('deleteAlertRule', { id: rule }, 'deletedId')
})

test('H4: repeats count up and are told again only after the quiet time', async () => {
  const dedupeKey = fresh()
  const rule = await rig.rule(['endpoint.down'], [await rig.slack(dedupeKey)], { quietMinutes: 30 })
  const raise = () => rig.raise({ title: dedupeKey, dedupeKey })
  for (let n = 0; n < 3; n++) {
    await raise()
    await rig.settle()
  }
  expect(rig.heard(dedupeKey)).toHaveLength(1)
  await rig.advance(31)
  expect(rig.heard(dedupeKey)).toHaveLength(1)
  await raise()
  await rig.settle()
  expect(rig.heard(dedupeKey)).toEqual([`🟠 ${dedupeKey}`, `🟠 Still: ${dedupeKey}`])
  expect(await shown(dedupeKey)).toMatchObject({ count: 4, state: 'OPEN' })
  await rig.mutate('deleteAlertRule', { id: rule }, 'deletedId')
})

test('H4: nobody took it: the others are told, once; whoever takes it stops that', async () => {
  const [left, taken] = [fresh(), fresh()]
  const next = await rig.slack(`next ${left}`)
  const more = { escalateAfterMinutes: 15, escalateChannelIds: [next] }
  const rule = await rig.rule(['source.*'], [await rig.slack(left)], more)
  await rig.raise({ kind: 'source.registration_failed', title: left, dedupeKey: left })
  await rig.raise({ kind: 'source.registration_failed', title: taken, dedupeKey: taken })
  await rig.settle()
  const { id, escalateAt } = await shown(taken)
  expect(escalateAt).not.toBeNull()
  const { alerts } = await rig.mutate<{ alerts: Shown[] }>(
    'acknowledgeAlerts',
    { ids: [id] },
    'alerts { state acknowledgedBy escalateAt }',
  )
  expect(alerts).toMatchObject([{ state: 'ACKNOWLEDGED', escalateAt: null }])
  await rig.advance(14)
  expect(rig.heard(`next ${left}`)).toEqual([])
  await rig.advance(2)
  await rig.advance(120)
  expect(rig.heard(`next ${left}`)).toEqual([`🟠 Nobody took it: ${left}`])
  expect((await shown(left)).escalateAt).toBeNull()
  await rig.mutate('deleteAlertRule', { id: rule }, 'deletedId')
})

test('H4: muted alerts are kept and told to nobody; what goes on is told when the silence ends', async () => {
  const [short, long] = [fresh(), fresh()]
  const rule = await rig.rule(['budget.*'], [await rig.slack(short)])
  const { silence } = await rig.mutate<{ silence: { id: string; phase: string } }>(
    'muteAlerts',
    { kinds: ['budget.*'], minutes: 60, reason: 'We know.', idempotencyKey: short },
    'silence { id phase }',
  )
  expect(silence.phase).toBe('ACTIVE')
  const bell = await unseen()
  await rig.raise({ kind: 'budget.near', title: short, dedupeKey: short })
  await rig.raise({ kind: 'budget.near', title: long, dedupeKey: long })
  await rig.settle()
  expect(await shown(long)).toMatchObject({ silenced: true, notices: [] })
  expect(await unseen()).toBe(bell)
  await rig.settleKeys(short)
  await rig.mutate('endSilence', { id: silence.id }, 'silence { phase }')
  await rig.settle()
  expect(rig.heard(short)).toEqual([`🟠 ${long}`])
  expect(await shown(short)).toMatchObject({ silenced: true, state: 'RESOLVED', notices: [] })
  expect(await unseen()).toBe(bell + 1)
  expect(await rig.refused('endSilence', { id: silence.id })).toMatchObject({ __typename: 'ConflictError' })
  await rig.mutate('deleteAlertRule', { id: rule }, 'deletedId')
})

test('H4: the bell counts what nobody looked at, and forgets it on every device at once', async () => {
  await rig.raise({ title: fresh(), kind: 'key.unusual', dedupeKey: '' })
  await rig.settle()
  expect(await unseen()).toBeGreaterThan(0)
  await rig.mutate('markAlertsSeen', {}, 'unseen')
  expect(await unseen()).toBe(0)
  const dedupeKey = fresh()
  await rig.raise({ title: dedupeKey, dedupeKey })
  await rig.settle()
  expect(await unseen()).toBe(1)
  const { id } = await shown(dedupeKey)
  await rig.mutate('resolveAlerts', { ids: [id], note: 'A cable.' }, 'alerts { id }')
  expect(await unseen()).toBe(0)
  expect((await shown(dedupeKey)).text).toMatch(/Resolved by .*: A cable\.$/)
})

test('H4: alerts are live: raised, rung, taken and over, each as it is now; a resumed reader misses none', async () => {
  const query = `subscription ($after: String) { alertRaised(after: $after) { cursor alerts { title state count } } }`
  type Batch = { alertRaised: { cursor: string; alerts: { title: string; state: string; count: number }[] } }
  const dedupeKey = fresh()
  const events = rig.hub.subscribe<Batch>(query)
  await events.first('a cursor', () => true)
  await rig.raise({ title: dedupeKey, dedupeKey })
  const first = await events.first('the alert', ({ alertRaised }) =>
    alertRaised.alerts.some(({ title }) => title === dedupeKey),
  )
  const { id } = await shown(dedupeKey)
  await rig.settle()
  await rig.mutate('acknowledgeAlerts', { ids: [id] }, 'alerts { id }')
  await rig.raise({ title: dedupeKey, dedupeKey })
  await rig.settleKeys(dedupeKey)
  await events.first('its end', ({ alertRaised }) =>
    alertRaised.alerts.some(({ title, state }) => title === dedupeKey && state === 'RESOLVED'),
  )
  const resumed = rig.hub.subscribe<Batch>(query, { after: first.alertRaised.cursor })
  const last = await resumed.first('what changed meanwhile', ({ alertRaised }) =>
    alertRaised.alerts.some(({ title }) => title === dedupeKey),
  )
  expect(last.alertRaised.alerts.filter(({ title }) => title === dedupeKey).at(-1)).toMatchObject({
    state: 'RESOLVED',
    count: 2,
  })
})
