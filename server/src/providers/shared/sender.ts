import type { SendEmail } from '@patchbay/schema/capabilities/email.ts'
import type { ConnectionFacts } from '../provider.ts'
import { cannotSend } from './failure.ts'

/** Who a mail is from: the one it names, else the connection's `fromEmail` and `fromName`. @throws ProviderCallError where neither names one */
export function senderOf(input: SendEmail, { settings }: ConnectionFacts): NonNullable<SendEmail['from']> {
  if (input.from !== undefined) return input.from
  const email = settings['fromEmail'] ?? ''
  if (email === '')
    throw cannotSend(
      'The mail has no sender.',
      'Set the verified sender of the connection, or give `from`.',
      'fromEmail',
    )
  return { email, name: settings['fromName'] || undefined }
}
