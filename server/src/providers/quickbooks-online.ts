import { z } from 'zod'
import type { Call, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { ask } from './quickbooks-online/company.ts'
import { listContacts, upsertContact } from './quickbooks-online/customers.ts'
import { createInvoice, getInvoice, listInvoices, sendInvoice, voidInvoice } from './quickbooks-online/invoices.ts'
import { createExpense, listAccounts, listExpenses, listPayments, recordPayment } from './quickbooks-online/ledger.ts'
import { quickbooksEventTypes, quickbooksWebhooks } from './quickbooks-online/webhooks.ts'
import { at, judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { pulled, pulledParts, shareRecords } from './shared/pull.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const scope = 'com.intuit.quickbooks.accounting'
const permissions = [{ name: scope, why: 'reading and writing the books', required: true }] as const

const realmPattern = /^\d{5,20}$/
const realmOf = ({ settings }: ConnectionFacts) =>
  realmPattern.test(settings['realmId'] ?? '') ? (settings['realmId'] ?? '') : 'no-company'
const companyPath = (connection: ConnectionFacts) => `/companyinfo/${realmOf(connection)}`
const company = z.object({ CompanyInfo: z.object({ CompanyName: z.string() }) })

async function probe(call: Call, connection: ConnectionFacts): Promise<void> {
  const answer = await ask(call, { method: 'GET', path: companyPath(connection) })
  readAnswer('QuickBooks Online', answer, company, () => undefined)
}

const classOfCode = {
  '610': 'NOT_FOUND',
  '5010': 'CONFLICT',
  '6140': 'CONFLICT',
  '6240': 'CONFLICT',
  '3001': 'RATE_LIMITED',
} as const
const isCode = (code: string | undefined): code is keyof typeof classOfCode => code !== undefined && code in classOfCode

/**
 * QuickBooks Online, Accounting API v3: https://developer.intuit.com/app/developer/qbo/docs/api/accounting/all-entities/invoice.
 * Intuit publishes no description of it; the names of webhook types in the CloudEvents form are from public implementations.
 */
export const quickbooksOnline = defineProvider({
  entry: {
    slug: 'quickbooks-online',
    name: 'QuickBooks Online',
    category: 'ACCOUNTING',
    summary: 'Customers, invoices, payments and expenses of your shop in QuickBooks Online.',
    description:
      'QuickBooks Online keeps the books of small companies. The hub adds customers by their e-mail address, writes invoices, mails and voids them, enters what was paid, and enters what was spent. QuickBooks has no drafts: an invoice is open as soon as it is made. Lines name articles (Items) of the books; where a line names none, the connection’s own is taken.',
    authKind: 'OAUTH2_CODE',
    regions: ['GLOBAL', 'US', 'CA', 'GB', 'AU'],
    environments: ['SANDBOX', 'LIVE'],
    capabilities: [
      'contacts.upsert',
      'contacts.list',
      'invoices.create',
      'invoices.get',
      'invoices.list',
      'invoices.send',
      'invoices.void',
      'payments.record',
      'expenses.create',
      'expenses.list',
      'accounts.list',
    ],
    fields: [
      {
        name: 'clientId',
        label: 'Client ID',
        help: 'developer.intuit.com → your app → Keys & credentials; development and production have one each.',
        kind: 'text',
        required: true,
      },
      {
        name: 'clientSecret',
        label: 'Client secret',
        help: 'On the same page.',
        kind: 'secret',
        required: true,
      },
      {
        name: 'realmId',
        label: 'Company ID',
        help: 'QuickBooks → Settings → Account and settings → Billing & subscription shows it as Company ID; for a sandbox see developer.intuit.com → Sandboxes.',
        kind: 'text',
        required: true,
        placeholder: '4620816365213534410',
        // Becomes a part of every path.
        rule: { pattern: realmPattern.source, message: 'A company ID is a number; write it without spaces.' },
      },
      {
        name: 'salesItem',
        label: 'Article for sales',
        help: 'Id of the product or service that lines of invoices are booked as when they name none: the number in its page’s address.',
        kind: 'text',
        required: false,
        rule: { pattern: '^\\d{1,20}$', message: 'An article’s id is a number.' },
      },
      {
        name: 'bankAccount',
        label: 'Bank account',
        help: 'Id of the account that payments come to and expenses are paid from; the operation “accounts.list” tells it.',
        kind: 'text',
        required: false,
        rule: { pattern: '^\\d{1,20}$', message: 'An account’s id is a number.' },
      },
    ],
    permissions,
    limits: [{ requests: 500, windowSeconds: 60, scope: 'per company; at most 10 at a time' }],
    webhookEvents: [...quickbooksEventTypes],
    setupGuide: [
      {
        title: 'Make an app at Intuit',
        text: 'developer.intuit.com → Create an app → QuickBooks Online and Payments, with the scope com.intuit.quickbooks.accounting.',
        url: 'https://developer.intuit.com/app/developer/dashboard',
      },
      {
        title: 'Allow this hub as redirect',
        text: 'Keys & credentials → Redirect URIs: add this hub’s address followed by /oauth/callback. Production wants https.',
      },
      {
        title: 'Copy ID and secret',
        text: 'Development keys open sandbox companies only, production keys real ones only: choose the environment here to match.',
      },
      {
        title: 'Enter the company ID and connect',
        text: 'Find the company ID, save it here, choose Connect, and pick that same company on Intuit’s page.',
        url: 'https://developer.intuit.com/app/developer/qbo/docs/develop/authentication-and-authorization/oauth-2.0',
      },
    ],
    pricingNotes:
      'Writing through the API is free; Intuit’s App Partner Program meters reads above a free allowance. QuickBooks itself is a monthly plan.',
    docsUrl: 'https://developer.intuit.com/app/developer/qbo/docs/get-started',
    statusUrl: 'https://status.developer.intuit.com',
    verified: false,
    logo: {
      path: 'M12 0a12 12 0 1 0 0 24 12 12 0 0 0 0-24zM8 7.500h1.500v9H8a4.500 4.500 0 0 1 0-9h.5V9H8a3 3 0 0 0 0 6V7.500zm8 9h-1.500v-9H16a4.500 4.500 0 0 1 0 9h-.5V15h.5a3 3 0 0 0 0-6v7.500z',
      viewBox: '0 0 24 24',
      color: '#2CA01C',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: (connection) => {
    const origin = `https://${connection.environment === 'SANDBOX' ? 'sandbox-' : ''}quickbooks.api.intuit.com`
    return {
      api: `${origin}/v3/company/${realmOf(connection)}`,
      login: 'https://appcenter.intuit.com',
      oauth: 'https://oauth.platform.intuit.com',
    }
  },
  oauth: {
    grant: 'authorization_code',
    authorize: { host: 'login', path: '/connect/oauth2' },
    token: { host: 'oauth', path: '/oauth2/v1/tokens/bearer' },
    clientAuth: 'basic',
    clientIdField: 'clientId',
    clientSecretField: 'clientSecret',
    pkce: false,
    scopes: [scope],
    scopeSeparator: ' ',
    // Access tokens live an hour; the refresh token changes about daily, ends after 100 days without use, and after five years.
    refreshRotates: true,
  },
  authorize: (request, _fields, accessToken) => ({
    ...request,
    headers: { accept: 'application/json', ...request.headers, authorization: `Bearer ${accessToken ?? ''}` },
  }),
  judge: judgeWith((body, answer) => {
    // Both spellings are in use, at different doors of Intuit.
    const fault = at(body, 'Fault', 'Error', 0) ?? at(body, 'fault', 'error', 0)
    if (answer.status < 300 && fault === undefined) return null
    const words = [
      textAt(fault, 'Message') ?? textAt(fault, 'message'),
      textAt(fault, 'Detail') ?? textAt(fault, 'detail'),
    ]
    const message = [...new Set(words.filter((text) => text))].join(': ').slice(0, 300)
    const given = textAt(fault, 'code')
    const code = given?.replace(/^0+(?=\d)/, '')
    const known = answer.status < 300 || answer.status === 400 || answer.status === 429 ? code : undefined
    return {
      ...(answer.status < 300 ? { errorClass: 'INVALID_REQUEST' as const } : {}),
      ...(isCode(known) ? { errorClass: classOfCode[known] } : {}),
      ...(message === '' ? {} : { message }),
      ...(given === undefined ? {} : { vendorCode: given }),
      ...(answer.status === 403 ? { field: 'realmId' } : {}),
    }
  }),
  redact: ['access_token', 'refresh_token'],
  probe,
  tests: [
    connectionStep('QuickBooks Online', probe),
    permissionsByTrying('QuickBooks Online', permissions, [
      { permission: scope, request: (connection) => ({ method: 'GET', path: companyPath(connection) }) },
    ]),
    {
      suite: 'sample',
      name: 'Read an invoice',
      run: async (call, connection) => {
        const { items } = await listInvoices(call, { first: 1, after: null }, connection)
        const number = items[0]?.number
        return {
          ok: true,
          message:
            items.length === 0
              ? 'QuickBooks answers; there are no invoices yet.'
              : `QuickBooks answers; the newest invoice is ${number ?? 'without a number'}.`,
        }
      },
    },
  ],
  operations: {
    'contacts.upsert': upsertContact,
    'contacts.list': listContacts,
    'invoices.create': createInvoice,
    'invoices.get': getInvoice,
    'invoices.list': listInvoices,
    'invoices.send': sendInvoice,
    'invoices.void': voidInvoice,
    'payments.record': recordPayment,
    'expenses.create': createExpense,
    'expenses.list': listExpenses,
    'accounts.list': listAccounts,
  },
  resources: {
    contacts: pulled(listContacts, { by: 'updatedSince' }),
    invoices: pulled(listInvoices, { by: 'updatedSince' }),
    expenses: pulled(listExpenses, { by: 'updatedSince' }),
    payments: pulledParts(listPayments, shareRecords, { by: 'updatedSince' }),
  },
  webhooks: quickbooksWebhooks,
})
