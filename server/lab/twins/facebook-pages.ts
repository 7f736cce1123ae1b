import { isAddress } from '../address.ts'
import { addNewest } from '../bounded.ts'
import { pick } from '../chance.ts'
import type { MetaApp } from '../meta.ts'
import {
  isApp,
  metaFailure,
  metaFaults,
  metaGuard,
  metaInvalid,
  metaLetter,
  metaPage,
  metaSince,
  metaUnknown,
} from '../meta.ts'
import { goods, people, shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { defineTwin, json } from '../twin.ts'
import type { Scenario } from '../webhook.ts'

const good = {
  pageId: '108824017345866',
  pageAccessToken: 'EAALabNoorAtelierPageGoodToken0000001',
  appId: '670843887433847',
  appSecret: '1ab0000000000000000000000000fb01',
  verifyToken: 'noor-atelier-verifies',
}
const restrictedToken = 'EAALabNoorAtelierPageReadToken0000002'
const publish = 'pages_manage_posts'
const read = 'pages_readObjectengagement'
const app: MetaApp = {
  id: good.appId,
  secret: good.appSecret,
  tokens: { [good.pageAccessToken]: null, [restrictedToken]: [publish] },
}

interface Post {
  id: string
  message: string
  created_time: string
  permalink_url: string
  is_published: boolean
  scheduled_publish_time?: number
  shares?: { count: number }
}
interface Comment {
  id: string
  postId: string
  message: string
  created_time: string
  is_hidden: boolean
  from: { id: string; name: string }
}
interface State {
  posts: Post[]
  comments: Comment[]
  photos: string[]
  callback: string | null
  /** The page listens: the app is installed there. */
  installed: boolean
}

const firstDay = 11
const moment = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, '+0000')
const linkOf = (id: string) => `https://www.facebook.com/${id.replace('_', '/posts/')}`

function create(now: number): State {
  const posts = Array.from({ length: firstDay }, (_, index): Post => {
    const id = `${good.pageId}_12209500000000${String(index).padStart(4, '0')}`
    return {
      id,
      message: `New in the shop: ${goods[index % goods.length]?.title ?? ''}`,
      created_time: moment(now - index * 86_400_000),
      permalink_url: linkOf(id),
      is_published: true,
      ...(index % 3 === 0 ? { shares: { count: index + 1 } } : {}),
    }
  })
  const comments = Array.from({ length: 9 }, (_, index): Comment => {
    const person = people[index % people.length]
    return {
      id: `12209500000000${String(index % 3).padStart(4, '0')}_9000${index}`,
      postId: posts[index % 3]?.id ?? '',
      message: 'Does it come in blue?',
      created_time: moment(now - index * 3_600_000),
      is_hidden: false,
      from: { id: `78910000${index}`, name: person?.name ?? '' },
    }
  })
  return { posts, comments, photos: [], callback: null, installed: false }
}

/** Meta does not say whose comment it is. */
const toldOf = ({ postId: _own, ...comment }: Comment) => comment

const shown = (post: Post, { comments }: State) => ({
  ...post,
  comments: { data: [], summary: { total_count: comments.filter(({ postId }) => postId === post.id).length } },
  reactions: { data: [], summary: { total_count: post.message.length } },
})

/** When it is to appear; an answer for a time Facebook refuses, null for now. */
function timeOf({ form }: LabRequest, now: number): number | LabAnswer | null {
  if (form.get('published') !== 'false' || !form.has('scheduled_publish_time')) return null
  const at = Number(form.get('scheduled_publish_time'))
  const ahead = at - now / 1000
  return ahead >= 600 && ahead <= 30 * 86_400
    ? at
    : metaInvalid('The specified scheduled publish time is invalid.', 1_363_040)
}

function keep(message: string, request: LabRequest, bench: Bench<State>): Post | LabAnswer {
  const at = timeOf(request, bench.now)
  if (at !== null && typeof at !== 'number') return at
  if (message !== '' && bench.state.posts[0]?.message === message && at === null)
    return metaFailure(400, 506, '(#506) Duplicate status message')
  const id = `${good.pageId}_${bench.id('1220', 15, '0123456789')}`
  const post: Post = {
    id,
    message,
    created_time: moment(bench.now),
    permalink_url: linkOf(id),
    is_published: at === null,
    ...(at === null ? {} : { scheduled_publish_time: at }),
  }
  addNewest(bench.state.posts, post, firstDay)
  return post
}
const isPost = (value: Post | LabAnswer): value is Post => 'message' in value

const ours =
  (handle: (request: LabRequest, bench: Bench<State>) => LabAnswer) => (request: LabRequest, bench: Bench<State>) =>
    request.params['page'] === good.pageId ? handle(request, bench) : metaUnknown(request)

const isWeb = (text: string | null) => URL.parse(text ?? '')?.protocol === 'https:'

function feed(request: LabRequest, bench: Bench<State>): LabAnswer {
  const { form } = request
  const media = [...form].filter(([name]) => name.startsWith('attached_media['))
  const message = form.get('message') ?? ''
  if (message === '' && !form.has('link') && media.length === 0)
    return metaInvalid('Requires one of the params: message, link')
  for (const [, value] of media) {
    const { media_fbid: id } = JSON.parse(value) as { readonly media_fbid?: string }
    if (id === undefined || !bench.state.photos.includes(id)) return metaInvalid('Invalid media_fbid')
  }
  const post = keep(message, request, bench)
  return isPost(post) ? json(200, { id: post.id }) : post
}

function photo(request: LabRequest, bench: Bench<State>): LabAnswer {
  const { form } = request
  if (!isWeb(form.get('url'))) return metaFailure(400, 324, '(#324) Missing or invalid image file')
  const id = bench.id('1220', 12, '0123456789')
  bench.state.photos = [id, ...bench.state.photos].slice(0, 200)
  if (form.get('published') === 'false' && !form.has('scheduled_publish_time')) return json(200, { id })
  const post = keep(form.get('caption') ?? '', request, bench)
  return isPost(post) ? json(200, { id, post_id: post.id }) : post
}

function video(request: LabRequest, bench: Bench<State>): LabAnswer {
  if (!isWeb(request.form.get('file_url'))) return metaFailure(400, 389, '(#389) Unable to fetch video file from URL.')
  const post = keep(request.form.get('description') ?? '', request, bench)
  return isPost(post) ? json(200, { id: post.id.split('_')[1] }) : post
}

function readObject(request: LabRequest, { state }: Bench<State>): LabAnswer {
  const id = request.params['id'] ?? ''
  if (id === good.pageId) return json(200, { id, name: shop.name, link: 'https://www.facebook.com/noor.atelier' })
  const post = state.posts.find((one) => one.id === id || one.id.endsWith(`_${id}`))
  if (post !== undefined) return json(200, shown(post, state))
  const comment = state.comments.find((one) => one.id === id)
  return comment === undefined ? metaUnknown(request) : json(200, toldOf(comment))
}

function remove(request: LabRequest, { state }: Bench<State>): LabAnswer {
  const index = state.posts.findIndex(({ id }) => id === request.params['id'])
  if (index < 0) return metaUnknown(request)
  state.posts.splice(index, 1)
  return json(200, { success: true })
}

function change(request: LabRequest, { state }: Bench<State>): LabAnswer {
  const comment = state.comments.find(({ id }) => id === request.params['id'])
  if (comment === undefined) return metaUnknown(request)
  comment.is_hidden = request.form.get('is_hidden') === 'true'
  return json(200, { success: true })
}

function reply(request: LabRequest, bench: Bench<State>): LabAnswer {
  const message = request.form.get('message') ?? ''
  const above = bench.state.comments.find(({ id }) => id === request.params['id'])
  if (above === undefined) return metaUnknown(request)
  if (message === '') return metaInvalid('One of: message, attachment_id is required')
  const id = `${above.id.split('_')[0] ?? ''}_${bench.id('9', 10, '0123456789')}`
  const from = { id: good.pageId, name: shop.name }
  addNewest(bench.state.comments, { ...above, id, message, from, created_time: moment(bench.now) }, 9)
  return json(200, { id })
}

function subscribe(request: LabRequest, { state }: Bench<State>): LabAnswer {
  const { form } = request
  if (!isApp(request, app)) return metaFailure(400, 15, '(#15) This method must be called with an app access_token.')
  if (form.get('object') !== 'page' || !isAddress(form.get('callback_url')) || !form.has('verify_token'))
    return metaFailure(400, 2_200, '(#2200) callback verification failed')
  state.callback = form.get('callback_url')
  return json(200, { success: true })
}

function scenario(description: string, make: (name: string, id: string, seconds: number) => object): Scenario<State> {
  return {
    description,
    make: ({ now, id, random }) => {
      const [person, comment] = [pick(random, people), id('1220', 16)]
      const entry = { id: good.pageId, time: now, ...make(person.name, comment, Math.floor(now / 1000)) }
      return [{ id: comment, type: 'page', at: now, data: { object: 'page', entry: [entry] } }]
    },
  }
}

/** Facebook's pages behind the Graph API, simulated. */
export const facebookPages = defineTwin<State>({
  slug: 'facebook-pages',
  name: 'Facebook Pages',
  hosts: ['api'],
  credentials: { good, restricted: { ...good, pageAccessToken: restrictedToken }, missing: publish },
  create,
  guard: metaGuard(app),
  webhooks: {
    proof: ['x-hub-signature-256'],
    coversBody: true,
    scenarios: {
      'social.comment': scenario('Somebody commented on a post.', (name, id, time) => ({
        changes: [
          {
            field: 'feed',
            value: {
              item: 'comment',
              verb: 'add',
              post_id: `${good.pageId}_122095000000000000`,
              comment_id: id,
              message: 'هل يتوفر بالأزرق؟ In blue?',
              created_time: time,
              from: { id: '789100001', name },
            },
          },
        ],
      })),
      'message.received': scenario('Somebody wrote to the page.', (_name, id, time) => ({
        messaging: [
          {
            sender: { id: '789100001' },
            recipient: { id: good.pageId },
            timestamp: time * 1000,
            message: { mid: `m_${id}`, text: 'Are you open on Friday?' },
          },
        ],
      })),
    },
    subscribers: ({ callback, installed }) =>
      callback === null || !installed ? [] : [{ id: 'page', url: callback, secret: app.secret, types: null }],
    adopt: ({ id, url, secret }) => ({ subscriber: { id, url, secret: secret ?? app.secret, types: null } }),
    write: ({ data }, subscriber) => metaLetter(data, subscriber),
  },
  faults: metaFaults,
  routes: [
    { method: 'POST', path: '/:page/feed', needs: publish, handle: ours(feed) },
    { method: 'POST', path: '/:page/photos', needs: publish, handle: ours(photo) },
    { method: 'POST', path: '/:page/videos', needs: publish, handle: ours(video) },
    {
      method: 'GET',
      path: '/:page/posts',
      needs: read,
      handle: ours((request, { state }) =>
        metaPage(
          request,
          metaSince(request, state.posts, ({ created_time }) => created_time)
            .filter((post) => post.is_published)
            .map((post) => shown(post, state)),
        ),
      ),
    },
    {
      method: 'GET',
      path: '/:page/subscribed_apps',
      handle: ours((_request, { state }) =>
        json(200, { data: state.installed ? [{ id: app.id, name: shop.name }] : [] }),
      ),
    },
    {
      method: 'POST',
      path: '/:page/subscribed_apps',
      handle: ours((_request, { state }) => {
        state.installed = true
        return json(200, { success: true })
      }),
    },
    {
      method: 'DELETE',
      path: '/:page/subscribed_apps',
      handle: ours((_request, { state }) => {
        state.installed = false
        return json(200, { success: true })
      }),
    },
    {
      method: 'GET',
      path: '/:app/subscriptions',
      handle: (request, { state }) =>
        isApp(request, app)
          ? json(200, {
              data:
                state.callback === null
                  ? []
                  : [{ object: 'page', callback_url: state.callback, active: true, fields: [] }],
            })
          : metaUnknown(request),
    },
    { method: 'POST', path: '/:app/subscriptions', handle: subscribe },
    {
      method: 'DELETE',
      path: '/:app/subscriptions',
      handle: (request, { state }) => {
        if (!isApp(request, app)) return metaUnknown(request)
        state.callback = null
        return json(200, { success: true })
      },
    },
    {
      method: 'GET',
      path: '/:id/comments',
      needs: read,
      handle: (request, { state }) =>
        state.posts.some(({ id }) => id === request.params['id'])
          ? metaPage(request, state.comments.filter(({ postId }) => postId === request.params['id']).map(toldOf))
          : metaUnknown(request),
    },
    { method: 'POST', path: '/:id/comments', handle: reply },
    { method: 'GET', path: '/:id', handle: readObject },
    { method: 'POST', path: '/:id', handle: change },
    { method: 'DELETE', path: '/:id', needs: publish, handle: remove },
  ],
})
