import { createHmac } from 'node:crypto'
import {
  adobeChallenge,
  freshbooksVerifier,
  googleSync,
  graphValidation,
  type Handshake,
  linkedinChallenge,
  mailchimpProbe,
  metaChallenge,
  woocommercePing,
  xChallenge,
} from '@patchbay/server/providers/shared/handshakes.ts'
import { bodyHmac } from '@patchbay/server/providers/shared/signatures/body-hmac.ts'
import { describe, expect, test } from 'vitest'
import { factsOf, requestOf, sample } from './signature-request.ts'

const facts = factsOf({ secrets: ['the-secret', 'older-secret'] })
const ask = (handshake: Handshake, query: string, more: Parameters<typeof requestOf>[0] = {}) =>
  handshake(requestOf({ method: 'GET', url: `https://hub.example.com/hooks/token?${query}`, body: '', ...more }), facts)

describe('W1: handshakes', () => {
  test('Meta: the challenge comes back for the right token only', () => {
    const query = (token: string, challenge = '1158201444') =>
      `hub.mode=subscribe&hub.verify_token=${token}&hub.challenge=${encodeURIComponent(challenge)}`
    expect(ask(metaChallenge(), query('the-secret'))).toMatchObject({ status: 200, body: '1158201444' })
    expect(ask(metaChallenge(), query('older-secret'))).toMatchObject({ status: 200 })
    expect(ask(metaChallenge(), query('guess'))).toMatchObject({ status: 403 })
    expect(ask(metaChallenge(), query(''))).toMatchObject({ status: 403 })
    expect(
      ask(
        metaChallenge(() => ['']),
        query(''),
      ),
    ).toMatchObject({ status: 403 })
    expect(ask(metaChallenge(), query('the-secret', '<script>'))).toMatchObject({ status: 403 })
    expect(ask(metaChallenge(), query('the-secret'), { method: 'POST', body: sample })).toBeNull()
    expect(ask(metaChallenge(), 'a=b')).toBeNull()
  })

  test('X and LinkedIn: nobody has the hub sign what would pass for a delivery', () => {
    for (const [handshake, name, body] of [
      [xChallenge(), 'crc_token', sample],
      [linkedinChallenge(), 'challengeCode', `hmacsha256=${sample}`],
      [linkedinChallenge(), 'challengeCode', 'hmacsha256=[]'],
      [xChallenge(), 'crc_token', ''],
      [xChallenge(), 'crc_token', 'a'.repeat(129)],
    ] as const) {
      const answer = ask(handshake, `${name}=${encodeURIComponent(body)}`)
      expect(answer).toMatchObject({ status: 403 })
    }
    // What is answered is no delivery: its text is no JSON that says anything.
    const answer = ask(xChallenge(), 'crc_token=crc_abc')
    const { response_token: signature } = JSON.parse(answer?.body ?? '') as { response_token: string }
    const verify = bodyHmac({ header: 'x-twitter-webhooks-signature', encoding: 'base64', prefix: 'sha256=' })
    const forged = requestOf({ headers: { 'x-twitter-webhooks-signature': signature } })
    expect(verify(forged, facts).verdict).toBe('BAD_SIGNATURE')
    expect(ask(xChallenge(), 'crc_token=crc_abc', { method: 'POST' })).toBeNull()
    expect(xChallenge()(requestOf({ method: 'GET', url: 'https://h.example/?crc_token=a' }), factsOf())?.status).toBe(
      403,
    )
  })

  test('Microsoft Graph: the decoded token comes back as plain text', () => {
    const query = 'validationToken=Validation%3A+Testing+%3Cb%3E+%26+more'
    expect(ask(graphValidation(), query, { method: 'POST' })).toEqual({
      status: 200,
      contentType: 'text/plain; charset=utf-8',
      body: 'Validation: Testing <b> & more',
    })
    expect(ask(graphValidation(), query)).toBeNull()
    expect(ask(graphValidation(), `validationToken=${'a'.repeat(2049)}`, { method: 'POST' })).toMatchObject({
      status: 403,
    })
  })

  test('Google: a channel’s first message is answered when its token is right', () => {
    const sync = (token: string, state = 'sync') =>
      ask(googleSync(), '', {
        method: 'POST',
        headers: { 'x-goog-resource-state': state, 'x-goog-channel-token': token },
      })
    expect(sync('the-secret')).toMatchObject({ status: 200, body: '' })
    expect(sync('guess')).toBeNull()
    expect(sync('')).toBeNull()
    expect(sync('the-secret', 'exists')).toBeNull()
  })

  test('WooCommerce, Mailchimp, Adobe: the question is answered, a delivery is not taken for one', () => {
    expect(ask(woocommercePing(), '', { method: 'POST', body: 'webhook_id=12' })).toMatchObject({
      status: 200,
      body: '',
    })
    expect(ask(woocommercePing(), '', { method: 'POST', body: 'webhook_id=12&id=1' })).toBeNull()
    const signed = { 'x-wc-webhook-signature': 'AAAA' }
    expect(ask(woocommercePing(), '', { method: 'POST', body: 'webhook_id=12', headers: signed })).toBeNull()
    expect(ask(mailchimpProbe(), '')).toMatchObject({ status: 200 })
    expect(ask(mailchimpProbe(), '', { method: 'POST', body: 'type=subscribe' })).toBeNull()
    expect(ask(adobeChallenge(), 'challenge=8a7d')).toMatchObject({ status: 200, body: '8a7d' })
    expect(ask(adobeChallenge(), 'challenge=%3Cscript%3E')).toMatchObject({ status: 403 })
    expect(ask(adobeChallenge(), 'challenge=8a7d', { method: 'POST' })).toBeNull()
  })

  test('FreshBooks: a verifier the source holds is answered, any other is left to be looked at', () => {
    const verify = (verifier: string) =>
      ask(freshbooksVerifier(), '', { method: 'POST', body: `name=callback.verify&object_id=1&verifier=${verifier}` })
    expect(verify('the-secret')).toMatchObject({ status: 200 })
    expect(verify('unknown')).toBeNull()
    expect(verify('')).toBeNull()
    expect(ask(freshbooksVerifier(), '', { method: 'POST', body: 'name=invoice.create' })).toBeNull()
  })

  test('Xero: intent to receive is plain verification, right and wrong signatures alike', () => {
    const verify = bodyHmac({ header: 'x-xero-signature', encoding: 'base64' })
    const body = '{"events":[],"firstEventSequence":0,"lastEventSequence":0,"entropy":"S0m3r4Nd0mt3xt"}'
    const signedBy = (key: string) => ({
      'x-xero-signature': createHmac('sha256', key).update(body).digest('base64'),
    })
    expect(verify(requestOf({ headers: signedBy('the-secret'), body }), facts).verdict).toBe('VERIFIED')
    expect(verify(requestOf({ headers: signedBy('guess'), body }), facts).verdict).toBe('BAD_SIGNATURE')
  })
})
