import type { Database, Sql } from '@patchbay/prisma/database.ts'
import type { AlertChannelModel } from '@patchbay/prisma/generated/models.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { NotFoundError } from '@patchbay/schema/errors.ts'
import type { FanOut } from '../delivery/contract.ts'
import type { Egress } from '../egress/contract.ts'
import type { Vault } from '../vault/contract.ts'
import { end, type Claimed, type ClaimedNotice, type Ended, type EndTools } from './claim.ts'
import type { Telling } from './contract.ts'
import { alertEvent } from './event.ts'
import { letterOf } from './letter.ts'
import { mailThrough, type MailTools, type Postman } from './mail.ts'
import { digestOf, messageOf, type Message, type Setting, type Told } from './message.ts'
import { postToSlack } from './slack.ts'

export interface TellTools extends EndTools, MailTools {
  readonly database: Pick<Database, 'system' | 'tenant'>
  readonly egress: Pick<Egress, 'send'>
  readonly vault: Pick<Vault, 'open'>
  readonly fanOut: Pick<FanOut, 'record'>
  /** Null without an SMTP server of the hub's own. */
  readonly postman: Postman | null
  readonly publicUrl: string
  /** Takes out what stands beside the name of a secret. */
  readonly redact: (text: string) => string
  readonly newId: (at?: number) => string
}

const languagesText = `
select count(*)::int as "known", count(*) filter (where "locale" like 'ar%')::int as "arabic"
from "User" where "email" = any($1::text[])`

/** What messages of a channel are written in: Arabic when everyone who gets them reads Arabic here, else English. */
async function settingOf(tools: TellTools, channel: AlertChannelModel, organization: Claimed['organization']) {
  const addresses = channel.recipients.map((address) => address.toLowerCase())
  const [found] =
    addresses.length === 0
      ? []
      : await tools.database.system.sql.query<{ known: number; arabic: number }>(languagesText, [addresses])
  const isArabic = found !== undefined && found.arabic > 0 && found.arabic === addresses.length
  return {
    organizationName: organization.name,
    timeZone: organization.timeZone,
    language: isArabic ? 'ar' : 'en',
    publicUrl: tools.publicUrl,
    operationsOf: (slug) => tools.provider(slug)?.entry.capabilities ?? [],
  } satisfies Setting
}

const alertsActor = (organizationId: string, correlationId: string): Actor => ({
  kind: 'SYSTEM',
  id: null,
  name: 'Alerts',
  organizationId,
  ipAddress: null,
  correlationId,
  connectionIds: [],
})

/** Sends one message. Never throws for what the other side does. */
async function send(tools: TellTools, channel: AlertChannelModel, message: Message, id: string): Promise<Telling> {
  const { organizationId } = channel
  if (channel.kind === 'SLACK') {
    const { keyId, wrappedKey, ciphertext } = channel
    if (keyId === null || wrappedKey === null || ciphertext === null)
      return { ok: false, retry: false, message: 'It has no address. Paste the incoming webhook again.' }
    const binding = { organizationId, rowId: channel.id, table: 'AlertChannel' } as const
    const url = await tools.vault.open({ keyId, wrappedKey, ciphertext }, binding)
    return postToSlack(tools.egress, { url, timeoutMs: tools.settings.timeoutMs }, message)
  }
  const letter = letterOf(message)
  if (channel.connectionId === null)
    return (
      (await tools.postman?.send(letter, channel.recipients, id)) ?? {
        ok: false,
        retry: false,
        message: 'This hub has no SMTP server of its own (PATCHBAY_SMTP_URL). Choose an email connection.',
      }
    )
  const where = { id: channel.connectionId }
  const connection = await tools.database.tenant(organizationId).prisma.connection.findUnique({ where })
  const actor = alertsActor(organizationId, tools.newId())
  return mailThrough(tools, connection, { letter, to: channel.recipients, id, actor })
}

const broken: Telling = { ok: false, retry: true, message: 'It was not sent, because of an error inside the hub.' }

/** Tells a channel what was claimed for it, and writes down what became of it. */
export async function tell(tools: TellTools, claimed: Claimed, onFault: (error: unknown) => void): Promise<void> {
  const { channel, notices } = claimed
  const { sql } = tools.database.system
  const commit = (ended: readonly Ended[]) => sql.transaction((tx) => end(tx, tools, claimed, ended))
  if (channel.kind === 'EVENT') return sql.transaction((tx) => record(tx, tools, claimed))
  const setting = await settingOf(tools, channel, claimed.organization)
  const attempt = async (message: Message, id: string): Promise<Telling> => {
    try {
      return await send(tools, channel, message, id)
    } catch (error) {
      onFault(error)
      return broken
    }
  }
  if (notices.length > tools.settings.fewAlerts) {
    const told = notices.flatMap((notice) => toldOf(tools, claimed, notice))
    const telling = await attempt(digestOf(told, setting), notices[0]?.id ?? '')
    const at = tools.now()
    return commit(notices.map((notice) => ({ notice, telling, tried: true, at })))
  }
  for (const [n, notice] of notices.entries()) {
    const [told] = toldOf(tools, claimed, notice)
    const telling = told === undefined ? gone : await attempt(messageOf(told, setting), notice.id)
    const at = tools.now()
    const one = { notice, telling, tried: true, at }
    if (telling.ok || !telling.retry) {
      await commit([one])
      continue
    }
    // The others would fare no better: they go along with the next try.
    return commit([...notices.slice(n + 1).map((rest) => ({ notice: rest, telling, tried: false, at })), one])
  }
}

const gone: Telling = { ok: false, retry: false, message: 'The alert is no longer kept.' }

function toldOf({ redact }: TellTools, { alerts }: Claimed, { alertId, occasion, attempts }: ClaimedNotice): Told[] {
  const alert = alerts.get(alertId)
  if (alert === undefined) return []
  const { title, text } = alert
  return [{ alert: { ...alert, title: redact(title), text: redact(text) }, occasion, attempt: attempts }]
}

/** Events of the hub commit with their notices: each is recorded once. */
async function record(sql: Sql, tools: TellTools, claimed: Claimed): Promise<void> {
  const at = tools.now()
  const { organizationId } = claimed.channel
  const held = await sql.query<{ id: string }>(
    `select "id" from "AlertNotice" where "id" = any($1::uuid[]) and "state" = 'QUEUED' for no key update`,
    [claimed.notices.map(({ id }) => id)],
  )
  const mine = new Set(held.map(({ id }) => id))
  const notices = claimed.notices.filter(({ id }) => mine.has(id))
  const events = notices.flatMap((notice) =>
    toldOf(tools, claimed, notice).map((told) => alertEvent(told, { organizationId, at, ...tools })),
  )
  await tools.fanOut.record(sql, events)
  const telling: Telling = { ok: true, retry: false, message: 'Recorded as hub.alert.' }
  await end(
    sql,
    tools,
    claimed,
    notices.map((notice) => ({ notice, telling, tried: true, at })),
  )
}

/** Really sends a test message through a channel. */
export async function trial(tools: TellTools, organizationId: string, channelId: string): Promise<Telling> {
  const tenant = tools.database.tenant(organizationId)
  const channel = await tenant.prisma.alertChannel.findUnique({ where: { id: channelId } })
  if (channel === null) throw new NotFoundError('alert channel', channelId)
  const organization = await tenant.prisma.organization.findUniqueOrThrow({ where: { id: organizationId } })
  const at = tools.now()
  const told: Told = { alert: sample(tools.newId(), channel.name, at), occasion: 'TEST', attempt: 1 }
  if (channel.kind === 'IN_APP') return { ok: true, retry: false, message: 'The bell always works.' }
  if (channel.kind === 'EVENT') {
    const event = alertEvent(told, { organizationId, at, ...tools })
    const made = await tools.database.system.sql.transaction((sql) => tools.fanOut.record(sql, [event]))
    const words = made.deliveries === 1 ? 'an endpoint gets' : `${made.deliveries} endpoints get`
    return { ok: true, retry: false, message: `The event hub.alert was recorded; ${words} it.` }
  }
  const setting = await settingOf(tools, channel, organization)
  return send(tools, channel, messageOf(told, setting), told.alert.id)
}

const sample = (id: string, name: string, at: Date): Told['alert'] => ({
  id,
  kind: 'channel.test',
  severity: 'INFO',
  title: `Alerts reach ${name}`,
  text: 'Somebody tried this channel. Nothing happened, and nothing is to be done.',
  count: 1,
  at,
  lastAt: at,
  resolvedAt: null,
  connectionId: null,
  connectionName: null,
  provider: null,
  environment: null,
})
