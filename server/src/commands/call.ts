import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { CallCommands, CallProviderAnswer, CallProviderInput } from '@patchbay/schema/commands/call.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { NotFoundError } from '@patchbay/schema/errors.ts'
import { isIdempotent } from '../engine/calls/retry.ts'
import { checkCall, rawRequest, textOf } from './call-input.ts'
import { recall } from './call-recall.ts'
import { providerOf, type Collaborators } from './collaborators.ts'
import { Joiner } from './joiner.ts'
import { keyedEffect } from './keyed-effect.ts'
import { digest, type OnceRequest } from './once.ts'
import { checkConnectionId } from './transact.ts'

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

  /** What is repeated is answered out of the log. */
  function sendKeyed(
    actor: Actor,
    connection: Connection,
    input: CallProviderInput,
    request: OnceRequest,
  ): Promise<CallProviderAnswer> {
    return keyedEffect(database, actor, request, {
      harmless: isIdempotent(input.method) || providerOf(hub, connection).idempotencyHeader !== undefined,
      run: () => sendOnce(actor, connection, input, request.key ?? null),
      keep: async ({ id }) => ({ id }),
      keepFailure: async ({ callId }) => (callId === null ? null : { id: callId }),
      recall: (id) => recall(database, actor, id),
    })
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
