import type { Dispatcher } from 'undici'

type Head = Readonly<Record<string, string | string[] | undefined>>

/** Takes an answer as it comes off the wire. What it throws ends the exchange. */
export interface Taker {
  /** The request has a socket and is about to be written. */
  connected?(): void
  /** A piece of a streamed request body was written. */
  sent?(): void
  head(status: number, headers: Head, flow: Flow): void
  data(chunk: Buffer): void
  end(): void
}

/** Slows the vendor down to the pace of whoever reads. */
export interface Flow {
  pause(): void
  resume(): void
}

/** One exchange on undici's own handler: no stream, no promise and no signal in between. */
export class Passage implements Dispatcher.DispatchHandler {
  /** Settles when the answer has ended, or when there will be none. */
  readonly done: Promise<void>
  readonly #taker: Taker
  readonly #settled = Promise.withResolvers<void>()
  #controller: Dispatcher.DispatchController | null = null
  #reason: Error | null = null

  constructor(taker: Taker) {
    this.#taker = taker
    this.done = this.#settled.promise
  }

  /** Ends the exchange: the vendor sees its connection cut. A request that still waits for a socket is never written. */
  cancel(reason: Error): void {
    if (this.#reason !== null) return
    this.#reason = reason
    this.#controller?.abort(reason)
    this.#settled.reject(reason)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#reason !== null) return controller.abort(this.#reason)
    this.#taker.connected?.()
  }

  onBodySent(): void {
    this.#taker.sent?.()
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, headers: Head): void {
    // 1xx says nothing of the outcome (RFC 9110, 15.2).
    if (status >= 200 && this.#reason === null) this.#taker.head(status, headers, controller)
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#reason === null) this.#taker.data(chunk)
  }

  onResponseEnd(): void {
    // Trailers end here: they would need the receiver's consent (TE), which is not passed on.
    if (this.#reason !== null) return
    this.#taker.end()
    this.#settled.resolve()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#settled.reject(this.#reason ?? error)
  }
}
