import { hub } from '#lib/graphql/client.svelte.ts'
import {
  CallProviderDocument,
  CallTraceDocument,
  type CallProviderMutation,
  type CallTraceFragment,
} from '#lib/graphql/generated/graphql.ts'
import { Mutation } from '#lib/graphql/mutation.svelte.ts'
import { faultWords } from '#lib/i18n/fault-words.ts'
import { inputOf, type Sent } from './draft.svelte.ts'
import { requests, type Entry } from './history.svelte.ts'
import type { SendOutcome } from './outcome.ts'

type Answer = CallProviderMutation['callProvider']

/** Sends requests and keeps what became of them. */
export class Sender {
  readonly #send = new Mutation(CallProviderDocument)

  get busy(): boolean {
    return this.#send.busy
  }

  send = async (connection: Entry['connection'], sent: Sent): Promise<Entry> => {
    const at = Date.now()
    const from = performance.now()
    const { data, fault } = await this.#send.run({ input: inputOf(connection.id, sent) })
    const tookMs = performance.now() - from
    const outcome = fault ? unsent(faultWords(fault)) : await read(data.callProvider)
    return requests.add({ at, connection, sent, tookMs, outcome })
  }
}

const unsent = (message: string): SendOutcome => ({
  kind: 'failed',
  errorClass: null,
  status: null,
  message,
  advice: null,
  vendorCode: null,
  retryAfterSeconds: null,
  call: null,
})

async function read(answer: Answer): Promise<SendOutcome> {
  if (answer.__typename === 'CallProviderSuccess') {
    const { status, headers, body, bytes, cut, repeated, call } = answer
    return { kind: 'answered', status, headers, body: body ?? null, bytes, cut, repeated, call: call ?? null }
  }
  if (answer.__typename === 'ProviderCallError')
    return {
      kind: 'failed',
      errorClass: answer.errorClass,
      status: answer.answered ?? null,
      message: answer.message,
      advice: answer.advice,
      vendorCode: answer.vendorCode ?? null,
      retryAfterSeconds: answer.retryAfterSeconds ?? null,
      call: answer.failedCallId ? await traceOf(answer.failedCallId) : null,
    }
  const faults = 'faults' in answer ? answer.faults.map(({ message }) => message) : []
  return unsent(faults.length > 0 ? faults.join(' ') : answer.message)
}

/** Calls are logged in batches, a moment after they end. Null without the right to read them. */
async function traceOf(id: string): Promise<CallTraceFragment | null> {
  for (const wait of [0, 250, 500, 1000]) {
    await new Promise((resolve) => setTimeout(resolve, wait))
    const { data, error } = await hub.client
      .query(CallTraceDocument, { id }, { requestPolicy: 'network-only' })
      .toPromise()
    if (error) return null
    if (data?.call) return data.call
  }
  return null
}
