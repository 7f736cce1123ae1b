import { z } from 'zod'
import { textAt } from '../shared/failure.ts'
import { idText, onBody, someText } from '../shared/message.ts'
import { fromDecimal } from '../shared/money.ts'
import { fieldList, telrTransaction } from '../shared/signatures/field-list.ts'
import type { MapEvent, WebhookSpec } from '../webhook.ts'

const advice = z.object({
  tran_ref: idText,
  tran_firstref: someText,
  tran_order: someText,
  tran_status: z.string(),
  tran_test: someText,
  tran_currency: z.string().length(3),
  tran_amount: z.string(),
  tran_cartid: someText,
  tran_authcode: someText,
  tran_authmessage: someText,
  bill_email: someText,
})

/** A charge, by what became of it: https://docs.telr.com/docs/transaction-advice-service */
const charged: Readonly<Record<string, string>> = {
  A: 'payment.succeeded',
  H: 'payment.pending',
  P: 'payment.pending',
  D: 'payment.failed',
  E: 'payment.failed',
  C: 'payment.cancelled',
}
const reserved: Readonly<Record<string, string>> = { ...charged, A: 'payment.authorized' }

/** The payment is the order where the advice names it, as in operations of the hub, else the first transaction. */
const on = (types: Readonly<Record<string, string>>): MapEvent =>
  onBody(advice, (found) => {
    const type = types[found.tran_status.toUpperCase()]
    if (type === undefined) return []
    const id = found.tran_order ?? found.tran_firstref ?? found.tran_ref
    const amount = fromDecimal(found.tran_amount, found.tran_currency)
    const base = {
      id,
      transactionId: found.tran_ref,
      amount,
      reference: found.tran_cartid,
      customerEmail: found.bill_email,
      live: found.tran_test !== '1',
    }
    const failure = { code: found.tran_authcode, message: found.tran_authmessage }
    const data =
      type === 'payment.refund_failed'
        ? { id, refundId: found.tran_ref, amount, reason: found.tran_authmessage }
        : type === 'payment.refunded'
          ? { ...base, amount: null, refundId: found.tran_ref, refunded: amount, complete: null }
          : type === 'payment.failed'
            ? { ...base, failure }
            : base
    return { type, occurredAt: null, orderKey: `payment:${id}`, data }
  })

export const telrEvents: Readonly<Record<string, MapEvent>> = {
  sale: on(charged),
  auth: on(reserved),
  capture: on(charged),
  refund: on({ A: 'payment.refunded', D: 'payment.refund_failed', E: 'payment.refund_failed' }),
  void: on({ A: 'payment.cancelled' }),
}

/** Telr names no event: the same step of the same transaction is the same one. */
const idOf = (body: unknown): string | null => {
  const parts = ['tran_ref', 'tran_type', 'tran_status'].map((name) => textAt(body, name))
  return parts.includes(undefined) ? null : parts.join(':')
}

/** Telr's transaction advice: https://docs.telr.com/docs/transaction-advice-service */
export const telrWebhooks: WebhookSpec = {
  verify: fieldList(telrTransaction),
  secret: {
    from: 'source',
    label: 'Transaction advice secret key',
    help: 'Telr Merchant Administration → Integrations → Transaction advice: the secret key you set there.',
  },
  identify: ({ body }) => ({
    id: idOf(body),
    type: textAt(body, 'tran_type')?.toLowerCase() ?? null,
    occurredAt: null,
  }),
  events: telrEvents,
  ignore: ['refund reversal', 'capture reversal'],
  setup: [
    'In Telr’s Merchant Administration open Integrations → Transaction advice (in older accounts: Security).',
    'Paste the address of this source, which must be on port 443, tick the kinds of transactions, and set a long random secret key.',
    'Add the same key here.',
  ],
}
