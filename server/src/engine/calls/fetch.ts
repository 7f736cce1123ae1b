import type { EgressAnswer } from '../egress/contract.ts'

/** What a vendor's SDK wants to send. */
export interface FetchRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body: string | null
  readonly signal: AbortSignal
}

/** Statuses a Response may not have a body with. */
const bodyless = new Set([204, 205, 304])

/** Shapes `send` as `fetch`: a failed answer is an answer, only a missing one throws. */
export function asFetch(send: (request: FetchRequest) => Promise<EgressAnswer>): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init)
    const text = await request.text()
    const answer = await send({
      method: request.method,
      url: new URL(request.url),
      headers: Object.fromEntries(request.headers),
      body: text === '' ? null : text,
      signal: request.signal,
    })
    const body = bodyless.has(answer.status) ? null : Buffer.from(answer.body)
    return new Response(body, { status: answer.status, headers: answer.headers })
  }
}
