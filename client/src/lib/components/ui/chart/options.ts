import type { ChartOptions } from 'chart.js'
import { i18n } from '#lib/i18n/i18n.svelte.ts'
import type { Kind } from './engine.ts'
import type { Ink } from './ink.ts'

export interface Motion {
  readonly still: boolean
}

/**
 * What every chart has in common. Numbers are never left to the library, which would write them by the browser's locale and
 * fail on some; pointing is ours too, because keys have to do the same.
 */
export const sharedOptions = (ink: Ink, { still }: Motion): ChartOptions<Kind> => ({
  locale: i18n.tag,
  responsive: true,
  maintainAspectRatio: false,
  events: [],
  animation: still ? false : { duration: 180 },
  font: { family: ink.font },
})

/** Axes of lines and bars: quiet lines, few words, nothing turned. */
export function axes(
  ink: Ink,
  names: { readonly place: (index: number) => string; readonly value: (value: number) => string },
  { stacked = false, ceiling }: { stacked?: boolean; ceiling?: number | undefined } = {},
): NonNullable<ChartOptions<'line' | 'bar'>['scales']> {
  const font = { family: ink.font, size: 11 }
  return {
    x: {
      stacked,
      grid: { display: false },
      border: { color: ink.colour('--line') },
      ticks: {
        font,
        color: ink.colour('--ink-muted'),
        maxRotation: 0,
        autoSkip: true,
        autoSkipPadding: 24,
        callback: (_value, index) => names.place(index),
      },
    },
    y: {
      stacked,
      beginAtZero: true,
      ...(ceiling !== undefined && { suggestedMax: ceiling }),
      grid: { color: ink.colour('--line') },
      border: { display: false },
      ticks: {
        font,
        color: ink.colour('--ink-muted'),
        maxTicksLimit: 5,
        callback: (value) => names.value(Number(value)),
      },
    },
  }
}
