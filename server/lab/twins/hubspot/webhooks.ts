import { createHmac } from 'node:crypto'
import type { Happening, Stage, WebhookSpec } from '../../webhook.ts'
import type { CrmRecord } from './data.ts'

export interface HubspotWebhookState {
  readonly contacts: readonly CrmRecord[]
  readonly deals: readonly CrmRecord[]
}

/** Account and app of the simulated portal. */
export const hubspotApp = {
  portalId: 26_041_177,
  appId: 1_160_452,
  clientId: '1ab00000-0000-4000-8000-00000000cafe',
  clientSecret: '1ab00000-0000-4000-8000-00000000beef',
} as const

type HubspotStage = Stage<HubspotWebhookState>

function happening(
  { id, now }: HubspotStage,
  type: string,
  objectId: string | undefined,
  more: object = {},
): Happening {
  return {
    id: id('', 9, '123456789'),
    type,
    at: now,
    data: { objectId: Number(objectId ?? '501'), changeSource: 'CRM_UI', sourceId: 'userId:1', ...more },
  }
}

/** Events of a portal: up to a hundred in a list, signed with the app's client secret. */
export const hubspotWebhooks: WebhookSpec<HubspotWebhookState> = {
  proof: ['x-hubspot-request-timestamp', 'x-hubspot-signature-v3'],
  coversBody: true,
  scenarios: {
    'contact.created': {
      description: 'A contact was added.',
      make: (stage) => [happening(stage, 'contact.creation', stage.state.contacts.at(-1)?.id)],
    },
    'contact.updated': {
      description: 'The e-mail address of a contact changed.',
      make: (stage) => [
        happening(stage, 'contact.propertyChange', stage.state.contacts[0]?.id, {
          propertyName: 'email',
          propertyValue: 'layla@example.com',
        }),
      ],
    },
    'contact.deleted': {
      description: 'A contact was removed.',
      make: (stage) => [happening(stage, 'contact.deletion', '999')],
    },
    'deal.updated': {
      description: 'A deal was won.',
      make: (stage) => [
        happening(stage, 'deal.propertyChange', stage.state.deals[0]?.id, {
          propertyName: 'dealstage',
          propertyValue: 'closedwon',
        }),
      ],
    },
  },
  subscribers: () => [],
  adopt: ({ id, url, secret }) => ({
    subscriber: { id, url, secret: secret ?? hubspotApp.clientSecret, types: null },
  }),
  write: ({ id, type, at, data }, { url, secret }, { at: sentAt, number }) => {
    const { portalId, appId } = hubspotApp
    const event = { eventId: Number(id), subscriptionId: 25, portalId, appId, occurredAt: at, subscriptionType: type }
    const body = JSON.stringify([{ ...event, attemptNumber: number - 1, ...(data as object) }])
    const time = String(sentAt)
    return {
      headers: {
        'content-type': 'application/json',
        'x-hubspot-request-timestamp': time,
        'x-hubspot-signature-v3': createHmac('sha256', secret ?? '')
          .update(`POST${url}${body}${time}`)
          .digest('base64'),
      },
      body,
    }
  },
}
