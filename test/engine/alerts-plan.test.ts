import type { AlertModel, AlertRuleModel, SilenceModel } from '@patchbay/prisma/generated/models.ts'
import { plan, type EarlierNotice, type Orders, type RoutedChannel } from '@patchbay/server/engine/alerts/plan.ts'
import { describe, expect, test } from 'vitest'

const now = new Date('2026-11-21T12:00:00.000Z')
const ago = (minutes: number) => new Date(now.getTime() - minutes * 60_000)
const connectionId = '11111111-1111-4111-8111-111111111111'

const alert = (more: Partial<AlertModel> = {}): AlertModel => ({
  seq: 1n,
  id: 'alert',
  organizationId: 'org',
  at: now,
  kind: 'connection.down',
  severity: 'WARNING',
  subjectType: 'Connection',
  subjectId: connectionId,
  title: 'Down',
  text: 'Down',
  dedupeKey: 'key',
  state: 'OPEN',
  count: 1,
  lastAt: now,
  connectionId,
  silenceId: null,
  escalateAt: null,
  acknowledgedAt: null,
  acknowledgedBy: null,
  resolvedAt: null,
  unrouted: true,
  ...more,
})
const rule = (more: Partial<AlertRuleModel> = {}): AlertRuleModel => ({
  id: 'rule',
  organizationId: 'org',
  name: 'Rule',
  enabled: true,
  condition: 'RAISED',
  kinds: ['*'],
  leastSeverity: 'WARNING',
  connectionIds: [],
  threshold: null,
  windowMinutes: 5,
  leastCalls: 20,
  channelIds: ['slack'],
  quietMinutes: 60,
  escalateAfterMinutes: null,
  escalateChannelIds: [],
  version: 1,
  createdById: null,
  createdAt: now,
  updatedAt: now,
  ...more,
})
const silence = (more: Partial<SilenceModel> = {}): SilenceModel => ({
  id: 'silence',
  organizationId: 'org',
  kind: 'MUTE',
  reason: '',
  kinds: [],
  connectionIds: [],
  startsAt: ago(1),
  endsAt: ago(-1),
  createdById: null,
  createdByName: null,
  createdAt: now,
  endedAt: null,
  ...more,
})
const channel = (id: string, kind: RoutedChannel['kind'] = 'SLACK', enabled = true): [string, RoutedChannel] => [
  id,
  { id, kind, enabled },
]
const orders = (rules: AlertRuleModel[], silences: SilenceModel[] = []): Orders => ({
  rules,
  silences,
  channels: new Map([channel('slack'), channel('bell', 'IN_APP'), channel('off', 'SLACK', false), channel('boss')]),
})
const opened = (channelId: string, minutes: number): EarlierNotice => ({
  channelId,
  occasion: 'OPENED',
  occurrence: 1,
  createdAt: ago(minutes),
})
const told = (...given: Parameters<typeof plan>) =>
  plan(...given).notices.map(({ channelId, occasion }) => `${channelId} ${occasion}`)

describe('H4: which rules an alert is for', () => {
  test.each([
    ['a pattern of its noun', { kinds: ['connection.*'] }, true],
    ['another noun', { kinds: ['endpoint.*'] }, false],
    ['a beginning that is no noun', { kinds: ['conn.*'] }, false],
    ['a rule for more urgent ones', { leastSeverity: 'CRITICAL' }, false],
    ['its connection', { connectionIds: [connectionId] }, true],
    ['another connection', { connectionIds: ['22222222-2222-4222-8222-222222222222'] }, false],
    ['a rule that is off', { enabled: false }, false],
    ['a rule on figures that did not raise it', { condition: 'LATENCY' }, false],
    ['a channel that is off', { channelIds: ['off'] }, false],
    ['a channel that is gone', { channelIds: ['gone'] }, false],
  ] as const)('%s', (_name, more, expected) => {
    const given = rule(more as Partial<AlertRuleModel>)
    expect(told(alert(), orders([given]), [], now).length > 0).toBe(expected)
  })

  test('an alert on figures is for the rule that raised it', () => {
    const figures = rule({ id: 'figures', condition: 'LATENCY', kinds: [] })
    const raised = alert({ subjectType: 'AlertRule', subjectId: 'figures', kind: 'calls.latency', severity: 'INFO' })
    expect(told(raised, orders([figures]), [], now)).toEqual(['slack OPENED'])
  })
})

describe('H4: repeats', () => {
  const again = alert({ count: 2 })
  test('a channel of two rules is told once, by the less quiet one', () => {
    const both = orders([rule({ quietMinutes: 600 }), rule({ id: 'other', quietMinutes: 10 })])
    expect(told(alert(), both, [], now)).toEqual(['slack OPENED'])
    expect(told(again, both, [opened('slack', 11)], now)).toEqual(['slack REPEATED'])
  })
  test('without news there is no repeat, however long ago it was', () => {
    const old = alert({ count: 2, lastAt: ago(100) })
    expect(told(old, orders([rule()]), [opened('slack', 90)], now)).toEqual([])
  })
  test('a channel that joins later is told that it began', () => {
    const two = orders([rule({ channelIds: ['slack', 'boss'] })])
    expect(told(again, two, [opened('slack', 5)], now)).toEqual(['boss OPENED'])
  })
  test('what somebody has taken is repeated to nobody', () => {
    expect(told(alert({ count: 9, state: 'ACKNOWLEDGED' }), orders([rule()]), [opened('slack', 90)], now)).toEqual([])
  })
})

describe('H4: the end', () => {
  const over = alert({ state: 'RESOLVED', resolvedAt: now })
  test('whoever heard it began hears it, also when muted meanwhile; the others do not', () => {
    expect(told(over, orders([rule()], [silence()]), [opened('slack', 5)], now)).toEqual(['slack RESOLVED'])
    expect(told(over, orders([rule()]), [], now)).toEqual([])
  })
  test('what was over when it was raised is told as news', () => {
    const point = alert({ state: 'RESOLVED', resolvedAt: now, dedupeKey: '' })
    expect(told(point, orders([rule()]), [], now)).toEqual(['slack OPENED'])
  })
})

describe('H4: silences', () => {
  test.each([
    ['everything', {}, true],
    ['its kind', { kinds: ['connection.*'] }, true],
    ['another kind', { kinds: ['limit.near'] }, false],
    ['its connection', { connectionIds: [connectionId] }, true],
    ['another connection', { connectionIds: ['22222222-2222-4222-8222-222222222222'] }, false],
  ] as const)('of %s', (_name, more, hushed) => {
    const routed = plan(alert(), orders([rule()], [silence(more as never)]), [], now)
    expect(routed.silenceId !== null).toBe(hushed)
    expect(routed.notices.length === 0).toBe(hushed)
  })
  test('one about a connection leaves alone what has none', () => {
    const routed = plan(
      alert({ connectionId: null }),
      orders([rule()], [silence({ connectionIds: [connectionId] })]),
      [],
      now,
    )
    expect(routed.silenceId).toBeNull()
  })
})

describe('H4: escalation', () => {
  const stern = rule({ escalateAfterMinutes: 15, escalateChannelIds: ['boss'] })
  test('patience begins with the first notice', () => {
    expect(plan(alert({ at: ago(500) }), orders([stern]), [], now).escalateAt).toEqual(ago(-15))
    expect(plan(alert(), orders([stern]), [opened('slack', 5)], now).escalateAt).toEqual(ago(-10))
  })
  test('when it has run out the others are told, once', () => {
    const first = plan(alert(), orders([stern]), [opened('slack', 15)], now)
    expect(first.notices).toMatchObject([{ channelId: 'boss', occasion: 'ESCALATED' }])
    expect(first.escalateAt).toBeNull()
    const done = { ...opened('boss', 1), occasion: 'ESCALATED' }
    expect(told(alert(), orders([stern]), [opened('slack', 16), done], now)).toEqual([])
  })
  test('two rules have a patience of their own', () => {
    const slow = rule({ id: 'slow', escalateAfterMinutes: 60, escalateChannelIds: ['bell'] })
    const routed = plan(alert(), orders([stern, slow]), [opened('slack', 20)], now)
    expect(routed.notices).toMatchObject([{ channelId: 'boss', occasion: 'ESCALATED' }])
    expect(routed.escalateAt).toEqual(ago(-40))
  })
  test('nobody waits for what is taken, kept quiet or over', () => {
    const early = [opened('slack', 99)]
    expect(told(alert({ state: 'ACKNOWLEDGED' }), orders([stern]), early, now)).toEqual([])
    expect(told(alert(), orders([stern], [silence()]), early, now)).toEqual([])
  })
})

test('H4: a channel that fails is told of in the bell, whatever the rules say, and nowhere else', () => {
  const failing = alert({ kind: 'channel.failing', connectionId: null })
  expect(told(failing, orders([rule({ channelIds: ['slack', 'boss'] })]), [], now)).toEqual(['bell OPENED'])
  expect(told(failing, orders([]), [], now)).toEqual(['bell OPENED'])
})
