import type { Actor } from '../context.ts'

type Changed = Promise<{ readonly id: string }>
interface Once {
  readonly idempotencyKey?: string | null
}

export interface AssignInput extends Once {
  readonly id: string
  /** A type of the hub's catalogue. */
  readonly eventType: string
  /** JSONata over the vendor's payload that makes `data`; null takes the payload as it is. The result must fit the type. */
  readonly mapping?: string | null
  /** Do the same for every later event of this vendor type at this source. */
  readonly remember?: boolean
}

/** Rules of inbound events: what a person may do with one. States move by webhook-states.ts; ConflictError otherwise. */
export interface InboundEventCommands {
  /** Says what an event of the inbox means and routes it. ConflictError unless it is verified. */
  assign(actor: Actor, input: AssignInput): Changed
  /** Verifies a quarantined event with the secrets that hold now; routes it when it fits, else its verdict is updated. Staleness is not held against it. */
  verify(actor: Actor, input: { id: string } & Once): Changed
  /** Routes a verified event again, as a new run: new events, new deliveries. */
  replay(actor: Actor, input: { id: string } & Once): Changed
  /** Puts events of the inbox aside for good. */
  discard(actor: Actor, input: { ids: readonly string[] } & Once): Promise<{ readonly ids: readonly string[] }>
  /** Exact bytes and headers as stored. For `inbound:raw` only; the use is audited. */
  readRaw(actor: Actor, id: string): Promise<Uint8Array>
}
