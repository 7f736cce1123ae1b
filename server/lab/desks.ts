import { twinOf, twinSlugs } from './twins.ts'
import type { KeptVendor } from './vendor-desk.ts'
import { VendorDesk } from './vendor-desk.ts'

type Opening = ConstructorParameters<typeof VendorDesk>[1]

export interface DesksOptions extends Pick<Opening, 'naturalLatencyMs' | 'tell'> {
  /** Milliseconds since 1970. */
  readonly now: () => number
  /** The lab's, known once it listens. */
  readonly origin: () => string
}

/** The vendors of a running lab, each opened when it is first asked for: most hubs talk to a few of them. */
export class Desks {
  readonly #options: DesksOptions
  readonly #kept: Readonly<Record<string, KeptVendor>>
  readonly #open = new Map<string, VendorDesk>()

  constructor(options: DesksOptions, kept: Readonly<Record<string, KeptVendor>>) {
    this.#options = options
    this.#kept = kept
  }

  get(slug: string): VendorDesk | undefined {
    const open = this.#open.get(slug)
    if (open !== undefined) return open
    const twin = twinOf(slug)
    if (twin === undefined) return undefined
    const { origin, now, ...rest } = this.#options
    const desk = new VendorDesk(twin, {
      ...rest,
      now: now(),
      kept: this.#kept[slug],
      origin: () => `${origin()}/${slug}`,
    })
    this.#open.set(slug, desk)
    return desk
  }

  /** Every vendor; opens them all. */
  values(): readonly VendorDesk[] {
    return twinSlugs.map((slug) => this.get(slug) as VendorDesk)
  }

  /** Those that somebody asked for. */
  opened(): readonly VendorDesk[] {
    return [...this.#open.values()]
  }

  /** Back to calm, also vendors nobody asked for this time; with `data`, everything they hold is fresh. */
  reset(now: number, data: boolean): void {
    for (const slug of Object.keys(this.#kept)) this.get(slug)
    for (const desk of this.#open.values()) desk.reset(now, data)
  }

  /** What survives a restart, also of vendors nobody asked for this time. */
  keep(): Readonly<Record<string, KeptVendor>> {
    return { ...this.#kept, ...Object.fromEntries([...this.#open].map(([slug, desk]) => [slug, desk.keep()])) }
  }
}
