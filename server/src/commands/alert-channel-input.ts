import type { AlertChannel } from '@patchbay/prisma/generated/client.ts'
import type { AlertChannelFields, ChannelKindName } from '@patchbay/schema/commands/alert-channel.ts'
import { InvalidInputError, ProviderCallError, type FieldFault } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Egress } from '../engine/egress/contract.ts'
import { checkName } from './alert-input.ts'
import { checkId } from './transact.ts'

/** A channel's fields as they will be stored, checked; the sealed address is apart. */
export interface CheckedChannel {
  readonly name: string
  readonly enabled: boolean
  readonly recipients: string[]
  readonly connectionId: string | null
}

export interface ChannelRules {
  readonly egress: Pick<Egress, 'check'>
  readonly channels: { readonly canMail: boolean }
}

const mostRecipients = 20
const longestUrl = 1_000
const address = z.email().max(254)

export const fieldsOf = ({ name, enabled, recipients, connectionId }: AlertChannel): CheckedChannel => ({
  name,
  enabled,
  recipients,
  connectionId,
})

/** Host and last characters: whoever holds the address may post, so no more of it is shown. */
export function hintOf(url: string): string {
  const { host, pathname } = new URL(url)
  return `${host}/…${pathname.length > 24 ? pathname.slice(-4) : ''}`
}

/**
 * Checks a channel. The address is looked up, so never inside a transaction.
 * @throws InvalidInputError with every fault
 */
export async function checkChannel(
  input: Omit<AlertChannelFields, 'url'> & { readonly kind: ChannelKindName },
  url: string | undefined,
  rules: ChannelRules,
  known?: AlertChannel,
): Promise<CheckedChannel> {
  const faults: FieldFault[] = []
  const name = checkName(input.name, faults)
  const { kind, enabled = true } = input
  const isMail = kind === 'EMAIL'
  const recipients = isMail ? checkRecipients(input.recipients ?? [], faults) : []
  if (!isMail && (input.recipients?.length ?? 0) > 0)
    faults.push({ path: 'recipients', message: 'Only mail has recipients.' })
  const connectionId = input.connectionId == null ? null : checkId('connection', input.connectionId)
  if (!isMail && connectionId !== null)
    faults.push({ path: 'connectionId', message: 'Only mail goes through a connection.' })
  // What is stored already is not doubted again: it must still be possible to switch it off.
  if (isMail && connectionId === null && !rules.channels.canMail && known?.connectionId !== null)
    faults.push({
      path: 'connectionId',
      message: 'Choose an email connection: this hub has no SMTP server of its own (PATCHBAY_SMTP_URL).',
    })
  if (kind === 'SLACK' && url === undefined && known === undefined)
    faults.push({ path: 'url', message: 'Paste the address of the incoming webhook.' })
  if (url !== undefined) await checkUrl(kind, url, rules, faults)
  if (faults.length > 0) throw new InvalidInputError(faults)
  return { name, enabled, recipients, connectionId }
}

function checkRecipients(given: readonly string[], faults: FieldFault[]): string[] {
  const wanted = [...new Set(given.map((one) => one.trim()))]
  if (wanted.length === 0 || wanted.length > mostRecipients)
    faults.push({ path: 'recipients', message: `Name 1 to ${mostRecipients} addresses.` })
  for (const one of wanted.slice(0, mostRecipients))
    if (!address.safeParse(one).success)
      faults.push({ path: 'recipients', message: `${JSON.stringify(one.slice(0, 80))} is no mail address.` })
  return wanted
}

/** What the address holds is a secret, so no fault repeats it. */
async function checkUrl(
  kind: ChannelKindName,
  text: string,
  { egress }: ChannelRules,
  faults: FieldFault[],
): Promise<void> {
  const fault = (message: string) => void faults.push({ path: 'url', message })
  if (kind !== 'SLACK') return fault('Only incoming webhooks have an address.')
  const url = URL.parse(text)
  if (url === null || text.length > longestUrl)
    return fault(`Write a whole URL of at most ${longestUrl.toLocaleString('en')} characters.`)
  if (url.username !== '' || url.password !== '' || text.includes('#'))
    return fault('Leave user name, password and what comes after # out of the address.')
  try {
    await egress.check(url)
  } catch (error) {
    if (!(error instanceof ProviderCallError)) throw error
    fault(`The hub may not send there. ${error.message}`)
  }
}
