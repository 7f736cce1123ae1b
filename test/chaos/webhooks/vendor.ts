import { setTimeout as wait } from 'node:timers/promises'
import Stripe from 'stripe'
import { Pool } from 'undici'
import type { Chance } from '../chance.ts'

/** A source as its vendor knows it. */
export interface Address {
  /** Path below the hub's URL. */
  readonly path: string
  readonly secret: string
}

export interface VendorOptions {
  readonly addresses: readonly [Address, ...Address[]]
  /** Requests in all, repeats included. */
  readonly requests: number
  /** Share of requests that repeat an earlier event, 0 to 1. */
  readonly repeats: number
  readonly chance: Chance
  /** Where a hub answers right now; null while none does. */
  readonly hub: () => string | null
  /** Requests begun at most by now, so that a storm lasts as long as its kills. */
  readonly quota: () => number
  readonly concurrency?: number
}

const sdk = new Stripe('sk_test_storm')

/** Vendors that send signed events and, as vendors do, send again until they get a 2xx. */
export class Vendor {
  readonly #options: VendorOptions
  readonly #pools = new Map<string, Pool>()
  readonly #sent: { readonly id: string; readonly address: Address }[] = []
  #begun = 0
  /** Ids of events that got a 2xx. */
  readonly acknowledged = new Set<string>()
  /** 2xx answers, repeats included. */
  answers = 0
  /** Requests that got no answer, or told to come back. */
  turnedAway = 0
  /** Answers that were neither: a signed event may never be refused. */
  readonly refusals: string[] = []

  constructor(options: VendorOptions) {
    this.#options = options
  }

  get done(): boolean {
    return this.answers + this.refusals.length >= this.#options.requests
  }

  /** Sends everything; resolves when the last request has its 2xx, or `signal` ends it. */
  async run(signal: AbortSignal): Promise<void> {
    const { concurrency = 48 } = this.#options
    await Promise.all(Array.from({ length: concurrency }, () => this.#send(signal)))
    await Promise.all([...this.#pools.values()].map((pool) => pool.destroy()))
  }

  async #send(signal: AbortSignal): Promise<void> {
    const { requests, repeats, addresses, chance, quota } = this.#options
    while (this.#begun < requests && !signal.aborted) {
      if (this.#begun >= quota()) {
        await wait(10)
        continue
      }
      const number = this.#begun++
      const earlier = this.#sent.length > 0 && chance.draw() < repeats
      const event = earlier
        ? this.#sent[chance.between(Math.max(0, this.#sent.length - 2_000), this.#sent.length - 1)]
        : { id: `evt_storm_${number}`, address: chance.pick(addresses) }
      if (event === undefined) continue
      if (!earlier) this.#sent.push(event)
      await this.#deliver(event, signal)
    }
  }

  async #deliver({ id, address }: { id: string; address: Address }, signal: AbortSignal): Promise<void> {
    const body = bodyOf(id)
    for (let tries = 0; !signal.aborted; tries++) {
      const status = await this.#post(address, body)
      if (status !== null && status >= 200 && status < 300) {
        this.acknowledged.add(id)
        this.answers++
        return
      }
      if (status !== null && status !== 503 && status !== 429) {
        this.refusals.push(`${id} got ${status}`)
        return
      }
      this.turnedAway++
      await wait(Math.min(50 * 2 ** Math.min(tries, 4), 1_000))
    }
  }

  async #post(address: Address, body: string): Promise<number | null> {
    const url = this.#options.hub()
    if (url === null) return null
    const signature = sdk.webhooks.generateTestHeaderString({ payload: body, secret: address.secret })
    try {
      const answer = await this.#pool(url).request({
        method: 'POST',
        path: address.path,
        headers: { 'content-type': 'application/json', 'stripe-signature': signature },
        body,
        headersTimeout: 30_000,
      })
      await answer.body.dump()
      return answer.statusCode
    } catch {
      return null
    }
  }

  #pool(url: string): Pool {
    const pool = this.#pools.get(url) ?? new Pool(url, { connections: 64 })
    this.#pools.set(url, pool)
    return pool
  }
}

const filler = 'x'.repeat(600)

/** About one kilobyte, as Stripe sends a payment. */
function bodyOf(id: string): string {
  return JSON.stringify({
    id,
    object: 'event',
    api_version: '2026-10-28.endive',
    created: 1_790_000_000,
    livemode: false,
    type: 'payment_intent.succeeded',
    data: {
      object: {
        id: `pi_${id}`,
        object: 'payment_intent',
        amount: 12_500,
        amount_received: 12_500,
        currency: 'aed',
        status: 'succeeded',
        metadata: { reference: id },
        receipt_email: null,
        created: 1_790_000_000,
        livemode: false,
        description: filler,
      },
    },
  })
}
