import { createHash, randomBytes, randomUUID } from 'node:crypto'
import type { Database } from '@patchbay/prisma/database.ts'
import type { Connection, OAuthFlow } from '@patchbay/prisma/generated/client.ts'
import { ConflictError, ProviderCallError } from '@patchbay/schema/errors.ts'
import * as oauth from 'oauth4webapi'
import type { OAuthSpec, Provider } from '../../providers/provider.ts'
import { refusal } from '../../providers/shared/advice.ts'
import type { Audit } from '../audit/contract.ts'
import type { PlainCalls } from '../calls/contract.ts'
import type { Vault } from '../vault/contract.ts'
import type { Credentials, OAuth } from './contract.ts'
import { openFields } from './fields.ts'
import { whoBegan } from './flow-actor.ts'
import { createGrants } from './grants.ts'
import { createTokenEndpoint, serverOf, type TokenContext } from './token-endpoint.ts'

export interface OAuthOptions {
  readonly database: Pick<Database, 'tenant' | 'system'>
  readonly vault: Vault
  readonly audit: Audit
  readonly calls: PlainCalls
  readonly credentials: Pick<Credentials, 'forget'>
  readonly provider: (slug: string) => Provider | undefined
  /** Origin vendors send people back to, without a trailing slash. */
  readonly publicUrl: string
  readonly now?: () => Date
  readonly newId?: () => string
  /** Random bytes of a state parameter. Default 32 of the system's. */
  readonly newState?: () => string
}

/** How long a person may take at the vendor, in milliseconds. */
const flowMs = 10 * 60_000
const dayMs = 86_400_000

const hashOf = (state: string) => createHash('sha256').update(state).digest('hex')

/** The authorization-code flow with PKCE (RFC 6749, RFC 7636, RFC 9207), from "connect" to stored grant. */
export function createOAuth(options: OAuthOptions): OAuth {
  const { database, vault, audit, calls, credentials, publicUrl } = options
  const { now = () => new Date(), newId = randomUUID } = options
  const newState = options.newState ?? (() => randomBytes(32).toString('base64url'))
  const reader = { database, vault, audit }
  const grants = createGrants({ ...reader, now, newId, owner: 'flow' })
  const exchange = createTokenEndpoint({ calls, now })

  function specOf(connection: Connection): { provider: Provider; spec: OAuthSpec } {
    const provider = options.provider(connection.provider)
    const spec = provider?.oauth
    if (provider && spec?.grant === 'authorization_code') return { provider, spec }
    throw new ConflictError(`${connection.name} is not connected by an authorization in the browser.`)
  }

  /** Takes a flow for good: whatever the callback says, its state has been used up. */
  async function take(state: string): Promise<OAuthFlow> {
    const { prisma } = database.system
    const [flow] = await prisma.oAuthFlow.updateManyAndReturn({
      where: { stateHash: hashOf(state), usedAt: null },
      data: { usedAt: now() },
    })
    if (flow === undefined)
      throw new ConflictError(
        'This authorization is unknown or was finished before. Begin it again from the connection’s page.',
      )
    if (flow.expiresAt <= now())
      throw new ConflictError(
        'This authorization took longer than ten minutes. Begin it again from the connection’s page.',
      )
    return flow
  }

  return {
    async start(connection, actor) {
      const { provider, spec } = specOf(connection)
      const fields = await openFields(reader, provider, connection, actor)
      const server = serverOf(calls, { provider, spec, connection })
      const state = newState()
      const verifier = oauth.generateRandomCodeVerifier()
      const redirectUri = `${publicUrl}/oauth/callback`
      const id = newId()
      const { organizationId } = connection
      const sealed = await vault.seal(verifier, { organizationId, rowId: id, table: 'OAuthFlow' })
      const { prisma } = database.tenant(organizationId)
      await prisma.oAuthFlow.deleteMany({ where: { expiresAt: { lt: new Date(now().getTime() - dayMs) } } })
      await prisma.oAuthFlow.create({
        data: {
          id,
          organizationId,
          connectionId: connection.id,
          stateHash: hashOf(state),
          keyId: sealed.keyId,
          wrappedKey: new Uint8Array(sealed.wrappedKey),
          ciphertext: new Uint8Array(sealed.ciphertext),
          redirectUri,
          startedById: actor.id,
          expiresAt: new Date(now().getTime() + flowMs),
        },
      })
      const url = new URL(server.authorization_endpoint ?? '')
      const challenge = spec.pkce
        ? { code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' }
        : {}
      const parameters = {
        response_type: 'code',
        [spec.clientIdParam ?? 'client_id']: fields[spec.clientIdField] ?? '',
        redirect_uri: redirectUri,
        scope: spec.scopes.join(spec.scopeSeparator),
        state,
        ...challenge,
        ...spec.authorize?.params,
      }
      for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
      return { flowId: id, url: url.href }
    },

    async finish(query) {
      const state = query.get('state') ?? ''
      if (state === '')
        throw new ConflictError(
          'The provider’s answer names no authorization. Begin it again from the connection’s page.',
        )
      const flow = await take(state)
      const { organizationId, connectionId } = flow
      const actor = await whoBegan(database, flow)
      const connection = await database
        .tenant(organizationId)
        .prisma.connection.findUniqueOrThrow({ where: { id: connectionId } })
      const { provider, spec } = specOf(connection)
      const fields = await openFields(reader, provider, connection, actor)
      const context: TokenContext = { provider, spec, connection, fields, actor }
      const callback = readCallback(context, query, state)
      const verifier = await vault.open(flow, { organizationId, rowId: flow.id, table: 'OAuthFlow' })
      const outcome = await exchange(context, { kind: 'code', callback, redirectUri: flow.redirectUri, verifier })
      if (outcome.refusal) throw outcome.refusal.error
      await grants.adopt(connection, outcome.tokens, async (tx) => {
        await tx.connection.updateMany({
          where: { id: connectionId, status: { not: 'DISABLED' } },
          data: { status: 'ACTIVE', statusReason: null, nextProbeAt: now(), version: { increment: 1 } },
        })
        const after = { scopes: outcome.tokens.scopes, expiresAt: outcome.tokens.expiresAt }
        await audit.append(tx, actor, {
          action: 'connection.authorized',
          subjectType: 'Connection',
          subjectId: connectionId,
          after,
        })
      })
      credentials.forget(connectionId)
      return { organizationId, connectionId }
    },
  }

  /** Checks that the answer is this vendor's and a success. Its words are shown as words only. */
  function readCallback(context: TokenContext, query: URLSearchParams, state: string): URLSearchParams {
    const { provider, spec, fields } = context
    const { name } = provider.entry
    if (spec.verifyCallback && !spec.verifyCallback(query, fields))
      throw refusal(
        provider,
        {
          errorClass: 'AUTHENTICATION',
          message: `the answer does not carry ${name}’s signature`,
          field: spec.clientSecretField,
        },
        null,
      )
    try {
      const client = { client_id: fields[spec.clientIdField] ?? '' }
      const callback = oauth.validateAuthResponse(serverOf(calls, context), client, query, state)
      // The library looks at the code only when it is exchanged.
      if (callback.getAll('code').length === 1) return callback
    } catch (error) {
      if (error instanceof oauth.AuthorizationResponseError)
        throw declined(provider, error.error, error.error_description)
    }
    throw new ProviderCallError({
      errorClass: 'MALFORMED_ANSWER',
      message: `The answer did not come from ${name} as it should.`,
      advice: 'Begin the authorization again from the connection’s page, and finish it in the same window.',
    })
  }
}

/** The vendor sent the person back without a code. */
function declined(provider: Provider, code: string, description: string | undefined): ProviderCallError {
  const { name } = provider.entry
  if (code === 'access_denied')
    return new ProviderCallError({
      errorClass: 'PERMISSION',
      message: `The authorization was declined at ${name}.`,
      advice: `Begin again and agree at ${name}, with an account that may do so.`,
      vendorCode: code,
    })
  const words = (description ?? code).replace(/\s+/g, ' ').slice(0, 200)
  return new ProviderCallError({
    errorClass: 'INVALID_REQUEST',
    message: `${name} did not authorize the connection: ${words}.`,
    advice: `Check the client id and, at ${name}, the callback address and the permissions of the app; then begin again.`,
    vendorCode: code.slice(0, 100),
  })
}
