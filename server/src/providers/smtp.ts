import type { SendEmail, SentEmail } from '@patchbay/schema/capabilities/email.ts'
import { z } from 'zod'
import { defineProvider, type Call, type ConnectionFacts, type OutgoingRequest } from './provider.ts'
import { cannotSend, judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [{ name: 'SMTP AUTH', why: 'signing in by user name and password', required: true }] as const

/** Connects, signs in, and leaves. */
async function probe(call: Call): Promise<void> {
  const answer = await call({ method: 'GET', path: '/' })
  readAnswer('SMTP', answer, z.object({ ok: z.literal(true) }), () => undefined)
}

const sent = z.object({
  messageId: z.string().min(1),
  response: z.string(),
  rejected: z.array(z.string()),
})

type Mailbox = SendEmail['to'][number]
const named = ({ email, name }: Mailbox) => (name === undefined ? email : { name, address: email })
const all = (list: readonly Mailbox[] | undefined) => (list === undefined ? {} : { list: list.map(named) })

async function sendEmail(call: Call, input: SendEmail, { settings }: ConnectionFacts): Promise<SentEmail> {
  if (input.templateId !== undefined)
    throw cannotSend(
      'A mail server keeps no templates.',
      'Send text or HTML, or use a vendor of mail that has templates.',
    )
  if (input.dryRun) {
    await probe(call)
    return { messageId: null, status: 'CHECKED' }
  }
  const own = { email: settings['fromEmail'] ?? '', ...(settings['fromName'] ? { name: settings['fromName'] } : {}) }
  const { list: cc } = all(input.cc)
  const { list: bcc } = all(input.bcc)
  const answer = await call({
    method: 'POST',
    path: '/messages',
    json: {
      from: named(input.from ?? own),
      to: input.to.map(named),
      ...(cc ? { cc } : {}),
      ...(bcc ? { bcc } : {}),
      ...(input.replyTo ? { replyTo: named(input.replyTo) } : {}),
      subject: input.subject ?? '',
      ...(input.text === undefined ? {} : { text: input.text }),
      ...(input.html === undefined ? {} : { html: input.html }),
      // The same for a repeat, so that a mail program can show two as one.
      messageId: `<${encodeURIComponent(input.idempotencyKey)}@${own.email.split('@')[1] ?? 'patchbay'}>`,
    },
  })
  return readAnswer('SMTP', answer, sent, ({ messageId, response, rejected }) => ({
    messageId,
    status: 'ACCEPTED' as const,
    providerData: { response, ...(rejected.length > 0 ? { rejected } : {}) },
  }))
}

/** Credentials travel in headers of the request, which never leave: the transport reads them. */
function authorize(request: OutgoingRequest, fields: Readonly<Record<string, string>>): OutgoingRequest {
  const { username = '', password = '', security = 'starttls' } = fields
  const basic = Buffer.from(`${username}:${password}`).toString('base64')
  return {
    ...request,
    headers: {
      ...request.headers,
      'x-smtp-security': security,
      ...(username === '' ? {} : { authorization: `Basic ${basic}` }),
    },
  }
}

/** Any mail server by SMTP (RFC 5321, submission RFC 6409): the development fallback, and what every mailbox has. */
export const smtp = defineProvider({
  entry: {
    slug: 'smtp',
    name: 'SMTP',
    category: 'EMAIL',
    summary: 'Mail through any server: the mailbox you have, a company’s own, or a catcher on the desk of a developer.',
    description:
      'Every mailbox can send by SMTP. The hub signs in, hands the mail over and keeps what the server said. What becomes of a mail afterwards no server tells: use SendGrid, Mailgun or Resend where deliveries, bounces and opens count.',
    authKind: 'BASIC',
    regions: ['GLOBAL'],
    environments: ['LIVE'],
    capabilities: ['emails.send'],
    fields: [
      {
        name: 'host',
        label: 'Host',
        help: 'Your mail provider’s outgoing server, for example smtp.office365.com.',
        kind: 'text',
        required: true,
        placeholder: 'smtp.example.com',
        rule: {
          pattern: '^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$',
          message: 'A host name, without smtp:// and without a port.',
        },
      },
      {
        name: 'port',
        label: 'Port',
        help: '587 with STARTTLS, 465 with TLS from the first byte.',
        kind: 'number',
        required: true,
        default: '587',
        rule: { pattern: '^[1-9]\\d{1,4}$', message: 'A port, such as 587.' },
      },
      {
        name: 'security',
        label: 'Encryption',
        help: 'Without encryption no user name is sent; only for a catcher inside your own network.',
        kind: 'select',
        required: true,
        default: 'starttls',
        options: [
          { value: 'starttls', label: 'STARTTLS (port 587)' },
          { value: 'tls', label: 'TLS (port 465)' },
          { value: 'none', label: 'None' },
        ],
      },
      { name: 'username', label: 'User name', help: 'Usually the whole address.', kind: 'text', required: false },
      {
        name: 'password',
        label: 'Password',
        help: 'An app password where the mailbox has two-step sign-in.',
        kind: 'secret',
        required: false,
      },
      { name: 'fromEmail', label: 'From address', help: 'Who mails come from.', kind: 'email', required: true },
      { name: 'fromName', label: 'From name', help: 'Name beside that address.', kind: 'text', required: false },
    ],
    permissions,
    limits: [],
    webhookEvents: [],
    templates: [
      {
        key: 'gmail',
        name: 'Gmail or Google Workspace',
        description: 'A mailbox at Google, with an app password in place of the usual one.',
        environment: 'LIVE',
        settings: { host: 'smtp.gmail.com', port: '587', security: 'starttls' },
        probeIntervalSeconds: 900,
      },
      {
        key: 'microsoft-365',
        name: 'Microsoft 365',
        description: 'A mailbox of a company or school at Microsoft, for which “Authenticated SMTP” is switched on.',
        environment: 'LIVE',
        settings: { host: 'smtp.office365.com', port: '587', security: 'starttls' },
        probeIntervalSeconds: 900,
      },
      {
        key: 'zoho',
        name: 'Zoho Mail',
        description:
          'A paid mailbox of your own domain; where you sign in at zoho.eu or zoho.in, the host ends the same way.',
        environment: 'LIVE',
        settings: { host: 'smtppro.zoho.com', port: '465', security: 'tls' },
        probeIntervalSeconds: 900,
      },
      {
        key: 'amazon-ses-frankfurt',
        name: 'Amazon SES, Frankfurt',
        description: 'SMTP credentials made in eu-central-1; the host of another region differs by its name alone.',
        environment: 'LIVE',
        settings: { host: 'email-smtp.eu-central-1.amazonaws.com', port: '587', security: 'starttls' },
        probeIntervalSeconds: 300,
      },
      {
        key: 'amazon-ses-bahrain',
        name: 'Amazon SES, Bahrain',
        description: 'SMTP credentials made in me-south-1, the region nearest to the Gulf’s shops.',
        environment: 'LIVE',
        settings: { host: 'email-smtp.me-south-1.amazonaws.com', port: '587', security: 'starttls' },
        probeIntervalSeconds: 300,
      },
    ],
    setupGuide: [
      {
        title: 'Find the outgoing server',
        text: 'Your mail provider’s help names host, port and encryption for “SMTP” or “other mail programs”.',
        url: 'https://support.microsoft.com/office/d088b986-291d-42b8-9564-9c414e2aa040',
      },
      {
        title: 'Allow signing in',
        text: 'Mailboxes with two-step sign-in want an app password; Microsoft 365 also wants “Authenticated SMTP” switched on for the mailbox.',
        url: 'https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/authenticated-client-smtp-submission',
      },
      { title: 'Send one to yourself', text: 'Test the connection, then send a mail to your own address.' },
    ],
    pricingNotes: 'Part of the mailbox; most providers allow some hundreds of mails a day.',
    docsUrl: 'https://datatracker.ietf.org/doc/html/rfc5321',
    verified: false,
    logo: { path: 'M2 5h20v14H2zM2 5l10 8 10-8', viewBox: '0 0 24 24', color: '#4B5563' },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: ({ settings }) => ({
    api: `${settings['security'] === 'tls' ? 'smtps' : 'smtp'}://${settings['host'] ?? ''}:${settings['port'] ?? '587'}`,
  }),
  authorize,
  judge: judgeWith((body, { status }) => {
    const message = textAt(body, 'error', 'message')
    if (message === undefined) return null
    const code = textAt(body, 'error', 'code')
    const vendor = code === undefined ? {} : { vendorCode: code }
    // 535 5.7.139: right password, but the mailbox may not sign in this way (Microsoft 365).
    if (/5\.7\.(139|60)\b/.test(message)) return { message, ...vendor, errorClass: 'PERMISSION' }
    return { message, ...vendor, ...(status === 401 ? { field: 'password' } : {}) }
  }),
  probe,
  tests: [
    connectionStep('SMTP', probe),
    permissionsByTrying(
      'SMTP',
      permissions,
      [{ permission: 'SMTP AUTH', request: { method: 'GET', path: '/' } }],
      'username',
    ),
  ],
  operations: { 'emails.send': sendEmail },
})
