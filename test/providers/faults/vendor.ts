import { Agent, createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { LabAnswer } from '@patchbay/server/lab/twin.ts'

/** What goes wrong with a request that arrives. */
export type Fault =
  /** It is answered instead of the vendor. */
  | { readonly kind: 'answer'; readonly answer: LabAnswer }
  /** The answer breaks off in the middle. */
  | { readonly kind: 'truncated' }
  /** Nothing ever comes. */
  | { readonly kind: 'silence' }
  /** The vendor does its work, and the line breaks before its answer is there. */
  | { readonly kind: 'lost' }

export interface Arrived {
  readonly method: string
  readonly url: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** What happens to the requests of one run, by their number from 0; null lets one through. */
export type Plan = (number: number) => Fault | null

export interface PlannedRun {
  /** Headers every request of the run must carry: what was given up may still arrive, when another run has begun. */
  readonly headers: Readonly<Record<string, string>>
  /** Its requests, in order of arrival. */
  readonly arrived: readonly Arrived[]
}

/** The lab behind a line that can be broken. */
export interface FaultyLine extends AsyncDisposable {
  readonly origin: string
  readonly plan: (plan: Plan) => PlannedRun
}

const header = 'x-run'

export async function openLine(labOrigin: string): Promise<FaultyLine> {
  const agent = new Agent({ keepAlive: true })
  const runs: { readonly plan: Plan; readonly arrived: Arrived[] }[] = []

  const server = createServer((incoming, outgoing) => {
    const chunks: Buffer[] = []
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
    incoming.on('end', () => {
      const body = Buffer.concat(chunks)
      const { method = '', url = '', headers } = incoming
      const run = runs[Number(headers[header])]
      if (run === undefined) return reply(outgoing, { status: 500, text: 'A request of no run' })
      const fault = run.plan(run.arrived.length)
      run.arrived.push({ method, url, headers, body: body.toString() })
      if (fault === null || fault.kind === 'lost') return forward(incoming, body, outgoing, fault !== null)
      if (fault.kind === 'answer') return reply(outgoing, fault.answer)
      if (fault.kind === 'silence') return
      outgoing.writeHead(200, { 'content-type': 'application/json', 'content-length': '4000' })
      outgoing.write('{"id":"', () => outgoing.destroy())
    })
  })

  function forward(
    { method = '', url = '', headers }: IncomingMessage,
    body: Buffer,
    out: ServerResponse,
    isLost: boolean,
  ) {
    const onward = send(labOrigin + url, { method, headers, agent }, (answer) => {
      if (!isLost) {
        out.writeHead(answer.statusCode ?? 500, answer.headers)
        answer.pipe(out)
        return
      }
      answer.resume()
      answer.on('end', () => out.destroy())
    })
    onward.on('error', () => out.destroy())
    onward.end(body)
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    plan: (plan) => {
      const arrived: Arrived[] = []
      const number = runs.push({ plan, arrived }) - 1
      return { headers: { [header]: String(number) }, arrived }
    },
    async [Symbol.asyncDispose]() {
      agent.destroy()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function reply(out: ServerResponse, { status, headers = {}, json, text }: LabAnswer): void {
  const type = json === undefined ? {} : { 'content-type': 'application/json' }
  out.writeHead(status, { ...type, ...headers })
  out.end(json === undefined ? (text ?? '') : JSON.stringify(json))
}
