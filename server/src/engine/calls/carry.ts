import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { EgressRequest, StreamedBody } from '../egress/contract.ts'
import { Handover } from './handover.ts'
import type { Carry } from './journey.ts'
import type { Draft, Outgoing } from './outgoing.ts'
import { RequestBrokenOff } from './request-body.ts'

/** Reads answers whole. @param limits of the body, where they are not the usual ones */
export const whole =
  (limits: Pick<EgressRequest, 'maxBytes' | 'overflow'> = {}): Carry =>
  async (egress, outgoing, { record, deadline }, heard) => {
    const { clock } = record
    const timeoutMs = Math.max(1, deadline.remainingMs())
    const request = { ...limits, ...readable(outgoing), timeoutMs, signal: deadline.ending }
    record.sending(request)
    let from = clock.elapsed()
    let step = 'connect'
    const next = (name: string) => {
      clock.note(step, from)
      from = clock.elapsed()
      step = name
    }
    try {
      const answer = await egress.send({ ...request, onConnected: () => next('egress'), onHead: () => next('body') })
      record.received(answer)
      heard(answer.headers, answer.status)
      return { raw: answer, read: answer }
    } finally {
      clock.note(step, from)
    }
  }

/** Passes answers on while they arrive. */
export const streamed: Carry = async (egress, outgoing, journey, heard) => {
  const { record, deadline } = journey
  const { clock } = record
  const { method, url, headers, body } = outgoing
  const handover = new Handover(journey, outgoing, heard)
  record.sending({ method, url, headers, body: handover.requestBody })
  let from = clock.elapsed()
  let isConnected = false
  const onConnected = () => {
    clock.note('connect', from)
    from = clock.elapsed()
    isConnected = true
  }
  const onSent = () => deadline.extend()
  try {
    await egress.stream(
      { method, url, headers, body: handover.tapped(body), signal: deadline.ending, onConnected, onSent },
      handover,
    )
    return await handover.outcome()
  } catch (error) {
    // A caller that stops sending in the middle of its request is no failure of the vendor.
    const isOurs = error instanceof ProviderCallError && error.errorClass === 'TIMEOUT'
    throw isOurs && isStreamed(body) && body.isWaiting === true ? new RequestBrokenOff() : error
  } finally {
    const { headAt } = handover
    clock.note(isConnected ? 'egress' : 'connect', from, headAt ?? undefined)
    if (headAt !== null) clock.note('body', headAt)
  }
}

/** A body that is being sent is not at hand for a request that is read whole. */
function readable(outgoing: Outgoing): Omit<Outgoing, 'body'> & { readonly body: string | Uint8Array | null } {
  const { body } = outgoing
  if (isStreamed(body)) throw new TypeError('a streamed body needs a streamed call')
  return { ...outgoing, body }
}

export function isStreamed(body: Draft['body']): body is StreamedBody {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body
}

/** The draft for another attempt; null when its body is gone. */
export function again(draft: Draft): Draft | null {
  if (!isStreamed(draft.body)) return draft
  const body = draft.body.again()
  return body === null ? null : { ...draft, body }
}
