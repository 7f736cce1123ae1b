import { z } from 'zod'
import { idempotencyKey, moment, pageInput, pageOf } from './values.ts'

const mailbox = z.object({ email: z.email(), name: z.string().max(100).optional() })

export const sendEmail = z
  .object({
    to: z.array(mailbox).min(1).max(50),
    /** Default: the sender the connection names. */
    from: mailbox.optional(),
    replyTo: mailbox.optional(),
    subject: z.string().min(1).max(500).optional(),
    text: z.string().max(500_000).optional(),
    html: z.string().max(500_000).optional(),
    /** A template kept at the vendor, filled with `variables`. */
    templateId: z.string().max(100).optional(),
    variables: z.record(z.string(), z.json()).optional(),
    /** Checked by the vendor and not delivered. */
    dryRun: z.boolean().default(false),
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

export const sentEmail = z.object({
  /** The vendor's id of the message; null when nothing was sent (dry run). */
  messageId: z.string().nullable(),
  status: z.enum(['ACCEPTED', 'CHECKED']),
})
export type SentEmail = z.infer<typeof sentEmail>

export const emailTemplate = z.object({
  id: z.string(),
  name: z.string(),
  updatedAt: moment.nullable(),
  /** Subject of the version in use. */
  subject: z.string().nullable(),
})
export type EmailTemplate = z.infer<typeof emailTemplate>

export const emailTemplatePage = pageOf(emailTemplate)
export type EmailTemplatePage = z.infer<typeof emailTemplatePage>

export const listEmailTemplates = pageInput
export type ListEmailTemplates = z.infer<typeof listEmailTemplates>

/** Typed operations of the email category. */
export const emailOperations = {
  'emails.send': { kind: 'mutation', input: sendEmail, output: sentEmail },
  'templates.list': { kind: 'query', input: listEmailTemplates, output: emailTemplatePage },
} as const
