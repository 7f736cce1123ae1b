import type { ValidateAddress, ValidatedAddress } from '@patchbay/schema/capabilities/shipping.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { paths, toAddress } from './paths.ts'

const validated = z.object({
  HasErrors: z.boolean(),
  Notifications: z.array(z.object({ Code: z.string().nullish(), Message: z.string().nullish() })).nullish(),
  SuggestedAddresses: z
    .array(z.object({ City: z.string().nullish(), PostCode: z.string().nullish(), CountryCode: z.string().nullish() }))
    .nullish(),
})

/** Asks Aramex whether it knows the city: the part of an address that it delivers by. */
export async function validateAddress(call: Call, { address }: ValidateAddress): Promise<ValidatedAddress> {
  const answer = await call({
    method: 'POST',
    path: paths.validate,
    safe: true,
    json: { Address: toAddress(address) },
  })
  return readAnswer('Aramex', answer, validated, ({ HasErrors, Notifications, SuggestedAddresses }) => {
    const suggested = SuggestedAddresses ?? []
    const cities = suggested.flatMap(({ City }) => (City ? [City] : []))
    return {
      deliverable: !HasErrors,
      city: HasErrors ? null : (suggested[0]?.City ?? address.city ?? null),
      postalCode: HasErrors ? null : suggested[0]?.PostCode || address.postalCode || null,
      messages: (Notifications ?? []).flatMap(({ Message }) => (Message ? [Message] : [])),
      providerData: { SuggestedCities: cities },
    }
  })
}
