import type { EndpointHealthFragment } from '#lib/graphql/generated/graphql.ts'
import { format } from '#lib/i18n/format.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

/** Its breaker is closed and its last answers were failures all the same: not well, and not yet held back. */
export const troubled = ({ breaker }: Pick<EndpointHealthFragment, 'breaker'>): boolean =>
  breaker.state === 'CLOSED' && breaker.failuresInRow >= 2

/** What stands beside the state: since when, and what comes next. Empty for one that is well. */
export function healthWords({ enabled, disabledAt, breaker }: EndpointHealthFragment, now: number): string[] {
  const words = i18n.t.outbound
  const when = (at: string) => format.relative(at, now)
  const lasted = (at: string) =>
    words.since(format.duration(Math.max(1, Math.floor((now - new Date(at).getTime()) / 1000)) * 1000))
  if (!enabled) return disabledAt ? [lasted(disabledAt)] : []
  const quiet = breaker.quietUntil && new Date(breaker.quietUntil).getTime() > now ? breaker.quietUntil : null
  return [
    ...(breaker.state === 'CLOSED' ? [] : [lasted(breaker.since)]),
    ...(breaker.state === 'OPEN' && breaker.probeAt
      ? [new Date(breaker.probeAt).getTime() > now ? words.nextTrial(when(breaker.probeAt)) : words.trialNow]
      : []),
    ...(breaker.state === 'CATCHING_UP' && breaker.pace !== null && breaker.pace !== undefined
      ? [words.pace(format.number(breaker.pace))]
      : []),
    ...(breaker.state === 'CLOSED' && breaker.failuresInRow > 0 ? [words.failing(breaker.failuresInRow)] : []),
    ...(quiet === null ? [] : [words.quiet(when(quiet))]),
  ]
}
