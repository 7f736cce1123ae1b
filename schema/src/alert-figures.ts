import { quantile, type Histogram } from './load/histogram.ts'

/** What a rule on figures asks. */
export interface FigureRule {
  readonly condition: 'ERROR_RATE' | 'LATENCY'
  /** Percent, or milliseconds. */
  readonly threshold: number
  /** Fewer calls in the window say nothing. */
  readonly leastCalls: number
}

/** Calls of one connection over one window. */
export interface CallWindow {
  readonly calls: number
  readonly errors: number
  readonly buckets: Histogram
}

/** The figure a rule looks at: percent of calls that failed, or the 95th percentile in milliseconds; null without enough calls. */
export function figureOf(rule: FigureRule, window: CallWindow): number | null {
  if (window.calls === 0 || window.calls < rule.leastCalls) return null
  if (rule.condition === 'ERROR_RATE') return Math.round((window.errors / window.calls) * 1000) / 10
  return quantile(window.buckets, 0.95)
}

/** Whether a figure is beyond what a rule allows. */
export const isBeyond = (rule: FigureRule, figure: number | null): boolean => figure !== null && figure > rule.threshold
