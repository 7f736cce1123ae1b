import type { ConnectionFacts } from '../provider.ts'
import { cannotSend } from '../shared/failure.ts'

/** The list that is meant: the one asked for, else the connection's. @throws ProviderCallError where there is neither */
export function audienceOf(asked: string | undefined, { settings }: ConnectionFacts): string {
  const found = asked || settings['audienceId'] || ''
  if (found === '')
    throw cannotSend(
      'No list is named, and the connection has none.',
      'Set the audience of the connection, or give `audienceId`.',
      'audienceId',
    )
  return found
}

export const listPath = (audienceId: string): string => `/lists/${encodeURIComponent(audienceId)}`
