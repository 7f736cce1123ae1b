import { ProviderCallError } from '@patchbay/schema/errors.ts'

/**
 * Makes a thing at a vendor that knows no idempotency key and refuses a second one under the shop's own number: what stands
 * there already is read, and counts as made when it is the same. Another thing under that number stays a CONFLICT.
 */
export async function madeOnce<Found>(
  make: () => Promise<Found>,
  find: () => Promise<Found | null>,
  isSame: (found: Found) => boolean,
): Promise<Found> {
  try {
    return await make()
  } catch (error) {
    if (!(error instanceof ProviderCallError) || error.errorClass !== 'CONFLICT') throw error
    const found = await find()
    if (found === null || !isSame(found)) throw error
    return found
  }
}
