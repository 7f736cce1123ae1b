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

/** One plain sentence: what happened. `timeoutMs` is what the call was given. */
export function happened(provider: Provider, error: ProviderCallError, timeoutMs: number): string {
  const { name } = provider.entry
  const said = error.status === null ? `${name} refused` : `${name} answered ${error.status}`
  switch (error.errorClass) {
    case 'AUTHENTICATION':
      return `${said}: ${isGranted(provider, error) ? 'the authorization' : `the ${refusedThing(provider, error)}`} was refused.`
    case 'RECONNECT_REQUIRED':
      return `${name} ended the authorization.`
    case 'TIMEOUT':
      return `${name} did not answer within ${seconds(timeoutMs)}.`
    case 'NETWORK':
      return `${name} could not be reached: ${sentence(vendorWords(provider, error))}`
    case 'UNAVAILABLE':
      return `${said}: the service is unavailable.`
    case 'RATE_LIMITED':
      return `${said}: too many requests for now.`
    default:
      return error.status === null ? sentence(error.message) : `${said}: ${sentence(vendorWords(provider, error))}`
  }
}

/** What happened and, where a person has to act, what to do: the cause of an incident. */
export function causeOf(provider: Provider, error: ProviderCallError, timeoutMs: number): string {
  return `${happened(provider, error, timeoutMs)} ${remedy(provider, error)}`.trim()
}

/** What somebody has to do before it can work again; empty when waiting is all there is. */
function remedy(provider: Provider, error: ProviderCallError): string {
  switch (error.errorClass) {
    case 'AUTHENTICATION':
      return isGranted(provider, error)
        ? `Connect ${provider.entry.name} again.`
        : `Set a new ${refusedThing(provider, error)}.`
    case 'RECONNECT_REQUIRED':
      return `Connect ${provider.entry.name} again.`
    case 'TIMEOUT':
    case 'NETWORK':
    case 'UNAVAILABLE':
    case 'RATE_LIMITED':
      return ''
    default:
      return error.advice
  }
}

/** Was access granted at the vendor, instead of by a pasted secret? A refusal that names a field is about that field. */
function isGranted(provider: Provider, error: ProviderCallError): boolean {
  return provider.entry.authKind === 'OAUTH2_CODE' && error.field === null
}

function refusedThing(provider: Provider, error: ProviderCallError): string {
  return fieldOf(provider, error)?.label ?? 'credential'
}

/** The message without the vendor's name, which begins the sentence already. */
function vendorWords(provider: Provider, error: ProviderCallError): string {
  const prefix = `${provider.entry.name}: `
  return error.message.startsWith(prefix) ? error.message.slice(prefix.length) : error.message
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
