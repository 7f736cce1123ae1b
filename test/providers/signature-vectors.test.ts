import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { linkedinChallenge, xChallenge } from '@patchbay/server/providers/shared/handshakes.ts'
import { bodyHmac } from '@patchbay/server/providers/shared/signatures/body-hmac.ts'
import { fieldList, telrTransaction } from '@patchbay/server/providers/shared/signatures/field-list.ts'
import { formJson } from '@patchbay/server/providers/shared/signatures/form-json.ts'
import { methodUrlBody } from '@patchbay/server/providers/shared/signatures/method-url-body.ts'
import { mac } from '@patchbay/server/providers/shared/signatures/proof.ts'
import { standardWebhooks } from '@patchbay/server/providers/shared/signatures/standard-webhooks.ts'
import { timestampedHex } from '@patchbay/server/providers/shared/signatures/timestamped.ts'
import { tokenPair } from '@patchbay/server/providers/shared/signatures/token-pair.ts'
import { urlBody } from '@patchbay/server/providers/shared/signatures/url-body.ts'
import { urlForm } from '@patchbay/server/providers/shared/signatures/url-form.ts'
import type { Verify } from '@patchbay/server/providers/webhook.ts'
import { describe, expect, test } from 'vitest'
import { factsOf, requestOf, sample } from './signature-request.ts'

interface Vector {
  readonly verify: Verify
  readonly secret: string
  readonly request: Parameters<typeof requestOf>[0]
}

const twilioJson =
  'https://hub.example.com/hooks/twilio?bodySHA256=c8c525e0d38f66db72944fca8754fc84a138ca289d1990272f6b172a763ae80c'
const form = { 'content-type': 'application/x-www-form-urlencoded' }

/** Figures written down beside the vendors' descriptions; those of Stripe to Twilio were accepted by the vendors' own packages. */
const vectors: Readonly<Record<string, Vector>> = {
  Stripe: {
    verify: timestampedHex({ header: 'stripe-signature' }),
    secret: 'whsec_testsecret',
    request: {
      headers: {
        'stripe-signature': 't=1700000000,v1=4c1fdfc66ed18f7dd349d599769c5fefb1d7175d3ecb54dbdb4cf8a88c479996',
      },
    },
  },
  'Standard Webhooks': {
    verify: standardWebhooks('svix', 'webhook'),
    secret: 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=',
    request: {
      headers: {
        'webhook-id': 'msg_1',
        'webhook-timestamp': '1700000000',
        'webhook-signature': 'v1,7MsjrvHs3IztoUyMyJ1Kij4eD32SkDdf6wHvIsztaKk=',
      },
    },
  },
  Square: {
    verify: urlBody('x-square-hmacsha256-signature'),
    secret: 'square-key',
    request: {
      url: 'https://hub.example.com/hooks/square',
      headers: { 'x-square-hmacsha256-signature': 'e7pPrPVL/Uy3Q+J632IQ9KNxdWQMtAtTd2E31ezS9M8=' },
    },
  },
  HubSpot: {
    verify: methodUrlBody({ signature: 'x-hubspot-signature-v3', timestamp: 'x-hubspot-request-timestamp' }),
    secret: 'hubspot-secret',
    request: {
      url: 'https://hub.example.com/hooks/hubspot?x=1',
      headers: {
        'x-hubspot-signature-v3': 'EJ/N/sK+ZI5NwGVobK6QsBmqX1vs/W37UO5O8fvkXco=',
        'x-hubspot-request-timestamp': '1700000000000',
      },
    },
  },
  'Twilio, form': {
    verify: urlForm('x-twilio-signature'),
    secret: 'twilio-token',
    request: {
      url: 'https://hub.example.com/hooks/twilio?a=b',
      body: 'MessageSid=SM1&From=%2B15550001111&Body=hello',
      headers: { ...form, 'x-twilio-signature': 'eJJtOjWJIpjjqbmo6rbp04apUhg=' },
    },
  },
  'Twilio, JSON': {
    verify: urlForm('x-twilio-signature'),
    secret: 'twilio-token',
    request: { url: twilioJson, headers: { 'x-twilio-signature': 'sOvAqfijay0dfGRCZ2/lFielCzY=' } },
  },
  'body in base64': {
    verify: bodyHmac({ header: ['x-shopify-hmac-sha256', 'shopify-hmac-sha256'], encoding: 'base64' }),
    secret: 'shared-secret',
    request: { headers: { 'shopify-hmac-sha256': 'G5MuUGi5DD8COQolwTvtx2LJ6d2tFLiyAfNsFC681yA=' } },
  },
  'body in hex': {
    verify: bodyHmac({ header: 'x-pfy-signature', encoding: 'hex', prefix: 'sha256=' }),
    secret: 'shared-secret',
    request: {
      headers: { 'x-pfy-signature': 'sha256=1b932e5068b90c3f02390a25c13bedc762c9e9ddad14b8b201f36c142ebcd720' },
    },
  },
  'Printful v2': {
    verify: bodyHmac({ header: 'x-pf-webhook-signature', encoding: 'hex', key: 'hex' }),
    secret: 'a01376f30766acf7f706cc84beb57b79',
    request: {
      headers: { 'x-pf-webhook-signature': '016e2de9d891e9bfc66da283b69d1b635c227d4e561f247b481a3196a12a6de3' },
    },
  },
  Mailchimp: {
    verify: timestampedHex({ header: 'x-mailchimp-signature' }),
    secret: 'shared-secret',
    request: {
      headers: {
        'x-mailchimp-signature': 't=1700000000,v1=829f6cea0da9244f3042c9ce40f496b51343604bb147c39e592f80d5213a868a',
      },
    },
  },
  TikTok: {
    verify: timestampedHex({ header: 'tiktok-signature', signature: 's' }),
    secret: 'shared-secret',
    request: {
      headers: {
        'tiktok-signature': 't=1700000000,s=829f6cea0da9244f3042c9ce40f496b51343604bb147c39e592f80d5213a868a',
      },
    },
  },
  LinkedIn: {
    verify: bodyHmac({ header: 'x-li-signature', encoding: 'hex', before: 'hmacsha256=' }),
    secret: 'shared-secret',
    request: { headers: { 'x-li-signature': '5941466d8a04bf4ca322ed2426ad8a3e53806465ea42102fcfe76506ef1bb454' } },
  },
  'LinkedIn, prefix in the header': {
    verify: bodyHmac({ header: 'x-li-signature', encoding: 'hex', before: 'hmacsha256=' }),
    secret: 'shared-secret',
    request: {
      headers: { 'x-li-signature': 'hmacsha256=5941466d8a04bf4ca322ed2426ad8a3e53806465ea42102fcfe76506ef1bb454' },
    },
  },
  Mailgun: {
    verify: tokenPair(),
    secret: 'shared-secret',
    request: {
      body: '{"signature":{"timestamp":"1700000000","token":"token123","signature":"9cdfb331da62e141c55cfd39aa38f0a8caa5c0368e856b4875a4d3f07fbbf8e2"}}',
    },
  },
  'Mailgun, form': {
    verify: tokenPair(),
    secret: 'shared-secret',
    request: {
      headers: form,
      body: 'timestamp=1700000000&token=token123&signature=9cdfb331da62e141c55cfd39aa38f0a8caa5c0368e856b4875a4d3f07fbbf8e2',
    },
  },
  FreshBooks: {
    verify: formJson('x-freshbooks-hmac-sha256'),
    secret: 'verifier-code',
    request: {
      headers: { ...form, 'x-freshbooks-hmac-sha256': 'wL3ADlhje4dTmfLcc6WYLeAwyrCxDlZHGsDzI9A0ZzY=' },
      body: 'name=invoice.create&object_id=1234567&account_id=6BApk&business_id=6543&identity_id=1234&user_id=1',
    },
  },
  Telr: {
    verify: fieldList(telrTransaction),
    secret: 'telr-secret',
    request: {
      headers: form,
      body:
        'tran_store=1234&tran_type=sale&tran_class=ecom&tran_test=1&tran_ref=030023738922&tran_prevref=&tran_firstref=' +
        '&tran_currency=AED&tran_amount=10.50&tran_cartid=cart-1&tran_desc=+Order+1+&tran_status=A&tran_authcode=123456' +
        '&tran_authmessage=Authorised&tran_check=93e7552d6e4b183ccdc20fd81c0cd2f9c0bc7a09',
    },
  },
}

describe('W1: vectors of the vendors', () => {
  test('the sample is the one they were made of', () => {
    expect(Buffer.byteLength(sample)).toBe(63)
    expect(createHash('sha256').update(sample).digest('hex')).toBe(
      'c8c525e0d38f66db72944fca8754fc84a138ca289d1990272f6b172a763ae80c',
    )
    // The last of the four parts that PayPal signs.
    expect(crc32(sample)).toBe(1_808_252_850)
  })

  test.each(Object.entries(vectors))('%s is verified', async (_name, { verify, secret, request }) => {
    expect((await verify(requestOf(request), factsOf({ secrets: [secret] }))).verdict).toBe('VERIFIED')
    expect((await verify(requestOf(request), factsOf({ secrets: [`${secret}11`] }))).verdict).not.toBe('VERIFIED')
  })

  test('what X and LinkedIn ask is answered with the vector', () => {
    const facts = factsOf({ secrets: ['shared-secret', 'older-secret'] })
    const ask = (query: string) => requestOf({ method: 'GET', url: `https://hub.example.com/hooks/token?${query}` })
    expect(JSON.parse(xChallenge()(ask('crc_token=crc_abc'), facts)?.body ?? '')).toEqual({
      response_token: 'sha256=Ac2k0nPW0Szt8xEjEVLPkzdrC9Qs89UwzF1kii3+F7U=',
    })
    const challengeCode = '890e4665-4dfe-4ab1-b689-ed553bceeed0'
    expect(JSON.parse(linkedinChallenge()(ask(`challengeCode=${challengeCode}`), facts)?.body ?? '')).toEqual({
      challengeCode,
      challengeResponse: '1676df0c02e7029d4df2971ae948d0a8e71f4e970ec1032dd73d4b1e45273ead',
    })
  })

  test('the figures of Shopify’s sign-in and Meta’s calls come out of the same function', () => {
    expect(
      mac('shared-secret', 'code=abc&host=aGk&shop=demo.myshopify.com&state=xyz&timestamp=1700000000').toString('hex'),
    ).toBe('419ebda1eb85859fe56807e041e38e047069d2f058c9f9b8f52339482ba61b1d')
    expect(mac('app-secret', 'EAAtoken').toString('hex')).toBe(
      '9f9f0867bc3df2d00cecd6aa6fb78e65b64c050401bd6ec5b84d98503d443d34',
    )
  })

  test('HubSpot signs the address with some of its escapes undone', () => {
    const verify = methodUrlBody({ signature: 'x-hubspot-signature-v3', timestamp: 'x-hubspot-request-timestamp' })
    const url = 'https://hub.example.com/hooks/token?at=12%3A30%2f%40&name=caf%C3%A9%20%26'
    const signed = `POSThttps://hub.example.com/hooks/token?at=12:30/@&name=caf%C3%A9%20%26${sample}1700000000000`
    const headers = {
      'x-hubspot-signature-v3': mac('hubspot-secret', signed).toString('base64'),
      'x-hubspot-request-timestamp': '1700000000000',
    }
    expect(verify(requestOf({ url, headers }), factsOf({ secrets: ['hubspot-secret'] })).verdict).toBe('VERIFIED')
  })

  test('HubSpot’s version 1, a hash without HMAC, is no proof', () => {
    const signature = '428c725b340090abe60f21cd8ae1ee66b9c39b4355624fc114e9e3ffb0e87b33'
    expect(createHash('sha256').update(`hubspot-secret${sample}`).digest('hex')).toBe(signature)
    const headers = { 'x-hubspot-signature': signature, 'x-hubspot-signature-version': 'v1' }
    const verify = methodUrlBody({ signature: 'x-hubspot-signature-v3', timestamp: 'x-hubspot-request-timestamp' })
    expect(verify(requestOf({ headers }), factsOf({ secrets: ['hubspot-secret'] })).verdict).toBe('MISSING_PROOF')
  })
})

describe('D2: vectors of Standard Webhooks', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'
  const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
  const at = 1_614_265_330
  const right = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
  const wrong = 'v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc='
  const verdictOf = async ({
    body = '{"test": 2432232314}',
    signature = right,
    headers = {},
    after = 0,
    key = secret,
  }: {
    readonly body?: string
    readonly signature?: string
    readonly headers?: Readonly<Record<string, string>>
    readonly after?: number
    readonly key?: string
  }) => {
    const all = { 'webhook-id': id, 'webhook-timestamp': `${at}`, 'webhook-signature': signature, ...headers }
    const facts = factsOf({ secrets: [key], now: (at + after) * 1000 })
    return (await standardWebhooks()(requestOf({ headers: all, body }), facts)).verdict
  }

  test.each([
    ['a payload', {}],
    ['an empty payload', { body: '', signature: 'v1,v48jdbgvh29KJz2Qc+ghw8G6vG3nAKnujWBg8oM/62A=' }],
    [
      'a payload of other letters',
      { body: '{"name":"متجر ☕"}', signature: 'v1,HBeDVEz9UrvyypaOjmOkZXReINGwQBBlJQ/WjTdi2hM=' },
    ],
    ['a secret without prefix', { key: secret.slice(6) }],
    ['several signatures of which one fits', { signature: `${wrong} ${wrong.replace('v1', 'v2')} ${right} ${wrong}` }],
    ['a time at the edge', { after: 300 }],
    ['a time ahead at the edge', { after: -300 }],
  ])('verifies %s', async (_name, given) => expect(await verdictOf(given)).toBe('VERIFIED'))

  test.each([
    ['an old timestamp', { after: 301 }, 'STALE'],
    ['a new timestamp', { after: -301 }, 'STALE'],
    ['an invalid signature', { signature: 'v1,dawfeoifkpqwoekfpqoekf' }, 'MALFORMED_PROOF'],
    ['a partial signature', { signature: 'v1,g0hM9' }, 'MALFORMED_PROOF'],
    ['an empty signature', { signature: 'v1,' }, 'MALFORMED_PROOF'],
    ['a signature of another version', { signature: right.replace('v1', 'v2') }, 'MALFORMED_PROOF'],
    ['a tampered payload', { body: '{"test": 2432232315}' }, 'BAD_SIGNATURE'],
    ['a missing id', { headers: { 'webhook-id': '' } }, 'MISSING_PROOF'],
    ['a missing timestamp', { headers: { 'webhook-timestamp': '' } }, 'MISSING_PROOF'],
    ['a missing signature', { signature: '' }, 'MISSING_PROOF'],
    ['an invalid timestamp', { headers: { 'webhook-timestamp': 'hello' } }, 'MALFORMED_PROOF'],
    ['an id cut elsewhere', { headers: { 'webhook-id': `${id}.1` } }, 'MALFORMED_PROOF'],
    ['an empty secret', { key: '' }, 'NO_SECRET'],
    ['a secret of nothing but the prefix', { key: 'whsec_' }, 'BAD_KEY'],
    ['a secret that is no base64', { key: 'whsec_not base64!' }, 'BAD_KEY'],
  ])('refuses %s', async (_name, given, verdict) => expect(await verdictOf(given)).toBe(verdict))
})
