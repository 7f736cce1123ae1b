import { addNewest } from '../bounded.ts'
import { pick } from '../chance.ts'
import type { MetaApp } from '../meta.ts'
import {
  metaFailure,
  metaFaults,
  metaGuard,
  metaInvalid,
  metaLetter,
  metaPage,
  metaSince,
  metaUnknown,
} from '../meta.ts'
import { goods, people } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { defineTwin, json } from '../twin.ts'
import type { Scenario } from '../webhook.ts'

const good = {
  igUserId: '17841405822304914',
  accessToken: 'EAALabNoorAtelierInstagramGoodToken01',
  appSecret: '1ab0000000000000000000000000196a',
  verifyToken: 'noor-atelier-verifies',
}
const restrictedToken = 'EAALabNoorAtelierInstagramReadToken02'
const publish = 'instagram_business_content_publish'
const app: MetaApp = {
  id: '670843887433847',
  secret: good.appSecret,
  tokens: { [good.accessToken]: null, [restrictedToken]: [publish] },
}

interface Media {
  id: string
  caption: string
  media_type: string
  media_url: string
  permalink: string
  timestamp: string
  like_count: number
  comments_count: number
}
interface Container {
  id: string
  caption: string
  media_type: string
  url: string
  ready: boolean
  item: boolean
}
interface Comment {
  id: string
  text: string
  username: string
  timestamp: string
  hidden: boolean
  from: { id: string; username: string }
  media: { id: string }
}
interface State {
  media: Media[]
  containers: Container[]
  comments: Comment[]
}

const firstDay = 10
const moment = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, '+0000')

function create(now: number): State {
  const media = Array.from({ length: firstDay }, (_, index): Media => {
    const id = `1789569500486555${index}`
    return {
      id,
      caption: goods[index % goods.length]?.title ?? '',
      media_type: index % 4 === 3 ? 'VIDEO' : 'IMAGE',
      media_url: `https://noor-atelier.example/${index}.jpg`,
      permalink: `https://www.instagram.com/p/Lab${index}/`,
      timestamp: moment(now - index * 86_400_000),
      like_count: 40 + index,
      comments_count: index < 3 ? 3 : 0,
    }
  })
  const comments = Array.from({ length: 9 }, (_, index): Comment => {
    const username = people[index % people.length]?.name.split(' ')[0]?.toLowerCase() ?? ''
    return {
      id: `1787322745400${index}`,
      text: 'Does it come in blue?',
      username,
      timestamp: moment(now - index * 3_600_000),
      hidden: false,
      from: { id: `99900${index}`, username },
      media: { id: media[index % 3]?.id ?? '' },
    }
  })
  return { media, comments, containers: [] }
}

type Handle = (request: LabRequest, bench: Bench<State>) => LabAnswer
const ours =
  (handle: Handle): Handle =>
  (request, bench) =>
    request.params['account'] === good.igUserId ? handle(request, bench) : metaUnknown(request)

/** A container: pictures are ready at once, films are not. */
function contain({ form }: LabRequest, bench: Bench<State>): LabAnswer {
  const { state } = bench
  const type = form.get('media_type') ?? 'IMAGE'
  const url = form.get('image_url') ?? form.get('video_url')
  const children = (form.get('children') ?? '').split(',').filter((id) => id !== '')
  if (type === 'CAROUSEL') {
    const items = children.map((child) => state.containers.find(({ id, item }) => id === child && item))
    if (items.length < 2 || items.length > 10 || items.includes(undefined))
      return metaFailure(400, 9_004, 'The number of children of a carousel must be between 2 and 10')
  } else if (URL.parse(url ?? '')?.protocol !== 'https:')
    return metaFailure(400, 9_004, 'Only photo or video can be accepted as media type.', { error_subcode: 2_207_052 })
  const made: Container = {
    id: bench.id('179', 14, '0123456789'),
    caption: form.get('caption') ?? '',
    media_type: type,
    url: url ?? '',
    ready: !form.has('video_url'),
    item: form.get('is_carousel_item') === 'true',
  }
  state.containers = [made, ...state.containers].slice(0, 200)
  return json(200, { id: made.id })
}

function publishContainer({ form }: LabRequest, bench: Bench<State>): LabAnswer {
  const { state, now } = bench
  const found = state.containers.find(({ id }) => id === form.get('creation_id'))
  if (found === undefined) return metaInvalid('The parameter creation_id is required.')
  if (!found.ready) return metaFailure(400, 9_007, 'Media ID is not available', { error_subcode: 2_207_027 })
  state.containers.splice(state.containers.indexOf(found), 1)
  const id = bench.id('178', 14, '0123456789')
  const media: Media = {
    id,
    caption: found.caption,
    media_type: found.media_type === 'CAROUSEL' ? 'CAROUSEL_ALBUM' : found.media_type,
    media_url: found.url,
    permalink: `https://www.instagram.com/p/${id}/`,
    timestamp: moment(now),
    like_count: 0,
    comments_count: 0,
  }
  addNewest(state.media, media, firstDay)
  return json(200, { id })
}

const readObject: Handle = (request, { state }) => {
  const id = request.params['id']
  if (id === good.igUserId) return json(200, { id, username: 'noor.atelier' })
  const container = state.containers.find((one) => one.id === id)
  if (container !== undefined) return json(200, { id, status_code: container.ready ? 'FINISHED' : 'IN_PROGRESS' })
  const found = state.media.find((one) => one.id === id) ?? state.comments.find((one) => one.id === id)
  return found === undefined ? metaUnknown(request) : json(200, found)
}

const remove: Handle = (request, { state }) => {
  const index = state.media.findIndex(({ id }) => id === request.params['id'])
  if (index < 0) return metaUnknown(request)
  state.media.splice(index, 1)
  return json(200, { success: true })
}

const reply: Handle = (request, bench) => {
  const above = bench.state.comments.find(({ id }) => id === request.params['id'])
  const text = request.form.get('message') ?? ''
  if (above === undefined) return metaUnknown(request)
  if (text === '') return metaInvalid('The parameter message is required.')
  const id = bench.id('178', 12, '0123456789')
  const from = { id: good.igUserId, username: 'noor.atelier' }
  addNewest(
    bench.state.comments,
    { ...above, id, text, from, username: from.username, timestamp: moment(bench.now) },
    9,
  )
  return json(200, { id })
}

const hide: Handle = (request, { state }) => {
  const comment = state.comments.find(({ id }) => id === request.params['id'])
  if (comment === undefined) return metaUnknown(request)
  comment.hidden = request.form.get('hide') === 'true'
  return json(200, { success: true })
}

function scenario(description: string, make: (name: string, id: string, at: number) => object): Scenario<State> {
  return {
    description,
    make: ({ now, id, random }) => {
      const comment = id('178', 12, '0123456789')
      const name = pick(random, people).name.split(' ')[0]?.toLowerCase() ?? ''
      const entry = { id: good.igUserId, time: Math.floor(now / 1000), ...make(name, comment, now) }
      return [{ id: comment, type: 'instagram', at: now, data: { object: 'instagram', entry: [entry] } }]
    },
  }
}

/** Instagram's professional accounts, simulated. */
export const instagram = defineTwin<State>({
  slug: 'instagram',
  name: 'Instagram',
  hosts: ['api'],
  credentials: { good, restricted: { ...good, accessToken: restrictedToken }, missing: publish },
  create,
  guard: metaGuard(app),
  webhooks: {
    proof: ['x-hub-signature-256'],
    coversBody: true,
    scenarios: {
      'social.comment': scenario('Somebody commented on a post.', (username, id) => ({
        changes: [
          {
            field: 'comments',
            value: { id, text: 'جميل! So nice', from: { id: '999001', username }, media: { id: '17895695004865550' } },
          },
        ],
      })),
      'social.mention': scenario('Somebody named the account.', (_username, id) => ({
        changes: [{ field: 'mentions', value: { media_id: '17895695004865551', comment_id: id } }],
      })),
      'message.received': scenario('Somebody wrote to the account.', (_username, id, timestamp) => ({
        messaging: [
          {
            sender: { id: '999001' },
            recipient: { id: good.igUserId },
            timestamp,
            message: { mid: `m_${id}`, text: 'Do you ship to Kuwait?' },
          },
        ],
      })),
    },
    subscribers: () => [],
    adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret: secret ?? app.secret, types: null } }),
    write: ({ data }, subscriber) => metaLetter(data, subscriber),
  },
  faults: metaFaults,
  routes: [
    {
      method: 'GET',
      path: '/:account/media',
      handle: ours((request, { state }) =>
        metaPage(
          request,
          metaSince(request, state.media, ({ timestamp }) => timestamp),
        ),
      ),
    },
    { method: 'POST', path: '/:account/media', needs: publish, handle: ours(contain) },
    { method: 'POST', path: '/:account/media_publish', needs: publish, handle: ours(publishContainer) },
    {
      method: 'GET',
      path: '/:id/comments',
      handle: (request, { state }) =>
        state.media.some(({ id }) => id === request.params['id'])
          ? metaPage(
              request,
              state.comments.filter(({ media }) => media.id === request.params['id']),
            )
          : metaUnknown(request),
    },
    { method: 'POST', path: '/:id/replies', handle: reply },
    { method: 'GET', path: '/:id', handle: readObject },
    { method: 'POST', path: '/:id', handle: hide },
    { method: 'DELETE', path: '/:id', needs: publish, handle: remove },
  ],
})
