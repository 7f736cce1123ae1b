import type { Sample } from './sample.ts'

const create_time = 1795000000
const facts = { id: null, occurredAt: new Date(create_time * 1000).toISOString() }
const notice = (event: string, content: string, time = create_time) => ({
  client_key: 'awlabnooratelier1',
  event,
  create_time: time,
  user_openid: 'open-1',
  content,
})
const publishId = 'v_pub_url~v2.7300000000000000111'
const direct = { publish_id: publishId, publish_type: 'DIRECT_PUBLISH' }
const about = (type: string, content: object) => ({ ...facts, type, body: notice(type, JSON.stringify(content)) })

export const tiktokSamples: readonly Sample[] = [
  {
    ...about('post.publish.complete', direct),
    events: [{ type: 'post.published', data: { id: null, publishId, url: null } }],
  },
  {
    ...about('post.publish.failed', { ...direct, reason: 'picture_size_check_failed' }),
    events: [{ type: 'post.failed', data: { publishId, reason: 'picture_size_check_failed' } }],
  },
  {
    ...about('post.publish.publicly_available', { ...direct, post_id: '7300000000000000123' }),
    events: [{ type: 'post.shown', data: { id: '7300000000000000123', publishId } }],
  },
  {
    // As a number it is larger than those of JavaScript.
    ...facts,
    type: 'post.publish.publicly_available',
    body: notice(
      'post.publish.publicly_available',
      `{"publish_id":"${publishId}","post_id":7300000000000000123,"publish_type":"DIRECT_PUBLISH"}`,
      create_time * 1000,
    ),
    events: [{ type: 'post.shown', data: { id: '7300000000000000123' } }],
  },
  {
    ...about('post.publish.no_longer_publicaly_available', { ...direct, post_id: '7300000000000000123' }),
    events: [{ type: 'post.hidden', data: { id: '7300000000000000123', publishId } }],
  },
  {
    ...about('authorization.removed', { reason: 1 }),
    events: [{ type: 'connection.uninstalled', data: { account: 'open-1' } }],
  },
]
