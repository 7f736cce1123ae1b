import { ProviderCallError } from '@patchbay/schema/errors.ts'

/** What a vendor knows, where it answers a good id of nothing with nothing and no error. @throws ProviderCallError NOT_FOUND */
export function known<Found>(vendor: string, found: Found | null | undefined, noun: string, id: string): Found {
  if (found !== null && found !== undefined) return found
  throw new ProviderCallError({
    errorClass: 'NOT_FOUND',
    message: `${vendor}: there is no ${noun} ${id.slice(0, 100)}.`,
    advice: `Check the id of the ${noun}, and that the connection is for the right ${vendor} account.`,
  })
}
