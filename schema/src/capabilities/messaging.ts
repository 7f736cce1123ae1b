import { z } from 'zod'
import type { OperationContracts } from './contract.ts'
import { idempotencyKey, moment, money, pageInput, pageOf, providerData, shape, vendorId } from './values.ts'

const phone = z.string().regex(/^\+[1-9]\d{6,14}$/, 'A telephone number with country code, such as +971501234567.')

export const message = shape(
  'Message',
  'A short message to a telephone.',
  z.object({
    id: z.string().describe('The vendor’s id.'),
    channel: shape('MessageChannel', 'How a message travels.', z.enum(['SMS', 'MMS', 'WHATSAPP'])).describe(
      'How it travels.',
    ),
    status: shape(
      'MessageStatus',
      'Where a message stands, whatever its vendor calls it.',
      z.enum(['QUEUED', 'SCHEDULED', 'SENT', 'DELIVERED', 'READ', 'FAILED', 'CANCELLED', 'RECEIVED']),
    ).describe('Where it stands.'),
    vendorStatus: z.string().describe('The vendor’s own word for the status.'),
    to: z.string().describe('Who gets it.'),
    from: z.string().nullable().describe('Who sends it.'),
    text: z.string().nullable().describe('Its words, where the vendor tells them.'),
    price: money.nullable().describe('What it costs, once the vendor says.'),
    segments: z.int().nullable().describe('Parts it was cut into, where the vendor says.'),
    errorCode: z.string().nullable().describe('The vendor’s code of what went wrong.'),
    createdAt: moment.nullable().describe('When it was made.'),
    providerData,
  }),
)
export type Message = z.infer<typeof message>
export const messagePage = pageOf(message)
export type MessagePage = z.infer<typeof messagePage>

export const sendMessage = z
  .object({
    to: phone.describe('Telephone number with country code, such as +971501234567.'),
    channel: shape('SendChannel', 'How a message is to travel.', z.enum(['SMS', 'WHATSAPP']))
      .optional()
      .describe('How. Default: what the connection is for.'),
    from: z.string().max(100).optional().describe('Number or name of the sender. Default: the connection’s.'),
    text: z
      .string()
      .min(1)
      .max(4096)
      .optional()
      .describe('The words. WhatsApp takes them only within 24 hours of an answer.'),
    mediaUrl: z.url().optional().describe('A picture or file, which the vendor fetches.'),
    template: shape(
      'MessageTemplateUse',
      'A template kept at the vendor, and what it is filled with.',
      z.object({
        id: z.string().min(1).max(512).describe('Name (WhatsApp) or content id (Twilio).'),
        language: z.string().max(15).default('en_US').describe('Its language, such as en_US or ar. Default en_US.'),
        variables: z.array(z.string().max(1024)).max(50).default([]).describe('What it is filled with, in order.'),
      }),
    )
      .optional()
      .describe('A template in place of words.'),
    sendAt: moment.optional().describe('When, for vendors that schedule. Default: now.'),
    idempotencyKey,
  })
  .refine((one) => one.text !== undefined || one.mediaUrl !== undefined || one.template !== undefined, {
    message: 'Give text, mediaUrl or a template.',
  })
export type SendMessage = z.infer<typeof sendMessage>
export const getMessage = z.object({ id: vendorId.describe('The vendor’s id of the message.') })
export type GetMessage = z.infer<typeof getMessage>
export const listMessages = pageInput.extend({ to: phone.optional().describe('Only messages to this number.') })
export type ListMessages = z.infer<typeof listMessages>
export const cancelMessage = z.object({ id: vendorId.describe('The vendor’s id of the message.'), idempotencyKey })
export type CancelMessage = z.infer<typeof cancelMessage>

export const messageTemplate = shape(
  'MessageTemplate',
  'A template of messages kept at the vendor.',
  z.object({
    id: z.string().describe('What `template.id` of sendMessage takes.'),
    name: z.string().describe('Its name.'),
    language: z.string().nullable().describe('Its language.'),
    status: z.string().nullable().describe('Whether the vendor lets it be used, in the vendor’s word.'),
    text: z.string().nullable().describe('Its words.'),
    providerData,
  }),
)
export type MessageTemplate = z.infer<typeof messageTemplate>
export const messageTemplatePage = pageOf(messageTemplate)
export type MessageTemplatePage = z.infer<typeof messageTemplatePage>
export const listMessageTemplates = pageInput
export type ListMessageTemplates = z.infer<typeof listMessageTemplates>

/** Typed operations of the messaging category. */
export const messagingOperations = {
  'messages.send': {
    kind: 'mutation',
    field: 'sendMessage',
    description: 'Sends a short message to a telephone.',
    input: sendMessage,
    output: message,
  },
  'messages.get': {
    kind: 'query',
    field: 'fetchMessage',
    description: 'One message, as the vendor has it now.',
    input: getMessage,
    output: message,
  },
  'messages.list': {
    kind: 'query',
    field: 'fetchMessages',
    description: 'Messages at the vendor, newest first.',
    input: listMessages,
    output: messagePage,
  },
  'messages.cancel': {
    kind: 'mutation',
    field: 'cancelMessage',
    description: 'Takes back a message that is scheduled.',
    input: cancelMessage,
    output: message,
  },
  'templates.list': {
    kind: 'query',
    field: 'fetchMessageTemplates',
    description: 'Templates of messages kept at the vendor.',
    input: listMessageTemplates,
    output: messageTemplatePage,
  },
} as const satisfies OperationContracts
