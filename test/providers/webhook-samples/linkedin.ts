import type { Sample } from './sample.ts'

const said = { entity: 'urn:li:comment:(urn:li:activity:7,9)', owner: 'urn:li:person:a', text: 'Lovely' }
const notification = (notificationId: number, action: string, activity: object) => ({
  organizationalEntity: 'urn:li:organization:71234567',
  notificationId,
  action,
  lastModifiedAt: 1795000000000,
  sourcePost: 'urn:li:share:7',
  generatedActivity: 'urn:li:comment:(urn:li:activity:7,9)',
  decoratedGeneratedActivity: activity,
})

export const linkedinSamples: readonly Sample[] = [
  {
    type: 'ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS',
    id: null,
    body: {
      type: 'ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS',
      notifications: [
        notification(1, 'COMMENT', { comment: said }),
        notification(2, 'LIKE', { like: {} }),
        notification(3, 'SHARE_MENTION', { share: { ...said, entity: 'urn:li:share:8' } }),
      ],
    },
    events: [
      {
        type: 'social.comment',
        data: { id: said.entity, postId: 'urn:li:share:7', authorId: 'urn:li:person:a', text: 'Lovely' },
      },
      { type: 'social.mention', data: { id: 'urn:li:share:8' } },
    ],
  },
]
