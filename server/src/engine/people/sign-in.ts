import type { PrismaClient } from '@patchbay/prisma/database.ts'
import { betterAuth } from 'better-auth/minimal'
import { prismaAdapter } from 'better-auth/adapters/prisma'
import { genericOAuth } from 'better-auth/plugins/generic-oauth'
import { twoFactor } from 'better-auth/plugins/two-factor'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import type { SignInHooks } from './sign-in-audit.ts'

export interface Oidc {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
  readonly name: string
}

export interface SignInOptions {
  readonly prisma: PrismaClient
  /** Origin the hub is reached at; https turns on secure cookies. */
  readonly publicUrl: string
  /** Origins whose pages may send the session cookie. */
  readonly origins: readonly string[]
  readonly secret: string
  readonly signInsPerMinute: number
  readonly attempts: Attempts
  readonly oidc: Oidc | null
  readonly hooks: SignInHooks
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void
}

/** Header the door sets to the client's address, whatever the client sent under that name. */
export const addressHeader = 'x-patchbay-client-address'
/** Shortest password accepted, in characters. */
export const passwordLength = { min: 10, max: 128 } as const

const week = 7 * 24 * 3600
const authPath = '/api/auth'
const oidcId = 'oidc'

export type SignIn = ReturnType<typeof createSignIn>

/** Whether the OpenID Connect issuer was reached and people can sign in there. */
export async function hasOidc(signIn: SignIn): Promise<boolean> {
  return (await signIn.$context).socialProviders.some((provider) => provider.id === oidcId)
}

/**
 * better-auth with what this hub uses of it: password (scrypt) and TOTP, one optional OpenID Connect issuer, sessions in
 * the database without any cookie cache, so that a revoked session ends at once. Nobody signs up: members come by
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
    account: { accountLinking: { enabled: true, trustedProviders: [] } },
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
      ...(options.oidc ? [singleSignOn(options.oidc)] : []),
    ],
    hooks: options.hooks,
  })
}

/** The hub asks the issuer who somebody is and nothing else: its tokens are dropped, not kept. */
async function withoutTokens<T extends object>(account: T) {
  return { data: { ...account, accessToken: null, refreshToken: null, idToken: null } }
}

function singleSignOn(oidc: Oidc) {
  return genericOAuth({
    config: [
      {
        providerId: oidcId,
        name: oidc.name,
        discoveryUrl: `${oidc.issuer.replace(/\/$/, '')}/.well-known/openid-configuration`,
        clientId: oidc.clientId,
        clientSecret: oidc.clientSecret,
        scopes: ['openid', 'email', 'profile'],
        pkce: true,
        requireIdTokenVerification: true,
        disableSignUp: true,
      },
    ],
  })
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
