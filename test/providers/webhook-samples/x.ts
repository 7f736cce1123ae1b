import type { Sample } from './sample.ts'

const uuid = '2f8c4ad4-1111-4c1e-9a52-6f2f3a1f0001'
const at = '2026-11-20T10:00:00.000Z'
const notice = (type: string, payload: object) => ({
  data: { event_uuid: uuid, filter: { user_id: '2244994945' }, event_type: type, tag: 't', payload },
})
const post = { id: '1900', text: 'Does it come in blue?', created_at: at, author_id: '999', conversation_id: '1860' }
const said = { id: '1900', postId: '1860', authorId: '999', text: 'Does it come in blue?' }
const facts = { id: uuid, occurredAt: at }

export const xSamples: readonly Sample[] = [
  {
    ...facts,
    type: 'post.mention.create',
    body: notice('post.mention.create', post),
    events: [{ type: 'social.mention', data: said }],
  },
  {
    ...facts,
    type: 'post.reply.create',
    body: notice('post.reply.create', post),
    events: [{ type: 'social.comment', data: said }],
  },
  {
    ...facts,
    type: 'dm.received',
    body: notice('dm.received', { id: '1901', text: 'Hello', created_at: at, sender_id: '999' }),
    events: [{ type: 'message.received', data: { id: '1901', channel: 'x', from: '999', text: 'Hello' } }],
  },
]
