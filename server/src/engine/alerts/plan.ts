import type { AlertModel, AlertRuleModel, SilenceModel } from '@patchbay/prisma/generated/models.ts'
import { isUrgent } from '@patchbay/schema/alert-kinds.ts'
import { fits } from '@patchbay/schema/event-types/form.ts'

export type Occasion = 'OPENED' | 'REPEATED' | 'ESCALATED' | 'RESOLVED'

/** A channel as routing knows it. */
export interface RoutedChannel {
  readonly id: string
  readonly kind: 'EMAIL' | 'SLACK' | 'EVENT' | 'IN_APP'
  readonly enabled: boolean
}

/** A notice an alert already has. */
export interface EarlierNotice {
  readonly channelId: string
  readonly occasion: string
  readonly occurrence: number
  readonly createdAt: Date
}

/** What an organization has decided. */
export interface Orders {
  readonly rules: readonly AlertRuleModel[]
  readonly channels: ReadonlyMap<string, RoutedChannel>
  /** Those in force now. */
  readonly silences: readonly SilenceModel[]
}

export interface NewNotice {
  readonly channelId: string
  readonly ruleId: string | null
  readonly occasion: Occasion
  readonly occurrence: number
}

/** What follows for one alert. */
export interface Routed {
  readonly silenceId: string | null
  readonly escalateAt: Date | null
  readonly notices: readonly NewNotice[]
}

const minuteMs = 60_000
const failingQuietMinutes = 60

const within = (connectionIds: readonly string[], alert: AlertModel): boolean =>
  connectionIds.length === 0 || (alert.connectionId !== null && connectionIds.includes(alert.connectionId))

/** The silence that keeps an alert from the channels; null when none does. */
export function silenceOf(alert: AlertModel, silences: readonly SilenceModel[]): SilenceModel | null {
  const hushes = ({ kinds, connectionIds }: SilenceModel) =>
    (kinds.length === 0 || kinds.some((pattern) => fits(pattern, alert.kind))) && within(connectionIds, alert)
  return silences.find(hushes) ?? null
}

/** Rules that an alert is for. One that figures raised is for its own rule too, whatever other rules say. */
export function rulesOf(alert: AlertModel, rules: readonly AlertRuleModel[]): readonly AlertRuleModel[] {
  return rules.filter((rule) => {
    if (!rule.enabled) return false
    if (rule.condition !== 'RAISED') return alert.subjectType === 'AlertRule' && alert.subjectId === rule.id
    const { kinds, leastSeverity, connectionIds } = rule
    return (
      kinds.some((pattern) => fits(pattern, alert.kind)) &&
      isUrgent(alert.severity, leastSeverity) &&
      within(connectionIds, alert)
    )
  })
}

/** Chooses who is told of an alert, as things stand. */
export function plan(alert: AlertModel, orders: Orders, earlier: readonly EarlierNotice[], now: Date): Routed {
  const over = alert.state === 'RESOLVED'
  if (over && (alert.dedupeKey !== '' || earlier.length > 0)) return farewell(alert, orders, earlier)
  const silence = silenceOf(alert, orders.silences)
  if (silence !== null) return { silenceId: silence.id, escalateAt: null, notices: [] }
  const rules = rulesOf(alert, orders.rules)
  const taken = alert.state === 'ACKNOWLEDGED'
  const bell = alert.kind === 'channel.failing' ? [ringing(orders)] : []
  const notices = taken && earlier.length > 0 ? [] : told(alert, [...rules, ...bell], orders, earlier, now)
  if (taken || over) return { silenceId: null, escalateAt: null, notices }
  const { due, next } = escalation(rules, earlier, now)
  return { silenceId: null, escalateAt: next, notices: [...notices, ...escalated(alert, due, orders, earlier)] }
}

/** A channel that is on. A channel that fails is told of in the bell alone: it would go round in circles. */
function usable(alert: AlertModel, { channels }: Orders, channelId: string): boolean {
  const channel = channels.get(channelId)
  return channel !== undefined && channel.enabled && (alert.kind !== 'channel.failing' || channel.kind === 'IN_APP')
}

/** Whoever heard that it began hears that it is over, once; one muted meanwhile as well, since it is the last word. */
function farewell(alert: AlertModel, orders: Orders, earlier: readonly EarlierNotice[]): Routed {
  const heard = earlier.filter(({ channelId }) => usable(alert, orders, channelId))
  const channelIds = new Set(heard.map(({ channelId }) => channelId))
  const notices = [...channelIds].map(
    (channelId) => ({ channelId, ruleId: null, occasion: 'RESOLVED', occurrence: 1 }) as const,
  )
  return { silenceId: alert.silenceId, escalateAt: null, notices }
}

/** Who may be told of an alert, and how often. */
type Audience = Pick<AlertRuleModel, 'channelIds' | 'quietMinutes'> & { readonly id: string | null }

/** The bell hears of channels that fail whatever the rules say: else nobody would. */
function ringing({ channels }: Orders): Audience {
  const bells = [...channels.values()].filter(({ kind }) => kind === 'IN_APP')
  return { id: null, channelIds: bells.map(({ id }) => id), quietMinutes: failingQuietMinutes }
}

/** Opening and repeats. A channel that several rules name is told once, by the least quiet of them. */
function told(
  alert: AlertModel,
  rules: readonly Audience[],
  orders: Orders,
  earlier: readonly EarlierNotice[],
  now: Date,
): NewNotice[] {
  const byChannel = new Map<string, Audience>()
  for (const rule of rules)
    for (const channelId of rule.channelIds) {
      const known = byChannel.get(channelId)
      if (known === undefined || rule.quietMinutes < known.quietMinutes) byChannel.set(channelId, rule)
    }
  return [...byChannel].flatMap(([channelId, rule]): NewNotice[] => {
    if (!usable(alert, orders, channelId)) return []
    const before = earlier.filter((notice) => notice.channelId === channelId)
    const last = before.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime())[0]
    if (last === undefined) return [{ channelId, ruleId: rule.id, occasion: 'OPENED', occurrence: 1 }]
    const quietUntil = last.createdAt.getTime() + rule.quietMinutes * minuteMs
    const heardOf = Math.max(
      1,
      ...before.filter(({ occasion }) => occasion === 'REPEATED').map((one) => one.occurrence),
    )
    const isNews = alert.count > heardOf && alert.lastAt > last.createdAt
    if (!isNews || now.getTime() < quietUntil) return []
    return [{ channelId, ruleId: rule.id, occasion: 'REPEATED', occurrence: alert.count }]
  })
}

/** Rules whose patience has run out, and when the next one's does. Patience begins with the first notice. */
function escalation(
  rules: readonly AlertRuleModel[],
  earlier: readonly EarlierNotice[],
  now: Date,
): { readonly due: readonly AlertRuleModel[]; readonly next: Date | null } {
  const first = Math.min(now.getTime(), ...earlier.map(({ createdAt }) => createdAt.getTime()))
  const dated = rules.flatMap((rule) =>
    rule.escalateAfterMinutes === null ? [] : [{ rule, at: first + rule.escalateAfterMinutes * minuteMs }],
  )
  const waiting = dated.filter(({ at }) => at > now.getTime()).map(({ at }) => at)
  return {
    due: dated.filter(({ at }) => at <= now.getTime()).map(({ rule }) => rule),
    next: waiting.length === 0 ? null : new Date(Math.min(...waiting)),
  }
}

function escalated(
  alert: AlertModel,
  due: readonly AlertRuleModel[],
  orders: Orders,
  earlier: readonly EarlierNotice[],
): NewNotice[] {
  const done = new Set(earlier.filter(({ occasion }) => occasion === 'ESCALATED').map(({ channelId }) => channelId))
  const notices = new Map<string, NewNotice>()
  for (const rule of due)
    for (const channelId of rule.escalateChannelIds)
      if (!done.has(channelId) && !notices.has(channelId) && usable(alert, orders, channelId))
        notices.set(channelId, { channelId, ruleId: rule.id, occasion: 'ESCALATED', occurrence: 1 })
  return [...notices.values()]
}
