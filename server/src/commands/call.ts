import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { CallCommands, CallProviderAnswer, CallProviderInput } from '@patchbay/schema/commands/call.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, NotFoundError, ProviderCallError } from '@patchbay/schema/errors.ts'
import { isIdempotent } from '../engine/calls/retry.ts'
import { checkCall, rawRequest, textOf } from './call-input.ts'
import { recall } from './call-recall.ts'
import { providerOf, type Collaborators } from './collaborators.ts'
import { Joiner } from './joiner.ts'
import { claim, digest, fulfil, release, type OnceRequest } from './once.ts'
import { checkConnectionId, transact } from './transact.ts'

/** Rules of calls that people and programs make themselves. */
export function createCallCommands(hub: Collaborators): CallCommands {
  const { database } = hub
  const repeats = new Joiner<CallProviderAnswer>()

  return {
    async send(actor, { idempotencyKey, ...given }) {
      checkCall(given)
      // Before the key is looked at: a repeat of somebody else's key must not tell that the connection exists.
      const input = { ...given, connectionId: checkConnectionId(actor, given.connectionId) }
      const connection = await hub.connections.find(actor.organizationId, input.connectionId)
      if (connection === null) throw new NotFoundError('connection', given.connectionId)
      const key = idempotencyKey ?? null
      if (key === null) return sendOnce(actor, connection, input, null)
      const request = { operation: 'call.send', key, hash: digest(hub.requestKey, input) }
      return repeats.run(`${actor.organizationId}:${key}:${request.hash}`, () =>
        sendKeyed(actor, connection, input, request),
      )
    },
  }

  /** Takes the key first. What is repeated is answered out of the log. */
  async function sendKeyed(
    actor: Actor,
    connection: Connection,
    input: CallProviderInput,
    request: OnceRequest,
  ): Promise<CallProviderAnswer> {
    const isHarmless = isIdempotent(input.method) || providerOf(hub, connection).idempotencyHeader !== undefined
    const claimed = await transact(database, actor, (tx) =>
      claim(tx, actor, request, async (again) => {
        if (again && !isHarmless) throw unknownOutcome()
        return connection.id
      }),
    )
    if (claimed.repeated) return recall(database, actor, claimed.id)
    const settle = (callId: string | null) =>
      transact(database, actor, (tx) =>
        callId === null ? release(tx, actor, request) : fulfil(tx, actor, request, callId),
      )
    try {
      const answer = await sendOnce(actor, connection, input, request.key ?? null)
      await settle(answer.id)
      return answer
    } catch (error) {
      // What the vendor repeats safely, or never saw, may be tried again with the same key; the rest stays as it ended.
      const isOver = error instanceof ProviderCallError && !isHarmless && !unsent.has(error.errorClass)
      await settle(isOver ? error.callId : null)
      throw error
    }
  }

  async function sendOnce(
    actor: Actor,
    connection: Connection,
    input: CallProviderInput,
    key: string | null,
  ): Promise<CallProviderAnswer> {
    const options = {
      actor,
      purpose: 'PROXY',
      operation: 'callProvider',
      timeoutMs: input.timeoutMs ?? 30_000,
    } as const
    try {
      const answer = await hub.calls.send(connection, options, rawRequest(input, key))
      const { callId, status, headers, body, cut = false } = answer
      return {
        id: callId,
        status,
        headers: Object.entries(headers).filter(([name]) => name !== 'set-cookie'),
        body: textOf(body),
        cut,
        bytes: body.byteLength,
        repeated: false,
      }
    } finally {
      // Whoever asked wants to see the logged call with the answer.
      await hub.calls.flush()
    }
  }
}

/** Classes of failures before anything left the hub. */
const unsent: ReadonlySet<string> = new Set([
  'NOT_CONFIGURED',
  'CONNECTION_DISABLED',
  'RECONNECT_REQUIRED',
  'BREAKER_OPEN',
  'BUDGET_EXCEEDED',
  'RATE_LIMITED',
  'EGRESS_DENIED',
])

function unknownOutcome(): ConflictError {
  return new ConflictError(
    'An earlier request with this key was cut off, and nobody knows whether it had its effect. Look at the provider; if nothing happened, send it with a new key.',
  )
}
