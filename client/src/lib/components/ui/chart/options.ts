import type { ChartOptions } from 'chart.js'
import { i18n } from '#lib/i18n/i18n.svelte.ts'
import type { Kind } from './engine.ts'
import type { Ink } from './ink.ts'
import type { ChartSeries } from './series.ts'

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
  {
    stacked = false,
    lying = false,
    series = [],
  }: {
    stacked?: boolean
    /** Places from top to bottom. */
    lying?: boolean
    /** What is drawn: where all of it is counted, no tick stands between two numbers. */
    series?: readonly ChartSeries[]
  } = {},
): NonNullable<ChartOptions<'line' | 'bar'>['scales']> {
  const font = { family: ink.font, size: 11 }
  const counted = series.every(({ values }) => values.every((value) => value === null || Number.isInteger(value)))
  return {
    [lying ? 'y' : 'x']: {
      stacked,
      grid: { display: false },
      border: { color: ink.colour('--line') },
      ticks: {
        font,
        color: ink.colour('--ink-muted'),
        maxRotation: 0,
        autoSkip: !lying,
        autoSkipPadding: 24,
        callback: (_value, index) => names.place(index),
      },
    },
    [lying ? 'x' : 'y']: {
      stacked,
      beginAtZero: true,
      grid: { color: ink.colour('--line') },
      border: { display: false },
      ticks: {
        font,
        color: ink.colour('--ink-muted'),
        maxTicksLimit: 5,
        ...(counted && { precision: 0 }),
        maxRotation: 0,
        callback: (value) => names.value(Number(value)),
      },
    },
  }
}
