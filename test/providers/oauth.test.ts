import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { labCredentials, labShopifyApp } from '@patchbay/server/lab/credentials.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { googleCalendar } from '@patchbay/server/providers/google-calendar.ts'
import { paypal } from '@patchbay/server/providers/paypal.ts'
import type { Provider } from '@patchbay/server/providers/provider.ts'
import { shopify } from '@patchbay/server/providers/shopify.ts'
import { askForToken, authorizeInBrowser, connect, exchangeOf, factsOf, grantOf, twinCall } from './twin-call.ts'

let now = Date.parse('2026-11-21T08:00:00Z')
let lab: Lab
const start = () => startLab({ naturalLatencyMs: [0, 0], clock: () => now })
beforeEach(async () => {
  lab = await start()
})
afterEach(() => lab.close())

const google = labCredentials['google-calendar'].good
const steer = (slug: string, change: object) =>
  fetch(`${lab.origin}/_control/vendors/${slug}`, {
    method: 'PATCH',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(change),
  })
const refreshesOf = async (slug: string) =>
  ((await (await fetch(`${lab.origin}/_control/vendors/${slug}`)).json()) as { refreshes: number }).refreshes

interface Token {
  readonly access_token: string
  readonly refresh_token: string
  readonly expires_in: number
  readonly scope: string
}
const tokenOf = async (response: Response): Promise<Token> => {
  expect(response.status).toBe(200)
  return (await response.json()) as Token
}
const errorOf = async (response: Response) => ({
  status: response.status,
  ...((await response.json()) as { error: string; error_description: string }),
})
const refreshing = (token: string) => ({ grant_type: 'refresh_token', refresh_token: token })

describe('C6: Google signs in with code, PKCE and refresh', () => {
  const codeOf = async () =>
    (await authorizeInBrowser(googleCalendar, google, lab.origin)).searchParams.get('code') ?? ''

  test('a code works once, with its own verifier and its own address', async () => {
    const code = await codeOf()
    const wrong = await askForToken(googleCalendar, google, lab.origin, {
      ...exchangeOf(code),
      code_verifier: 'another-verifier-that-is-long-enough-0123456789',
    })
    expect(await errorOf(wrong)).toMatchObject({ status: 400, error: 'invalid_grant' })
    const elsewhere = await askForToken(
      googleCalendar,
      google,
      lab.origin,
      exchangeOf(code, 'http://127.0.0.1:4000/elsewhere'),
    )
    expect(await errorOf(elsewhere)).toMatchObject({ status: 400, error: 'redirect_uri_mismatch' })
    const token = await tokenOf(await askForToken(googleCalendar, google, lab.origin, exchangeOf(code)))
    expect(token).toMatchObject({
      expires_in: 3599,
      refresh_token: expect.stringMatching(/^1\/\//),
      scope: googleCalendar.oauth.scopes.join(' '),
    })
    expect(await errorOf(await askForToken(googleCalendar, google, lab.origin, exchangeOf(code)))).toMatchObject({
      error: 'invalid_grant',
    })
  })

  test('a code dies after ten minutes', async () => {
    const code = await codeOf()
    now += 10 * 60_000
    expect(await errorOf(await askForToken(googleCalendar, google, lab.origin, exchangeOf(code)))).toMatchObject({
      error: 'invalid_grant',
    })
  })

  test('twenty exchanges of one code at once: exactly one wins', async () => {
    const code = await codeOf()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => askForToken(googleCalendar, google, lab.origin, exchangeOf(code))),
    )
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
  })

  test('an access token ends when it says, a refresh brings the next and keeps the refresh token', async () => {
    await steer('google-calendar', { tokenLifetimeSeconds: 60 })
    const connection = await connect(googleCalendar, google, lab.origin)
    await googleCalendar.probe(twinCall(connection), factsOf(connection))
    now += 61_000
    await expect(googleCalendar.probe(twinCall(connection), factsOf(connection))).rejects.toMatchObject({
      errorClass: 'AUTHENTICATION',
      status: 401,
    })
    const grant = (await grantOf(googleCalendar, google, lab.origin)) as Token
    const fresh = await askForToken(googleCalendar, google, lab.origin, refreshing(grant.refresh_token))
    const token = (await fresh.json()) as Partial<Token>
    expect(token.refresh_token).toBeUndefined()
    await googleCalendar.probe(
      twinCall({ ...connection, accessToken: token.access_token ?? null }),
      factsOf(connection),
    )
    expect(await refreshesOf('google-calendar')).toBe(1)
  })

  test('tokens outlive a restart of the lab', async () => {
    const grant = (await grantOf(googleCalendar, google, lab.origin)) as Token
    await lab.close()
    lab = await start()
    const connection = { provider: googleCalendar, fields: google, accessToken: grant.access_token, origin: lab.origin }
    await googleCalendar.probe(twinCall(connection), factsOf(connection))
    await tokenOf(await askForToken(googleCalendar, google, lab.origin, refreshing(grant.refresh_token)))
  })

  test.each([
    ['TRANSIENT', 503, 'temporarily_unavailable'],
    ['LOST_RACE', 400, 'invalid_grant'],
    ['TERMINAL', 400, 'invalid_grant'],
  ])('a refresh can fail as %s', async (refresh, status, error) => {
    const grant = (await grantOf(googleCalendar, google, lab.origin)) as Token
    await steer('google-calendar', { refresh })
    expect(
      await errorOf(await askForToken(googleCalendar, google, lab.origin, refreshing(grant.refresh_token))),
    ).toMatchObject({ status, error })
    expect(await refreshesOf('google-calendar')).toBe(0)
    await steer('google-calendar', { refresh: 'OK' })
    await tokenOf(await askForToken(googleCalendar, google, lab.origin, refreshing(grant.refresh_token)))
  })

  test('a wrong client, a foreign token and a JSON body are refused', async () => {
    const grant = (await grantOf(googleCalendar, google, lab.origin)) as Token
    const wrong = { ...google, clientSecret: 'GOCSPX-wrong' }
    expect(
      await errorOf(await askForToken(googleCalendar, wrong, lab.origin, refreshing(grant.refresh_token))),
    ).toMatchObject({ status: 401, error: 'invalid_client' })
    expect(
      await errorOf(await askForToken(googleCalendar, google, lab.origin, refreshing(grant.access_token))),
    ).toMatchObject({ error: 'invalid_grant' })
    expect(
      await errorOf(await askForToken(googleCalendar, google, lab.origin, refreshing(`${grant.refresh_token}x`))),
    ).toMatchObject({ error: 'invalid_grant' })
    const json = await fetch(`${lab.origin}/google-calendar/oauth/token`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{}',
    })
    expect(await errorOf(json)).toMatchObject({ status: 400, error: 'invalid_request' })
  })

  test('a denial comes back with the state and no code', async () => {
    const back = await authorizeInBrowser(googleCalendar, google, lab.origin, { auto: 'deny' })
    expect(Object.fromEntries(back.searchParams)).toEqual({ error: 'access_denied', state: 'state-1' })
  })

  test('the page is marked as simulated, escapes what it is given, and sends nobody to a script', async () => {
    const page = (params: Record<string, string>) =>
      fetch(`${lab.origin}/google-calendar/accounts/o/oauth2/v2/auth?${new URLSearchParams(params)}`, {
        redirect: 'manual',
        headers: { accept: 'text/html' },
      })
    const query = {
      client_id: google.clientId,
      redirect_uri: 'http://127.0.0.1:1/cb',
      scope: googleCalendar.oauth.scopes.join(' '),
      state: '"><script>alert(1)</script>',
    }
    const shown = await page(query)
    const html = await shown.text()
    expect(html).toContain('Simulated Google sign-in')
    expect(html).not.toContain('<script>')
    expect(shown.headers.get('content-security-policy')).toContain("default-src 'none'")
    expect(shown.headers.get('x-patchbay-lab')).toBe('simulated')
    expect((await page({ ...query, redirect_uri: 'javascript:alert(1)' })).status).toBe(400)
    expect((await page({ ...query, client_id: 'nobody' })).status).toBe(401)
    expect((await page({ ...query, scope: 'everything' })).headers.get('location')).toContain('error=invalid_scope')
  })
})

describe('C6: PayPal hands out tokens to clients', () => {
  const { good } = labCredentials.paypal

  test('counts every new token, and refuses a wrong secret in its own words', async () => {
    const token = await tokenOf(await askForToken(paypal, good, lab.origin, { grant_type: 'client_credentials' }))
    expect(token).toMatchObject({ expires_in: 32_400, scope: expect.stringContaining('authcapture') })
    expect(token.refresh_token).toBeUndefined()
    expect(await refreshesOf('paypal')).toBe(1)
    const wrong = await askForToken(paypal, { ...good, clientSecret: 'wrong' }, lab.origin, {
      grant_type: 'client_credentials',
    })
    expect(await errorOf(wrong)).toMatchObject({
      status: 401,
      error: 'invalid_client',
      error_description: 'Client Authentication failed',
    })
    const other = await askForToken(paypal, good, lab.origin, { grant_type: 'refresh_token', refresh_token: 'x' })
    expect(await errorOf(other)).toMatchObject({ error: 'unsupported_grant_type' })
  })

  test('the knob also stops a new token', async () => {
    await steer('paypal', { refresh: 'TRANSIENT' })
    expect((await askForToken(paypal, good, lab.origin, { grant_type: 'client_credentials' })).status).toBe(503)
  })
})

describe('C6: Shopify rotates', () => {
  const provider: Provider = shopify
  const grant = async () => (await grantOf(shopify, labShopifyApp, lab.origin)) as Token

  test('its tokens work, and each refresh token works once', async () => {
    const first = await grant()
    const connection = { provider: shopify, fields: labShopifyApp, accessToken: first.access_token, origin: lab.origin }
    await provider.probe(twinCall(connection), factsOf(connection))
    const second = await tokenOf(await askForToken(shopify, labShopifyApp, lab.origin, refreshing(first.refresh_token)))
    expect(second.refresh_token).not.toBe(first.refresh_token)
    const reused = await askForToken(shopify, labShopifyApp, lab.origin, refreshing(first.refresh_token))
    expect(await errorOf(reused)).toMatchObject({
      status: 400,
      error: 'invalid_grant',
      error_description: 'The refresh token was already used.',
    })
    await tokenOf(await askForToken(shopify, labShopifyApp, lab.origin, refreshing(second.refresh_token)))
    expect(await refreshesOf('shopify')).toBe(2)
  })

  test('fifty refreshes with one token at once: exactly one reaches the grant', async () => {
    const first = await grant()
    const answers = await Promise.all(
      Array.from({ length: 50 }, () =>
        askForToken(shopify, labShopifyApp, lab.origin, refreshing(first.refresh_token)),
      ),
    )
    expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
    expect(await refreshesOf('shopify')).toBe(1)
  })

  test('a pasted token needs no OAuth, an empty one does', () => {
    expect(shopify.oauth.applies?.({ accessToken: 'shpat_1' })).toBe(false)
    expect(shopify.oauth.applies?.({ accessToken: '' })).toBe(true)
  })

  test('the callback proves itself, and one changed letter does not', async () => {
    const back = await authorizeInBrowser(shopify, labShopifyApp, lab.origin)
    const verify = shopify.oauth.verifyCallback
    expect(verify?.(back.searchParams, labShopifyApp)).toBe(true)
    for (const [name, value] of [
      ['code', 'other'],
      ['hmac', '00'],
      ['shop', 'other.myshopify.com'],
      ['extra', '1'],
    ] as const) {
      const changed = new URLSearchParams(back.searchParams)
      changed.set(name, value)
      expect(verify?.(changed, labShopifyApp), name).toBe(false)
    }
    const bare = new URLSearchParams(back.searchParams)
    bare.delete('hmac')
    expect(verify?.(bare, labShopifyApp)).toBe(false)
    expect(verify?.(back.searchParams, { ...labShopifyApp, clientSecret: '' })).toBe(false)
    expect(verify?.(back.searchParams, { ...labShopifyApp, clientSecret: 'other' })).toBe(false)
  })

  test('the proof is the one Shopify documents', () => {
    const fields = { shop: 'demo.myshopify.com', clientSecret: 'shared-secret' }
    const query = new URLSearchParams('code=abc&host=aGk&shop=demo.myshopify.com&state=xyz&timestamp=1700000000')
    query.set('hmac', '419ebda1eb85859fe56807e041e38e047069d2f058c9f9b8f52339482ba61b1d')
    expect(shopify.oauth.verifyCallback?.(query, fields)).toBe(true)
  })

  test.each([
    'evil.example',
    'a.myshopify.com.evil.example',
    'a.myshopify.com/x',
    'a.b.myshopify.com',
    'https://a.myshopify.com',
    'a.myshopify.com@evil.example',
    '-a.myshopify.com',
    'a.myshopify.com\n',
  ])('X1: %j is no shop', (value) => {
    const rule = shopify.entry.fields.find((field) => field.name === 'shop')?.rule
    expect(new RegExp(rule?.pattern ?? '').test(value)).toBe(false)
  })
})
