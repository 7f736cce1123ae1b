import { addNewest } from '../../bounded.ts'
import { uuidOf } from '../../chance.ts'
import { shop } from '../../shop.ts'
import type { Bench, LabAnswer, LabRequest, Route } from '../../twin.ts'
import { json } from '../../twin.ts'
import { bodyOf, failure, invalid, moment, notFound, pageOf } from './answers.ts'

interface Campaign {
  campaign_id: string
  name: string
  current_status: string
  type: string
  created_at: string
  updated_at: string
  campaign_activities: { campaign_activity_id: string; role: string }[]
  /** Lists it goes to; belongs to its mail. */
  lists: string[]
}
export interface CampaignState {
  campaigns: Campaign[]
}
type CampaignBench = Bench<CampaignState>

const campaignOf = (name: string, seed: string, at: number): Campaign => ({
  campaign_id: uuidOf(`campaign:${seed}`),
  name,
  current_status: 'Draft',
  type: 'CUSTOM_CODE_EMAIL',
  created_at: moment(at),
  updated_at: moment(at),
  campaign_activities: [
    { campaign_activity_id: uuidOf(`primary:${seed}`), role: 'primary_email' },
    { campaign_activity_id: uuidOf(`permalink:${seed}`), role: 'permalink' },
  ],
  lists: [],
})

export const firstCampaigns = (now: number): Campaign[] =>
  ['New in November', 'Girih week', 'Opening'].map((name, index) => ({
    ...campaignOf(name, name, now - (index + 1) * 7 * 86_400_000),
    current_status: 'Done',
  }))

const shown = ({ lists: _lists, ...campaign }: Campaign) => campaign
const mailFields = ['format_type', 'from_name', 'from_email', 'reply_to_email', 'subject', 'html_content']

function faultOf(mail: Readonly<Record<string, unknown>> | undefined): LabAnswer | null {
  const missing = mailFields.find((name) => mail?.[name] === undefined || mail[name] === '')
  if (missing !== undefined) return invalid(`#/${missing}: required`)
  return String(mail?.['from_email']).endsWith(`@${shop.domain}`)
    ? null
    : invalid('The from_email address is not a verified address of this account.')
}

function create(request: LabRequest, { state, now, id }: CampaignBench): LabAnswer {
  const { name, email_campaign_activities: activities } = bodyOf(request)
  if (typeof name !== 'string' || name === '' || name.length > 80) return invalid('#/name: 1 to 80 characters')
  const fault = faultOf((activities as Readonly<Record<string, unknown>>[] | undefined)?.[0])
  if (fault !== null) return fault
  if (state.campaigns.some((campaign) => campaign.name === name))
    return failure(409, 'emails.api.conflict', 'A campaign with this name exists already.')
  const made = campaignOf(name, id('', 20), now)
  addNewest(state.campaigns, made, 3)
  return json(200, shown(made))
}

const withCampaign =
  (handle: (campaign: Campaign, request: LabRequest, bench: CampaignBench) => LabAnswer) =>
  (request: LabRequest, bench: CampaignBench): LabAnswer => {
    const found = bench.state.campaigns.find((one) => one.campaign_id === request.params['id'])
    return found === undefined ? notFound() : handle(found, request, bench)
  }

const withMail =
  (handle: (campaign: Campaign, request: LabRequest) => LabAnswer) =>
  (request: LabRequest, { state }: CampaignBench): LabAnswer => {
    const [id, isMail] = [request.params['id'], ({ role }: { readonly role: string }) => role === 'primary_email']
    const found = state.campaigns.find((one) => one.campaign_activities.find(isMail)?.campaign_activity_id === id)
    return found === undefined ? notFound() : handle(found, request)
  }

function schedule(campaign: Campaign, request: LabRequest): LabAnswer {
  const { scheduled_date: at } = bodyOf(request)
  if (campaign.current_status !== 'Draft') return failure(409, 'emails.api.conflict', 'It is scheduled already.')
  if (campaign.lists.length === 0) return invalid('The campaign has no recipients.')
  if (at !== '0' && Number.isNaN(Date.parse(String(at)))) return invalid('#/scheduled_date: not a date')
  campaign.current_status = at === '0' ? 'Executing' : 'Scheduled'
  return json(201, [{ scheduled_date: at }])
}

const needs = 'campaign_data'
export const campaignRoutes: readonly Route<CampaignState>[] = [
  {
    method: 'GET',
    path: '/emails',
    needs,
    handle: (request, { state }) =>
      pageOf(
        request,
        'campaigns',
        state.campaigns.map((campaign) => {
          const { campaign_activities: _activities, ...rest } = shown(campaign)
          return rest
        }),
      ),
  },
  { method: 'POST', path: '/emails', needs, handle: create },
  { method: 'GET', path: '/emails/:id', needs, handle: withCampaign((campaign) => json(200, shown(campaign))) },
  {
    method: 'DELETE',
    path: '/emails/:id',
    needs,
    handle: withCampaign((campaign, _request, { state }) => {
      state.campaigns.splice(state.campaigns.indexOf(campaign), 1)
      return { status: 204 }
    }),
  },
  {
    method: 'PUT',
    path: '/emails/activities/:id',
    needs,
    handle: withMail((campaign, request) => {
      const body = bodyOf(request)
      const fault = faultOf(body)
      if (fault !== null) return fault
      const lists = body['contact_list_ids']
      if (!Array.isArray(lists) || !lists.every((id) => /^[0-9a-f-]{36}$/.test(String(id))))
        return invalid('#/contact_list_ids: unknown list')
      campaign.lists = lists.map(String)
      return json(200, { ...body, campaign_activity_id: request.params['id'], role: 'primary_email' })
    }),
  },
  { method: 'POST', path: '/emails/activities/:id/schedules', needs, handle: withMail(schedule) },
]
