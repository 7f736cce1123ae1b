import { ProviderCallError } from '@patchbay/schema/errors.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { pathOf } from './freshbooks/account.ts'
import { listContacts, upsertContact } from './freshbooks/clients.ts'
import { createInvoice, getInvoice, listInvoices, sendInvoice, voidInvoice } from './freshbooks/invoices.ts'
import { createExpense, listAccounts, listExpenses, listPayments, recordPayment } from './freshbooks/ledger.ts'
import { freshbooksEventTypes, freshbooksWebhooks } from './freshbooks/webhooks.ts'
import { judgeWith, readAnswer, textAt } from './shared/failure.ts'
import { pulled } from './shared/pull.ts'
import { connectionStep, permissionsByTrying, type PermissionProof } from './shared/steps.ts'

/** Scopes of one noun, and the path below which it lies. */
const nouns = [
  { noun: 'clients', path: '/users/clients', read: 'reading clients', write: 'adding and changing clients' },
  {
    noun: 'invoices',
    path: '/invoices/invoices',
    read: 'reading invoices',
    write: 'writing, mailing and removing invoices',
  },
  { noun: 'payments', path: '/payments/payments', read: 'finding payments', write: 'entering payments' },
  { noun: 'expenses', path: '/expenses/expenses', read: 'reading expenses', write: 'entering expenses' },
] as const

const permissions = [
  { name: 'user:profile:read', why: 'finding your account', required: true },
  ...nouns.flatMap(({ noun, read, write }) => [
    { name: `user:${noun}:read`, why: read, required: true },
    { name: `user:${noun}:write`, why: write, required: true },
  ]),
]

const me = { method: 'GET', path: '/auth/api/v1/users/me' } as const
const proofs: readonly PermissionProof[] = [
  { permission: 'user:profile:read', request: me },
  ...nouns.flatMap(({ noun, path }): PermissionProof[] => [
    {
      permission: `user:${noun}:read`,
      request: (connection) => ({ method: 'GET', path: pathOf(connection, path), query: { per_page: 1 } }),
    },
    // Nothing has the number 0: FreshBooks says so after it checked the scope.
    {
      permission: `user:${noun}:write`,
      request: (connection) => ({ method: 'PUT', path: pathOf(connection, `${path}/0`), json: {} }),
    },
  ]),
]

const profile = z.object({
  response: z.object({
    business_memberships: z.array(
      z.object({ business: z.object({ account_id: z.string().nullish(), name: z.string().nullish() }) }),
    ),
  }),
})

async function probe(call: Call, { settings }: ConnectionFacts): Promise<void> {
  const all = readAnswer('FreshBooks', await call(me), profile, ({ response }) =>
    response.business_memberships.flatMap(({ business: { account_id: id, name } }) =>
      id ? [{ id, name: name ?? id }] : [],
    ),
  )
  if (all.some(({ id }) => id === settings['accountId'])) return
  throw new ProviderCallError({
    errorClass: 'NOT_FOUND',
    message: `FreshBooks: this sign-in opens no account ${settings['accountId'] ?? ''}.`,
    advice: `Set the account ID to one of: ${all.map(({ id, name }) => `${id} (${name})`).join(', ') || 'none, this person has no business yet'}.`,
    field: 'accountId',
  })
}

/**
 * FreshBooks, accounting API: https://www.freshbooks.com/api/start. FreshBooks publishes no description of it, and neither its limits nor
 * whether the refresh of a token must repeat the redirect address; both were not tried against a live account.
 */
export const freshbooks = defineProvider({
  entry: {
    slug: 'freshbooks',
    name: 'FreshBooks',
    category: 'ACCOUNTING',
    summary: 'Clients, invoices, payments and expenses of your shop in FreshBooks.',
    description:
      'FreshBooks bills for freelancers and small firms. The hub adds clients by their e-mail address, writes invoices, mails and removes them, enters what was paid, and enters what was spent in your categories. Taxes are named as in FreshBooks; a line without one is billed without tax. There is no sandbox: try it with a trial business.',
    authKind: 'OAUTH2_CODE',
    regions: ['GLOBAL', 'US', 'CA', 'GB'],
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
        help: 'FreshBooks → Settings → Developer Portal → your app.',
        kind: 'text',
        required: true,
      },
      { name: 'clientSecret', label: 'Client secret', help: 'On the same page.', kind: 'secret', required: true },
      {
        name: 'accountId',
        label: 'Account ID',
        help: 'Letters and digits by which the API names your business. Enter any, run the connection test after signing in, and take the one it lists.',
        kind: 'text',
        required: true,
        placeholder: 'xZNQ1X',
        // Becomes a part of every path.
        rule: { pattern: '^[A-Za-z0-9]{2,20}$', message: 'An account ID is made of letters and digits.' },
      },
    ],
    permissions,
    limits: [
      {
        requests: 100,
        windowSeconds: 60,
        scope: 'FreshBooks does not tell its limits; this is a careful guess',
        enforced: false,
      },
    ],
    webhookEvents: [...freshbooksEventTypes],
    setupGuide: [
      {
        title: 'Make an app',
        text: 'FreshBooks → Settings → Developer Portal → Create an app. Add this hub’s address followed by /oauth/callback as redirect URI; FreshBooks wants https.',
        url: 'https://my.freshbooks.com/#/developer',
      },
      {
        title: 'Choose its scopes',
        text: 'user:profile:read, and reading and writing of clients, invoices, payments and expenses.',
      },
      { title: 'Copy ID and secret', text: 'Paste both here with the account ID, and choose Connect.' },
      {
        title: 'If it is the wrong account',
        text: 'The connection test lists the accounts that the sign-in opens.',
        url: 'https://www.freshbooks.com/api/authentication',
      },
    ],
    pricingNotes: 'The API comes with every plan; FreshBooks itself is a monthly plan by number of clients.',
    docsUrl: 'https://www.freshbooks.com/api/start',
    statusUrl: 'https://status.freshbooks.com',
    verified: false,
    logo: {
      path: 'M4 2h13a4 4 0 0 1 4 4v16H8a4 4 0 0 1-4-4zm5 5v10h2v-4h4v-2h-4V9h5V7z',
      viewBox: '0 0 24 24',
      color: '#0075DD',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: () => ({ api: 'https://api.freshbooks.com', login: 'https://auth.freshbooks.com' }),
  oauth: {
    grant: 'authorization_code',
    authorize: { host: 'login', path: '/oauth/authorize' },
    token: { host: 'api', path: '/auth/oauth/token' },
    clientAuth: 'json',
    clientIdField: 'clientId',
    clientSecretField: 'clientSecret',
    pkce: false,
    scopes: permissions.map(({ name }) => name),
    scopeSeparator: ' ',
    // Access tokens live twelve hours; each refresh token is used once, and one is alive at a time.
    refreshRotates: true,
  },
  authorize: (request, _fields, accessToken) => ({
    ...request,
    headers: { accept: 'application/json', ...request.headers, authorization: `Bearer ${accessToken ?? ''}` },
  }),
  judge: judgeWith((body, answer) => {
    if (answer.status < 300) return null
    const message =
      textAt(body, 'response', 'errors', 0, 'message') ??
      textAt(body, 'message') ??
      textAt(body, 'error_description') ??
      textAt(body, 'error')
    const code = textAt(body, 'response', 'errors', 0, 'errno') ?? textAt(body, 'errno') ?? textAt(body, 'error_type')
    const taken =
      answer.status === 400 || answer.status === 422 ? /already (exists|in use|taken)/i.test(message ?? '') : false
    return {
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { vendorCode: code }),
      ...(taken ? { errorClass: 'CONFLICT' as const } : {}),
    }
  }),
  redact: ['access_token', 'refresh_token'],
  probe,
  tests: [
    connectionStep('FreshBooks', probe),
    permissionsByTrying('FreshBooks', permissions, proofs),
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
              ? 'FreshBooks answers; there are no invoices yet.'
              : `FreshBooks answers; the first invoice is ${number ?? 'without a number'}.`,
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
    contacts: pulled(listContacts),
    invoices: pulled(listInvoices, { by: 'updatedSince' }),
    expenses: pulled(listExpenses),
    payments: pulled(listPayments),
  },
  webhooks: freshbooksWebhooks,
})
