import type { PrismaClient } from '@patchbay/prisma/database.ts'
import { betterAuth } from 'better-auth/minimal'
import { prismaAdapter } from 'better-auth/adapters/prisma'
import { genericOAuth, type GenericOAuthConfig } from 'better-auth/plugins/generic-oauth'
import { twoFactor } from 'better-auth/plugins/two-factor'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { IdentityProvider } from './contract.ts'
import type { SignInHooks } from './sign-in-audit.ts'

export interface SignInOptions {
  readonly prisma: PrismaClient
  /** Origin the hub is reached at; https turns on secure cookies. */
  readonly publicUrl: string
  /** Origins whose pages may send the session cookie. */
  readonly origins: readonly string[]
  readonly secret: string
  readonly signInsPerMinute: number
  readonly attempts: Attempts
  /** Those that were reached. */
  readonly identities: readonly IdentityProvider[]
  readonly hooks: SignInHooks
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void
}

/** Header the door sets to the client's address, whatever the client sent under that name. */
export const addressHeader = 'x-patchbay-client-address'
/** Shortest password accepted, in characters. */
export const passwordLength = { min: 10, max: 128 } as const

const week = 7 * 24 * 3600
const authPath = '/api/auth'

export type SignIn = ReturnType<typeof createSignIn>

/** Whether the identity provider was reached and people can sign in there. */
export async function hasIdentity(signIn: SignIn, id: string): Promise<boolean> {
  return (await signIn.$context).socialProviders.some((provider) => provider.id === id)
}

/**
 * better-auth with what this hub uses of it: password (scrypt) and TOTP, optional identity providers, sessions in the
 * database without any cookie cache, so that a revoked session ends at once. Nobody signs up: members come by
 * invitation, and single sign-on only finds users that exist.
 */
export function createSignIn(options: SignInOptions) {
  return betterAuth({
    appName: 'Patchbay',
    baseURL: options.publicUrl,
    basePath: authPath,
    secret: options.secret,
    trustedOrigins: [...options.origins],
    database: prismaAdapter(options.prisma, { provider: 'postgresql' }),
    telemetry: { enabled: false },
    logger: { level: 'warn', log: (level, message) => options.log(level, message) },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordLength.min,
      maxPasswordLength: passwordLength.max,
      revokeSessionsOnPasswordReset: true,
    },
    user: {
      additionalFields: {
        superAdmin: { type: 'boolean', required: false, defaultValue: false, input: false },
        mustChangePassword: { type: 'boolean', required: false, defaultValue: false, input: false },
        locale: { type: 'string', required: false },
      },
    },
    session: {
      expiresIn: week,
      updateAge: 24 * 3600,
      cookieCache: { enabled: false },
      additionalFields: { activeOrganizationId: { type: 'string', required: false, input: false } },
    },
    // Tying another account to one's own takes a session; without one, only an address that was verified counts.
    account: { accountLinking: { enabled: true, trustedProviders: [], allowDifferentEmails: true } },
    databaseHooks: { account: { create: { before: withoutTokens }, update: { before: withoutTokens } } },
    rateLimit: {
      enabled: true,
      window: 60,
      max: 600,
      customStorage: options.attempts,
      customRules: {
        '/sign-in/*': { window: 60, max: options.signInsPerMinute },
        '/two-factor/*': { window: 60, max: options.signInsPerMinute },
        '/change-password': { window: 60, max: options.signInsPerMinute },
      },
    },
    advanced: {
      useSecureCookies: options.publicUrl.startsWith('https:'),
      cookiePrefix: 'patchbay',
      defaultCookieAttributes: { sameSite: 'lax', httpOnly: true, path: '/' },
      ipAddress: { ipAddressHeaders: [addressHeader] },
    },
    plugins: [
      twoFactor({ issuer: 'Patchbay', totpOptions: { period: 30, digits: 6 } }),
      ...(options.identities.length > 0 ? [genericOAuth({ config: options.identities.map(identityOf) })] : []),
    ],
    hooks: options.hooks,
  })
}

/** The hub asks the issuer who somebody is and nothing else: its tokens are dropped, not kept. */
async function withoutTokens<T extends object>(account: T) {
  return { data: { ...account, accessToken: null, refreshToken: null, idToken: null } }
}

function identityOf({ id, name, kind, issuer, clientId, clientSecret }: IdentityProvider): GenericOAuthConfig {
  const known = { providerId: id, name, clientId, clientSecret, disableSignUp: true }
  if (kind === 'OPENID')
    return {
      ...known,
      discoveryUrl: `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
      scopes: ['openid', 'email', 'profile'],
      pkce: true,
      requireIdTokenVerification: true,
    }
  // https://developers.facebook.com/docs/facebook-login/guides/advanced/manual-flow
  return {
    ...known,
    authorizationUrl: issuer.includes('graph.facebook.com')
      ? 'https://www.facebook.com/v24.0/dialog/oauth'
      : `${issuer}/dialog/oauth`,
    tokenUrl: `${issuer}/v24.0/oauth/access_token`,
    scopes: ['public_profile'],
    pkce: true,
    getUserInfo: ({ accessToken }) => facebookProfile(issuer, accessToken ?? ''),
  }
}

/**
 * Who the holder of a token is. Facebook does not say whether an address was verified, so its address is not even asked for:
 * one of our own making stands in for it, which is nobody's, and leaves the number as the only way in.
 */
async function facebookProfile(issuer: string, accessToken: string) {
  const answer = await fetch(`${issuer}/v24.0/me?fields=id,name`, {
    headers: { authorization: `Bearer ${accessToken}` },
    signal: AbortSignal.timeout(10_000),
  })
  if (!answer.ok) return null
  const { id, name } = (await answer.json()) as { id?: string; name?: string }
  return id === undefined ? null : { id, name: name ?? '', email: `${id}@facebook.invalid`, emailVerified: true }
}

export type Attempts = ReturnType<typeof countAttempts>

/** Counts attempts per hub, not per process as better-auth's own memory does, and forgets them by itself. */
export function countAttempts() {
  const limiters = new Map<string, RateLimiterMemory>()
  return {
    async consume(key: string, rule: { window: number; max: number }) {
      const name = `${rule.window}/${rule.max}`
      const limiter = limiters.get(name) ?? new RateLimiterMemory({ points: rule.max, duration: rule.window })
      limiters.set(name, limiter)
      try {
        await limiter.consume(key)
        return { allowed: true, retryAfter: null }
      } catch (refused) {
        if (!(refused instanceof RateLimiterRes)) throw refused
        return { allowed: false, retryAfter: Math.ceil(refused.msBeforeNext / 1000) }
      }
    },
  }
}
