import { twilio as twin } from '@patchbay/server/lab/twins/twilio.ts'
import type { ProviderCase } from './case.ts'

export const twilio: ProviderCase = {
  ...twin.credentials,
  wrong: { ...twin.credentials.good, authToken: '00000000000000000000000000000bad' },
  inputs: {
    'messages.list': { first: 4 },
    'messages.get': { id: 'SM1ab00000000000000000000000000003' },
    'messages.send': {
      to: '+971501234567',
      from: 'MG1ab00000000000000000000000000001',
      text: 'Your order is on its way.',
      sendAt: '2026-12-01T10:00:00+04:00',
      idempotencyKey: 'message-1',
    },
    'messages.cancel': { id: 'SM1ab00000000000000000000000000013', idempotencyKey: 'message-2' },
    'templates.list': { first: 2 },
  },
  pullsNothing: 'messages come by webhook',
  registration: { alone: true },
  descriptions: {
    folder: 'twilio',
    files: ['twilio_api_v2010.openapi.json', 'twilio_content_v1.json'],
  },
}
