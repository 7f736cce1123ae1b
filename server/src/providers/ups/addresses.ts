import type { ValidateAddress, ValidatedAddress } from '@patchbay/schema/capabilities/shipping.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'
import { toAddress } from './requests.ts'

const key = z.object({
  AddressLine: z.union([z.array(z.string()), z.string()]).nullish(),
  PoliticalDivision2: z.string().nullish(),
  PostcodePrimaryLow: z.string().nullish(),
  PostcodeExtendedLow: z.string().nullish(),
  Region: z.string().nullish(),
})
const candidate = z.object({ AddressKeyFormat: key })
const validated = z.object({
  XAVResponse: z.object({
    // Indicators are there or not; what they hold is empty text.
    ValidAddressIndicator: z.string().nullish(),
    AmbiguousAddressIndicator: z.string().nullish(),
    NoCandidatesIndicator: z.string().nullish(),
    AddressClassification: z.object({ Description: z.string().nullish() }).nullish(),
    Candidate: z.union([z.array(candidate), candidate.transform((one) => [one])]).default([]),
  }),
})

/** Looks an address up, street and all; UPS does that in the United States and Puerto Rico only. */
export async function validateAddress(call: Call, { address }: ValidateAddress): Promise<ValidatedAddress> {
  if (!['US', 'PR'].includes(address.country))
    throw cannotSend(
      `UPS checks addresses in the United States and Puerto Rico, not in ${address.country}.`,
      'Check this address with another carrier.',
      'address',
    )
  const { AddressLine, City, PostalCode, StateProvinceCode, CountryCode } = toAddress(address)
  const answer = await call({
    method: 'POST',
    path: '/addressvalidation/v2/3',
    safe: true,
    json: {
      XAVRequest: {
        AddressKeyFormat: {
          ...(address.name ? { ConsigneeName: address.name.slice(0, 40) } : {}),
          AddressLine,
          PoliticalDivision2: City,
          ...(StateProvinceCode === undefined ? {} : { PoliticalDivision1: StateProvinceCode }),
          ...(PostalCode === undefined ? {} : { PostcodePrimaryLow: PostalCode.slice(0, 5) }),
          CountryCode,
        },
      },
    },
  })
  return readAnswer('UPS', answer, validated, ({ XAVResponse: found }) => {
    const valid = typeof found.ValidAddressIndicator === 'string'
    const best = found.Candidate[0]?.AddressKeyFormat
    const zip = [best?.PostcodePrimaryLow, best?.PostcodeExtendedLow].filter(Boolean).join('-')
    return {
      deliverable: valid,
      city: best?.PoliticalDivision2 ?? null,
      postalCode: zip || null,
      messages: [
        ...(typeof found.NoCandidatesIndicator === 'string' ? ['There is no such address.'] : []),
        ...(typeof found.AmbiguousAddressIndicator === 'string' ? ['Several addresses are like this one.'] : []),
      ],
      providerData: {
        AddressClassification: found.AddressClassification?.Description ?? null,
        Candidate: found.Candidate.slice(0, 10).map(({ AddressKeyFormat: one }) =>
          [[one.AddressLine].flat().filter(Boolean).join(', '), one.Region].filter(Boolean).join(', '),
        ),
      },
    }
  })
}
