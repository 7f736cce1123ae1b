export interface AlertSettings {
  /** Waits before the tries after the first, in milliseconds; up to a fifth is added. Five tries over about an hour. */
  readonly retryMs: readonly number[]
  /** An incoming webhook has this long to answer, in milliseconds. */
  readonly timeoutMs: number
  /** A claim ends by itself after this long: longer than any send may take. */
  readonly leaseMs: number
  /** Messages a channel of people gets in a minute at most; more wait and go as one. */
  readonly messagesPerMinute: number
  /** More alerts than this at once are told in one message. */
  readonly fewAlerts: number
  /** Notices that one message may stand for. */
  readonly mostTogether: number
  /** Channels a process tells at the same time. */
  readonly channelsAtOnce: number
  /** Looks for what nobody rang for, in milliseconds. */
  readonly pollMs: number
}

export const alertDefaults: AlertSettings = {
  retryMs: [30_000, 120_000, 600_000, 2_700_000],
  timeoutMs: 10_000,
  leaseMs: 90_000,
  messagesPerMinute: 10,
  fewAlerts: 5,
  mostTogether: 5_000,
  channelsAtOnce: 8,
  pollMs: 5_000,
}
