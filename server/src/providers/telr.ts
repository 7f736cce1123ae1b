import type { CallErrorClass } from '@patchbay/schema/errors.ts'
import type { Call } from './provider.ts'
import { defineProvider } from './provider.ts'
import { judgeWith, malformed, textAt } from './shared/failure.ts'
import { unlessGone } from './shared/registration.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'
import {
  cancelPayment,
  capturePayment,
  createCheckout,
  createPayment,
  createRefund,
  getCheckout,
  getPayment,
  hostedPath,
  remotePath,
} from './telr/operations.ts'
import { telrEvents, telrWebhooks } from './telr/webhooks.ts'

const permissions = [
  { name: 'Hosted payment page', why: 'opening payment pages and reading orders back', required: true },
  { name: 'Remote API', why: 'capturing, releasing and refunding', required: true },
] as const

/** Nobody's order: Telr says that it does not know it, once it has looked at store and key. */
const nobody = { method: 'check', order: { ref: '00000000000000000000000000000000' } }

async function probe(call: Call): Promise<void> {
  let answered = false
  await unlessGone(
    call({ method: 'POST', path: hostedPath, safe: true, json: nobody }).then(() => {
      answered = true
    }),
  )
  if (answered) throw malformed('Telr', 'it knows an order that is nobody’s')
}

/** What Telr's words mean; it gives no codes for it. The wording is UNVERIFIED, so it is read loosely. */
function classOf(words: string): CallErrorClass {
  if (/not (allowed|permitted|enabled)|\bIP\b|permission/i.test(words)) return 'PERMISSION'
  if (/auth(entication)?[ -]?key|authentication|invalid store|store (id|not)/i.test(words)) return 'AUTHENTICATION'
  if (/(order|transaction).*not found|not found|unknown (order|transaction)|invalid order ref/i.test(words))
    return 'NOT_FOUND'
  return /duplicate|already (used|exists)/i.test(words) ? 'CONFLICT' : 'INVALID_REQUEST'
}

const proofOf = (path: string, json: object) => ({ method: 'POST' as const, path, json, safe: true })

/**
 * Telr's hosted page and Remote API: https://docs.telr.com. It lists no payments and knows no disputes by API; agreements
 * for repeated payments are made in its own pages and are left out. Only `check` and `create` are known for certain: fields
 * of captures, voids and refunds, the words of errors and how the letters P, E and V are used are UNVERIFIED.
 */
export const telr = defineProvider({
  entry: {
    slug: 'telr',
    name: 'Telr',
    category: 'PAYMENT',
    summary:
      'Take cards, Apple Pay and local methods in AED, SAR and 120 more currencies on a payment page from Dubai.',
    description:
      'Telr opens a payment page for an order and sends the payer back to your shop. The hub opens the page, asks what became of the order before anything is shipped, captures or releases what is reserved, and gives money back. Whether money moves is decided by the environment of this connection, for Telr has one host for both.',
    authKind: 'BODY',
    regions: ['AE', 'SA', 'BH', 'JO'],
    environments: ['SANDBOX', 'LIVE'],
    capabilities: [
      'payments.create',
      'payments.get',
      'payments.capture',
      'payments.cancel',
      'checkouts.create',
      'checkouts.get',
      'refunds.create',
    ],
    fields: [
      {
        name: 'storeId',
        label: 'Store ID',
        help: 'Telr Merchant Administration: the number at the top of the page.',
        kind: 'text',
        required: true,
        placeholder: '12345',
        rule: { pattern: '^\\d{3,10}$', message: 'A store ID is a number.' },
      },
      {
        name: 'authKey',
        label: 'Authentication key',
        help: 'Merchant Administration → Integrations → Hosted Payment Page: the authentication key. The Remote API must use the same one.',
        kind: 'secret',
        required: true,
        hint: {
          pattern: '^[A-Za-z0-9@#_.^-]{8,64}$',
          message: 'Telr’s keys have letters, digits and a few signs, without spaces.',
        },
      },
    ],
    permissions,
    limits: [],
    webhookEvents: Object.keys(telrEvents),
    setupGuide: [
      {
        title: 'Open Merchant Administration',
        text: 'Sign in at Telr. Test and live payments go through the same store; this connection’s environment decides which.',
        url: 'https://secure.telr.com',
      },
      {
        title: 'Copy store and key',
        text: 'The store ID stands at the top; the authentication key under Integrations → Hosted Payment Page.',
        url: 'https://docs.telr.com/reference/authentication',
      },
      {
        title: 'Allow the hub',
        text: 'Integrations → Remote API: switch it on, allow capture, void and refund, and add the address this hub calls from if Telr asks for one.',
      },
      {
        title: 'Set the transaction advice',
        text: 'Integrations → Transaction advice: the source in this hub says what to paste there.',
      },
    ],
    pricingNotes:
      'A monthly fee by plan, and a share plus a fixed part of each payment; see Telr’s plans for your country.',
    docsUrl: 'https://docs.telr.com',
    verified: false,
    logo: {
      path: 'M3 3h18v4.5h-6.6V21H9.6V7.5H3z',
      viewBox: '0 0 24 24',
      color: '#1FA463',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => ({ api: 'https://secure.telr.com' }),
  authorize: (request, fields) => {
    const given = request.json
    if (typeof given !== 'object' || given === null || Array.isArray(given)) return request
    const json = { ...given, store: Number(fields['storeId'] ?? ''), authkey: fields['authKey'] ?? '' }
    return { ...request, json, body: JSON.stringify(json) }
  },
  readsBody: true,
  // Telr answers 200 whatever happened.
  judge: judgeWith((body, answer) => {
    const words = [textAt(body, 'error', 'message'), textAt(body, 'error', 'note')].filter(Boolean).join(': ')
    if (words !== '') {
      const errorClass = answer.status < 300 ? classOf(words) : undefined
      return {
        message: words,
        ...(errorClass === undefined ? {} : { errorClass }),
        ...(errorClass === 'AUTHENTICATION' ? { field: 'authKey' } : {}),
      }
    }
    // Of a capture, void or refund: declined or in error. An order's own transaction stands deeper.
    const status = textAt(body, 'transaction', 'status')
    if (answer.status >= 300 || status === undefined || !['D', 'E', 'C'].includes(status)) return {}
    const code = textAt(body, 'transaction', 'code')
    return {
      errorClass: 'INVALID_REQUEST',
      message: textAt(body, 'transaction', 'message') ?? 'Declined',
      ...(code === undefined ? {} : { vendorCode: code }),
    }
  }),
  redact: ['authkey'],
  probe,
  tests: [
    connectionStep('Telr', probe),
    permissionsByTrying(
      'Telr',
      permissions,
      [
        { permission: permissions[0].name, request: proofOf(hostedPath, nobody) },
        {
          permission: permissions[1].name,
          // Nobody's transaction: there is nothing to release.
          request: proofOf(remotePath, {
            method: 'transaction',
            tran: { type: 'void', class: 'ecom', ref: '000000000000', amount: '1.00', currency: 'AED', test: 1 },
          }),
        },
      ],
      'authKey',
    ),
  ],
  operations: {
    'payments.create': createPayment,
    'payments.get': getPayment,
    'payments.capture': capturePayment,
    'payments.cancel': cancelPayment,
    'checkouts.create': createCheckout,
    'checkouts.get': getCheckout,
    'refunds.create': createRefund,
  },
  webhooks: telrWebhooks,
})
