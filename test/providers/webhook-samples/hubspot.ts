import type { Sample } from './sample.ts'

const item = (subscriptionType: string, more: Readonly<Record<string, unknown>> = {}) => ({
  eventId: 3_816_279_340,
  subscriptionId: 25,
  portalId: 33,
  appId: 1_160_452,
  occurredAt: 1_795_000_000_000,
  subscriptionType,
  attemptNumber: 0,
  objectId: 512,
  changeSource: 'CRM_UI',
  ...more,
})
const single = (type: string, event: string, more: object = {}, data: object = {}): Sample => ({
  type,
  id: null,
  body: [item(type, { ...more })],
  events: [{ type: event, data: { id: '512', ...data } }],
})
const property = { propertyName: 'email', propertyValue: 'aisha@example.com' }
const merge = { primaryObjectId: 512, mergedObjectIds: [513], newObjectId: 777, objectId: 512 }

export const hubspotSamples: readonly Sample[] = [
  single('contact.creation', 'contact.created', {}, { email: null, changed: null }),
  single('contact.propertyChange', 'contact.updated', property, { changed: ['email'] }),
  single('contact.deletion', 'contact.deleted'),
  single('contact.privacyDeletion', 'contact.deleted'),
  single('contact.merge', 'contact.updated', merge, { id: '777' }),
  single('contact.restore', 'contact.updated'),
  single('deal.creation', 'deal.created', {}, { amount: null }),
  single('deal.propertyChange', 'deal.updated', { propertyName: 'dealstage' }, { changed: ['dealstage'] }),
  single('deal.deletion', 'deal.deleted'),
  single('deal.merge', 'deal.updated', merge, { id: '777' }),
  single('deal.restore', 'deal.updated'),
  single('object.creation', 'contact.created', { objectTypeId: '0-1' }),
  single('object.propertyChange', 'deal.updated', { objectTypeId: '0-3', ...property }),
  single('object.deletion', 'deal.deleted', { objectTypeId: '0-3' }),
  single('object.merge', 'contact.updated', { objectTypeId: '0-1' }),
  single('object.restore', 'contact.updated', { objectTypeId: '0-1' }),
  {
    type: 'batch',
    id: null,
    body: [item('contact.creation'), item('company.creation'), item('deal.creation', { objectId: 88 })],
    events: [{ type: 'contact.created' }, { type: 'deal.created', data: { id: '88' } }],
  },
]
