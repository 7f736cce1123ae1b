import { z } from 'zod'
import { readPart, someText } from './message.ts'
import { metaTime, type MetaMap } from './meta-webhooks.ts'

const person = z.object({ id: z.string() }).nullish()
const messaging = z.object({
  sender: person,
  recipient: person,
  timestamp: z.number().nullish(),
  message: z
    .object({
      mid: z.string(),
      text: someText,
      is_echo: z.boolean().nullish(),
      attachments: z.array(z.object({ payload: z.object({ url: someText }).nullish() })).default([]),
    })
    .nullish(),
})

/** Messages between people and a page or account. What the page says itself comes back as an echo, and is left out. */
export const messengerMessages =
  (channel: string): MetaMap =>
  (value, entry) => {
    const { sender, recipient, timestamp, message } = readPart(messaging, value, 'messaging')
    if (!message || message.is_echo === true) return []
    return [
      {
        type: 'message.received',
        occurredAt: metaTime(timestamp) ?? entry.occurredAt,
        key: message.mid,
        orderKey: `message:${sender?.id ?? ''}`,
        data: {
          id: message.mid,
          channel,
          from: sender?.id ?? null,
          to: recipient?.id ?? null,
          text: message.text,
          mediaUrls: message.attachments.flatMap(({ payload }) => payload?.url ?? []),
        },
      },
    ]
  }
