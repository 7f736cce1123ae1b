import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startAlertRig, type AlertRig } from '../support/alert-rig.ts'
import { connect, type Connected } from '../support/connect.ts'
import { makeEndpoint } from '../support/endpoints.ts'

let rig: AlertRig
beforeAll(async () => {
  rig = await startAlertRig()
})
afterAll(() => rig.stop())

const fresh = () => `case ${randomUUID()}`
const channelFields =
  'channel { id name kind enabled hint recipients lastError lastSentAt version connection { name } }'
interface Channel {
  readonly channel: {
    readonly id: string
    readonly hint: string | null
    readonly version: number
    readonly lastError: string | null
  }
}
interface Block {
  readonly type: string
  readonly text?: { readonly type: string; readonly text: string }
}
const slackOf = (name: string) =>
  JSON.parse(rig.receiver.of(name).at(-1)?.body ?? '{}') as { text: string; blocks: Block[] }

describe('H4: the address of a webhook', () => {
  test.each([
    ['http://hooks.example/secret-path-1234', /not https/],
    ['https://127.0.0.1/secret-path-1234', /loopback|private|not/],
    ['https://169.254.169.254/secret-path-1234', /./],
    ['https://[::ffff:10.0.0.1]/secret-path-1234', /./],
    ['https://localhost/secret-path-1234', /./],
    ['https://user:secret-path-1234@hooks.example/', /user name/],
    ['not an address', /whole URL/],
  ])('%s is refused, and not repeated', async (url, words) => {
    const error = await rig.refused('createAlertChannel', { name: fresh(), kind: 'SLACK', url })
    expect(error.__typename).toBe('InvalidInputError')
    expect(error.faults).toMatchObject([{ path: 'url', message: expect.stringMatching(words) }])
    expect(JSON.stringify(error)).not.toContain('secret-path-1234')
  })

  test('is sealed, shown as a hint alone, and in no log', async () => {
    const secret = `T00/B00/${randomUUID()}`
    const url = `${rig.receiver.origin}/${encodeURIComponent(secret)}`
    const made = await rig.mutate<Channel>('createAlertChannel', { name: fresh(), kind: 'SLACK', url }, channelFields)
    expect(made.channel.hint).toBe(`${new URL(url).host}/…${secret.slice(-4)}`)
    const rows = await rig.hub.database.system.sql.query('select * from "AlertChannel"')
    const audit = await rig.hub.database.system.sql.query('select * from "AuditEntry"')
    const seen =
      [...rows, ...audit].map((row) => Object.values(row).map(String).join(' ')).join(' ') + rig.hub.logs.join(' ')
    expect(seen).not.toContain(secret.slice(8, -4))
  })

  test('that turned private is asked of the guard at every send', async () => {
    const { channel } = await rig.mutate<Channel>(
      'createAlertChannel',
      { name: fresh(), kind: 'SLACK', url: rig.receiver.url('moved') },
      channelFields,
    )
    const { organizationId } = rig.hub
    const id = Buffer.from(channel.id, 'base64').toString().split(':')[1] ?? ''
    const sealed = await rig.hub.app.parts.vault.seal('https://10.0.0.1/hook', {
      organizationId,
      rowId: id,
      table: 'AlertChannel',
    })
    await rig.hub.database.system.prisma.alertChannel.update({ where: { id }, data: sealed })
    const trial = await rig.mutate<{ ok: boolean; message: string }>(
      'testAlertChannel',
      { id: channel.id },
      'ok message',
    )
    expect(trial).toMatchObject({ ok: false, message: expect.stringContaining('may not send') })
  })
})

test('H4: what vendors and people write cannot call everybody, forge a link, a header line or a page', async () => {
  const name = fresh()
  const rule = await rig.rule(['limit.*'], [await rig.slack(name), await rig.mail(`mail ${name}`)])
  await rig.raise({
    kind: 'limit.near',
    title: `<!channel> @here ${name}\r\nBcc: everyone@victim.test\u202e`,
    text: 'Look: <https://evil.test|our page> & <script>alert(1)</script> sk_live_4242424242424242 {"api_key":"hunter2hunter2"} Bearer abcdefghijklmnop {{organizationName}}',
  })
  await rig.settle()
  const { text, blocks } = slackOf(name)
  const said = `${text} ${JSON.stringify(blocks.filter(({ text: words }) => words?.type === 'mrkdwn'))}`
  expect(said).not.toMatch(/<!|<https:\/\/evil|<script|@here/)
  expect(said).toContain('&lt;!channel&gt;')
  const mail = rig.mailbox.mails.at(-1)
  expect(mail?.headers.filter((line) => /^bcc:/i.test(line))).toEqual([])
  expect(mail?.to).toEqual(['ops@shop.test'])
  expect([...(mail?.subject ?? '')].length).toBeLessThanOrEqual(70)
  const page = mail?.body.slice(mail.body.indexOf('<!doctype html>')) ?? ''
  expect(page).toContain('&lt;script&gt;')
  expect(page).not.toMatch(/<script|<!channel|href="https:\/\/evil/)
  expect(mail?.body).toContain('{{organizationName}}')
  for (const sent of [JSON.stringify(slackOf(name)), mail?.body ?? ''])
    expect(sent).not.toMatch(/sk_live_4242|hunter2hunter2|abcdefghijklmnop|\u202e/)
  await rig.mutate('deleteAlertRule', { id: rule }, 'deletedId')
})

test('H4: a message says what is wrong and since when, whom it touches, what to do, and where to look', async () => {
  const name = fresh()
  const connection: Connected = await connect(rig.hub, 'stripe', `Stripe ${name}`)
  const rule = await rig.rule(['connection.*'], [await rig.slack(name), await rig.mail(`mail ${name}`)])
  await rig.raise({
    kind: 'connection.down',
    severity: 'CRITICAL',
    title: `Stripe ${name} is down`,
    text: 'It answered 503 to three probes in a row. Look at status.stripe.com.',
    connectionId: connection.uuid,
  })
  await rig.settle()
  const whole = JSON.stringify(slackOf(name))
  const { data } = await rig.hub.graphql<{ alerts: { edges: { node: { uuid: string } }[] } }>(
    'query ($search: String) { alerts(search: $search) { edges { node { uuid } } } }',
    { search: name },
  )
  const uuid = data.alerts.edges[0]?.node.uuid ?? 'none'
  const body = rig.mailbox.mails.at(-1)?.body ?? ''
  for (const sent of [whole, body]) {
    expect(sent).toContain(`Stripe ${name} is down. Since `)
    expect(sent).toMatch(/\d\d\/\d\d\/\d{4}/)
    expect(sent).toContain('(stripe, SANDBOX)')
    expect(sent).toContain('status.stripe.com')
    expect(sent).toContain(`${rig.hub.url}/alerts?alert`)
    expect(sent).toContain(uuid)
  }
  await rig.mutate('deleteAlertRule', { id: rule }, 'deletedId')
})

test('H4: mail goes through an email connection of the organization', async () => {
  const connection = await connect(rig.hub, 'sendgrid', fresh())
  const input = { name: fresh(), kind: 'EMAIL', recipients: ['ops@shop.test'], connectionId: connection.id }
  const { channel } = await rig.mutate<Channel>('createAlertChannel', input, channelFields)
  const trial = await rig.mutate<{ ok: boolean; message: string }>('testAlertChannel', { id: channel.id }, 'ok message')
  expect(trial).toMatchObject({ ok: true, message: `${connection.name} took it for ops@shop.test.` })
  const stripe = await connect(rig.hub, 'stripe', fresh())
  const wrong = await rig.refused('createAlertChannel', { ...input, name: fresh(), connectionId: stripe.id })
  expect(wrong.faults).toMatchObject([{ path: 'connectionId', message: `${stripe.name} cannot send mail.` }])
})

test('H4: an event channel delivers hub.alert to endpoints that ask for it, once for each occasion', async () => {
  const dedupeKey = fresh()
  const { database, organizationId } = rig.hub
  const { id } = await makeEndpoint(database, organizationId, {
    url: rig.receiver.url('events'),
    eventTypes: ['hub.alert'],
  })
  const key = await rig.hub.app.parts.endpointKeys.create({
    organizationId,
    endpointId: id,
    algorithm: 'HMAC',
    createdById: null,
  })
  await database.system.sql.transaction((tx) => key.store(tx))
  const { channel } = await rig.mutate<Channel>('createAlertChannel', { name: fresh(), kind: 'EVENT' }, channelFields)
  const rule = await rig.rule(['sync.*'], [channel.id])
  await rig.raise({ kind: 'sync.failed', title: dedupeKey, dedupeKey })
  await rig.settle()
  await rig.settleKeys(dedupeKey)
  await rig.settle()
  const events = await database.system.prisma.event.findMany({ where: { type: 'hub.alert' }, orderBy: { at: 'asc' } })
  expect(events.map(({ data }) => data)).toMatchObject([
    { occasion: 'OPENED', kind: 'sync.failed', title: dedupeKey, resolvedAt: null },
    { occasion: 'RESOLVED', kind: 'sync.failed', title: dedupeKey },
  ])
  expect(await database.system.prisma.delivery.count({ where: { eventType: 'hub.alert' } })).toBe(2)
  await rig.mutate('deleteAlertRule', { id: rule }, 'deletedId')
})

test('H4: a test says what happened, also when it fails; the channel shows it', async () => {
  const name = fresh()
  const id = await rig.slack(name)
  const idempotencyKey = randomUUID()
  const trial = () =>
    rig.mutate<{ ok: boolean; message: string; channel: { lastError: string | null } }>(
      'testAlertChannel',
      { id, idempotencyKey },
      'ok message channel { lastError }',
    )
  expect(await trial()).toMatchObject({ ok: true, channel: { lastError: null } })
  await trial()
  expect(rig.heard(name)).toEqual([`🔵 Test: Alerts reach ${name}`])
  rig.receiver.behave(name, () => ({ status: 410 }))
  const failed = await rig.mutate<object>('testAlertChannel', { id }, 'ok message channel { lastError }')
  expect(failed).toMatchObject({
    ok: false,
    message: expect.stringContaining('410'),
    channel: { lastError: expect.stringContaining('410') },
  })
})

test('H4: channels are kept in order: names, stale changes, those in use, and the bell', async () => {
  const name = fresh()
  const id = await rig.slack(name)
  expect((await rig.refused('createAlertChannel', { name, kind: 'EVENT' })).faults).toMatchObject([{ path: 'name' }])
  expect((await rig.refused('createAlertChannel', { name: fresh(), kind: 'IN_APP' })).faults).toMatchObject([
    { path: 'kind' },
  ])
  expect(
    (
      await rig.refused('createAlertChannel', {
        name: fresh(),
        kind: 'EMAIL',
        recipients: ['a@b.test\r\nBcc: x@y.test'],
      })
    ).faults,
  ).toMatchObject([{ path: 'recipients' }])
  await rig.mutate('updateAlertChannel', { id, version: 1, enabled: false }, 'channel { enabled }')
  expect(await rig.refused('updateAlertChannel', { id, version: 1, enabled: true })).toMatchObject({
    __typename: 'ConflictError',
  })
  const rule = await rig.rule(['budget.near'], [id])
  expect(await rig.refused('deleteAlertChannel', { id })).toMatchObject({ __typename: 'ConflictError' })
  await rig.mutate('deleteAlertRule', { id: rule }, 'deletedId')
  await rig.mutate('deleteAlertChannel', { id }, 'deletedId')
  const { data } = await rig.hub.graphql<{ alertChannels: { edges: { node: { id: string } }[] } }>(
    '{ alertChannels(kind: [IN_APP]) { edges { node { id } } } }',
  )
  const bell = data.alertChannels.edges[0]?.node.id
  expect(await rig.refused('deleteAlertChannel', { id: bell })).toMatchObject({ __typename: 'ConflictError' })
})

test('H4: rules say every fault at once, and nobody narrowed to some connections makes one', async () => {
  const { faults } = await rig.refused('createAlertRule', {
    name: ' ',
    condition: 'ERROR_RATE',
    threshold: 120,
    windowMinutes: 0,
    channelIds: [],
    escalateAfterMinutes: 5,
  })
  expect(faults?.map(({ path }) => path).toSorted()).toEqual([
    'channelIds',
    'escalateChannelIds',
    'name',
    'threshold',
    'windowMinutes',
  ])
  const unknown = await rig.refused('createAlertRule', {
    name: fresh(),
    kinds: ['connexion.down'],
    channelIds: [await rig.slack(fresh())],
  })
  expect(unknown.faults).toMatchObject([{ path: 'kinds', message: expect.stringContaining('connection.down') }])
})

test('H4: another organization sees and touches none of it', async () => {
  const id = await rig.slack(fresh())
  const rule = await rig.rule(['budget.near'], [id])
  const dedupeKey = fresh()
  await rig.raise({ title: dedupeKey, dedupeKey })
  const { apiKey: key } = await rig.hub.createOrganization()
  for (const [name, input] of [
    ['updateAlertChannel', { id, enabled: false }],
    ['testAlertChannel', { id }],
    ['deleteAlertChannel', { id }],
    ['updateAlertRule', { id: rule, enabled: false }],
    ['deleteAlertRule', { id: rule }],
    ['createAlertRule', { name: 'Theirs', kinds: ['*'], channelIds: [id] }],
  ] as const)
    expect(await rig.refused(name, input, { key }), name).toMatchObject({ __typename: 'NotFoundError' })
  const { data } = await rig.hub.graphql(
    '{ alerts { edges { node { id } } } alertRules { edges { node { name } } } silences { edges { node { id } } } unseenAlerts }',
    {},
    { key },
  )
  expect(data).toMatchObject({ alerts: { edges: [] }, silences: { edges: [] }, unseenAlerts: 0 })
  expect(JSON.stringify(data)).not.toContain('Rule ')
})
