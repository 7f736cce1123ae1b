import { SvelteSet } from 'svelte/reactivity'
import { i18n } from '#lib/i18n/i18n.svelte.ts'
import { looksOf, type ChartPlace, type ChartSeries, type SeriesLook } from './series.ts'

/** What charts along an axis take. */
export interface PlotProps {
  /** What it shows, for who hears it and above a picture of it. */
  label: string
  /** What the places are: "Time". */
  placesLabel: string
  places: readonly ChartPlace[]
  series: readonly ChartSeries[]
  /** A value as it is written. */
  written: (value: number) => string
  /** The same where there is little room; default as written. */
  tick?: ((value: number) => string) | undefined
  /** Of the plot, in pixels; default 260. */
  height?: number
  loading?: boolean
  /** Words when there is nothing to draw. */
  empty?: string | undefined
  /** Leads to what is behind a place of a series. */
  onpick?: ((place: number, series: number) => void) | undefined
}

/** What charts along an axis have in common: which series show, and their figures in words. */
export class Plot {
  readonly hidden = new SvelteSet<string>()
  readonly #props: () => PlotProps
  readonly looks: readonly SeriesLook[] = $derived.by(() => looksOf(this.#props().series))
  /** Nothing but gaps and noughts: then a line of words says more than an empty plot. */
  readonly bare: boolean = $derived.by(
    () =>
      !this.#props().series.some(
        ({ values, kind }) => kind !== 'reference' && values.some((value) => (value ?? 0) !== 0),
      ),
  )

  constructor(props: () => PlotProps) {
    this.#props = props
  }

  written = (value: number | null): string => (value === null ? i18n.t.common.dash : this.#props().written(value))
  titleOf = (index: number): string => {
    const place = this.#props().places[index]
    return place?.title ?? place?.label ?? ''
  }
  /** Shows a series or leaves it out; one always stays. */
  toggle = (key: string): void => {
    if (!this.hidden.delete(key) && this.hidden.size < this.#props().series.length - 1) this.hidden.add(key)
  }
  /** "12 Mar: calls 340, errors 2", or one of them. */
  say = (index: number, row: number | null): string => {
    const figures = this.#props()
      .series.filter(({ key }, at) => !this.hidden.has(key) && (row === null || row === at))
      .map(({ label, values }) => `${label} ${this.written(values[index] ?? null)}`)
    return `${this.titleOf(index)}: ${figures.join(i18n.language === 'ar' ? '، ' : ', ')}`
  }
  get rows(): string[][] {
    const { places, series } = this.#props()
    return places.map((_, index) => [
      this.titleOf(index),
      ...series.map(({ values }) => this.written(values[index] ?? null)),
    ])
  }
  /** For a picture: the name of each series shown, and its look. */
  get names(): { label: string; look: SeriesLook }[] {
    return this.#props().series.flatMap(({ key, label }, index) => {
      const look = this.looks[index]
      return look === undefined || this.hidden.has(key) ? [] : [{ label, look }]
    })
  }
}
