import type { ProviderEntry } from '@patchbay/schema/catalog.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Failure, Provider } from '../provider.ts'

function credentialWords(entry: ProviderEntry, field: string | undefined): string {
  const named = entry.fields.find((candidate) => candidate.name === field)
  const secrets = entry.fields.filter((candidate) => candidate.kind === 'secret' && candidate.required)
  return named?.label ?? (secrets.map((secret) => secret.label).join(' and ') || 'credentials')
}

/** What an operator should do about a failed call, in plain words. */
export function adviceFor(entry: ProviderEntry, failure: Failure): string {
  const { name } = entry
  const needed = entry.permissions.filter((permission) => permission.required).map((permission) => permission.name)
  switch (failure.errorClass) {
    case 'AUTHENTICATION':
      if (entry.authKind === 'OAUTH2_CODE' && failure.field === undefined)
        return `${name} no longer accepts this authorization. Reconnect: open the connection and choose "Reconnect".`
      return `Check the ${credentialWords(entry, failure.field)}: copy it again from ${name}, whole and without spaces, and make sure it belongs to this environment.${entry.authKind === 'OAUTH2_CODE' ? ' If you signed in instead, choose "Reconnect".' : ''}`
    case 'PERMISSION':
      return `The credentials are right but may not do this. Give them the missing permission at ${name}${needed.length > 0 ? ` (the hub needs ${needed.join(', ')})` : ''}, then test again.`
    case 'RECONNECT_REQUIRED':
      return `Open the connection and choose "Reconnect" to authorize it at ${name} again.`
    case 'NOT_CONFIGURED':
      return 'Fill in the missing fields of the connection.'
    case 'NOT_FOUND':
      return `Check the id or address that was asked for, and that it belongs to this ${name} account and environment.`
    case 'INVALID_REQUEST':
      return `${name} read the request and refused it. Correct what it names and send again.`
    case 'CONFLICT':
      return 'The thing changed meanwhile or exists already. Read it again before you repeat the request.'
    case 'RATE_LIMITED':
      return failure.retryAfterMs === undefined
        ? `${name} asks for fewer requests. Wait a minute and try again; if it stays, spread the load or raise the limit at ${name}.`
        : `${name} asks to wait ${Math.max(1, Math.ceil(failure.retryAfterMs / 1000))} s before the next request.`
    case 'UNAVAILABLE':
      return `${name} has trouble of its own. Try again in a few minutes${entry.statusUrl === undefined ? '' : ` and look at ${entry.statusUrl}`}.`
    case 'MALFORMED_ANSWER':
      return `${name} answered with something unexpected. Check the environment and any base address, and that no proxy rewrites answers.`
    default:
      return 'Try again; if it stays, look at the call in the log.'
  }
}

/** A judged failure as the error callers see: the vendor's words, the class, and what to do. */
export function refusal(provider: Pick<Provider, 'entry'>, failure: Failure, status: number | null): ProviderCallError {
  return new ProviderCallError({
    errorClass: failure.errorClass,
    message: `${provider.entry.name}: ${failure.message}`,
    advice: adviceFor(provider.entry, failure),
    status,
    vendorCode: failure.vendorCode ?? null,
    retryAfterMs: failure.retryAfterMs ?? null,
    field: failure.field ?? null,
  })
}
