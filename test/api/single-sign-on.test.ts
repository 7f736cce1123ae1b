import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cookieOf, startHub, type TestHub } from '../support/hub.ts'
import { startOidcIssuer, type OidcIssuer } from '../support/oidc-issuer.ts'
import { until } from '../support/until.ts'

const client = { id: 'patchbay', secret: 'a client secret' }
let issuer: OidcIssuer
let google: OidcIssuer
let facebook: OidcIssuer
let hub: TestHub
beforeAll(async () => {
  ;[issuer, google, facebook] = await Promise.all([
    startOidcIssuer(client),
    startOidcIssuer(client),
    startOidcIssuer(client),
  ])
  hub = await startHub({
    env: {
      OIDC_ISSUER: issuer.url,
      OIDC_CLIENT_ID: client.id,
      OIDC_CLIENT_SECRET: client.secret,
      OIDC_NAME: 'Company',
      GOOGLE_SIGN_IN_ISSUER: google.url,
      GOOGLE_SIGN_IN_CLIENT_ID: client.id,
      GOOGLE_SIGN_IN_CLIENT_SECRET: client.secret,
      FACEBOOK_SIGN_IN_ISSUER: facebook.url,
      FACEBOOK_SIGN_IN_CLIENT_ID: client.id,
      FACEBOOK_SIGN_IN_CLIENT_SECRET: client.secret,
    },
  })
})
afterAll(async () => {
  await hub.stop()
  await Promise.all([issuer.close(), google.close(), facebook.close()])
})

function begin(provider: string, path = 'sign-in/social', cookie?: string) {
  return hub.fetch(`/api/auth/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: hub.url, ...(cookie === undefined ? {} : { cookie }) },
    body: JSON.stringify({ provider, callbackURL: '/', errorCallbackURL: '/sign-in' }),
  })
}

/** From the button to where the browser ends up, following redirects as it would. */
async function signInAtIssuer(provider = 'oidc', path?: string, cookie?: string) {
  const started = await until('the issuer was reached', async () => {
    const answer = await begin(provider, path, cookie)
    return answer.ok ? answer : null
  })
  const { url } = (await started.json()) as { url: string }
  const consent = await fetch(url, { redirect: 'manual' })
  return fetch(consent.headers.get('location') ?? '', {
    redirect: 'manual',
    headers: { cookie: [cookie, cookieOf(started)].filter(Boolean).join('; ') },
  })
}

async function member(email: string) {
  const { id } = await hub.app.parts.people.createUser({ email, name: 'Member', password: `pass ${randomUUID()}` })
  await hub.database.system.prisma.member.create({
    data: { id: randomUUID(), organizationId: hub.organizationId, userId: id, role: 'OPERATOR' },
  })
  return id
}

describe('T1: single sign-on', () => {
  test('the button has its words', async () => {
    const { data } = await hub.graphql<{ hub: { oidcName: string } }>('{ hub { oidcName } }', {}, { key: null })
    expect(data.hub.oidcName).toBe('Company')
  })

  test('a member comes in by the issuer, and the audit says so', async () => {
    const email = 'layla@noor.example'
    const id = await member(email)
    issuer.person = { sub: 'layla', email, email_verified: true, name: 'Layla' }
    const answer = await signInAtIssuer()
    expect(answer.headers.get('location')).not.toContain('error')
    const asked = await hub.graphql<{ viewer: { role: string } }>(
      '{ viewer { role } }',
      {},
      { cookie: cookieOf(answer) },
    )
    expect(asked.data.viewer.role).toBe('OPERATOR')
    expect(
      await hub.database.system.prisma.auditEntry.count({ where: { action: 'user.signed-in', subjectId: id } }),
    ).toBe(1)
  })

  test("the issuer's tokens are not kept", async () => {
    const account = await hub.database.system.prisma.account.findFirstOrThrow({ where: { providerId: 'oidc' } })
    for (const token of issuer.tokens) expect(JSON.stringify(account)).not.toContain(token)
    expect(issuer.tokens.length).toBeGreaterThan(0)
  })

  test('somebody the issuer knows and the hub does not stays outside', async () => {
    issuer.person = { sub: 'stranger', email: 'stranger@example.com', email_verified: true, name: 'Stranger' }
    const answer = await signInAtIssuer()
    expect(answer.headers.get('location')).toContain('error')
    expect(await hub.database.system.prisma.user.count({ where: { email: 'stranger@example.com' } })).toBe(0)
  })

  test('an address the issuer has not verified opens no account of that address', async () => {
    const email = 'omar@noor.example'
    await member(email)
    issuer.person = { sub: 'not-omar', email, email_verified: false, name: 'Not Omar' }
    const answer = await signInAtIssuer()
    expect(answer.headers.get('location')).toContain('error')
    expect(cookieOf(answer)).not.toMatch(/session_token=[^;]+\./)
  })

  test('C7: Google’s verified address opens the account of that address; its issuer is one of several', async () => {
    const email = 'sara@noor.example'
    await member(email)
    google.person = { sub: 'sara-1', email, email_verified: true, name: 'Sara' }
    const answer = await signInAtIssuer('google')
    expect(answer.headers.get('location')).not.toContain('error')
    const asked = await hub.graphql<{ viewer: { role: string } }>(
      '{ viewer { role } }',
      {},
      { cookie: cookieOf(answer) },
    )
    expect(asked.data.viewer.role).toBe('OPERATOR')
    const { data } = await hub.graphql<{ hub: { signIns: { id: string }[] } }>(
      '{ hub { signIns { id } } }',
      {},
      { key: null },
    )
    expect(data.hub.signIns.map(({ id }) => id)).toEqual(['oidc', 'google', 'facebook'])
  })

  test('C7: Facebook opens nothing by an address alone, and an account its owner tied to theirs', async () => {
    const email = 'huda@noor.example'
    const id = await member(email)
    facebook.person = { sub: 'fb-huda', email, email_verified: false, name: 'Huda' }
    expect((await signInAtIssuer('facebook')).headers.get('location')).toContain('error')
    const password = `pass ${randomUUID()}`
    const own = await hub.app.parts.people.createUser({ email: 'huda.own@noor.example', name: 'Huda', password })
    await hub.database.system.prisma.member.create({
      data: { id: randomUUID(), organizationId: hub.organizationId, userId: own.id, role: 'VIEWER' },
    })
    const cookie = await hub.signIn('huda.own@noor.example', password)
    const tied = await signInAtIssuer('facebook', 'link-social', cookie)
    expect(tied.headers.get('location')).not.toContain('error')
    const entered = await signInAtIssuer('facebook')
    expect(entered.headers.get('location')).not.toContain('error')
    const asked = await hub.graphql<{ viewer: { role: string } }>(
      '{ viewer { role } }',
      {},
      { cookie: cookieOf(entered) },
    )
    expect(asked.data.viewer.role).toBe('VIEWER')
    expect(await hub.database.system.prisma.account.count({ where: { userId: id, providerId: 'facebook' } })).toBe(0)
  })

  test('with the issuer away, passwords work', async () => {
    const own = await startHub({
      env: { OIDC_ISSUER: 'http://127.0.0.1:9', OIDC_CLIENT_ID: 'x', OIDC_CLIENT_SECRET: 'y' },
    })
    try {
      expect(await own.signIn()).toContain('session_token')
    } finally {
      await own.stop()
    }
  })
})
