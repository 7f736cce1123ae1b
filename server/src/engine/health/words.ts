import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Provider } from '../../providers/provider.ts'

/** A label inside a sentence: "Secret key" reads "secret key", "API key" stays. */
function inSentence(label: string): string {
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label
}

/** The form field a refusal speaks of: the one the failure names, else the provider's first secret. */
export function fieldOf(provider: Provider, error: ProviderCallError): { name: string; label: string } | null {
  const { fields } = provider.entry
  const named = fields.find((field) => field.name === error.field)
  if (named) return { name: named.name, label: inSentence(named.label) }
  if (error.errorClass !== 'AUTHENTICATION') return null
  const secret = fields.find((field) => field.kind === 'secret')
  return secret ? { name: secret.name, label: inSentence(secret.label) } : null
}

const seconds = (ms: number): string => `${Number((ms / 1000).toFixed(1))} s`

/** One plain sentence or two: what happened, and what to do when there is something to do. */
export function causeOf(provider: Provider, error: ProviderCallError, timeoutMs: number): string {
  const { name } = provider.entry
  const said = error.status === null ? `${name} refused` : `${name} answered ${error.status}`
  const label = fieldOf(provider, error)?.label
  switch (error.errorClass) {
    case 'AUTHENTICATION':
      return label === undefined
        ? `${said}: the credentials were refused. Set new ones.`
        : `${said}: the ${label} was refused. Set a new ${label}.`
    case 'RECONNECT_REQUIRED':
      return `${name} ended the authorization. Connect ${name} again.`
    case 'TIMEOUT':
      return `${name} did not answer within ${seconds(timeoutMs)}.`
    case 'NETWORK':
      return `${name} could not be reached: ${sentence(error.message)}`
    case 'UNAVAILABLE':
      return `${said}: the service is unavailable.`
    case 'RATE_LIMITED':
      return `${said}: too many requests for now.`
    default:
      return `${said}: ${sentence(error.message)} ${error.advice}`.trim()
  }
}

/** The words for an answer that came, but late. */
export function slowWords(provider: Provider, latencyMs: number, times: number): string {
  return `${provider.entry.name} answers slowly: ${seconds(latencyMs)} at the last of ${times} slow probes in a row.`
}

/** The words for the first good answers after trouble. */
export function recoveringWords(provider: Provider): string {
  return `${provider.entry.name} answers again; one more good probe makes it healthy.`
}

function sentence(text: string): string {
  const trimmed = text.trim()
  return /[.!?]$/.test(trimmed) ? trimmed : `${trimmed}.`
}

/** Anything a probe may throw, as a failed call. A bug in a provider's probe is a finding too: silence would look healthy. */
export function asCallError(error: unknown, provider: Provider): ProviderCallError {
  if (error instanceof ProviderCallError) return error
  return new ProviderCallError({
    errorClass: 'MALFORMED_ANSWER',
    message: `The answer of ${provider.entry.name} could not be understood`,
    advice: 'If the vendor changed its API, update the hub.',
    cause: error,
  })
}
