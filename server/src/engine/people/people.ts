import { createHash } from 'node:crypto'
import type { Database, Tx } from '@patchbay/prisma/database.ts'
import { InvalidInputError, UnauthenticatedError } from '@patchbay/schema/errors.ts'
import { hashPassword, verifyPassword } from 'better-auth/crypto'
import type { Audit } from '../audit/contract.ts'
import { ApiKeys } from './api-keys.ts'
import type { Authenticated, NewUser, People, Proof, IdentityProvider } from './contract.ts'
import { createCountries } from './countries.ts'
import { KeyGate } from './key-gate.ts'
import { KeyRate } from './key-rate.ts'
import { KeyUse } from './key-use.ts'
import { Penalties } from './penalties.ts'
import { Remember } from './remember.ts'
import { viewerOfSession } from './sessions.ts'
import { signInAudit } from './sign-in-audit.ts'
import { addressHeader, countAttempts, createSignIn, hasIdentity, passwordLength } from './sign-in.ts'

export interface PeopleOptions {
  readonly database: Database
  readonly audit: Audit
  /** Milliseconds since 1970. */
  readonly now: () => number
  readonly newId: () => string
  readonly publicUrl: string
  /** Every origin, the hub's own included, whose pages may use the session cookie. */
  readonly origins: readonly string[]
  readonly secret: string
  readonly signInsPerMinute: number
  readonly identities: readonly IdentityProvider[]
  readonly log: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void
}

const rememberMs = 2000
const issuerRetryMs = 30_000

/** Sign-in and authentication on better-auth. */
export function createPeople(options: PeopleOptions): People {
  const { database, now } = options
  const { prisma } = database.system
  const remembered = new Remember<Authenticated>({ milliseconds: rememberMs, limit: 5000, now })
  const keys = new ApiKeys(database, now)
  const forget = () => {
    remembered.clear()
    keys.forget()
  }
  const attempts = countAttempts()
  const hooks = signInAudit({ database, audit: options.audit, newId: options.newId, onChange: forget })
  const signInWith = (identities: readonly IdentityProvider[]) =>
    createSignIn({ ...options, prisma, attempts, hooks, identities })
  let reached: readonly IdentityProvider[] = []
  let signIn = signInWith(reached)
  const stops = options.identities.map(reach)
  const { sql } = database.system
  const onFault = (error: unknown) => options.log('warn', `use of API keys was not written: ${String(error)}`)
  const use = new KeyUse({ sql, countries: createCountries(), now, newId: options.newId, onFault })
  const gate = new KeyGate({ keys, rate: new KeyRate(sql, now), use, penalties: new Penalties(now), now })
  const origins = new Set(options.origins)

  /** Adds an identity provider once it answers, and asks again until it does: passwords and the others work meanwhile. */
  function reach(identity: IdentityProvider): () => void {
    let timer: NodeJS.Timeout | undefined
    let stopped = false
    const attempt = async () => {
      const alone = signInWith([identity])
      if (await hasIdentity(alone, identity.id)) {
        if (stopped) return
        reached = options.identities.filter(({ id }) => id === identity.id || reached.some((one) => one.id === id))
        signIn = signInWith(reached)
      } else if (!stopped) timer = setTimeout(() => void attempt(), issuerRetryMs).unref()
    }
    void attempt()
    return () => {
      stopped = true
      clearTimeout(timer)
    }
  }

  async function byCookie(headers: Headers, cookie: string): Promise<Authenticated | null> {
    const origin = headers.get('origin')
    if (origin !== null && !origins.has(origin))
      throw new UnauthenticatedError(
        `Pages of ${origin} may not use this session. Add the origin to PATCHBAY_CORS_ORIGINS, or send an API key.`,
      )
    const name = `cookie ${createHash('sha256').update(cookie).digest('base64')}`
    const known = remembered.get(name)
    if (known !== undefined) return known
    const facts = await signIn.api.getSession({ headers: new Headers({ cookie }) })
    if (facts === null) return null
    // A password that somebody else knows opens the door to changing it, and no other.
    if (facts.user.mustChangePassword === true)
      throw new UnauthenticatedError('Change your password first: the one you have was made up for you.')
    const viewer = await viewerOfSession(database, facts)
    remembered.set(name, viewer)
    return viewer
  }

  return {
    async authenticate(proof: Proof) {
      const key = bearerOf(proof)
      if (key !== null) return gate.admit(key, proof.ipAddress)
      const cookie = proof.headers.get('cookie')
      return cookie?.includes('patchbay.session_token') ? byCookie(proof.headers, cookie) : null
    },

    async spend(viewer, ipAddress) {
      if (viewer.kind === 'API_KEY') await gate.spend(viewer, ipAddress)
    },

    refusedScope({ kind, id, organizationId, key }, ipAddress) {
      if (kind !== 'API_KEY') return
      use.refused({ key: { id, organizationId }, prefix: key?.prefix ?? '', ipAddress, reason: 'SCOPE' })
    },

    async handle(request, ipAddress) {
      const origin = request.headers.get('origin')
      // better-auth looks at the origin of most requests that carry cookies; here it is of all that change something.
      if (request.method !== 'GET' && origin !== null && !origins.has(origin))
        return Response.json(
          { code: 'INVALID_ORIGIN', message: `Pages of ${origin} may not sign anybody in or out here.` },
          { status: 403 },
        )
      const headers = new Headers(request.headers)
      headers.delete(addressHeader)
      if (ipAddress !== null) headers.set(addressHeader, ipAddress)
      return signIn.handler(new Request(request, { headers }))
    },

    async createUser(user: NewUser, tx?: Tx) {
      const email = user.email.trim().toLowerCase()
      checkLength(user.password)
      const password = await hashPassword(user.password)
      const write = async (sql: Tx) => {
        if (await sql.user.findUnique({ where: { email }, select: { id: true } }))
          throw new InvalidInputError([{ path: 'email', message: 'Somebody with this address is already here.' }])
        const { name, superAdmin = false, mustChangePassword = false } = user
        const id = options.newId()
        // Whoever holds an invitation read it at this address; the first administrator owns the machine.
        await sql.user.create({ data: { id, email, name, emailVerified: true, superAdmin, mustChangePassword } })
        await sql.account.create({
          data: { id: options.newId(), userId: id, providerId: 'credential', accountId: id, password },
        })
        return { id }
      }
      return tx ? write(tx) : prisma.$transaction(write)
    },

    async checkPassword(email, password) {
      const account = await prisma.account.findFirst({
        where: { providerId: 'credential', user: { email: email.trim().toLowerCase() } },
        select: { userId: true, password: true },
      })
      if (!account?.password) {
        // Hashing anyway keeps unknown addresses as slow as wrong passwords.
        await hashPassword(password)
        return null
      }
      return (await verifyPassword({ hash: account.password, password })) ? { id: account.userId } : null
    },

    forget,
    start: () => keys.start(),
    flush: () => use.flush(),
    async close() {
      for (const stop of stops) stop()
      forget()
      await keys.close()
      await use.close()
    },
  }
}

function checkLength(password: string): void {
  if (password.length < passwordLength.min || password.length > passwordLength.max)
    throw new InvalidInputError([
      { path: 'password', message: `A password has ${passwordLength.min} to ${passwordLength.max} characters.` },
    ])
}

/** The key after `Bearer`, from the header or from graphql-ws's connection_init payload. */
function bearerOf({ headers, connectionParams }: Proof): string | null {
  const fromParams =
    typeof connectionParams === 'object' && connectionParams !== null
      ? Object.entries(connectionParams).find(([name]) => name.toLowerCase() === 'authorization')?.[1]
      : undefined
  const value = headers.get('authorization') ?? (typeof fromParams === 'string' ? fromParams : null)
  if (value === null) return null
  const match = /^Bearer +(\S+)$/i.exec(value)
  if (match?.[1] === undefined)
    throw new UnauthenticatedError('The authorization header must read: Bearer and an API key.')
  return match[1]
}
