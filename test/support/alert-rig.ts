import { randomUUID } from 'node:crypto'
import type { AlertInput } from '@patchbay/server/engine/alerts/contract.ts'
import type { AlertSettings } from '@patchbay/server/engine/alerts/settings.ts'
import { startHub, type AskOptions, type TestHub } from './hub.ts'
import { startMailbox, type Mailbox } from './mailbox.ts'
import { startReceiver, type Receiver } from './receiver.ts'

/** A running hub, a consumer that plays Slack, a real SMTP server, and a clock the test moves. */
export interface AlertRig {
  readonly hub: TestHub
  readonly receiver: Receiver
  readonly mailbox: Mailbox
  advance(minutes: number): Promise<void>
  /** Lets the hub tell whatever is due at its present time. */
  settle(): Promise<void>
  /** A mutation that must succeed; the fields of its success. */
  mutate<T>(name: string, input: Record<string, unknown>, selection: string, ask?: AskOptions): Promise<T>
  /** A mutation that must not; its error. */
  refused(name: string, input: Record<string, unknown>, ask?: AskOptions): Promise<Refused>
  /** A channel to the receiver, by name; its global id. */
  slack(name: string): Promise<string>
  mail(name: string, recipients?: readonly string[]): Promise<string>
  /** A rule for every alert of one made-up kind; its global id. */
  rule(kinds: readonly string[], channelIds: readonly string[], more?: Record<string, unknown>): Promise<string>
  /** Raises an alert in a transaction of its own. */
  raise(...alerts: Partial<AlertInput>[]): Promise<void>
  settleKeys(...keys: string[]): Promise<void>
  /** What the receiver got under a name: the fallback texts. */
  heard(name: string): string[]
  stop(): Promise<void>
}

export interface Refused {
  readonly __typename: string
  readonly message: string
  readonly faults?: readonly { readonly path: string; readonly message: string }[]
}

export async function startAlertRig(settings: Partial<AlertSettings> = {}): Promise<AlertRig> {
  const receiver = await startReceiver()
  const mailbox = await startMailbox()
  let offset = 0
  const hub = await startHub({
    env: {
      PATCHBAY_EGRESS_ORIGINS: receiver.origin,
      PATCHBAY_SMTP_URL: mailbox.url,
      PATCHBAY_SMTP_FROM: 'Patchbay <alerts@hub.test>',
    },
    app: { now: () => new Date(Date.now() + offset), random: () => 0, alerts: settings },
  })
  const { organizationId } = hub
  const settle = () => hub.app.alertWorker.settle()

  async function answer<T>(name: string, input: Record<string, unknown>, selection: string, ask?: AskOptions) {
    const title = `${name[0]?.toUpperCase()}${name.slice(1)}`
    const query = `mutation ($input: ${title}Input!) { ${name}(input: $input) { __typename
      ... on ${title}Success { ${selection} } ... on Error { message } ... on InvalidInputError { faults { path message } } } }`
    const { data, errors } = await hub.graphql<Record<string, T & Refused>>(query, { input }, ask)
    const found = data?.[name]
    if (found === undefined)
      throw new Error(errors.map(({ message }) => message).join('; ') + hub.logs.slice(-3).join('\n'))
    return found
  }

  const rig: AlertRig = {
    hub,
    receiver,
    mailbox,
    settle,
    async advance(minutes) {
      offset += minutes * 60_000
      await settle()
    },
    async mutate(name, input, selection, ask) {
      const found = await answer(name, input, selection, ask)
      if (found.__typename.endsWith('Success')) return found as never
      throw new Error(`${name}: ${found.__typename} ${found.message} ${JSON.stringify(found.faults ?? [])}`)
    },
    async refused(name, input, ask) {
      const found = await answer<object>(name, input, '__typename', ask)
      if (found.__typename.endsWith('Success')) throw new Error(`${name} succeeded`)
      return found
    },
    async slack(name) {
      const input = { name, kind: 'SLACK', url: receiver.url(name), idempotencyKey: randomUUID() }
      const { channel } = await rig.mutate<{ channel: { id: string } }>('createAlertChannel', input, 'channel { id }')
      return channel.id
    },
    async mail(name, recipients = ['ops@shop.test']) {
      const input = { name, kind: 'EMAIL', recipients, idempotencyKey: randomUUID() }
      const { channel } = await rig.mutate<{ channel: { id: string } }>('createAlertChannel', input, 'channel { id }')
      return channel.id
    },
    async rule(kinds, channelIds, more = {}) {
      const input = { name: `Rule ${randomUUID()}`, kinds, channelIds, leastSeverity: 'INFO', ...more }
      const { rule } = await rig.mutate<{ rule: { id: string } }>('createAlertRule', input, 'rule { id }')
      return rule.id
    },
    async raise(...alerts) {
      const whole = alerts.map((alert): AlertInput => ({
        organizationId,
        kind: 'endpoint.down',
        severity: 'WARNING',
        subjectType: 'Endpoint',
        subjectId: organizationId,
        title: 'Stripe is down',
        text: 'It answers 503.',
        dedupeKey: randomUUID(),
        ...alert,
      }))
      await hub.database.system.sql.transaction((sql) => hub.app.parts.alerts.raise(sql, whole))
    },
    settleKeys: (...keys) =>
      hub.database.system.sql.transaction((sql) =>
        hub.app.parts.alerts.settle(sql, organizationId, keys, 'It answers again.'),
      ),
    heard: (name) => receiver.of(name).map(({ body }) => (JSON.parse(body) as { text: string }).text),
    async stop() {
      await hub.stop()
      await receiver.close()
      await mailbox.close()
    },
  }
  // What a fresh hub has to say of itself is not what these tests listen for.
  await settle()
  return rig
}
