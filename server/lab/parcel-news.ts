import { people, shop } from './shop.ts'
import type { Step, StepKind } from './parcel.ts'
import type { Happening, Scenario, Stage, Subscriber } from './webhook.ts'

/** What a carrier tells of one parcel: all its steps so far, newest first. */
export interface ParcelTold {
  readonly number: string
  readonly reference: string | null
  readonly steps: readonly Step[]
}

const minute = 60_000

function journey(
  { id, now, orderId, random }: Stage<object>,
  kinds: readonly StepKind[],
  digits: number,
): readonly Happening[] {
  const number = id('', digits, '123456789')
  const to = people[Math.floor(random() * people.length)]
  const steps: Step[] = []
  return kinds.map((kind, index) => {
    const there = kind === 'OUT' || kind === 'DELIVERED'
    // A step a minute; the last one is now.
    const at = now - (kinds.length - 1 - index) * minute
    steps.unshift({
      kind,
      at,
      city: (there ? to?.city : null) ?? shop.city,
      country: (there ? to?.country : null) ?? 'AE',
    })
    const data: ParcelTold = { number, reference: orderId, steps: [...steps] }
    return { id: `${number}:${kind}`, type: kind, at, data }
  })
}

/** What happens to a carrier's parcels, for those that tell. */
export const parcelScenarios = (carrier: string, digits: number): Readonly<Record<string, Scenario<object>>> => ({
  'shipment.created': {
    description: `A label was made at ${carrier}.`,
    make: (stage) => journey(stage, ['CREATED'], digits),
  },
  'shipment.moving': {
    description: 'A parcel in four steps: picked up, departed, out for delivery, delivered.',
    make: (stage) => journey(stage, ['PICKED_UP', 'DEPARTED', 'OUT', 'DELIVERED'], digits),
  },
  'shipment.cancelled': {
    description: 'A shipment was taken back.',
    make: (stage) => journey(stage, ['CREATED', 'CANCELLED'], digits).slice(1),
  },
})

/** An address pasted in the carrier's portal asks for everything. */
export const adoptPasted = (pasted: { readonly id: string; readonly url: string; readonly secret: string | null }) => ({
  subscriber: { ...pasted, types: null } satisfies Subscriber,
})
