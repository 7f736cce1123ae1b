/** Figures of a chart: one value for each of its places, null where nothing is known. */
export interface ChartSeries {
  readonly key: string
  readonly label: string
  readonly values: readonly (number | null)[]
  /**
   * `measure` (default) is what the chart is about; `reference` stands behind it to compare with: thin, dashed, without a
   * shape (the span before, a budget).
   */
  readonly kind?: 'measure' | 'reference'
  /** Failures are red wherever they stand; everything else takes the next colour. */
  readonly tone?: 'bad'
}

/** A place along the axis. */
export interface ChartPlace {
  /** Short, for the axis. */
  readonly label: string
  /** In full, for who reads this one. Default the short one. */
  readonly title?: string
  /** It goes on: what stands there is not the whole of it yet, and is drawn paler. */
  readonly open?: boolean
}

/** A part of a whole. */
export interface ChartSlice {
  readonly key: string
  readonly label: string
  readonly value: number
}

export const shapes = ['circle', 'rect', 'triangle', 'rectRot', 'star', 'cross', 'crossRot', 'rectRounded'] as const
export type Shape = (typeof shapes)[number]

export const hatchings = ['plain', 'rising', 'dots', 'lines', 'cross', 'bars', 'falling', 'grid'] as const
export type Hatching = (typeof hatchings)[number]

/** How a series is told from the others, with colour and without. */
export interface SeriesLook {
  /** Custom property that holds its colour. */
  readonly colour: string
  readonly dash: readonly number[]
  readonly shape: Shape | null
  readonly hatching: Hatching
}

const dashes: readonly (readonly number[])[] = [
  [],
  [7, 4],
  [2, 3],
  [10, 4, 2, 4],
  [14, 5],
  [4, 2],
  [10, 3, 2, 3, 2, 3],
  [1, 4],
]

const at = <T>(list: readonly T[], index: number): T => list[index % list.length] as T

/** The look of the nth measure. */
export const lookOf = (index: number): SeriesLook => ({
  colour: `--series-${(index % 8) + 1}`,
  dash: at(dashes, index),
  shape: at(shapes, index),
  hatching: at(hatchings, index),
})

/** Looks of a chart's series, in their order: references and failures take no colour from the others. */
export function looksOf(series: readonly ChartSeries[]): readonly SeriesLook[] {
  let measures = 0
  return series.map(({ kind, tone }, index) => {
    if (kind === 'reference') return { colour: '--ink-faint', dash: [3, 4], shape: null, hatching: 'rising' }
    if (tone === 'bad') return { ...lookOf(index), colour: '--bad-fill' }
    const { colour } = lookOf(measures)
    measures += 1
    return { ...lookOf(index), colour }
  })
}
