import { format } from './format.svelte.ts'
import { i18n } from './i18n.svelte.ts'

/** A measure grows by a part of itself ("12 % more"), a share by points ("0.4 points more"). */
export type Kind = 'measure' | 'share'

/** How a figure moved against an earlier one, in words. Null while either is unknown. */
export function changeWords(now: number | null, then: number | null, kind: Kind = 'measure'): string | null {
  if (now === null || then === null) return null
  const words = i18n.t.charts.change
  if (kind === 'share') {
    const points = Math.round((now - then) * 1000) / 10
    if (points === 0) return words.same
    return points > 0 ? words.up(words.points(format.number(points))) : words.down(words.points(format.number(-points)))
  }
  // Nothing grows by a part of nought: the earlier figure beside it says enough.
  if (then === 0) return now === 0 ? words.same : null
  const share = (now - then) / then
  if (Math.abs(share) < 0.005) return words.same
  if (share >= 2) return words.times(format.number(now / then))
  const percent = format.ratio(Math.round(Math.abs(share) * 100) / 100)
  return share > 0 ? words.up(percent) : words.down(percent)
}
