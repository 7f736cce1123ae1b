import { z } from 'zod'
import type { Call, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionOutcome } from './shared/steps.ts'
import { booksOf } from './xero/books.ts'
import { listContacts, upsertContact } from './xero/contacts.ts'
import { createInvoice, getInvoice, listInvoices, sendInvoice, voidInvoice } from './xero/invoices.ts'
import { createExpense, listAccounts, listExpenses, listPayments, recordPayment } from './xero/ledger.ts'
import { xeroEventTypes, xeroWebhooks } from './xero/webhooks.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'

const permissions = [
  { name: 'accounting.contacts', why: 'reading and writing contacts', required: true },
  { name: 'accounting.invoices', why: 'reading and writing invoices', required: true },
  { name: 'accounting.payments', why: 'entering payments', required: true },
  { name: 'accounting.banktransactions', why: 'entering and reading expenses', required: true },
  { name: 'accounting.settings.read', why: 'reading the organisation and its chart of accounts', required: true },
] as const

/** What each permission opens for reading. */
const proofs: Readonly<Record<(typeof permissions)[number]['name'], string>> = {
  'accounting.contacts': '/Contacts',
  'accounting.invoices': '/Invoices',
  'accounting.payments': '/Payments',
  'accounting.banktransactions': '/BankTransactions',
  'accounting.settings.read': '/Organisation',
}

const organisation = z.object({ Organisations: z.tuple([z.object({ Name: z.string(), BaseCurrency: z.string() })]) })

async function probe(call: Call, connection: ConnectionFacts): Promise<void> {
  const books = await booksOf(call, connection)
  readAnswer('Xero', await books({ method: 'GET', path: '/Organisation' }), organisation, () => undefined)
}

async function granted(call: Call, connection: ConnectionFacts): Promise<Set<string>> {
  const books = await booksOf(call, connection)
  const found = new Set<string>()
  for (const [name, path] of Object.entries(proofs))
    try {
      await books({ method: 'GET', path, ...(path === '/Organisation' ? {} : { query: { page: 1, pageSize: 1 } }) })
      found.add(name)
    } catch (error) {
      if (!(error instanceof ProviderCallError) || error.errorClass !== 'PERMISSION') throw error
    }
  return found
}

/** The first thing wrong in the list of things that Xero was given. */
const validation = (body: unknown) => textAt(body, 'Elements', 0, 'ValidationErrors', 0, 'Message')

/**
 * Xero, Accounting API 2.0: https://developer.xero.com/documentation/api/accounting/overview. Scopes are the fine ones that apps
 * made since March 2026 must ask for; older apps take them too. Custom connections (client credentials) are another kind of
 * sign-in and not among these.
 */
export const xero = defineProvider({
  entry: {
    slug: 'xero',
    name: 'Xero',
    category: 'ACCOUNTING',
    summary: 'Customers, invoices, payments and expenses of your shop in Xero’s books.',
    description:
      'Xero keeps the books of small companies. The hub adds customers by their e-mail address, writes invoices, mails and voids them, enters what was paid, and enters what was spent from a bank account. Xero has no sandbox: try it with the demo company every account has. Invoices without a tax code are written without tax; Xero names taxes by codes such as OUTPUT2 or TAX001.',
    authKind: 'OAUTH2_CODE',
    regions: ['GLOBAL', 'GB', 'AU', 'NZ', 'US', 'ZA'],
    environments: ['LIVE'],
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
        help: 'developer.xero.com → My Apps → your app → Configuration.',
        kind: 'text',
        required: true,
        hint: { pattern: '^[0-9A-F]{32}$', message: 'Client ids of Xero have 32 digits and capitals from A to F.' },
      },
      {
        name: 'clientSecret',
        label: 'Client secret',
        help: 'On the same page: Generate a secret. It is shown once.',
        kind: 'secret',
        required: true,
      },
      {
        name: 'tenantId',
        label: 'Organisation ID',
        help: 'Only when you connect several organisations: leave it empty, run the connection test, and take the id it lists.',
        kind: 'text',
        required: false,
        placeholder: '70784a63-d24b-46a9-a4db-0e70a274b056',
        rule: {
          pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
          message: 'An organisation ID is a UUID, such as 70784a63-d24b-46a9-a4db-0e70a274b056.',
        },
      },
      {
        name: 'salesAccount',
        label: 'Account for sales',
        help: 'Number of the account that lines of invoices go to when they name none: Xero → Accounting → Chart of accounts.',
        kind: 'text',
        required: false,
        default: '200',
        rule: { pattern: '^[A-Za-z0-9._-]{1,36}$', message: 'Write the account’s number, such as 200.' },
      },
      {
        name: 'bankAccount',
        label: 'Bank account',
        help: 'Number of the account that payments come to and expenses are paid from: Chart of accounts → Bank.',
        kind: 'text',
        required: false,
        placeholder: '090',
        rule: { pattern: '^[A-Za-z0-9._-]{1,36}$', message: 'Write the account’s number, such as 090, or its id.' },
      },
    ],
    permissions,
    limits: [
      { requests: 60, windowSeconds: 60, scope: 'per organisation' },
      { requests: 5000, windowSeconds: 86_400, scope: 'per organisation; 1,000 on the entry tier', enforced: false },
    ],
    webhookEvents: [...xeroEventTypes],
    templates: [
      {
        key: 'demo-company',
        name: 'Demo Company',
        description: 'Xero’s Demo Company, which everybody may try: its account for sales and its bank account.',
        environment: 'LIVE',
        settings: { salesAccount: '200', bankAccount: '090' },
        probeIntervalSeconds: 900,
      },
    ],
    setupGuide: [
      {
        title: 'Make an app at Xero',
        text: 'developer.xero.com → My Apps → New app → Web app. Name it “Patchbay” and enter your own website.',
        url: 'https://developer.xero.com/app/manage',
      },
      {
        title: 'Allow this hub as redirect',
        text: 'Add this hub’s address followed by /oauth/callback as redirect URI.',
      },
      {
        title: 'Copy ID and secret',
        text: 'Configuration shows the client ID; choose Generate a secret and copy it at once.',
      },
      {
        title: 'Connect and pick the organisation',
        text: 'Choose Connect here. Xero asks which organisation to open: take the demo company for a first try.',
        url: 'https://developer.xero.com/documentation/guides/oauth2/auth-flow',
      },
    ],
    pricingNotes:
      'The API has a free tier for a few organisations and paid ones above; see developer.xero.com/pricing. Xero itself is a monthly plan.',
    docsUrl: 'https://developer.xero.com/documentation/api/accounting/overview',
    statusUrl: 'https://status.xero.com',
    verified: true,
    logo: {
      path: 'M12 0a12 12 0 1 0 0 24 12 12 0 0 0 0-24zM5 15l2.3-3L5 9h2l1.4 2L9.800 9h2l-2.300 3L11.800 15h-2L8.400 13 7 15zm11.500 1a4 4 0 1 1 0-8 4 4 0 0 1 0 8zm0-2a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
      viewBox: '0 0 24 24',
      color: '#13B5EA',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => ({
    api: 'https://api.xero.com/api.xro/2.0',
    connections: 'https://api.xero.com',
    login: 'https://login.xero.com',
    identity: 'https://identity.xero.com',
  }),
  oauth: {
    grant: 'authorization_code',
    authorize: { host: 'login', path: '/identity/connect/authorize' },
    token: { host: 'identity', path: '/connect/token' },
    clientAuth: 'basic',
    clientIdField: 'clientId',
    clientSecretField: 'clientSecret',
    pkce: false,
    // Access tokens live half an hour; without offline_access there would be nothing to renew them with.
    scopes: ['offline_access', ...permissions.map(({ name }) => name)],
    scopeSeparator: ' ',
    // Each refresh token holds 60 days and is used once.
    refreshRotates: true,
  },
  authorize: (request, fields, accessToken) => ({
    ...request,
    headers: {
      // Without it Xero answers in XML.
      accept: 'application/json',
      ...(fields['tenantId'] ? { 'xero-tenant-id': fields['tenantId'] } : {}),
      ...request.headers,
      authorization: `Bearer ${accessToken ?? ''}`,
    },
  }),
  idempotencyHeader: 'idempotency-key',
  judge: judgeWith((body, answer) => {
    if (answer.status < 300) return null
    const detail = textAt(body, 'Detail')
    const message = validation(body) ?? detail ?? textAt(body, 'Message') ?? textAt(body, 'Title')
    const code = textAt(body, 'Type') ?? detail ?? textAt(body, 'Title')
    const daily = answer.headers['x-rate-limit-problem']
    return {
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { vendorCode: code }),
      // Xero tells a missing scope as 401, and an organisation that was disconnected as 403.
      ...(answer.status === 401 && detail === 'AuthorizationUnsuccessful'
        ? { errorClass: 'PERMISSION' as const, message: 'the sign-in did not grant this (AuthorizationUnsuccessful)' }
        : {}),
      ...(answer.status === 403 && detail === 'AuthenticationUnsuccessful'
        ? { message: 'the organisation is not connected to this app', field: 'tenantId' }
        : {}),
      ...(answer.status === 400 && /already (assigned|exists)|must be unique/i.test(message ?? '')
        ? { errorClass: 'CONFLICT' as const }
        : {}),
      ...(answer.status === 429 && daily !== undefined ? { vendorCode: daily.slice(0, 40) } : {}),
    }
  }),
  redact: ['access_token', 'refresh_token'],
  probe,
  tests: [
    connectionStep('Xero', probe),
    {
      suite: 'permissions',
      name: 'Permissions',
      run: async (call, connection) => permissionOutcome('Xero', permissions, await granted(call, connection)),
    },
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
              ? 'Xero answers; there are no invoices yet.'
              : `Xero answers; the newest invoice is ${number ?? 'without a number'}.`,
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
    payments: pulled(listPayments, {
      by: 'updatedSince',
      deletions: 'TOLD',
      isGone: ({ providerData }) => providerData.Status === 'DELETED',
    }),
  },
  webhooks: xeroWebhooks,
})
