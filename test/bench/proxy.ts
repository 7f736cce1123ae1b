import { readFile } from 'node:fs/promises'
import { request as send } from 'node:http'
import { once } from 'node:events'
import { startChild, type Child } from './children.ts'
import { bounds, proxyHub } from './files.ts'
import { compare, latency, median, type Comparison } from './measure.ts'
import { benchKey } from './seed.ts'
import { fire } from './shots.ts'

const perRound = Number(process.env['BENCH_CALLS'] ?? 20_000)
const connections = 32
const headers = { authorization: `Bearer ${benchKey}` }

/** GET requests of a client with a key. */
function requests(url: string, count: number): Buffer[] {
  const { pathname, host } = new URL(url)
  const one = Buffer.from(
    `GET ${pathname}/v1/payment_intents/pi_1 HTTP/1.1\r\nhost: ${host}\r\naccept: application/json\r\nauthorization: Bearer ${benchKey}\r\n\r\n`,
  )
  return Array<Buffer>(count).fill(one)
}

/** Seconds of processor time a process has used. */
async function processorTime({ process }: Child): Promise<number> {
  const stat = await readFile(`/proc/${process.pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** Memory a process holds, in bytes. */
async function memory({ process }: Child): Promise<number> {
  const status = await readFile(`/proc/${process.pid}/status`, 'utf8')
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024
}

/**
 * Calls through the proxy door, everything on, against a bare reverse proxy to the same vendor: throughput, processor time
 * per call, added time of one call; then memory over many calls and with large bodies.
 */
export async function compareProxy(databaseUrl: string): Promise<Comparison[]> {
  await using vendor = await startChild(bounds.kilobyteVendor)
  await using ours = await startChild(proxyHub, [databaseUrl, vendor.url])
  await using bare = await startChild(bounds.reverseProxy, [vendor.url])
  const costs: Record<'ours' | 'bare', number[]> = { ours: [], bare: [] }
  const round = async (child: Child, cost: number[]): Promise<number> => {
    const before = await processorTime(child)
    const perSecond = await fire({ url: child.url, requests: requests(child.url, perRound), connections })
    cost.push(((await processorTime(child)) - before) / perRound)
    return perSecond
  }
  const throughput = await compare(
    'proxy: GET with 1 kB answers',
    () => round(ours, costs.ours),
    () => round(bare, costs.bare),
    'calls/s',
    'bare node:http and undici reverse proxy to the same vendor',
  )
  const [cost, bareCost] = [median(costs.ours) * 1e6, median(costs.bare) * 1e6]
  const processor: Comparison = {
    name: 'proxy: processor time of a call',
    ours: cost,
    bound: bareCost,
    ratio: cost / bareCost,
    unit: 'µs',
    note: 'of the same proxy; lower is better',
  }
  const target = (url: string) => ({
    url: `${url}/v1/payment_intents/pi_1`,
    method: 'GET' as const,
    headers,
    expect: 'succeeded',
  })
  const added = await compare(
    'proxy: time of one call, one after another (p50)',
    () => latency(target(ours.url)),
    () => latency(target(bare.url)),
    'ms',
    'through the bare proxy; the difference is what the hub adds',
  )
  const results = [throughput, processor, added]
  if (process.argv.includes('--long')) results.push(await manyCalls(ours), await largeBodies(ours))
  return results
}

/** Memory after the first tenth of a million calls against memory at the end. */
async function manyCalls(ours: Child): Promise<Comparison> {
  const calls = Number(process.env['BENCH_LONG_CALLS'] ?? 1_000_000)
  const some = requests(ours.url, calls / 10)
  await fire({ url: ours.url, requests: some, connections })
  const before = await memory(ours)
  for (let tenth = 1; tenth < 10; tenth++) await fire({ url: ours.url, requests: some, connections })
  const after = await memory(ours)
  const [now, then] = [after / 2 ** 20, before / 2 ** 20]
  const name = `proxy: memory after ${calls.toLocaleString('en')} calls`
  return { name, ours: now, bound: then, ratio: now / then, unit: 'MB', note: 'after the first tenth' }
}

/** Memory while a gigabyte goes up and another comes down, against memory before. */
async function largeBodies(ours: Child): Promise<Comparison> {
  const gigabyte = 1024 ** 3
  const before = await memory(ours)
  let most = before
  const watch = setInterval(() => void memory(ours).then((now) => (most = Math.max(most, now))), 50)
  const up = send(ours.url, { method: 'POST', headers: { ...headers, 'content-length': gigabyte } })
  const answered = once(up, 'response')
  const chunk = Buffer.alloc(1024 ** 2, 'patchbay')
  for (let n = 0; n < 1024; n++) if (!up.write(chunk)) await once(up, 'drain')
  up.end()
  const [taken] = await answered
  let said = ''
  for await (const part of taken) said += String(part)
  if (!said.includes(String(gigabyte))) throw new Error(`a gigabyte went up, and the vendor says ${said}`)
  const down = send(`${ours.url}/bytes/${gigabyte}`, { headers }).end()
  const [given] = await once(down, 'response')
  let size = 0
  for await (const part of given) size += (part as Buffer).length
  clearInterval(watch)
  if (size !== gigabyte) throw new Error(`a gigabyte came down as ${size} bytes`)
  const [now, then] = [most / 2 ** 20, before / 2 ** 20]
  const name = 'proxy: most memory while 1 GB goes up and 1 GB comes down'
  return { name, ours: now, bound: then, ratio: now / then, unit: 'MB', note: 'before' }
}
