import type { Sample } from './sample.ts'

const page = '108824017345866'
const changed = (field: string, value: object) => ({ id: page, time: 1795000000, changes: [{ field, value }] })
const notice = (...entry: readonly object[]) => ({ object: 'page', entry })
const comment = {
  item: 'comment',
  verb: 'add',
  post_id: `${page}_1`,
  comment_id: '1_2',
  message: 'In blue?',
  created_time: 1795000000,
  from: { id: '789', name: 'Layla' },
}
const written = (message: object) => ({
  id: page,
  time: 1795000000000,
  messaging: [{ sender: { id: '789' }, recipient: { id: page }, timestamp: 1795000000000, message }],
})

export const facebookPagesSamples: readonly Sample[] = [
  {
    type: 'feed',
    id: null,
    body: notice(
      changed('feed', comment),
      changed('feed', { ...comment, from: { id: page, name: 'Noor Atelier' } }),
      changed('feed', { item: 'reaction', verb: 'add', post_id: `${page}_1`, from: { id: '789', name: 'Layla' } }),
    ),
    events: [
      {
        type: 'social.comment',
        data: { id: '1_2', postId: `${page}_1`, authorId: '789', authorName: 'Layla', text: 'In blue?' },
      },
    ],
  },
  {
    type: 'mention',
    id: null,
    body: notice(
      changed('mention', { verb: 'add', item: 'post', post_id: '5_6', sender_id: '789', sender_name: 'Omar' }),
    ),
    events: [{ type: 'social.mention', data: { id: '5_6', postId: '5_6', authorId: '789', authorName: 'Omar' } }],
  },
  {
    type: 'messages',
    id: null,
    body: notice(
      written({ mid: 'm_1', text: 'Open on Friday?' }),
      written({ mid: 'm_2', text: 'We are.', is_echo: true }),
      written({ mid: 'm_3', attachments: [{ type: 'image', payload: { url: 'https://cdn.example/1.jpg' } }] }),
    ),
    events: [
      { type: 'message.received', data: { id: 'm_1', channel: 'messenger', from: '789', to: page, mediaUrls: [] } },
      { type: 'message.received', data: { id: 'm_3', text: null, mediaUrls: ['https://cdn.example/1.jpg'] } },
    ],
  },
  {
    type: 'batch',
    id: null,
    body: notice(changed('feed', comment), written({ mid: 'm_1', text: 'Open on Friday?' })),
    events: [{ type: 'social.comment' }, { type: 'message.received' }],
  },
]
