import { clean, line } from './clean.ts'
import type { Occasion } from './plan.ts'
import { words, type Language } from './words.ts'

/** An alert as it is told, with what only other tables know. */
export interface ToldAlert {
  readonly id: string
  readonly kind: string
  readonly severity: 'INFO' | 'WARNING' | 'CRITICAL'
  readonly title: string
  readonly text: string
  readonly count: number
  readonly at: Date
  readonly lastAt: Date
  readonly resolvedAt: Date | null
  readonly connectionId: string | null
  readonly connectionName: string | null
  /** Provider's slug and environment of the connection. */
  readonly provider: string | null
  readonly environment: string | null
}

/** A notice about to be sent. */
export interface Told {
  readonly alert: ToldAlert
  readonly occasion: Occasion | 'TEST'
  /** Tries so far, this one included. */
  readonly attempt: number
}

/** Of whom and for whom a message is made. */
export interface Setting {
  readonly organizationName: string
  readonly timeZone: string
  readonly language: Language
  /** Where people reach the hub, without a trailing slash. */
  readonly publicUrl: string
  /** Typed operations of a provider, for what is affected. */
  readonly operationsOf: (provider: string) => readonly string[]
}

/** A message, its parts in plain text: whoever writes it down escapes them for its own form. */
export interface Message {
  readonly language: Language
  readonly severity: ToldAlert['severity']
  readonly resolved: boolean
  /** At most 70 characters, on one line. */
  readonly subject: string
  /** What happened, and since when. */
  readonly lead: string
  readonly paragraphs: readonly string[]
  readonly facts: readonly { readonly name: string; readonly value: string }[]
  readonly link: { readonly url: string; readonly label: string }
  readonly footer: string
}

const longestSubject = 70
const longestText = 1_500
const mostOperations = 4
/** Alerts a digest names. */
const mostNamed = 10

const rank = { INFO: 0, WARNING: 1, CRITICAL: 2 } as const

function instant(at: Date, { timeZone }: Setting): string {
  const day = { day: '2-digit', month: '2-digit', year: 'numeric' } as const
  const format = (zone: string) =>
    new Intl.DateTimeFormat('en-GB', {
      ...day,
      hour: '2-digit',
      minute: '2-digit',
      timeZone: zone,
      timeZoneName: 'short',
    })
  // A zone this system does not know must not keep an alert from being told.
  const known = Intl.supportedValuesOf('timeZone').includes(timeZone) ? timeZone : 'UTC'
  return format(known).format(at)
}

/** A message about one alert. */
export function messageOf({ alert, occasion, attempt }: Told, setting: Setting): Message {
  const say = words[setting.language]
  const resolved = occasion === 'RESOLVED'
  const title = line(alert.title, 200)
  const when = resolved
    ? `${say.ended} ${instant(alert.resolvedAt ?? alert.lastAt, setting)}. ${say.since} ${instant(alert.at, setting)}.`
    : `${say.since} ${instant(alert.at, setting)}.`
  return {
    language: setting.language,
    severity: alert.severity,
    resolved,
    subject: line(`${say.prefix[occasion]}${title}`, longestSubject),
    lead: `${title}. ${when}`,
    paragraphs: [
      ...(occasion === 'ESCALATED' ? [say.unclaimed] : []),
      ...clean(alert.text, longestText).split('\n').filter(Boolean),
      ...(alert.count > 1 ? [say.times(alert.count)] : []),
      ...(attempt > 1 ? [say.attempt(attempt)] : []),
    ],
    facts: [
      { name: say.affects, value: affected(alert, setting) },
      { name: say.severity[alert.severity], value: alert.kind },
      { name: say.reference, value: alert.id },
    ],
    link: { url: `${setting.publicUrl}/alerts?alert=${alert.id}`, label: say.open },
    footer: `${line(setting.organizationName, 100)} · ${say.footer}`,
  }
}

function affected(alert: ToldAlert, setting: Setting): string {
  if (alert.connectionName === null) return line(setting.organizationName, 100)
  const name = `${line(alert.connectionName, 100)} (${[alert.provider, alert.environment].filter(Boolean).join(', ')})`
  const operations = alert.provider === null ? [] : setting.operationsOf(alert.provider)
  if (operations.length === 0) return name
  const rest = operations.length - mostOperations
  const named = operations.slice(0, mostOperations).join(', ')
  return `${name}: ${named}${rest > 0 ? ` ${words[setting.language].more(rest)}` : ''}`
}

/** One message about many alerts, the most urgent first. */
export function digestOf(told: readonly Told[], setting: Setting): Message {
  const say = words[setting.language]
  const ordered = told.toSorted((a, b) => rank[b.alert.severity] - rank[a.alert.severity])
  const named = ordered.slice(0, mostNamed)
  const rest = ordered.length - named.length
  const first = ordered[0]
  const attempt = Math.max(1, ...told.map((one) => one.attempt))
  return {
    language: setting.language,
    severity: first?.alert.severity ?? 'WARNING',
    resolved: told.every(({ occasion }) => occasion === 'RESOLVED'),
    subject: line(`${say.digest(told.length)}: ${line(first?.alert.title ?? '', 200)}`, longestSubject),
    lead: `${say.digest(told.length)}.`,
    paragraphs: [
      ...named.map(({ alert, occasion }) =>
        line(
          `${say.severity[alert.severity]} · ${say.prefix[occasion]}${alert.title} · ${instant(alert.at, setting)}`,
          300,
        ),
      ),
      ...(rest > 0 ? [say.more(rest)] : []),
      ...(attempt > 1 ? [say.attempt(attempt)] : []),
    ],
    facts: [{ name: say.affects, value: line(setting.organizationName, 100) }],
    link: { url: `${setting.publicUrl}/alerts`, label: say.open },
    footer: `${line(setting.organizationName, 100)} · ${say.footer}`,
  }
}
