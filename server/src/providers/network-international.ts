import type { Call, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import {
  cancelPayment,
  capturePayment,
  createCheckout,
  createPayment,
  createRefund,
  getCheckout,
  getPayment,
  getRefund,
} from './network-international/operations.ts'
import { sessionHeader, signIn } from './network-international/session.ts'
import { niEvents, niWebhooks } from './network-international/webhooks.ts'
import { judgeWith, textAt } from './shared/failure.ts'
import { unlessGone } from './shared/registration.ts'
import { connectionStep, permissionsByTrying } from './shared/steps.ts'

const permissions = [
  { name: 'Outlet access', why: 'opening orders at the outlet and reading them back', required: true },
] as const

/** Nobody's order: an outlet that may be read does not know it. */
const nobody = '/orders/00000000-0000-4000-8000-000000000000'

async function probe(call: Call, connection: ConnectionFacts): Promise<void> {
  const ask = await signIn(call, connection)
  await unlessGone(ask('GET', nobody))
}

const hosts: Readonly<Record<string, Readonly<Record<ConnectionFacts['environment'], string>>>> = {
  uae: {
    LIVE: 'https://api-gateway.ngenius-payments.com',
    SANDBOX: 'https://api-gateway.sandbox.ngenius-payments.com',
  },
  ksa: {
    LIVE: 'https://api-gateway.ksa.ngenius-payments.com',
    SANDBOX: 'https://api-gateway.sandbox.ksa.ngenius-payments.com',
  },
}

const trying = permissionsByTrying(
  'Network International',
  permissions,
  [{ permission: permissions[0].name, request: { method: 'GET', path: nobody } }],
  'outletRef',
)

/**
 * Network International, N-Genius Online: https://docs.ngenius-payments.com. Its API lists no orders and knows neither
 * disputes nor subscriptions; those live in its portal. There is no published description to hold this against: orders,
 * captures and refunds follow the vendor's own plugins, error bodies and the realm of Saudi tenants are UNVERIFIED.
 */
export const networkInternational = defineProvider({
  entry: {
    slug: 'network-international',
    name: 'Network International',
    category: 'PAYMENT',
    summary:
      'Take cards and wallets in AED, SAR and more through N-Genius Online, the gateway of the Gulf’s largest acquirer.',
    description:
      'Network International acquires cards for shops in the Emirates and Saudi Arabia. The hub opens an order, hands over the address of the payment page, reads the order back, captures or releases what is reserved, and gives money back. Lists, disputes and recurring payments are in the N-Genius portal only. A session of five minutes is opened for every operation; requests passed through the proxy have none.',
    authKind: 'API_KEY',
    regions: ['AE', 'SA', 'JO', 'EG', 'ZA', 'NG'],
    environments: ['SANDBOX', 'LIVE'],
    capabilities: [
      'payments.create',
      'payments.get',
      'payments.capture',
      'payments.cancel',
      'checkouts.create',
      'checkouts.get',
      'refunds.create',
      'refunds.get',
    ],
    fields: [
      {
        name: 'apiKey',
        label: 'Service account API key',
        help: 'N-Genius portal → Settings → Integrations → Service Accounts → New. Copy the key exactly as it is shown.',
        kind: 'secret',
        required: true,
        hint: {
          pattern: '^[A-Za-z0-9+/=]{40,}$',
          message: 'N-Genius API keys are long texts of letters, digits, +, / and =.',
        },
      },
      {
        name: 'outletRef',
        label: 'Outlet reference',
        help: 'N-Genius portal → Settings → Organisational hierarchy → your outlet → Reference.',
        kind: 'text',
        required: true,
        placeholder: '00000000-0000-0000-0000-000000000000',
        rule: {
          pattern: '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$',
          message: 'An outlet reference has 32 digits and letters a to f in five groups.',
        },
      },
      {
        name: 'region',
        label: 'Region',
        help: 'Where your account was opened.',
        kind: 'select',
        required: true,
        default: 'uae',
        options: [
          { value: 'uae', label: 'United Arab Emirates and others' },
          { value: 'ksa', label: 'Saudi Arabia' },
        ],
      },
      {
        name: 'realm',
        label: 'Realm',
        help: 'Only if Network International told you one. Leave empty otherwise.',
        kind: 'text',
        required: false,
        rule: { pattern: '^[A-Za-z0-9_-]{2,40}$', message: 'A realm is one word.' },
      },
    ],
    permissions,
    limits: [],
    webhookEvents: Object.keys(niEvents),
    templates: [
      {
        key: 'saudi-arabia',
        name: 'Saudi Arabia',
        description: 'A merchant account that was opened in Saudi Arabia, with hosts of its own.',
        environment: 'LIVE',
        settings: { region: 'ksa' },
        probeIntervalSeconds: 300,
      },
    ],
    setupGuide: [
      {
        title: 'Open the portal',
        text: 'Sign in to the sandbox portal for a SANDBOX connection, or to the live one. Keys of one never work for the other.',
        url: 'https://portal.ngenius-payments.com',
      },
      {
        title: 'Make a service account',
        text: 'Settings → Integrations → Service Accounts → New. Name it “Patchbay” and copy the API key.',
        url: 'https://docs.ngenius-payments.com/docs/getting-started',
      },
      {
        title: 'Copy the outlet reference',
        text: 'Settings → Organisational hierarchy: open the outlet that sells online and copy its reference.',
      },
      {
        title: 'Set the webhook',
        text: 'Settings → Integrations → Webhooks: the source in this hub says what to paste there.',
      },
    ],
    pricingNotes:
      'By contract: a share of each payment and often a setup and a monthly fee. Ask Network International for your rates.',
    docsUrl: 'https://docs.ngenius-payments.com',
    verified: false,
    logo: {
      path: 'M3 4h4.2l7.2 10.4V4H18v16h-4L6.6 9.3V20H3zM20 4h2v16h-2z',
      viewBox: '0 0 24 24',
      color: '#E4002B',
    },
    baseUrlOverride: false,
    lab: true,
  },
  hosts: ({ environment, settings }) => ({
    api: (hosts[settings['region'] ?? 'uae'] ?? hosts['uae'])?.[environment] ?? '',
  }),
  authorize: (request, fields) => {
    const { [sessionHeader]: session, ...headers } = request.headers
    const authorization = session === undefined ? `Basic ${fields['apiKey'] ?? ''}` : `Bearer ${session}`
    return { ...request, headers: { ...headers, authorization } }
  },
  judge: judgeWith((body, answer) => {
    const code = textAt(body, 'errors', 0, 'errorCode') ?? textAt(body, 'code')
    const said = textAt(body, 'errors', 0, 'localizedMessage') ?? textAt(body, 'errors', 0, 'message')
    const message = said ?? textAt(body, 'message') ?? textAt(body, 'error_description')
    return {
      ...(message === undefined ? {} : { message }),
      ...(code === undefined ? {} : { vendorCode: code }),
      ...(answer.status === 401 ? { field: 'apiKey' } : answer.status === 403 ? { field: 'outletRef' } : {}),
    }
  }),
  redact: ['access_token', 'refresh_token'],
  probe,
  tests: [
    connectionStep('Network International', probe),
    {
      ...trying,
      run: async (call, connection) => {
        const ask = await signIn(call, connection)
        return trying.run(({ method, path }) => ask(method, path), connection)
      },
    },
  ],
  operations: {
    'payments.create': createPayment,
    'payments.get': getPayment,
    'payments.capture': capturePayment,
    'payments.cancel': cancelPayment,
    'checkouts.create': createCheckout,
    'checkouts.get': getCheckout,
    'refunds.create': createRefund,
    'refunds.get': getRefund,
  },
  webhooks: niWebhooks,
})
