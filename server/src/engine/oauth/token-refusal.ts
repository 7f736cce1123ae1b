import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { OAuthSpec, Provider } from '../../providers/provider.ts'
import { refusal } from '../../providers/shared/advice.ts'
import type { EgressAnswer } from '../egress/contract.ts'
import { spellingsOfAll } from '../vault/secret-spellings.ts'
import { notRenewed } from './refusals.ts'

/**
 * Why no token came, told apart by what must happen next:
 * - `transient`: nothing was decided; the grant stays and a later attempt may work
 * - `grant`: the code or refresh token is not (or no longer) good
 * - `client`: the vendor does not know the client or its secret
 * - `request`: the vendor refused the request itself; repeating it as it is changes nothing
 */
export interface TokenRefusal {
  readonly kind: 'transient' | 'grant' | 'client' | 'request'
  /** For callers, with advice. */
  readonly error: ProviderCallError
  /** The vendor says the refresh token was used before: somebody else may hold its successor. */
  readonly usedBefore: boolean
}

/** Reads a failed exchange. `answer` is null when none came. */
export function readRefusal(
  provider: Provider,
  spec: OAuthSpec,
  answer: EgressAnswer | null,
  error: unknown,
  secrets: readonly string[],
): TokenRefusal {
  const { name } = provider.entry
  if (answer === null) {
    if (!(error instanceof ProviderCallError)) throw error
    return { kind: 'transient', error, usedBefore: false }
  }
  const { status } = answer
  const { code, words } = wordsOf(answer, secrets)
  // Some vendors refuse with a 200 and the standard's words in it (GitHub, TikTok).
  if (status < 400 && code === '')
    return { kind: 'transient', error: notRenewed(provider, 'its answer is not a token.'), usedBefore: false }
  if (status === 429 || status >= 500 || status === 408 || code === 'temporarily_unavailable' || code === 'slow_down')
    return { kind: 'transient', error: notRenewed(provider, `${name} answered ${status}.`), usedBefore: false }
  const fail = (errorClass: 'AUTHENTICATION' | 'INVALID_REQUEST', message: string) =>
    refusal(
      provider,
      { errorClass, message, ...(code ? { vendorCode: code } : {}), field: spec.clientSecretField },
      status,
    )
  if (code === 'invalid_grant')
    return {
      kind: 'grant',
      error: fail('AUTHENTICATION', words || 'the authorization is no longer valid'),
      usedBefore: /already|re-?used|been used/i.test(words),
    }
  if (code === 'invalid_client' || code === 'unauthorized_client' || status === 401)
    return {
      kind: 'client',
      error: fail('AUTHENTICATION', words || 'the client id or secret is not accepted'),
      usedBefore: false,
    }
  return {
    kind: 'request',
    error: fail('INVALID_REQUEST', words || `the token request was answered with ${status}`),
    usedBefore: false,
  }
}

function wordsOf(answer: EgressAnswer, secrets: readonly string[]): { code: string; words: string } {
  let body: unknown
  try {
    body = JSON.parse(new TextDecoder().decode(answer.body))
  } catch {
    return { code: '', words: '' }
  }
  if (typeof body !== 'object' || body === null) return { code: '', words: '' }
  const text = (name: string) => {
    const value = (body as Readonly<Record<string, unknown>>)[name]
    return typeof value === 'string' ? clean(value, secrets).slice(0, 300) : ''
  }
  return { code: text('error'), words: text('error_description') || text('error') }
}

/** Vendors like to repeat what they refuse, also as it was spelled in a header. */
function clean(text: string, secrets: readonly string[]): string {
  return spellingsOfAll(secrets).reduce((rest, spelling) => rest.replaceAll(spelling, '[redacted]'), text)
}
