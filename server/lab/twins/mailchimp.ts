import { shop } from '../shop.ts'
import type { LabRequest } from '../twin.ts'
import { defineTwin, json } from '../twin.ts'
import type { CampaignState } from './mailchimp/campaigns.ts'
import { campaignRoutes, firstCampaigns } from './mailchimp/campaigns.ts'
import type { MemberState } from './mailchimp/members.ts'
import { audienceId, firstMembers, memberRoutes } from './mailchimp/members.ts'
import { failure, notFound } from './mailchimp/problem.ts'
import type { MailchimpWebhookState } from './mailchimp/webhooks.ts'
import { mailchimpWebhookRoutes, mailchimpWebhooks } from './mailchimp/webhooks.ts'

const connection = { dataCenter: 'us6', audienceId, fromEmail: `news@${shop.domain}`, fromName: shop.name }
const credentials = {
  good: { ...connection, apiKey: '1ab00000000000000000000000000001-us6' },
  restricted: { ...connection, apiKey: '1ab00000000000000000000000000002-us6' },
  missing: 'Audiences',
}

const keys = new Map([
  [credentials.good.apiKey, ['Audiences', 'Campaigns']],
  // Its user has the role Author.
  [credentials.restricted.apiKey, ['Campaigns']],
])

/** Any user name, or the key as a bearer token. */
function keyOf({ headers }: LabRequest): string {
  const [scheme = '', value = ''] = (headers['authorization'] ?? '').split(' ')
  if (scheme === 'Bearer') return value
  return scheme === 'Basic'
    ? Buffer.from(value, 'base64')
        .toString()
        .replace(/^[^:]*:/, '')
    : ''
}

/** Mailchimp, simulated: one audience, its campaigns and webhooks. Nothing is sent. */
export const mailchimp = defineTwin<MemberState & CampaignState & MailchimpWebhookState>({
  slug: 'mailchimp',
  name: 'Mailchimp',
  hosts: ['api'],
  credentials,
  create: (now) => ({ members: firstMembers(now), campaigns: firstCampaigns(now), webhooks: [] }),
  guard: (request, needs) => {
    const granted = keys.get(keyOf(request))
    if (granted === undefined)
      return failure(
        401,
        'API Key Invalid',
        'Your API key may be invalid, or you’ve attempted to access the wrong datacenter.',
      )
    return needs === null || granted.includes(needs)
      ? null
      : failure(403, 'User Action Not Permitted', 'The user’s role may not do this.')
  },
  webhooks: mailchimpWebhooks,
  faults: {
    unavailable: () => failure(503, 'Service Unavailable', 'The service is down for maintenance.'),
    failure: () => failure(500, 'Internal Server Error', 'An unexpected internal error has occurred.'),
    tooMany: (seconds) =>
      failure(429, 'Too Many Requests', 'You have exceeded the limit of 10 simultaneous connections.', [], {
        'retry-after': String(seconds),
      }),
    unknown: notFound,
  },
  routes: [
    ...memberRoutes,
    ...campaignRoutes,
    ...mailchimpWebhookRoutes,
    { method: 'GET', path: '/ping', handle: () => json(200, { health_status: "Everything's Chimpy!" }) },
  ],
})
