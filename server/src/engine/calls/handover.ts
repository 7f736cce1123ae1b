import { decode, isKnownCoding, isPlain } from '../egress/body.ts'
import type { Receiver } from '../egress/contract.ts'
import { flatten, isBodyless, joined } from '../egress/whole-body.ts'
import { notesOf, type Carried, type Journey } from './journey.ts'
import type { Draft, Outgoing } from './outgoing.ts'
import { Tap } from './tap.ts'

/**
 * Answers up to this size are read before they are passed on. A refusal because another attempt may follow, a success
 * because one that breaks off may be repeated as long as nobody has seen its beginning.
 */
const heldSmall = 64 * 1024
/** Answers up to this size are held for the cache. */
const heldForCache = 1024 * 1024

/**
 * One streamed attempt. Answers flow to the caller as they come, with two exceptions that are read first: small ones, and
 * those the cache wants.
 */
export class Handover implements Receiver {
  readonly #journey: Journey
  readonly #method: string
  readonly #heard: (headers: Readonly<Record<string, string>>, status: number) => void
  readonly #tap = new Tap()
  /** What the log keeps of the request's body. */
  readonly requestBody: string | Uint8Array | Tap | null
  /** When the answer began, on the call's clock. */
  headAt: number | null = null
  #status = 0
  #headers: Readonly<Record<string, string | string[]>> = {}
  #flat: Readonly<Record<string, string>> = {}
  #held: Uint8Array[] | null = null
  #room = 0
  #isForCache = false
  #resume = () => {}

  constructor(
    journey: Journey,
    outgoing: Outgoing,
    heard: (headers: Readonly<Record<string, string>>, status: number) => void,
  ) {
    this.#journey = journey
    this.#method = outgoing.method
    this.#heard = heard
    const { body } = outgoing
    this.requestBody = body === null || typeof body === 'string' || body instanceof Uint8Array ? body : new Tap()
  }

  /** The request's body, listened to while it is sent. */
  tapped(body: Draft['body']): Draft['body'] {
    const tap = this.requestBody
    if (!(tap instanceof Tap) || body === null || typeof body === 'string' || body instanceof Uint8Array) return body
    return {
      length: body.length,
      again: () => body.again(),
      async *[Symbol.asyncIterator]() {
        for await (const chunk of body) {
          tap.add(chunk)
          yield chunk
        }
      },
    }
  }

  head(status: number, headers: Readonly<Record<string, string | string[]>>, resume: () => void): void {
    const { deadline, record } = this.#journey
    deadline.extend()
    this.headAt = record.clock.elapsed()
    this.#status = status
    this.#headers = headers
    this.#flat = flatten(headers)
    this.#resume = resume
    record.received({ status, headers: this.#flat, body: this.#tap })
    this.#heard(this.#flat, status)
    this.#room = this.#roomFor(status)
    const bodyless = isBodyless(this.#method, status)
    const announced = bodyless ? 0 : Number(this.#flat['content-length'] ?? 0)
    if (bodyless || (this.#room > 0 && announced <= this.#room)) this.#held = []
    else this.#begin()
  }

  body(chunk: Uint8Array): boolean {
    this.#journey.deadline.extend()
    if (this.#held === null) {
      this.#tap.add(chunk)
      return this.#pass(chunk)
    }
    this.#tap.addHeld(chunk)
    this.#held.push(chunk)
    return this.#tap.bytes <= this.#room || this.#spill()
  }

  /** What became of it, once the exchange has ended well. */
  async outcome(): Promise<Carried> {
    const isRefusal = this.#status >= 400
    const facts = { status: this.#status, headers: this.#flat }
    const { 'content-encoding': encoding, 'content-length': _length, ...rest } = this.#flat
    if (this.#held === null) {
      this.#journey.delivery = 'whole'
      const beginning = { ...facts, body: this.#tap.beginning() ?? new Uint8Array() }
      return { raw: { ...beginning, passed: true }, read: isRefusal ? beginning : null }
    }
    const raw = { ...facts, body: joined(this.#held) }
    const isCoded = !isPlain(encoding) && !isBodyless(this.#method, this.#status)
    if (!isCoded || (isRefusal && !isKnownCoding(encoding)) || (!isRefusal && !this.#isForCache))
      return { raw, read: isRefusal ? raw : null }
    const body = await decode(raw.body, encoding, { maxBytes: heldForCache, cut: isRefusal })
    const read = { status: this.#status, headers: rest, body }
    // A refusal goes on as it came; what the cache keeps must suit everybody.
    return isRefusal ? { raw, read } : { raw: read, read: null }
  }

  #roomFor(status: number): number {
    if (status >= 400) return heldSmall
    const { wanting, sought, connection } = this.#journey
    this.#isForCache =
      isKnownCoding(this.#flat['content-encoding']) &&
      wanting !== null &&
      sought !== null &&
      wanting.wants(connection, sought, status, this.#flat)
    if (this.#isForCache) return heldForCache
    // Of unknown length it may be a stream of events.
    return 'content-length' in this.#flat ? heldSmall : 0
  }

  /** More than there is room for: what was held goes out after all, and the rest follows. */
  #spill(): boolean {
    const held = this.#held ?? []
    this.#held = null
    this.#begin()
    let ready = true
    for (const chunk of held) ready = this.#pass(chunk)
    return ready
  }

  #begin(): void {
    this.#journey.delivery = 'begun'
    this.#journey.letGo()
    this.#journey.receiver?.head(this.#status, this.#headers, notesOf(this.#journey), this.#resume)
  }

  #pass(chunk: Uint8Array): boolean {
    return this.#journey.receiver?.body(chunk) ?? true
  }
}
