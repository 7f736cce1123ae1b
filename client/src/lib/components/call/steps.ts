import type { CallStepLineFragment } from '#lib/graphql/generated/graphql.ts'

/** Whose time it is: the hub's own work, the vendor and the way to it, or a pause before another attempt. */
export type Whose = 'hub' | 'vendor' | 'wait'

export interface PlacedStep {
  readonly name: string
  readonly ms: number
  /** Milliseconds from the beginning of the call. */
  readonly start: number
  readonly attempt: number | null
  readonly whose: Whose
}

const vendors = new Set(['connect', 'egress', 'body'])

/**
 * Steps with their place in time. Calls that older hubs logged say only how long each took: those follow each other.
 */
export function placed(steps: readonly CallStepLineFragment[]): {
  readonly steps: PlacedStep[]
  readonly total: number
} {
  let clock = 0
  const rows = steps.map(({ name, ms, at, attempt }): PlacedStep => {
    const start = at ?? clock
    clock = start + ms
    const whose = name === 'retry' ? 'wait' : vendors.has(name) ? 'vendor' : 'hub'
    return { name, ms, start, attempt: attempt ?? null, whose }
  })
  return { steps: rows, total: Math.max(0.001, ...rows.map(({ start, ms }) => start + ms)) }
}
