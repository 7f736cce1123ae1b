import { canary, type Sample } from './sample.ts'

const aed = (amountMinor: number) => ({ amountMinor, currency: 'AED' })

function advice(type: string, status: string, events: Sample['events'], change: object = {}): Sample {
  return {
    type,
    id: `030023738922:${type}:${status}`,
    occurredAt: null,
    body: {
      tran_store: '1234',
      tran_type: type,
      tran_class: 'ecom',
      tran_test: '1',
      tran_ref: '030023738922',
      tran_prevref: '',
      tran_firstref: '030023738900',
      tran_currency: 'AED',
      tran_amount: '10.50',
      tran_cartid: '1001',
      tran_desc: 'Order 1001',
      tran_status: status,
      tran_authcode: '123456',
      tran_authmessage: 'Authorised',
      tran_check: canary,
      bill_email: 'aisha@example.com',
      ...change,
    },
    events,
  }
}

export const telrSamples: readonly Sample[] = [
  advice('sale', 'A', [
    {
      type: 'payment.succeeded',
      data: {
        id: '030023738900',
        transactionId: '030023738922',
        amount: aed(1_050),
        reference: '1001',
        customerEmail: 'aisha@example.com',
        live: false,
      },
    },
  ]),
  advice('sale', 'A', [{ type: 'payment.succeeded', data: { id: 'ORDERREF', live: true } }], {
    tran_order: 'ORDERREF',
    tran_test: '0',
  }),
  // The dinar has three places.
  advice('sale', 'A', [{ type: 'payment.succeeded', data: { amount: { amountMinor: 1_500, currency: 'KWD' } } }], {
    tran_currency: 'KWD',
    tran_amount: '1.500',
  }),
  advice('sale', 'H', [{ type: 'payment.pending' }]),
  advice('sale', 'D', [{ type: 'payment.failed', data: { failure: { code: '123456', message: 'Authorised' } } }]),
  advice('sale', 'C', [{ type: 'payment.cancelled' }]),
  advice('sale', 'X', []),
  advice('auth', 'A', [{ type: 'payment.authorized' }]),
  advice('capture', 'A', [{ type: 'payment.succeeded' }]),
  advice('void', 'A', [{ type: 'payment.cancelled' }]),
  advice('refund', 'A', [
    { type: 'payment.refunded', data: { refundId: '030023738922', refunded: aed(1_050), complete: null } },
  ]),
  advice('refund', 'D', [{ type: 'payment.refund_failed', data: { refundId: '030023738922', amount: aed(1_050) } }]),
]
