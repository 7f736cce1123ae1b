import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { SendEmail } from '@patchbay/schema/capabilities/email.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { createTransport } from 'nodemailer'
import type { Call, Operation, Provider } from '../../providers/provider.ts'
import type { Calls } from '../calls/contract.ts'
import type { Telling } from './contract.ts'
import type { Letter } from './letter.ts'

/** The hub's own SMTP server. */
export interface SmtpSettings {
  /** smtp:// or smtps://, with user name and password where it wants them. */
  readonly url: string
  readonly from: string
}

/** Sends letters through the hub's own SMTP server. */
export interface Postman {
  send(letter: Letter, to: readonly string[], id: string): Promise<Telling>
  close(): void
}

const timeoutMs = 10_000

/** @param smtp the operator's own server: its address is a setting, so the guard for what organizations type is not asked */
export function createPostman(smtp: SmtpSettings): Postman {
  const url = new URL(smtp.url)
  const transport = createTransport({
    host: url.hostname,
    port: url.port === '' ? (url.protocol === 'smtps:' ? 465 : 587) : Number(url.port),
    secure: url.protocol === 'smtps:',
    ...(url.username !== '' && {
      auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) },
    }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: 2 * timeoutMs,
    dnsTimeout: timeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  })
  return {
    async send({ subject, text, html }, to, id) {
      try {
        await transport.sendMail({
          from: smtp.from,
          to: [...to],
          subject,
          text,
          html,
          // The same for every try, so that a mail program can show two as one.
          messageId: `<${id}@alerts.patchbay>`,
          headers: { 'auto-submitted': 'auto-generated', 'x-auto-response-suppress': 'All' },
        })
        return { ok: true, retry: false, message: `The hub’s SMTP server took it for ${to.join(', ')}.` }
      } catch (error) {
        return judgeSmtp(error, url.hostname)
      }
    },
    close: () => transport.close(),
  }
}

/** What an SMTP failure means. Its own words are left out: they may hold what was sent. */
export function judgeSmtp(error: unknown, host: string): Telling {
  const { responseCode, code } = error as { responseCode?: number; code?: string }
  if (code === 'EAUTH')
    return { ok: false, retry: true, message: `${host} refused the user name or password of PATCHBAY_SMTP_URL.` }
  if (responseCode !== undefined && responseCode >= 500)
    return {
      ok: false,
      retry: false,
      message: `${host} refused the mail (${responseCode}). Check sender and recipients.`,
    }
  if (responseCode !== undefined) return { ok: false, retry: true, message: `${host} answered ${responseCode}: later.` }
  return { ok: false, retry: true, message: `${host} could not be reached${code === undefined ? '' : ` (${code})`}.` }
}

export interface MailTools {
  readonly calls: Pick<Calls, 'bind'>
  readonly provider: (slug: string) => Provider | undefined
}

/** Sends a letter through an organization's own email connection, by the operation every email provider has. */
export async function mailThrough(
  { calls, provider }: MailTools,
  connection: Connection | null,
  mail: { readonly letter: Letter; readonly to: readonly string[]; readonly id: string; readonly actor: Actor },
): Promise<Telling> {
  if (connection === null)
    return { ok: false, retry: false, message: 'Its email connection is gone. Choose another one.' }
  const send = provider(connection.provider)?.operations['emails.send'] as Operation<SendEmail> | undefined
  if (send === undefined) return { ok: false, retry: false, message: `${connection.name} cannot send mail.` }
  const { subject, text, html } = mail.letter
  const call: Call = calls.bind(connection, { actor: mail.actor, purpose: 'OPERATION', operation: 'emails.send' })
  const facts = {
    id: connection.id,
    environment: connection.environment,
    settings: connection.settings as Record<string, string>,
    baseUrl: connection.baseUrl,
  }
  try {
    const to = mail.to.map((email) => ({ email }))
    await send(call, { to, subject, text, html, dryRun: false, idempotencyKey: mail.id }, facts)
    return { ok: true, retry: false, message: `${connection.name} took it for ${mail.to.join(', ')}.` }
  } catch (error) {
    if (!(error instanceof ProviderCallError)) throw error
    return { ok: false, retry: true, message: `${connection.name}: ${error.message} ${error.advice}`.trim() }
  }
}
