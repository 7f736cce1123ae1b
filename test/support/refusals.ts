import { ProviderCallError, type CallErrorClass } from '@patchbay/schema/errors.ts'

/** A refusal as the call pipeline throws it. */
export function refused(
  errorClass: CallErrorClass,
  status: number | null,
  message: string,
  field?: string,
): ProviderCallError {
  return new ProviderCallError({
    errorClass,
    status,
    message: `Stripe: ${message}`,
    advice: 'Copy the key again from Stripe.',
    ...(field === undefined ? {} : { field }),
  })
}

export const wrongKey = (): ProviderCallError =>
  refused('AUTHENTICATION', 401, 'Invalid API Key provided: sk_test_…x9Qz', 'secretKey')
export const unavailable = (): ProviderCallError => refused('UNAVAILABLE', 503, 'temporarily unavailable')
export const silent = (): ProviderCallError => refused('TIMEOUT', null, 'no answer')
