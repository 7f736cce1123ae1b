import { addNewest } from '../../bounded.ts'
import { shop } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { audienceId, moment } from './members.ts'
import { bodyOf, failure, invalid, notFound, pageOf } from './problem.ts'

interface Campaign {
  id: string
  web_id: number
  type: string
  status: string
  create_time: string
  send_time: string
  emails_sent: number
  archive_url: string
  settings: Record<string, string>
  recipients: { list_id: string; recipient_count: number }
  report_summary?: { opens: number; unique_opens: number; clicks: number; subscriber_clicks: number }
  html: string
}
export interface CampaignState {
  campaigns: Campaign[]
}
type CampaignBench = Bench<CampaignState>

const draft = (id: string, at: number, settings: Record<string, string>): Campaign => ({
  id,
  web_id: 100_000 + Number.parseInt(id.slice(0, 4), 16),
  type: 'regular',
  status: 'save',
  create_time: moment(at),
  send_time: '',
  emails_sent: 0,
  archive_url: `https://mailchi.mp/lab/${id}`,
  settings,
  recipients: { list_id: audienceId, recipient_count: 7 },
  html: '',
})

export const firstCampaigns = (now: number): Campaign[] =>
  ['New in November', 'Girih week', 'Opening'].map((subject, index) => {
    const at = now - (index + 1) * 7 * 86_400_000
    const settings = { title: subject, subject_line: subject, from_name: shop.name, reply_to: shop.email }
    const summary = { opens: 5, unique_opens: 4, clicks: 3, subscriber_clicks: 2 }
    const sent = { status: 'sent', send_time: moment(at), emails_sent: 7, report_summary: summary }
    return { ...draft(`${index}ab00cafe0`, at, settings), ...sent }
  })

const shown = ({ html: _html, ...campaign }: Campaign) => campaign

function create(request: LabRequest, { state, now, id }: CampaignBench): LabAnswer {
  const { type, recipients, settings } = bodyOf(request)
  const list = (recipients as { readonly list_id?: unknown } | undefined)?.list_id
  if (type !== 'regular') return invalid('type', 'Data did not match the choices.')
  if (list !== audienceId) return invalid('recipients.list_id', 'The list does not exist.')
  const made = draft(id('', 10, '0123456789abcdef'), now, (settings ?? {}) as Record<string, string>)
  addNewest(state.campaigns, made, 3)
  return json(200, shown(made))
}

const withCampaign =
  (handle: (campaign: Campaign, request: LabRequest, bench: CampaignBench) => LabAnswer) =>
  (request: LabRequest, bench: CampaignBench): LabAnswer => {
    const campaign = bench.state.campaigns.find(({ id }) => id === request.params['id'])
    return campaign === undefined ? notFound() : handle(campaign, request, bench)
  }

const notReady = (detail: string) => failure(400, 'Bad Request', detail)

function ready({ status, html, settings }: Campaign): LabAnswer | null {
  if (status !== 'save') return notReady('The resource you are trying to send has been sent or scheduled already.')
  if (html === '') return notReady('Your Campaign is not ready to send: it has no content.')
  return settings['subject_line'] ? null : notReady('Your Campaign is not ready to send: it has no subject.')
}

function send(campaign: Campaign, _request: LabRequest, { now }: CampaignBench): LabAnswer {
  const fault = ready(campaign)
  if (fault !== null) return fault
  campaign.status = 'sent'
  campaign.send_time = moment(now)
  campaign.emails_sent = campaign.recipients.recipient_count
  return { status: 204 }
}

function schedule(campaign: Campaign, request: LabRequest): LabAnswer {
  const fault = ready(campaign)
  if (fault !== null) return fault
  const at = Date.parse(String(bodyOf(request)['schedule_time']))
  if (Number.isNaN(at) || at % (15 * 60_000) !== 0)
    return notReady('Campaigns may only be scheduled to send on the quarter-hour (:00, :15, :30, :45).')
  campaign.status = 'schedule'
  campaign.send_time = moment(at)
  return { status: 204 }
}

const needs = 'Campaigns'
const path = '/campaigns/:id'
export const campaignRoutes: readonly Route<CampaignState>[] = [
  {
    method: 'GET',
    path: '/campaigns',
    needs,
    handle: (request, { state }) => pageOf(request, 'campaigns', state.campaigns.map(shown)),
  },
  { method: 'POST', path: '/campaigns', needs, handle: create },
  { method: 'GET', path, needs, handle: withCampaign((campaign) => json(200, shown(campaign))) },
  {
    method: 'DELETE',
    path,
    needs,
    handle: withCampaign((campaign, _request, { state }) => {
      state.campaigns.splice(state.campaigns.indexOf(campaign), 1)
      return { status: 204 }
    }),
  },
  {
    method: 'PUT',
    path: `${path}/content`,
    needs,
    handle: withCampaign((campaign, request) => {
      const { html } = bodyOf(request)
      if (typeof html !== 'string' || /<script/i.test(html)) return invalid('html', 'The HTML cannot be used.')
      campaign.html = html
      return json(200, { html, archive_html: html, plain_text: '' })
    }),
  },
  { method: 'POST', path: `${path}/actions/send`, needs, handle: withCampaign(send) },
  { method: 'POST', path: `${path}/actions/schedule`, needs, handle: withCampaign(schedule) },
]
