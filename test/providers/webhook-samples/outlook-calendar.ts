import { canary, type Sample } from './sample.ts'

const notice = (changeType: string, more: object = {}) => ({
  subscriptionId: '76222963-cc7b-42d2-882d-8aaa69cb2ba3',
  subscriptionExpirationDateTime: '2026-11-27T18:23:45Z',
  changeType,
  resource: 'Users/ddfcd489/Events/AAMkADEx',
  resourceData: {
    '@odata.type': '#Microsoft.Graph.Event',
    '@odata.id': 'Users/ddfcd489/Events/AAMkADEx',
    '@odata.etag': 'W/"ZtWkHgA8"',
    id: 'AAMkADEx',
  },
  clientState: canary,
  tenantId: '84bd8158-6d4d-4958-8b9f-9d6445542f95',
  ...more,
})
const changed = { type: 'calendar.changed', data: { resourceId: 'AAMkADEx', removed: false } }
const lifecycle = (lifecycleEvent: string) => ({
  subscriptionId: '76222963-cc7b-42d2-882d-8aaa69cb2ba3',
  subscriptionExpirationDateTime: '2026-11-27T18:23:45Z',
  lifecycleEvent,
  resource: 'Users/ddfcd489/Events',
  clientState: canary,
})
const told = { type: 'calendar.changed', data: { resourceId: '76222963-cc7b-42d2-882d-8aaa69cb2ba3' } }

export const outlookCalendarSamples: readonly Sample[] = [
  ...['created', 'updated', 'deleted'].map((type) => ({
    type,
    id: null,
    body: { value: [notice(type)] },
    events: [changed],
  })),
  { type: 'batch', id: null, body: { value: [notice('created'), notice('updated')] }, events: [changed, changed] },
  ...['missed', 'subscriptionRemoved'].map((type) => ({
    type,
    id: null,
    body: { value: [lifecycle(type)] },
    events: [told],
  })),
]
