import { z } from 'zod'
import type { OperationContracts } from './contract.ts'
import { idempotencyKey, moment, pageInput, pageOf, providerData, shape, vendorId } from './values.ts'

const mailbox = shape(
  'Mailbox',
  'An address mail goes to or comes from.',
  z.object({
    email: z.email().describe('The address.'),
    name: z.string().max(100).optional().describe('Name shown beside it.'),
  }),
)

export const sendEmail = z
  .object({
    to: z.array(mailbox).min(1).max(50).describe('Who gets it, 50 at most.'),
    cc: z.array(mailbox).max(50).optional().describe('Who gets a copy.'),
    bcc: z.array(mailbox).max(50).optional().describe('Who gets a copy nobody sees.'),
    from: mailbox.optional().describe('Who sends it. Default: the sender the connection names.'),
    replyTo: mailbox.optional().describe('Where answers go.'),
    subject: z.string().min(1).max(500).optional().describe('Subject; a template may bring its own.'),
    text: z.string().max(500_000).optional().describe('Body as plain text.'),
    html: z.string().max(500_000).optional().describe('Body as HTML.'),
    templateId: z.string().max(100).optional().describe('A template kept at the vendor, filled with `variables`.'),
    variables: z.record(z.string(), z.json()).optional().describe('What the template is filled with.'),
    dryRun: z.boolean().default(false).describe('Checked by the vendor and not delivered. Default false.'),
    idempotencyKey,
  })
  .refine((mail) => mail.templateId !== undefined || mail.text !== undefined || mail.html !== undefined, {
    message: 'Give text, html or a templateId.',
  })
  .refine((mail) => mail.templateId !== undefined || mail.subject !== undefined, {
    message: 'A mail without a template needs a subject.',
    path: ['subject'],
  })
export type SendEmail = z.infer<typeof sendEmail>

export const sentEmail = shape(
  'SentEmail',
  'A mail handed to the vendor.',
  z.object({
    messageId: z.string().nullable().describe('The vendor’s id of the message; null when nothing was sent (dry run).'),
    status: shape('SentEmailStatus', 'What became of a mail.', z.enum(['ACCEPTED', 'CHECKED'])).describe(
      'ACCEPTED will be delivered; CHECKED was a dry run.',
    ),
    providerData,
  }),
)
export type SentEmail = z.infer<typeof sentEmail>

export const emailTemplate = shape(
  'EmailTemplate',
  'A template of mail kept at the vendor.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    name: z.string().describe('Its name.'),
    updatedAt: moment.nullable().describe('When it changed last.'),
    subject: z.string().nullable().describe('Subject of the version in use.'),
    providerData,
  }),
)
export type EmailTemplate = z.infer<typeof emailTemplate>

export const emailTemplatePage = pageOf(emailTemplate)
export type EmailTemplatePage = z.infer<typeof emailTemplatePage>

export const listEmailTemplates = pageInput
export type ListEmailTemplates = z.infer<typeof listEmailTemplates>

export const getEmail = z.object({ id: vendorId.describe('The vendor’s id of the message.') })
export type GetEmail = z.infer<typeof getEmail>

export const emailDelivery = shape(
  'EmailDelivery',
  'What became of a mail.',
  z.object({
    messageId: z.string().describe('The vendor’s id of the message.'),
    status: shape(
      'EmailDeliveryStatus',
      'What became of a mail, whatever its vendor calls it.',
      z.enum(['QUEUED', 'SENT', 'DELIVERED', 'OPENED', 'CLICKED', 'BOUNCED', 'COMPLAINED', 'FAILED', 'UNKNOWN']),
    ).describe('How far it came.'),
    vendorStatus: z.string().describe('The vendor’s own word for the status.'),
    to: z.array(z.string()).describe('Who it went to.'),
    subject: z.string().nullable().describe('Its subject.'),
    at: moment.nullable().describe('When that happened.'),
    providerData,
  }),
)
export type EmailDelivery = z.infer<typeof emailDelivery>

const suppressionReason = shape(
  'EmailSuppressionReason',
  'Why an address gets no mail.',
  z.enum(['BOUNCE', 'COMPLAINT', 'UNSUBSCRIBE']),
)

export const suppression = shape(
  'EmailSuppression',
  'An address the vendor no longer sends to.',
  z.object({
    email: z.string().describe('The address.'),
    reason: suppressionReason.describe('Why.'),
    detail: z.string().nullable().describe('The vendor’s words.'),
    at: moment.nullable().describe('Since when.'),
    providerData,
  }),
)
export type Suppression = z.infer<typeof suppression>
export const suppressionPage = pageOf(suppression)
export type SuppressionPage = z.infer<typeof suppressionPage>
export const listSuppressions = pageInput.extend({
  reason: suppressionReason.default('BOUNCE').describe('Which list. Default BOUNCE.'),
})
export type ListSuppressions = z.infer<typeof listSuppressions>

/** Typed operations of the email category. */
export const emailOperations = {
  'emails.send': {
    kind: 'mutation',
    field: 'sendEmail',
    description: 'Sends a mail.',
    input: sendEmail,
    output: sentEmail,
  },
  'emails.get': {
    kind: 'query',
    field: 'fetchEmail',
    description: 'What became of a mail, as the vendor knows now.',
    input: getEmail,
    output: emailDelivery,
  },
  'templates.list': {
    kind: 'query',
    field: 'fetchEmailTemplates',
    description: 'Templates of mail kept at the vendor.',
    input: listEmailTemplates,
    output: emailTemplatePage,
  },
  'suppressions.list': {
    kind: 'query',
    field: 'fetchEmailSuppressions',
    description: 'Addresses the vendor no longer sends to.',
    input: listSuppressions,
    output: suppressionPage,
  },
} as const satisfies OperationContracts
