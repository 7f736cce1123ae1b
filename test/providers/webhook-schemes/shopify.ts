import '@shopify/shopify-api/adapters/web-api'
import { ApiVersion, LogSeverity, shopifyApi } from '@shopify/shopify-api'
import { connection, hmac, random, type Scheme } from './scheme.ts'

const shop = 'your-shop.myshopify.com'

const officialWith = (apiSecretKey: string) =>
  shopifyApi({
    apiKey: 'unused',
    apiSecretKey,
    apiVersion: ApiVersion.October26,
    hostName: 'hub.example',
    isEmbeddedApp: false,
    logger: { level: LogSeverity.Error },
  })

export const shopifyScheme: Scheme = {
  slug: 'shopify',
  holdsMs: null,
  coversBody: true,
  proofs: ['x-shopify-hmac-sha256'],
  facts: { connection: { ...connection, settings: { shop } } },
  makeKey: async () => {
    const secret = random(16).toString('hex')
    return {
      secret,
      sign: (body) => ({
        headers: {
          'x-shopify-hmac-sha256': hmac(secret, 'base64', body),
          'x-shopify-topic': 'orders/paid',
          'x-shopify-shop-domain': shop,
          'x-shopify-api-version': '2026-10',
          'x-shopify-webhook-id': 'b54557e4-bdd9-4b37-8a5f-bf7d70bcd043',
        },
      }),
    }
  },
  witness: async ({ url, body, headers }, secret) => {
    const rawRequest = new Request(url, { method: 'POST', headers })
    return (await officialWith(secret).webhooks.validate({ rawBody: body.toString(), rawRequest })).valid
  },
}
