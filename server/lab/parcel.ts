import { addNewest } from './bounded.ts'
import { alphanumeric, seeded } from './chance.ts'
import { people, shop } from './shop.ts'

/** A parcel that was handed to a simulated carrier by API. */
export interface MadeParcel {
  readonly number: string
  /** Milliseconds since 1970. */
  readonly at: number
  cancelled: boolean
}

export interface ParcelState {
  /** When the data was made; journeys are counted from here. */
  readonly madeAt: number
  /** Parcels made since, newest first. */
  made: MadeParcel[]
}

export const freshParcels = (now: number): ParcelState => ({ madeAt: now, made: [] })

export function keepParcel(state: ParcelState, number: string, now: number): void {
  addNewest(state.made, { number, at: now, cancelled: false }, 0)
}

/** What happens to a parcel, whatever its carrier calls it. */
export type StepKind = 'CREATED' | 'PICKED_UP' | 'DEPARTED' | 'OUT' | 'DELIVERED' | 'CANCELLED'

export interface Step {
  readonly kind: StepKind
  /** Milliseconds since 1970. */
  readonly at: number
  readonly city: string
  readonly country: string
}

const way = [
  ['CREATED', 0, false],
  ['PICKED_UP', 5, false],
  ['DEPARTED', 11, false],
  ['OUT', 26, true],
  ['DELIVERED', 31, true],
] as const

/** Numbers of the parcels a carrier knows on its first day; each is somewhere else on its way. */
export const knownNumbers = (carrier: string, length: number, letters = '123456789'): readonly string[] =>
  Array.from({ length: 14 }, (_, index) => alphanumeric(`${carrier}:${index}`, length, letters))

/** What happened to a parcel so far, newest first; null for one the carrier does not know. */
export function stepsOf(
  carrier: string,
  known: readonly string[],
  number: string,
  { madeAt, made }: ParcelState,
): readonly Step[] | null {
  const own = made.find((parcel) => parcel.number === number)
  const home = { city: shop.city, country: 'AE' }
  if (own !== undefined) {
    const created: Step = { kind: 'CREATED', at: own.at, ...home }
    return own.cancelled ? [{ kind: 'CANCELLED', at: own.at + 60_000, ...home }, created] : [created]
  }
  const index = known.indexOf(number)
  if (index < 0) return null
  const count = 1 + (index % way.length)
  const to = people[index % people.length] ?? home
  const start = madeAt - (count * 8 + Math.floor(seeded(`${carrier}:${number}`)() * 6)) * 3_600_000
  return way
    .slice(0, count)
    .map(([kind, hours, there]) => ({
      kind,
      at: start + hours * 3_600_000,
      city: there ? to.city : home.city,
      country: there ? to.country : home.country,
    }))
    .toReversed()
}

/** A label one can open and print: one page of 10 × 15 cm with a few lines. */
export function labelPdf(lines: readonly string[]): string {
  const text = lines.map((line) => `(${line.replace(/[^\x20-\x7e]|[()\\]/g, '?')}) Tj T*`).join(' ')
  const stream = `BT /F1 14 Tf 18 TL 20 390 Td ${text} ET`
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 283 425] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]
  let file = '%PDF-1.4\n'
  const places: number[] = []
  objects.forEach((object, index) => {
    places.push(file.length)
    file += `${index + 1} 0 obj\n${object}\nendobj\n`
  })
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('')
  const start = file.length
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`
  return Buffer.from(file, 'latin1').toString('base64')
}
