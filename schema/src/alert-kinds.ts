/** A kind of alert the hub raises, for pickers and pages. */
export interface AlertKind {
  /** noun.verb. */
  readonly kind: string
  readonly description: string
  readonly severity: 'INFO' | 'WARNING' | 'CRITICAL'
  /** It ends by itself when the cause does; others wait for a person. */
  readonly settles: boolean
}

const kind = (name: string, severity: AlertKind['severity'], settles: boolean, description: string): AlertKind => ({
  kind: name,
  description,
  severity,
  settles,
})

/** Every kind there is; docs/alerts.md shows the same table. */
export const alertKinds: readonly AlertKind[] = [
  kind('connection.down', 'CRITICAL', true, 'Probes of a connection fail: calls through it do too.'),
  kind('connection.degraded', 'WARNING', true, 'A connection answers slowly or fails now and then.'),
  kind('connection.recovered', 'INFO', true, 'A connection works again.'),
  kind(
    'credential.due',
    'WARNING',
    true,
    'Credentials are due for rotation, or a connection has to be connected again.',
  ),
  kind('calls.error_rate', 'WARNING', true, 'More calls of a connection fail than a rule allows.'),
  kind('calls.latency', 'WARNING', true, 'Calls of a connection take longer than a rule allows.'),
  kind('breaker.open', 'CRITICAL', true, 'The hub holds calls of a connection back because the vendor kept failing.'),
  kind('breaker.closed', 'INFO', true, 'Calls of a connection go through again.'),
  kind('limit.near', 'WARNING', true, 'A connection has used 80 % of a limit.'),
  kind('limit.exceeded', 'CRITICAL', true, 'A connection has used up a limit: calls are refused until it resets.'),
  kind('budget.near', 'WARNING', true, 'Most of a monthly budget is spent.'),
  kind('budget.exceeded', 'CRITICAL', true, 'A monthly budget is spent; calls are refused where it says so.'),
  kind('key.unusual', 'WARNING', false, 'An API key is used as it never was: hour, rate, country or network.'),
  kind('key.refused', 'WARNING', false, 'Many requests with bad API keys.'),
  kind('key.due', 'WARNING', true, 'An API key is due for rotation or expires soon.'),
  kind('endpoint.down', 'CRITICAL', true, 'An endpoint keeps failing: its deliveries wait.'),
  kind('endpoint.recovered', 'INFO', true, 'An endpoint works again; what waited goes out.'),
  kind('endpoint.gone', 'WARNING', false, 'An endpoint answered 410 Gone and was switched off.'),
  kind('delivery.dead', 'WARNING', false, 'Deliveries were given up and wait in the dead letters.'),
  kind(
    'source.registration_failed',
    'WARNING',
    true,
    'Webhooks could not be registered at a vendor, or expired there.',
  ),
  kind('sync.failed', 'WARNING', true, 'A sync keeps failing.'),
  kind('channel.failing', 'WARNING', true, 'Alerts do not get through to a channel. Told in the bell alone.'),
]

const known = new Map(alertKinds.map((one) => [one.kind, one]))

/** A kind of the catalogue; undefined for one this version does not know. */
export const alertKindOf = (name: string): AlertKind | undefined => known.get(name)

const order = { INFO: 0, WARNING: 1, CRITICAL: 2 } as const

/** Whether `severity` is at least as urgent as `least`. */
export const isUrgent = (severity: AlertKind['severity'], least: AlertKind['severity']): boolean =>
  order[severity] >= order[least]
