import { addNewest } from '../bounded.ts'
import { metaFaults, metaGuard, metaInvalid, metaUnknown } from '../meta.ts'
import { shop } from '../shop.ts'
import type { Bench, LabAnswer, LabRequest } from '../twin.ts'
import { defineTwin, json } from '../twin.ts'

const app = { id: '1100220033004400', secret: '1ab0000000000000000000000000cafe' }
const connection = { pixelId: '4400550066007700', testEventCode: 'TEST31415' }
const credentials = {
  good: { ...connection, accessToken: 'EAALabNoorAtelierPixelGood0001', appSecret: app.secret },
  restricted: { ...connection, accessToken: 'EAALabNoorAtelierPixelRead0001', appSecret: app.secret },
  missing: 'ads_management',
}

interface Sent {
  readonly event_name: string
  readonly event_id: string | null
  readonly at: number
  readonly test: boolean
}
interface State {
  sent: Sent[]
}

const digest = /^[0-9a-f]{64}$/
/** Parts of a person that Meta takes hashed only. */
const hashed = ['em', 'ph', 'fn', 'ln', 'ct', 'st', 'zp', 'country', 'external_id']
const sources = ['website', 'app', 'email', 'phone_call', 'chat', 'physical_store', 'system_generated', 'other']

type Body = Readonly<Record<string, unknown>>

/** What is wrong with an event; null for nothing. */
function faultOf(event: Body, index: number, now: number): string | null {
  const at = Number(event['event_time']) * 1000
  const person = (event['user_data'] ?? {}) as Body
  const custom = (event['custom_data'] ?? {}) as Body
  if (typeof event['event_name'] !== 'string') return `Param data[${index}]['event_name'] must be a string`
  if (!Number.isFinite(at) || now - at > 7 * 86_400_000)
    return `Param data[${index}]['event_time'] must be within 7 days`
  if (!sources.includes(String(event['action_source']))) return `Param data[${index}]['action_source'] is missing`
  if (event['action_source'] === 'website' && (!event['event_source_url'] || !person['client_user_agent']))
    return `Param data[${index}] of a website needs event_source_url and client_user_agent`
  if (Object.keys(person).length === 0) return `Param data[${index}]['user_data'] has not enough customer information`
  for (const name of hashed)
    for (const value of [person[name] ?? []].flat())
      if (!digest.test(String(value))) return `Param data[${index}]['user_data']['${name}'] must be hashed`
  const isSale = event['event_name'] === 'Purchase'
  if (isSale && (typeof custom['value'] !== 'number' || !/^[A-Z]{3}$/.test(String(custom['currency']))))
    return `Param data[${index}]['custom_data'] of a Purchase needs value and currency`
  return null
}

function receive(request: LabRequest, { state, now }: Bench<State>): LabAnswer {
  const { data, test_event_code: code } = (request.json ?? {}) as Body
  if (!Array.isArray(data) || data.length === 0) return metaInvalid('Param data must be a non-empty array')
  if (data.length > 1000) return metaInvalid('Param data must have at most 1000 items')
  // One bad event refuses them all.
  for (const [index, event] of data.entries()) {
    const fault = faultOf(event as Body, index, now)
    if (fault !== null) return metaInvalid(fault, 2_804_050)
  }
  for (const { event_name: name, event_id: id } of data as { event_name: string; event_id?: string }[]) {
    const known = id !== undefined && state.sent.some((one) => one.event_name === name && one.event_id === id)
    if (!known) addNewest(state.sent, { event_name: name, event_id: id ?? null, at: now, test: code !== undefined }, 0)
  }
  return json(200, { events_received: data.length, messages: [], fbtrace_id: 'AlabNoorAtelier' })
}

/** Two days of what a browser's pixel counted. */
const buckets = ['2026-10-01', '2026-10-02'].flatMap((day) =>
  ['08', '09'].map((hour) => ({
    aggregation: 'event',
    start_time: `${day}T${hour}:00:00+0000`,
    data: [
      { value: 'PageView', count: 12 },
      { value: 'Purchase', count: 2 },
    ],
  })),
)

const ofPixel =
  (handle: (request: LabRequest, bench: Bench<State>) => LabAnswer) =>
  (request: LabRequest, bench: Bench<State>): LabAnswer =>
    request.params['pixel'] === connection.pixelId ? handle(request, bench) : metaUnknown(request)

/** Meta's Conversions API, simulated. */
export const facebookPixel = defineTwin<State>({
  slug: 'facebook-pixel',
  name: 'Meta Pixel (Conversions API)',
  hosts: ['api'],
  credentials,
  create: () => ({ sent: [] }),
  guard: metaGuard({
    ...app,
    tokens: {
      [credentials.good.accessToken]: null,
      [credentials.restricted.accessToken]: ['ads_management'],
    },
  }),
  faults: metaFaults,
  routes: [
    {
      method: 'GET',
      path: '/:pixel',
      handle: ofPixel((_request, { state, now }) =>
        json(200, {
          id: connection.pixelId,
          name: shop.name,
          last_fired_time: new Date(state.sent[0]?.at ?? now).toISOString().replace(/\.\d+Z/, '+0000'),
        }),
      ),
    },
    { method: 'POST', path: '/:pixel/events', needs: 'ads_management', handle: ofPixel(receive) },
    {
      method: 'GET',
      path: '/:pixel/stats',
      needs: 'ads_read',
      handle: ofPixel(({ query }) => {
        const [from, to] = [Number(query.get('start_time') ?? '0'), Number(query.get('end_time') ?? '1e12')]
        const inside = buckets.filter(({ start_time: at }) => {
          const time = Date.parse(at.replace('+0000', 'Z')) / 1000
          return time >= from && time < to
        })
        return json(200, { data: query.get('aggregation') === 'event' ? inside : [] })
      }),
    },
  ],
})
