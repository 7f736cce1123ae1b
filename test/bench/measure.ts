import { Agent, request } from 'node:http'
import autocannon from 'autocannon'

/** Requests a second and latency of one round. */
export interface Round {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

export interface Target {
  readonly url: string
  readonly method?: 'GET' | 'POST'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  /** Every answer must hold this text: a fast wrong answer is no figure. */
  readonly expect: string
}

const seconds = Number(process.env['BENCH_SECONDS'] ?? 5)
const rounds = Number(process.env['BENCH_ROUNDS'] ?? 3)

/** One round of load from this process: `connections` sockets, each with one request in flight. */
export async function round(target: Target, connections = 20): Promise<Round> {
  const result = await autocannon({
    url: target.url,
    method: target.method ?? 'POST',
    headers: { 'content-type': 'application/json', ...target.headers },
    ...(target.body === undefined ? {} : { body: target.body }),
    connections,
    duration: seconds,
    verifyBody: (body: unknown) => String(body).includes(target.expect),
  })
  if (result.non2xx > 0 || result.errors > 0 || result.mismatches > 0)
    throw new Error(
      `${target.url}: ${result.non2xx} refused, ${result.errors} broken, ${result.mismatches} wrong answers`,
    )
  return { perSecond: result.requests.average, p50Ms: result.latency.p50, p99Ms: result.latency.p99 }
}

/** Median time of requests sent one after another on one connection, in milliseconds. */
export async function latency(
  { url, method = 'POST', headers = {}, body, expect }: Target,
  count = 1000,
): Promise<number> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const once = (): Promise<number> =>
    new Promise((resolve, reject) => {
      const began = performance.now()
      const sent = request(url, { agent, method, headers }, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.on('end', () =>
          text.includes(expect) ? resolve(performance.now() - began) : reject(new Error(`${url} answered ${text}`)),
        )
      })
      sent.on('error', reject).end(body)
    })
  const times: number[] = []
  for (let n = 0; n < count; n++) times.push(await once())
  agent.destroy()
  return median(times)
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

export interface Comparison {
  readonly name: string
  readonly ours: number
  readonly bound: number
  /** ours / bound, the median of the rounds' own ratios. */
  readonly ratio: number
  readonly unit: string
  readonly note: string
}

/** Ours and the bound in turn, so that a machine that slows down slows both; the ratio is taken round by round. */
export async function compare(
  name: string,
  ours: () => Promise<number>,
  bound: () => Promise<number>,
  unit: string,
  note: string,
): Promise<Comparison> {
  await ours()
  await bound()
  const pairs: [number, number][] = []
  for (let n = 0; n < rounds; n++) pairs.push([await ours(), await bound()])
  return {
    name,
    unit,
    note,
    ours: median(pairs.map(([a]) => a)),
    bound: median(pairs.map(([, b]) => b)),
    ratio: median(pairs.map(([a, b]) => a / b)),
  }
}
