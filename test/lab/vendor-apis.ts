import { labCredentials } from '@patchbay/server/lab/credentials.ts'

interface Sent {
  readonly method?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  readonly form?: Readonly<Record<string, string>>
}

export interface Answered<Body> {
  readonly status: number
  readonly body: Body
}

/** Speaks to one simulated vendor as a client of it would, with the credentials that work. */
export type Vendor = <Body = Readonly<Record<string, unknown>>>(path: string, sent?: Sent) => Promise<Answered<Body>>

function vendor(base: () => string, identity: Readonly<Record<string, string>>): Vendor {
  return async <Body>(path: string, sent: Sent = {}) => {
    const body =
      sent.json !== undefined
        ? JSON.stringify(sent.json)
        : sent.form !== undefined
          ? new URLSearchParams(sent.form).toString()
          : null
    const type = sent.json !== undefined ? 'application/json' : 'application/x-www-form-urlencoded'
    const answer = await fetch(base() + path, {
      method: sent.method ?? (body === null ? 'GET' : 'POST'),
      headers: { ...identity, ...(body === null ? {} : { 'content-type': type }), ...sent.headers },
      body,
    })
    const text = await answer.text()
    return { status: answer.status, body: (text === '' ? null : JSON.parse(text)) as Body }
  }
}

const bearer = (token: string) => ({ authorization: `Bearer ${token}` })

/** Every simulated vendor that has webhooks; `origin` is the lab's. */
export function vendorsOf(origin: () => string) {
  const at = (slug: string) => () => `${origin()}/${slug}/api`
  const { stripe, printful, printify, sendgrid, shopify } = labCredentials
  return {
    stripe: vendor(at('stripe'), bearer(stripe.good.secretKey)),
    restrictedStripe: vendor(at('stripe'), bearer(stripe.restricted.secretKey)),
    printful: vendor(at('printful'), bearer(printful.good.apiToken)),
    printify: vendor(at('printify'), { ...bearer(printify.good.apiToken), 'user-agent': 'Patchbay test' }),
    sendgrid: vendor(at('sendgrid'), bearer(sendgrid.good.apiKey)),
    shopify: vendor(at('shopify'), { 'x-shopify-access-token': shopify.good.accessToken }),
    restrictedShopify: vendor(at('shopify'), { 'x-shopify-access-token': shopify.restricted.accessToken }),
    paypal: async () => {
      const { clientId, clientSecret } = labCredentials.paypal.good
      const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
      const sign = vendor(at('paypal'), { authorization: `Basic ${basic}` })
      const { body } = await sign<{ access_token: string }>('/v1/oauth2/token', {
        form: { grant_type: 'client_credentials' },
      })
      return vendor(at('paypal'), bearer(body.access_token))
    },
    google: (accessToken: string) => vendor(at('google-calendar'), bearer(accessToken)),
  }
}

export interface Letter {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
  readonly answered: number | string | null
}

export interface ReceiverDetail {
  readonly received: number
  readonly distinct: number
  readonly repeated: number
  readonly ids: Readonly<Record<string, number>>
  readonly answers: Readonly<Record<string, number>>
  /** Newest first. */
  readonly arrivals: readonly (Letter & { readonly webhookId: string | null; readonly at: string })[]
}

/** The lab's steering wheel. */
export function controlOf(origin: () => string) {
  const ask = async <Body>(method: string, path: string, json?: unknown): Promise<Answered<Body>> => {
    const answer = await fetch(`${origin()}/_control/${path}`, {
      method,
      ...(json === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(json) }),
    })
    return { status: answer.status, body: (await answer.json()) as Body }
  }
  return {
    ask,
    emit: (vendorSlug: string, scenario: string, more: object = {}) =>
      ask<Readonly<Record<string, unknown>>>('POST', 'emit', { vendor: vendorSlug, scenario, ...more }),
    behave: (name: string, behaviour: object) => ask('PUT', `receivers/${name}`, behaviour),
    receiver: async (name: string) => (await ask<ReceiverDetail>('GET', `receivers/${name}`)).body,
  }
}
