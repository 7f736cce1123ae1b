import { randomUUID } from 'node:crypto'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Provider } from '../../providers/provider.ts'
import type { Egress } from '../egress/contract.ts'
import { createAddressBook } from './address-book.ts'
import type { PlainCalls } from './contract.ts'
import type { CallLog } from './log.ts'
import { CallRecord } from './record.ts'

export interface PlainCallsOptions {
  readonly egress: Egress
  readonly log: Pick<CallLog, 'add'>
  readonly labOrigin?: string | null
  readonly now?: () => number
  readonly newId?: () => string
}

export function createPlainCalls(options: PlainCallsOptions): PlainCalls {
  const { egress, log, labOrigin = null, now = Date.now, newId = randomUUID } = options
  const addresses = createAddressBook(labOrigin)

  return {
    urlOf: (provider, connection, place) => addresses.urlOf(provider, connection, place),

    async send(provider, connection, request) {
      const { actor, purpose, operation, method } = request
      const record = new CallRecord({
        id: newId(),
        at: new Date(now()),
        connection,
        actor,
        purpose,
        operation,
        method,
        redactPaths: provider.redact ?? [],
      })
      record.hideValues(request.secrets)
      let failure: unknown = null
      try {
        const url = addresses.urlOf(provider, connection, request)
        const outgoing = { ...request, url }
        record.sending(outgoing)
        const answer = await record.clock.run('egress', () => egress.send(outgoing))
        record.received(answer)
        if (answer.status >= 400) failure = refusedExchange(provider, answer.status)
        return answer
      } catch (error) {
        failure = error
        throw error
      } finally {
        await log.add(record.row(failure))
      }
    },
  }
}

/** What the log says of an exchange the vendor refused; the caller reads the answer itself. */
function refusedExchange(provider: Provider, status: number): ProviderCallError {
  const errorClass = status >= 500 ? 'UNAVAILABLE' : status === 429 ? 'RATE_LIMITED' : 'AUTHENTICATION'
  return new ProviderCallError({
    errorClass,
    message: `${provider.entry.name} answered ${status}.`,
    advice: '',
    status,
  })
}
