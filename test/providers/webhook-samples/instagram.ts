import type { Sample } from './sample.ts'

const account = '17841405822304914'
const changed = (field: string, value: object) => ({ id: account, time: 1795000000, changes: [{ field, value }] })
const notice = (...entry: readonly object[]) => ({ object: 'instagram', entry })
const comment = {
  id: '178',
  text: 'In blue?',
  from: { id: '999', username: 'layla' },
  media: { id: '1789', media_product_type: 'FEED' },
}
const said = {
  type: 'social.comment',
  data: { id: '178', postId: '1789', authorId: '999', authorName: 'layla', text: 'In blue?' },
}
const message = {
  id: account,
  time: 1795000000000,
  messaging: [
    {
      sender: { id: '999' },
      recipient: { id: account },
      timestamp: 1795000000000,
      message: { mid: 'm_1', text: 'Do you ship?' },
    },
  ],
}
const written = { type: 'message.received', data: { id: 'm_1', channel: 'instagram', from: '999', to: account } }

export const instagramSamples: readonly Sample[] = [
  {
    type: 'comments',
    id: null,
    body: notice(
      changed('comments', comment),
      changed('comments', { ...comment, id: '179', from: { id: account, username: 'noor.atelier' } }),
    ),
    events: [said],
  },
  { type: 'live_comments', id: null, body: notice(changed('live_comments', comment)), events: [said] },
  {
    type: 'mentions',
    id: null,
    body: notice(changed('mentions', { media_id: '1790', comment_id: '180' })),
    events: [{ type: 'social.mention', data: { id: '180', postId: '1790', text: null } }],
  },
  { type: 'messages', id: null, body: notice(message), events: [written] },
  { type: 'batch', id: null, body: notice(changed('comments', comment), message), events: [said, written] },
]
