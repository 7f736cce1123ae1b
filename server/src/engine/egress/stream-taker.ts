import type { Receiver, StreamRequest } from './contract.ts'
import type { Flow, Taker } from './passage.ts'

/** Hands an answer on as it comes, at the pace of its receiver. */
export class StreamTaker implements Taker {
  readonly #request: StreamRequest
  readonly #receiver: Receiver
  #flow: Flow | null = null

  constructor(request: StreamRequest, receiver: Receiver) {
    this.#request = request
    this.#receiver = receiver
  }

  connected(): void {
    this.#request.onConnected?.()
  }

  sent(): void {
    this.#request.onSent?.()
  }

  head(status: number, headers: Readonly<Record<string, string | string[] | undefined>>, flow: Flow): void {
    this.#flow = flow
    this.#receiver.head(status, headers as Readonly<Record<string, string | string[]>>, () => flow.resume())
  }

  data(chunk: Buffer): void {
    if (!this.#receiver.body(chunk)) this.#flow?.pause()
  }

  end(): void {}
}
