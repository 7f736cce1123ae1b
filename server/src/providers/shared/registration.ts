import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { createHash } from 'node:crypto'

/** Removes something at a vendor; what is gone already is no failure. */
export async function unlessGone(removal: Promise<unknown>): Promise<void> {
  try {
    await removal
  } catch (error) {
    if (!(error instanceof ProviderCallError) || error.errorClass !== 'NOT_FOUND') throw error
  }
}

/**
 * For vendors that keep one address only: it belongs to somebody else, so it is left alone. Shows the origin and not the
 * path, which may be another program's secret.
 */
export const addressTaken = (vendor: string, address: string): ProviderCallError =>
  new ProviderCallError({
    errorClass: 'CONFLICT',
    message: `${vendor} sends its webhooks to ${URL.parse(address)?.origin ?? 'another address'} already and keeps one address only.`,
    advice: 'Remove that address there if nothing needs it, then register again. It was left as it is.',
  })

/** For vendors that give a registration no id: one made of its address, which is a secret itself. */
export const addressId = (url: string): string => createHash('sha256').update(url).digest('hex').slice(0, 24)
