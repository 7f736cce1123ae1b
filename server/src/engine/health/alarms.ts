import type { Tx } from '@patchbay/prisma/database.ts'
import type { Alerts } from '../alerts/contract.ts'

/** A connection whose incident moved. */
export interface Trouble {
  readonly organizationId: string
  readonly connectionId: string
  readonly name: string
  /** What it is now; null when the incident is over. */
  readonly severity: 'DOWN' | 'DEGRADED' | null
  /** It works again: a probe said so. An incident can also end because nobody watches any more. */
  readonly recovered: boolean
  /** In words: what the deciding probe found, or why it is over. */
  readonly text: string
}

const keyOf = (kind: string, { connectionId }: Trouble) => `${kind}:${connectionId}`

/** Tells operators of it, in the transaction of the change: of one trouble at a time, and of its end. */
export async function alarm(alerts: Alerts, tx: Tx, trouble: Trouble): Promise<void> {
  const { organizationId, connectionId, name, severity, text } = trouble
  const down = keyOf('connection.down', trouble)
  const degraded = keyOf('connection.degraded', trouble)
  const about = { organizationId, subjectType: 'Connection', subjectId: connectionId, connectionId }
  if (severity === 'DOWN') {
    await alerts.settle(tx, organizationId, [degraded], 'It got worse.')
    await alerts.raise(tx, [
      {
        ...about,
        kind: 'connection.down',
        severity: 'CRITICAL',
        dedupeKey: down,
        title: `${name} is down`,
        text: `${text} Calls through it fail until it answers. The hub goes on asking, and tells you when it works again.`,
      },
    ])
  } else if (severity === 'DEGRADED') {
    await alerts.settle(tx, organizationId, [down], 'It got better, and is not well yet.')
    await alerts.raise(tx, [
      {
        ...about,
        kind: 'connection.degraded',
        severity: 'WARNING',
        dedupeKey: degraded,
        title: `${name} is degraded`,
        text: `${text} Calls may be slow or fail now and then. The hub goes on asking, and tells you when it is well.`,
      },
    ])
  } else {
    await alerts.settle(tx, organizationId, [down, degraded], text)
    if (!trouble.recovered) return
    const kind = { kind: 'connection.recovered', severity: 'INFO', over: true } as const
    await alerts.raise(tx, [{ ...about, ...kind, title: `${name} works again`, text }])
  }
}
