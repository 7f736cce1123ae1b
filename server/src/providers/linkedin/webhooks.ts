import { z } from 'zod'
import { at, textAt } from '../shared/failure.ts'
import { linkedinChallenge } from '../shared/handshakes.ts'
import { idText, onBody, someText } from '../shared/message.ts'
import { bodyHmac } from '../shared/signatures/body-hmac.ts'
import type { MapEvent, WebhookSpec } from '../webhook.ts'

const type = 'ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS'

const notice = z.object({
  notifications: z
    .array(
      z.object({
        notificationId: idText,
        action: z.string(),
        lastModifiedAt: z.number().nullish(),
        sourcePost: someText,
        generatedActivity: someText,
        decoratedGeneratedActivity: z
          .object({
            comment: z.object({ entity: someText, owner: someText, text: someText }).nullish(),
            share: z.object({ entity: someText, owner: someText, text: someText }).nullish(),
          })
          .nullish(),
      }),
    )
    .min(1),
})

const types: Readonly<Record<string, string>> = { COMMENT: 'social.comment', SHARE_MENTION: 'social.mention' }

const read: MapEvent = onBody(notice, ({ notifications }) =>
  notifications.flatMap((found) => {
    const mapped = types[found.action]
    if (mapped === undefined) return []
    const said = found.decoratedGeneratedActivity?.comment ?? found.decoratedGeneratedActivity?.share
    const id = said?.entity ?? found.generatedActivity ?? found.notificationId
    return [
      {
        type: mapped,
        occurredAt: found.lastModifiedAt ? new Date(found.lastModifiedAt) : null,
        key: found.notificationId,
        orderKey: `post:${found.sourcePost ?? id}`,
        data: {
          id,
          postId: found.sourcePost,
          authorId: said?.owner ?? null,
          authorName: null,
          text: said?.text ?? null,
          url: found.sourcePost === null ? null : `https://www.linkedin.com/feed/update/${found.sourcePost}`,
        },
      },
    ]
  }),
)

/**
 * LinkedIn's notices about an organization: https://learn.microsoft.com/en-us/linkedin/shared/api-guide/webhook-validation.
 * Who may have them is decided by LinkedIn; members of the notices are those of its examples.
 */
export const linkedinWebhooks: WebhookSpec = {
  verify: bodyHmac({ header: 'x-li-signature', encoding: 'hex', before: 'hmacsha256=' }),
  secret: { from: 'credential', field: 'clientSecret' },
  // A batch of ten; each notice has an id, a repeat has the same bytes.
  identify: ({ body }) => {
    const first = at(body, 'notifications', 0)
    return { id: null, type: textAt(body, 'type') || (first === undefined ? null : type), occurredAt: null }
  },
  events: { [type]: read },
  handshake: linkedinChallenge(),
  setup: [
    'LinkedIn Developers → your app → Webhooks: add the address of this source. LinkedIn asks it at once, and every two hours, whether it knows the client secret.',
    'Then subscribe the organization: PUT /rest/eventSubscriptions/(developerApplication:…,user:…,entity:…,eventType:ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS) with `webhook`.',
    'Webhooks are part of the Community Management API, which LinkedIn grants on request.',
  ],
}
