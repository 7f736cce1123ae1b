import { i18n } from './i18n.svelte.ts'

/** How an organization writes dates and money. */
export interface Region {
  readonly timeZone: string
  readonly currency: string
}

/** Formats by language and organization. Gulf time is written out, because the offset is what operators compare. */
class Format {
  #region = $state.raw<Region>({ timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone, currency: 'USD' })

  get region(): Region {
    return this.#region
  }
  /** Set once the organization is known. */
  use(region: Region): void {
    this.#region = region
  }

  #numbers = $derived(new Intl.NumberFormat(i18n.tag, { maximumFractionDigits: 1 }))
  #compact = $derived(new Intl.NumberFormat(i18n.tag, { notation: 'compact', maximumFractionDigits: 1 }))
  #percent = $derived(new Intl.NumberFormat(i18n.tag, { style: 'percent', maximumFractionDigits: 2 }))
  #relative = $derived(new Intl.RelativeTimeFormat(i18n.tag, { numeric: 'auto', style: 'short' }))
  #date = $derived(
    new Intl.DateTimeFormat(i18n.tag, {
      timeZone: this.#region.timeZone,
      day: '2-digit',
      month: '2-digit',
      year: 'numeric',
    }),
  )
  #clock = $derived(
    new Intl.DateTimeFormat(i18n.tag, {
      timeZone: this.#region.timeZone,
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    }),
  )
  #day = $derived(
    new Intl.DateTimeFormat(i18n.tag, { timeZone: this.#region.timeZone, day: 'numeric', month: 'short' }),
  )
  #month = $derived(
    new Intl.DateTimeFormat(i18n.tag, { timeZone: this.#region.timeZone, month: 'short', year: 'numeric' }),
  )
  #zone = $derived(
    new Intl.DateTimeFormat('en', { timeZone: this.#region.timeZone, timeZoneName: 'short', hour: 'numeric' }),
  )

  #places = $derived(new Intl.DisplayNames(i18n.tag, { type: 'region', fallback: 'code' }))

  /** "a, b, c" with the comma of the language. */
  list = (items: readonly string[]) => (i18n.language === 'ar' ? items.join('، ') : items.join(', '))
  /** Name of a country by its two letters; a provider's other words for where it works stay as they are. */
  place = (code: string) => {
    if (code === 'GLOBAL') return i18n.t.common.worldwide
    return /^[A-Z]{2}$/.test(code) ? (this.#places.of(code) ?? code) : code
  }
  number = (value: number) => this.#numbers.format(value)
  compact = (value: number) => (Math.abs(value) < 10_000 ? this.#numbers.format(value) : this.#compact.format(value))
  /** Share between 0 and 1. Rounded down below 100 %, so that 99.999 never reads as perfect. */
  percent = (share: number) => this.#percent.format(share >= 1 ? 1 : Math.floor(share * 10_000) / 10_000)
  /** The same for what may be over 100 %. */
  ratio = (value: number) => this.#percent.format(value)
  /** DD/MM/YYYY in the organization's zone. */
  date = (at: Date | string | number) => this.#date.format(new Date(at))
  /** "12 Mar", for axes and strips. */
  day = (at: Date | string | number) => this.#day.format(new Date(at))
  /** "Mar 2026". */
  month = (at: Date | string | number) => this.#month.format(new Date(at))
  /** 24-hour clock with seconds. */
  clock = (at: Date | string | number) => this.#clock.format(new Date(at))
  /** With milliseconds, for logs. */
  instant = (at: Date | string | number) => {
    const date = new Date(at)
    return `${this.clock(date)}.${String(date.getMilliseconds()).padStart(3, '0')}`
  }
  /** Name of the organization's zone as people say it: GST, UTC, GMT+2. */
  get zone(): string {
    if (this.#region.timeZone === 'Asia/Dubai') return i18n.t.common.gulfTime
    return (
      this.#zone.formatToParts(new Date()).find((part) => part.type === 'timeZoneName')?.value ?? this.#region.timeZone
    )
  }
  /** Date, clock and zone: the exact time behind every relative one. */
  exact = (at: Date | string | number) => `${this.date(at)} ${this.clock(at)} ${this.zone}`
  /** "3 min ago", seen from `now`. */
  relative = (at: Date | string | number, now: number) => {
    const seconds = Math.round((new Date(at).getTime() - now) / 1000)
    const size = Math.abs(seconds)
    if (size < 60) return this.#relative.format(seconds, 'second')
    if (size < 3600) return this.#relative.format(Math.trunc(seconds / 60), 'minute')
    if (size < 86_400) return this.#relative.format(Math.trunc(seconds / 3600), 'hour')
    if (size < 2_592_000) return this.#relative.format(Math.trunc(seconds / 86_400), 'day')
    return this.date(at)
  }
  /** A span such as an outage or a latency: "840 ms", "2.4 s", "3 min", "1 h 20 min". */
  duration = (ms: number) => {
    const units = i18n.t.common.units
    if (ms < 1000) return units.ms(this.number(Math.round(ms)))
    if (ms < 60_000) return units.s(this.number(Math.round(ms / 100) / 10))
    const minutes = Math.floor(ms / 60_000)
    if (minutes < 60) return units.min(this.number(minutes))
    const hours = Math.floor(minutes / 60)
    if (hours < 48 && minutes % 60 === 0) return units.h(this.number(hours))
    if (hours < 48) return `${units.h(this.number(hours))} ${units.min(this.number(minutes % 60))}`
    return units.d(this.number(Math.floor(hours / 24)))
  }
  bytes = (count: number) => {
    const units = i18n.t.common.units
    if (count < 1000) return units.b(this.number(count))
    if (count < 1_000_000) return units.kb(this.number(Math.round(count / 100) / 10))
    if (count < 1_000_000_000) return units.mb(this.number(Math.round(count / 100_000) / 10))
    return units.gb(this.number(Math.round(count / 100_000_000) / 10))
  }
  /** Amount in minor units; the currency knows its own exponent (AED 2, KWD 3, JPY 0). */
  money = (minor: number | bigint | string, currency = this.#region.currency) => {
    const format = new Intl.NumberFormat(i18n.tag, { style: 'currency', currency })
    return format.format(Number(minor) / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2))
  }
  /** Millionths of a currency, as prices and costs are counted. What is less than its smallest coin keeps two figures. */
  micros = (micros: number | bigint | string, currency = this.#region.currency) => {
    const amount = Number(micros) / 1_000_000
    const options = { style: 'currency', currency } as const
    const usual = new Intl.NumberFormat(i18n.tag, options)
    const coin = 10 ** -(usual.resolvedOptions().maximumFractionDigits ?? 2)
    if (amount === 0 || Math.abs(amount) >= coin) return usual.format(amount)
    return new Intl.NumberFormat(i18n.tag, { ...options, maximumSignificantDigits: 2 }).format(amount)
  }
  /** The same where there is little room: "AED 1.2K". */
  microsShort = (micros: number | bigint | string, currency = this.#region.currency) => {
    const amount = Number(micros) / 1_000_000
    if (Math.abs(amount) < 1000) return this.micros(micros, currency)
    return new Intl.NumberFormat(i18n.tag, {
      style: 'currency',
      currency,
      notation: 'compact',
      maximumFractionDigits: 1,
    }).format(amount)
  }
  /** Hours and minutes, for axes. */
  hour = (at: Date | string | number) => this.clock(at).slice(0, 5)
}

export const format = new Format()
