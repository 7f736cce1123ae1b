import { whatsappBusiness as twin } from '@patchbay/server/lab/twins/whatsapp-business.ts'
import type { ProviderCase } from './case.ts'

export const whatsappBusiness: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, accessToken: 'EAALabSomebodyElse000000000000000000000' },
  inputs: {
    'messages.send': {
      to: '+971501234567',
      template: { id: 'order_confirmed', language: 'en_US', variables: ['Layla', 'NA-77'] },
      idempotencyKey: 'message-1',
    },
    'templates.list': { first: 3 },
  },
  pullsNothing: 'messages come by webhook and are not listed',
  registration: { alone: true },
  descriptions: {
    folder: 'meta',
    files: ['whatsapp-business-messaging-v23.0.openapi.yaml'],
    // Older than the proof of the app secret, paging and the field that comes back with every report; and the number is
    // described beside another thing with the same path; a template fits more than one kind of message there.
    outdated:
      /appsecret_proof is|query: (limit|fields) is|biz_opaque_callback_data is|'is_input_id_valid'|property '(text|audio|document)'/,
  },
}
