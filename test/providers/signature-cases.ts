import { createHash, createHmac } from 'node:crypto'
import { bodyHmac } from '@patchbay/server/providers/shared/signatures/body-hmac.ts'
import { fieldList, telrTransaction } from '@patchbay/server/providers/shared/signatures/field-list.ts'
import { formJson } from '@patchbay/server/providers/shared/signatures/form-json.ts'
import { methodUrlBody } from '@patchbay/server/providers/shared/signatures/method-url-body.ts'
import { standardWebhooks } from '@patchbay/server/providers/shared/signatures/standard-webhooks.ts'
import { timestampedHex } from '@patchbay/server/providers/shared/signatures/timestamped.ts'
import { headerToken, sharedToken } from '@patchbay/server/providers/shared/signatures/token.ts'
import { tokenPair } from '@patchbay/server/providers/shared/signatures/token-pair.ts'
import { urlBody } from '@patchbay/server/providers/shared/signatures/url-body.ts'
import { urlForm } from '@patchbay/server/providers/shared/signatures/url-form.ts'
import {
  bytes,
  type Case,
  type Draft,
  form,
  hmac,
  type Letter,
  plain,
  post,
  seconds,
  secrets,
  text,
} from './signature-case.ts'
import { keyCases } from './signature-key-cases.ts'
import { sample } from './signature-request.ts'

const timed = (header: string, name: string): Case => ({
  verify: timestampedHex({ header, signature: name }),
  parties: secrets,
  sign: (draft) => {
    const t = seconds(draft.at)
    return post(draft, { [header]: `t=${t},${name}=${hmac(draft.party.key, 'hex', t, '.', draft.body)}` })
  },
  proof: header,
  needs: [header],
  windowMs: 300_000,
})

const standard = (prefix: 'webhook' | 'svix'): Case => ({
  verify: standardWebhooks(prefix),
  parties: plain('whsec_Zmlyc3Qtc2VjcmV0', 'whsec_c2Vjb25kLXNlY3JldA==', 'whsec_c3RyYW5nZXItc2VjcmV0'),
  sign: (draft) => {
    const key = Buffer.from(draft.party.key.replace('whsec_', ''), 'base64')
    const t = seconds(draft.at)
    return post(draft, {
      [`${prefix}-id`]: 'msg_1',
      [`${prefix}-timestamp`]: t,
      [`${prefix}-signature`]: `v1,${hmac(key, 'base64', `msg_1.${t}.`, draft.body)}`,
    })
  },
  proof: `${prefix}-signature`,
  needs: [`${prefix}-id`, `${prefix}-timestamp`, `${prefix}-signature`],
  windowMs: 300_000,
})

const overBody = (options: Parameters<typeof bodyHmac>[0] & { readonly header: string }, parties = secrets): Case => ({
  verify: bodyHmac(options),
  parties,
  sign: (draft) => {
    const key = options.key === 'hex' ? Buffer.from(draft.party.key, 'hex') : draft.party.key
    const signature = hmac(key, options.encoding, options.before ?? '', draft.body)
    return post(draft, { [options.header]: `${options.prefix ?? ''}${signature}` })
  },
  proof: options.header,
  needs: [options.header],
})

const twilio = (draft: Draft, url: string, signed: string, type: Readonly<Record<string, string>>): Letter => {
  const signature = createHmac('sha1', draft.party.key).update(signed).digest('base64')
  return {
    ...post({ ...draft, url }, { 'x-twilio-signature': signature }),
    headers: { ...type, 'x-twilio-signature': signature },
  }
}

/** A field of a form replaced, the rest as it was. */
const inForm = (name: string) => ({
  resign: (letter: Letter, signature: (old: string) => string): Letter => {
    const fields = new URLSearchParams(text(letter.body))
    fields.set(name, signature(fields.get(name) ?? ''))
    return { ...letter, body: bytes(fields.toString()) }
  },
})

const token = (place: 'header' | 'query' | 'body'): Case => ({
  verify:
    place === 'header'
      ? headerToken({ header: 'x-goog-channel-token' })
      : sharedToken({ in: place === 'query' ? { query: 'key' } : { body: ['value', '*', 'clientState'] } }),
  parties: secrets,
  sign: (draft) => {
    const { key } = draft.party
    if (place === 'header') return post(draft, { 'x-goog-channel-token': key })
    if (place === 'query') return post({ ...draft, url: `${draft.url}?key=${encodeURIComponent(key)}` }, {})
    const value = [{ clientState: key }, { clientState: key, note: text(draft.body) }]
    return post({ ...draft, body: bytes(JSON.stringify({ value })) }, {})
  },
  proof:
    place === 'header'
      ? 'x-goog-channel-token'
      : {
          resign: (letter, signature) => {
            if (place === 'query') {
              const url = new URL(letter.url)
              url.searchParams.set('key', signature(url.searchParams.get('key') ?? ''))
              return { ...letter, url: url.href }
            }
            const { value } = JSON.parse(text(letter.body)) as { value: { clientState: string }[] }
            const [first, ...rest] = value
            const changed = { ...first, clientState: signature(first?.clientState ?? '') }
            return { ...letter, body: bytes(JSON.stringify({ value: [...rest, changed] })) }
          },
        },
  needs: place === 'header' ? ['x-goog-channel-token'] : [],
  coversBody: false,
})

const telrBody =
  'tran_store=1234&tran_type=sale&tran_class=ecom&tran_test=1&tran_ref=030023738922&tran_prevref=1&tran_firstref=2' +
  '&tran_currency=AED&tran_amount=10.50&tran_cartid=cart-1&tran_desc=Caf%C3%A9+1&tran_status=A&tran_authcode=123456' +
  '&tran_authmessage=Authorised'

/** Every family, and within it every way of using it that differs. */
export const cases: Readonly<Record<string, Case>> = {
  'A Stripe': timed('stripe-signature', 'v1'),
  'A Mailchimp': timed('x-mailchimp-signature', 'v1'),
  'A TikTok': timed('tiktok-signature', 's'),
  'B Standard Webhooks': standard('webhook'),
  'B Svix': standard('svix'),
  'C Shopify': overBody({ header: 'x-shopify-hmac-sha256', encoding: 'base64' }),
  'D Meta': overBody({ header: 'x-hub-signature-256', encoding: 'hex', prefix: 'sha256=' }),
  'D X': overBody({ header: 'x-twitter-webhooks-signature', encoding: 'base64', prefix: 'sha256=' }),
  'E Printful': overBody(
    { header: 'x-pf-webhook-signature', encoding: 'hex', key: 'hex' },
    plain('a01376f30766acf7f706cc84beb57b79', 'b01376f30766acf7f706cc84beb57b79', 'c01376f30766acf7f706cc84beb57b79'),
  ),
  'F LinkedIn': overBody({ header: 'x-li-signature', encoding: 'hex', before: 'hmacsha256=' }),
  'G Square': {
    verify: urlBody('x-square-hmacsha256-signature'),
    parties: secrets,
    sign: (draft) =>
      post(draft, { 'x-square-hmacsha256-signature': hmac(draft.party.key, 'base64', draft.url, draft.body) }),
    proof: 'x-square-hmacsha256-signature',
    needs: ['x-square-hmacsha256-signature'],
    coversUrl: true,
  },
  'H HubSpot': {
    verify: methodUrlBody({ signature: 'x-hubspot-signature-v3', timestamp: 'x-hubspot-request-timestamp' }),
    parties: secrets,
    sign: (draft) =>
      post(draft, {
        'x-hubspot-signature-v3': hmac(draft.party.key, 'base64', 'POST', draft.url, draft.body, String(draft.at)),
        'x-hubspot-request-timestamp': String(draft.at),
      }),
    proof: 'x-hubspot-signature-v3',
    needs: ['x-hubspot-signature-v3', 'x-hubspot-request-timestamp'],
    windowMs: 300_000,
    coversUrl: true,
  },
  'I Twilio form': {
    verify: urlForm('x-twilio-signature'),
    parties: secrets,
    body: 'From=%2B15550001111&Body=caf%C3%A9&MessageSid=SM1',
    sign: (draft) => {
      const fields = [...new URLSearchParams(text(draft.body))].sort(([one], [other]) => (one < other ? -1 : 1))
      return twilio(draft, draft.url, draft.url + fields.flat().join(''), form)
    },
    proof: 'x-twilio-signature',
    needs: ['x-twilio-signature'],
    coversUrl: true,
  },
  'I Twilio JSON': {
    verify: urlForm('x-twilio-signature'),
    parties: secrets,
    sign: (draft) => {
      const digest = createHash('sha256').update(draft.body).digest('hex')
      const url = `${draft.url}?bodySHA256=${digest}`
      return twilio(draft, url, url, { 'content-type': 'application/json' })
    },
    proof: 'x-twilio-signature',
    needs: ['x-twilio-signature'],
    coversUrl: true,
  },
  'J Mailgun': {
    verify: tokenPair(),
    parties: secrets,
    sign: (draft) => {
      const [timestamp, word] = [seconds(draft.at), 'token123']
      const signature = hmac(draft.party.key, 'hex', timestamp, word)
      const body = { signature: { timestamp, token: word, signature }, 'event-data': { note: text(draft.body) } }
      return post({ ...draft, body: bytes(JSON.stringify(body)) }, {})
    },
    proof: {
      resign: (letter, signature) => {
        const body = JSON.parse(text(letter.body)) as { signature: { signature: string } }
        body.signature.signature = signature(body.signature.signature)
        return { ...letter, body: bytes(JSON.stringify(body)) }
      },
    },
    needs: [],
    coversBody: false,
    windowMs: 300_000,
  },
  'K FreshBooks': {
    verify: formJson('x-freshbooks-hmac-sha256'),
    parties: secrets,
    body: 'name=invoice.create&object_id=1234567&account_id=6BApk&note=ab',
    sign: (draft) => {
      const fields = [...new URLSearchParams(text(draft.body))].map(([name, value]) => `"${name}": "${value}"`)
      const ascii = `{${fields.join(', ')}}`.replaceAll('é', '\\u00e9')
      return {
        ...post(draft, {}),
        headers: { ...form, 'x-freshbooks-hmac-sha256': hmac(draft.party.key, 'base64', ascii) },
      }
    },
    proof: 'x-freshbooks-hmac-sha256',
    needs: ['x-freshbooks-hmac-sha256'],
  },
  'L Telr': {
    verify: fieldList(telrTransaction),
    parties: secrets,
    body: telrBody,
    sign: (draft) => {
      const values = [...new URLSearchParams(text(draft.body)).values()]
      const check = createHash('sha1')
        .update([draft.party.key, ...values].join(':'))
        .digest('hex')
      return { ...post({ ...draft, body: bytes(`${text(draft.body)}&tran_check=${check}`) }, {}), headers: form }
    },
    proof: inForm('tran_check'),
    needs: [],
  },
  ...keyCases,
  'N header': token('header'),
  'N query': token('query'),
  'N body': token('body'),
}

export const bodyOf = (each: Case): Uint8Array => bytes(each.body ?? sample)
