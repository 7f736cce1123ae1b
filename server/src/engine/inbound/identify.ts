import type { Identity, WebhookSpec } from '../../providers/webhook.ts'
import { messageOf, storable, type MessageParts } from './message.ts'
import { digestOf } from './keep.ts'

/** What a proven request says of itself, as it is stored, and the digest under which it is stored once. */
export interface Identified extends Identity {
  readonly digest: Buffer
}

/** Longest vendor's type and id that are stored; a digest is made of the whole id. */
const longest = 500

const shorten = (text: string | null) => (text === null ? null : storable(text).slice(0, longest))

/** Reads a proven request. One that cannot be read has its bytes for an identity, and ends in the inbox. */
export function identify(
  spec: Pick<WebhookSpec, 'identify'>,
  parts: MessageParts,
  onFault: (error: unknown) => void,
): Identified {
  const { id, type, occurredAt } = say(spec, parts, onFault)
  const isMoment = occurredAt !== null && !Number.isNaN(occurredAt.getTime())
  return {
    id: shorten(id || null),
    type: shorten(type || null),
    occurredAt: isMoment ? occurredAt : null,
    digest: digestOf(id || null, parts.body),
  }
}

function say(spec: Pick<WebhookSpec, 'identify'>, parts: MessageParts, onFault: (error: unknown) => void): Identity {
  try {
    return spec.identify(messageOf(parts))
  } catch (error) {
    onFault(error)
    return { id: null, type: null, occurredAt: null }
  }
}
