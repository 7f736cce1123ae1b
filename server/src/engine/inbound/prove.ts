import type { Connection } from '@patchbay/prisma/generated/client.ts'
import { verdicts } from '@patchbay/schema/webhook-states.ts'
import type { ConnectionFacts, Fields, Provider } from '../../providers/provider.ts'
import type { Verification, VerifyFacts, WebhookRequest } from '../../providers/webhook.ts'
import type { OpenSource } from './contract.ts'

export interface ProverOptions {
  readonly now: () => Date
  /** Reads a certificate or key set of a vendor, cached. */
  readonly fetchKey: VerifyFacts['fetchKey']
  /** Address of a vendor's host, or of its lab twin. */
  readonly urlOf: (
    provider: Provider,
    connection: Connection,
    place: { readonly host: string; readonly path: string },
  ) => URL
  readonly onFault: (error: unknown) => void
}

/** How old a signed timestamp may be, in milliseconds. */
const toleranceMs = 300_000

/** What a provider may know of a connection. */
export function factsOf(provider: Provider, connection: Connection): ConnectionFacts {
  const { id, environment, settings, baseUrl } = connection
  return { id, environment, settings: settings as Fields, baseUrl: provider.entry.baseUrlOverride ? baseUrl : null }
}

/** What a source's verification may use. */
export function verifyFacts(
  source: OpenSource,
  options: ProverOptions,
  tolerance: number | null = toleranceMs,
): VerifyFacts {
  const { provider, connection } = source
  return {
    secrets: source.secrets.map(({ value }) => value),
    now: options.now().getTime(),
    toleranceMs: tolerance,
    connection: factsOf(provider, connection),
    registrationIds: source.registrationIds,
    fetchKey: options.fetchKey,
    hostUrl: (host) => options.urlOf(provider, connection, { host, path: '/' }).href.replace(/\/$/, ''),
  }
}

/** Asks the vendor's scheme, most of which answer at once. Whatever goes wrong in it is no proof. */
export function prove(
  source: OpenSource,
  request: WebhookRequest,
  facts: VerifyFacts,
  onFault: (error: unknown) => void,
): Promise<Verification> | Verification {
  const { from } = source.spec.secret
  if ((from === 'source' || from === 'credential') && facts.secrets.length === 0) return { verdict: 'NO_SECRET' }
  const failed = (error: unknown): Verification => {
    onFault(error)
    return { verdict: 'MALFORMED_PROOF', detail: 'The check itself failed on it; the hub’s log says how.' }
  }
  try {
    const found = source.spec.verify(request, facts)
    return found instanceof Promise ? found.catch(failed) : found
  } catch (error) {
    return failed(error)
  }
}

/** A verdict in words. */
export function verdictWords({ verdict, detail }: Verification): string {
  return detail === undefined ? verdicts[verdict] : `${verdicts[verdict]} ${detail}`
}
