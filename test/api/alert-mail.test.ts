import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hashApiKey, newApiKey, prefixOf } from '@patchbay/server/engine/people/api-keys.ts'
import { startAlertRig, type AlertRig } from '../support/alert-rig.ts'
import { connect } from '../support/connect.ts'

let rig: AlertRig
beforeAll(async () => {
  rig = await startAlertRig()
})
afterAll(() => rig.stop())
const fresh = () => `case ${randomUUID()}`
const trial = (id: string) => rig.mutate<{ ok: boolean; message: string }>('testAlertChannel', { id }, 'ok message')

test('H4: who reads Arabic gets Arabic, from right to left; a mixed audience gets English', async () => {
  const { prisma } = rig.hub.database.system
  for (const [locale, email] of [
    ['ar-AE', 'noor@shop.test'],
    ['en', 'sam@shop.test'],
  ] as const)
    await prisma.user.create({ data: { id: randomUUID(), name: 'Noor', email, locale } })
  expect(await trial(await rig.mail(fresh(), ['Noor@shop.test']))).toMatchObject({ ok: true })
  expect(rig.mailbox.mails.at(-1)?.subject).toMatch(/^تجربة: /)
  expect(rig.mailbox.mails.at(-1)?.body).toContain('lang="ar" dir="rtl"')
  await trial(await rig.mail(fresh(), ['noor@shop.test', 'sam@shop.test']))
  expect(rig.mailbox.mails.at(-1)?.subject).toMatch(/^Test: /)
  expect(rig.mailbox.mails.at(-1)?.to).toEqual(['noor@shop.test', 'sam@shop.test'])
})

test('H4: a long title is cut to seventy characters, in mail as in its header', async () => {
  const name = fresh()
  const rule = await rig.rule(['sync.failed'], [await rig.mail(name)])
  await rig.raise({ kind: 'sync.failed', title: `${'طويل جدًا '.repeat(30)}` })
  await rig.settle()
  const subject = rig.mailbox.mails.at(-1)?.subject ?? ''
  expect([...subject].length).toBeLessThanOrEqual(70)
  expect(subject.endsWith('…')).toBe(true)
  await rig.mutate('deleteAlertRule', { id: rule }, 'deletedId')
})

test('H4: a server that is busy is asked again, one that refuses is not', async () => {
  const dedupeKey = fresh()
  const rule = await rig.rule(['sync.failed'], [await rig.mail(dedupeKey)])
  rig.mailbox.refuse(451)
  const before = rig.mailbox.mails.length
  await rig.raise({ kind: 'sync.failed', title: dedupeKey, dedupeKey })
  await rig.settle()
  rig.mailbox.refuse(null)
  await rig.advance(1)
  expect(rig.mailbox.mails.slice(before).map(({ subject }) => subject)).toEqual([dedupeKey])
  expect(rig.mailbox.mails.at(-1)?.body).toContain('attempt 2')
  rig.mailbox.refuse(550)
  const other = fresh()
  await rig.raise({ kind: 'sync.failed', title: other, dedupeKey: other })
  await rig.settle()
  const notices = await rig.hub.database.system.prisma.alertNotice.findMany({
    where: { alert: { title: other }, channel: { kind: 'EMAIL' } },
  })
  expect(notices).toMatchObject([{ state: 'FAILED', attempts: 1, error: expect.stringContaining('550') }])
  rig.mailbox.refuse(null)
  await rig.mutate('deleteAlertRule', { id: rule }, 'deletedId')
})

test('H4: a key narrowed to a connection takes its alerts, sees no other and changes no rule', async () => {
  const [mine, other] = [await connect(rig.hub, 'stripe', fresh()), await connect(rig.hub, 'stripe', fresh())]
  const titles = { mine: fresh(), other: fresh() }
  await rig.raise({ title: titles.mine, kind: 'limit.near', subjectType: 'Connection', connectionId: mine.uuid })
  await rig.raise({ title: titles.other, kind: 'limit.near', subjectType: 'Connection', connectionId: other.uuid })
  await rig.settle()
  const key = newApiKey()
  await rig.hub.database.system.prisma.apiKey.create({
    data: {
      id: randomUUID(),
      organizationId: rig.hub.organizationId,
      name: 'Narrow',
      prefix: prefixOf(key),
      hash: hashApiKey(key),
      role: 'OWNER',
      scopes: ['*'],
      connectionIds: [mine.uuid],
    },
  })
  type Found = { alerts: { edges: { node: { id: string; title: string } }[] } }
  const find = async (ask?: { key: string }) =>
    (
      await rig.hub.graphql<Found>(
        '{ alerts(filter: { kind: ["limit.near"] }) { edges { node { id title } } } }',
        {},
        ask,
      )
    ).data.alerts.edges.map(({ node }) => node)
  expect((await find({ key })).map(({ title }) => title)).toEqual([titles.mine])
  const idOf = async (title: string) => (await find()).find((node) => node.title === title)?.id
  const refused = (name: string, input: Record<string, unknown>) => rig.refused(name, input, { key })
  const both = { ids: [await idOf(titles.mine), await idOf(titles.other)] }
  expect(await refused('acknowledgeAlerts', both)).toMatchObject({ __typename: 'NotFoundError' })
  const { alerts } = await rig.mutate<{ alerts: { state: string }[] }>(
    'acknowledgeAlerts',
    { ids: [await idOf(titles.mine)] },
    'alerts { state }',
    { key },
  )
  expect(alerts).toEqual([{ state: 'ACKNOWLEDGED' }])
  for (const [name, input] of [
    ['muteAlerts', { minutes: 5, reason: 'Mine.' }],
    [
      'planMaintenance',
      {
        connectionIds: [mine.id],
        startsAt: new Date().toISOString(),
        endsAt: new Date(Date.now() + 60_000).toISOString(),
        reason: 'x',
      },
    ],
    ['createAlertChannel', { name: fresh(), kind: 'EVENT' }],
  ] as const)
    expect(await refused(name, input), name).toMatchObject({ __typename: 'ForbiddenError' })
})
