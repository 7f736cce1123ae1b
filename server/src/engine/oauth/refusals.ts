import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Provider } from '../../providers/provider.ts'

/** The authorization is gone for good: only a person can give a new one. */
export function reconnectRequired(provider: Provider, reason: string | null): ProviderCallError {
  const { name } = provider.entry
  return new ProviderCallError({
    errorClass: 'RECONNECT_REQUIRED',
    message: reason ?? `${name} no longer accepts this authorization.`,
    advice: `Open the connection and choose "Reconnect" to authorize it at ${name} again.`,
  })
}

/** Nobody has authorized this connection yet. */
export function notConnected(provider: Provider): ProviderCallError {
  const { name } = provider.entry
  return new ProviderCallError({
    errorClass: 'RECONNECT_REQUIRED',
    message: `This connection was never authorized at ${name}.`,
    advice: `Open the connection and choose "Connect" to authorize it at ${name}.`,
  })
}

/** Required fields are empty. */
export function notConfigured(labels: readonly string[], field: string): ProviderCallError {
  return new ProviderCallError({
    errorClass: 'NOT_CONFIGURED',
    message: `${labels.join(' and ')} ${labels.length === 1 ? 'is' : 'are'} missing.`,
    advice: 'Fill in the missing fields of the connection.',
    field,
  })
}

/** A token could not be had just now; the authorization itself is untouched. */
export function notRenewed(provider: Provider, reason: string): ProviderCallError {
  const { name } = provider.entry
  return new ProviderCallError({
    errorClass: 'UNAVAILABLE',
    message: `No access token from ${name} just now: ${reason}`,
    advice: `${name} has trouble of its own. The authorization is kept and renewing it is tried again with the next call.`,
  })
}
