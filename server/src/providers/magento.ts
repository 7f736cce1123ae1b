import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Call, CallRequest, ConnectionFacts } from './provider.ts'
import { defineProvider } from './provider.ts'
import { listCustomers } from './magento/customers.ts'
import { cancelOrder, fulfillOrder, getOrder, listOrders } from './magento/orders.ts'
import { getProduct, listProducts, setStock } from './magento/products.ts'
import { codeOf, codePattern, criteria, currencyOf } from './magento/store.ts'
import { at, judgeWith, textAt } from './shared/failure.ts'
import { pulled, pulledVariants } from './shared/pull.ts'
import { connectionStep, permissionOutcome } from './shared/steps.ts'
import { storeBase, storeRule } from './shared/store-address.ts'

const permissions = [
  { name: 'Magento_Sales::actions_view', why: 'reading orders', required: true },
  { name: 'Magento_Sales::ship', why: 'sending orders', required: true },
  { name: 'Magento_Sales::cancel', why: 'cancelling orders', required: true },
  { name: 'Magento_Catalog::products', why: 'reading products', required: true },
  { name: 'Magento_InventoryApi::source', why: 'reading and setting stock', required: true },
  { name: 'Magento_Customer::customer', why: 'reading customers', required: false },
] as const

const list = (path: string): CallRequest => ({ method: 'GET', path, query: criteria({}, 1, 1) })
/** Nothing has the number 0: Magento says so after it checked the resource. */
const proofs: Readonly<Record<(typeof permissions)[number]['name'], CallRequest>> = {
  'Magento_Sales::actions_view': list('/V1/orders'),
  'Magento_Sales::ship': { method: 'POST', path: '/V1/order/0/ship', json: { notify: false } },
  'Magento_Sales::cancel': { method: 'POST', path: '/V1/orders/0/cancel' },
  'Magento_Catalog::products': list('/V1/products'),
  'Magento_InventoryApi::source': list('/V1/inventory/source-items'),
  'Magento_Customer::customer': list('/V1/customers/search'),
}

async function probe(call: Call, connection: ConnectionFacts): Promise<void> {
  await currencyOf(call, connection)
}

/** Magento refuses a wrong token and a missing resource in the same words: after the probe it is the resource. */
async function granted(call: Call, connection: ConnectionFacts): Promise<Set<string>> {
  await probe(call, connection)
  const found = new Set<string>()
  for (const [name, request] of Object.entries(proofs))
    try {
      await call(request)
      found.add(name)
    } catch (error) {
      if (!(error instanceof ProviderCallError)) throw error
      if (['NOT_FOUND', 'INVALID_REQUEST'].includes(error.errorClass)) found.add(name)
      else if (!['AUTHENTICATION', 'PERMISSION'].includes(error.errorClass)) throw error
    }
  return found
}

/** Magento's words with what stands in their gaps: "%1" and "%resources". */
function wordsOf(body: unknown): string | undefined {
  const text = textAt(body, 'message')
  return text?.replace(/%(\w+)/g, (gap, name: string) => {
    const parameters = at(body, 'parameters')
    const index = Array.isArray(parameters) ? Number(name) - 1 : name
    return textAt(parameters, index) ?? gap
  })
}

/**
 * Magento Open Source and Adobe Commerce, REST V1: https://developer.adobe.com/commerce/webapi/rest/. It runs on the shop's own host.
 * Open Source sends no webhooks, so lists take `updatedSince`; the webhooks of Adobe Commerce ask for an answer before the shop goes
 * on, which is nothing for a hub. The names of the inventory resource are not documented and were not tried against a live shop.
 */
export const magento = defineProvider({
  entry: {
    slug: 'magento',
    name: 'Magento / Adobe Commerce',
    category: 'ECOMMERCE',
    summary: 'Orders, products, stock and customers of your Magento or Adobe Commerce shop.',
    description:
      'Magento, also as Adobe Commerce, runs large shops on their own host. The hub reads orders, products with what may be chosen of them, and customers; it ships orders with their tracking number, cancels what was not billed yet, and sets stock. Articles are named by their number (SKU). Magento tells nobody by itself what changed: read the lists with updatedSince.',
    authKind: 'API_KEY',
    regions: ['GLOBAL'],
    environments: ['LIVE'],
    capabilities: [
      'orders.list',
      'orders.get',
      'orders.fulfill',
      'orders.cancel',
      'products.list',
      'products.get',
      'inventory.set',
      'customers.list',
    ],
    fields: [
      {
        name: 'storeUrl',
        label: 'Shop address',
        help: 'Magento → Stores → Configuration → General → Web → Base URLs (Secure), without the path of the admin.',
        kind: 'text',
        required: true,
        placeholder: 'https://shop.example.com',
        rule: storeRule,
      },
      {
        name: 'accessToken',
        label: 'Integration access token',
        help: 'System → Extensions → Integrations → your integration → Access Token, shown when it is activated.',
        kind: 'secret',
        required: true,
        hint: { pattern: '^[a-z0-9]{32}$', message: 'Access tokens have 32 digits and small letters.' },
      },
      {
        name: 'storeCode',
        label: 'Store view',
        help: 'Code of the store view: Stores → Settings → All Stores → click on the view.',
        kind: 'text',
        required: false,
        default: 'default',
        rule: {
          pattern: codePattern.source,
          message: 'A code begins with a letter and goes on with letters, digits and _.',
        },
      },
    ],
    permissions,
    limits: [{ requests: 120, windowSeconds: 60, scope: 'none of Magento’s own; what a host bears', enforced: false }],
    webhookEvents: [],
    setupGuide: [
      {
        title: 'Add an integration',
        text: 'System → Extensions → Integrations → Add New Integration. Name it “Patchbay”; under API choose Custom and tick Sales, Catalog, Customers and Inventory.',
        url: 'https://experienceleague.adobe.com/en/docs/commerce-admin/systems/integrations',
      },
      { title: 'Activate it', text: 'Save, choose Activate, and copy the access token of the four keys it shows.' },
      {
        title: 'Let the token stand alone',
        text: 'Since 2.4.4: Stores → Configuration → Services → OAuth → Consumer Settings → Allow OAuth Access Tokens to be used as standalone Bearer tokens: Yes.',
        url: 'https://developer.adobe.com/commerce/webapi/get-started/authentication/gs-authentication-token/',
      },
      {
        title: 'Enter address and token',
        text: 'With several store views, enter the code of the one whose prices count.',
      },
    ],
    pricingNotes: 'Magento Open Source is free; Adobe Commerce is licensed. The API is part of both.',
    docsUrl: 'https://developer.adobe.com/commerce/webapi/rest/',
    verified: true,
    logo: {
      path: 'M12 0 2 6v12l3 1.700V7.700L12 3.700l7 4v12L22 18V6zM9 9.500v12l3 1.700 3-1.700v-12l-3-1.700v12z',
      viewBox: '0 0 24 24',
      color: '#EE672F',
    },
    // The shop's address is a field of the form.
    baseUrlOverride: false,
    lab: true,
  },
  hosts: (connection) => ({ api: `${storeBase(connection.settings['storeUrl'])}/rest/${codeOf(connection)}` }),
  authorize: (request, fields) => ({
    ...request,
    headers: { accept: 'application/json', ...request.headers, authorization: `Bearer ${fields['accessToken'] ?? ''}` },
  }),
  judge: judgeWith((body, answer) => {
    if (answer.status < 300) return null
    const message = wordsOf(body)
    return {
      ...(message === undefined ? {} : { message }),
      ...(answer.status === 401 ? { field: 'accessToken' } : {}),
    }
  }),
  probe,
  tests: [
    connectionStep('Magento / Adobe Commerce', probe),
    {
      suite: 'permissions',
      name: 'Permissions',
      run: async (call, connection) =>
        permissionOutcome('Magento', permissions, await granted(call, connection), 'accessToken'),
    },
    {
      suite: 'sample',
      name: 'Read an order',
      run: async (call) => {
        const page = await listOrders(call, { first: 1, after: null })
        const number = page.items[0]?.number
        return {
          ok: true,
          message:
            number === undefined
              ? 'Magento answers; there are no orders yet.'
              : `Magento answers; the newest order is ${number}.`,
        }
      },
    },
  ],
  operations: {
    'orders.list': listOrders,
    'orders.get': getOrder,
    'orders.fulfill': fulfillOrder,
    'orders.cancel': cancelOrder,
    'products.list': listProducts,
    'products.get': getProduct,
    'inventory.set': setStock,
    'customers.list': listCustomers,
  },
  resources: {
    products: pulled(listProducts, { by: 'updatedSince' }),
    variants: pulledVariants(listProducts),
    orders: pulled(listOrders, { by: 'updatedSince' }),
    customers: pulled(listCustomers, { by: 'updatedSince' }),
  },
})
