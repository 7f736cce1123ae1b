import type { ValidateAddress, ValidatedAddress } from '@patchbay/schema/capabilities/shipping.ts'
import { z } from 'zod'
import type { Call } from '../provider.ts'
import { malformed, readAnswer } from '../shared/failure.ts'
import { toAddress } from './requests.ts'

const flag = z.union([z.boolean(), z.string()]).nullish()
const resolved = z.object({
  output: z.object({
    resolvedAddresses: z.array(
      z.object({
        city: z.string().nullish(),
        cityToken: z.array(z.object({ value: z.string().nullish() })).nullish(),
        postalCode: z.string().nullish(),
        postalCodeToken: z.object({ value: z.string().nullish() }).nullish(),
        classification: z.string().nullish(),
        customerMessages: z.array(z.object({ code: z.string().nullish(), message: z.string().nullish() })).nullish(),
        attributes: z.object({ Resolved: flag, Matched: flag, DPV: flag }).nullish(),
      }),
    ),
  }),
})

/**
 * Asks FedEx to find the address. Its description of this request is not public: the shape is the one integrations use
 * (not confirmed with a live account). Outside some forty countries FedEx finds the city only.
 */
export async function validateAddress(call: Call, { address }: ValidateAddress): Promise<ValidatedAddress> {
  const answer = await call({
    method: 'POST',
    path: '/address/v1/addresses/resolve',
    safe: true,
    json: { addressesToValidate: [{ address: toAddress(address) }] },
  })
  return readAnswer('FedEx', answer, resolved, ({ output }) => {
    const [found] = output.resolvedAddresses
    if (found === undefined) throw malformed('FedEx', 'with no address')
    const said = found.customerMessages ?? []
    const resolution = String(found.attributes?.Resolved ?? '') === 'true'
    return {
      deliverable: resolution,
      city: found.city ?? found.cityToken?.[0]?.value ?? null,
      postalCode: found.postalCode || found.postalCodeToken?.value || null,
      messages: said.map(({ code, message }) => message ?? code ?? '').filter((text) => text !== ''),
      providerData: { classification: found.classification ?? null },
    }
  })
}
