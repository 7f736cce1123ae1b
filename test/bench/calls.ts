import { startChild } from './children.ts'
import { bounds, pipeline } from './files.ts'
import { compare, latency, round, type Comparison, type Target } from './measure.ts'

/** Calls through the pipeline against a reverse proxy, to the same vendor: what they cost in throughput and in time. */
export async function compareCalls(databaseUrl: string): Promise<Comparison[]> {
  await using vendor = await startChild(bounds.vendor)
  await using ours = await startChild(pipeline, [databaseUrl, vendor.url])
  await using proxy = await startChild(bounds.reverseProxy, [vendor.url])
  const target = (url: string): Target => ({ url: `${url}/v1/balance`, method: 'GET', expect: '"object":"balance"' })
  const throughput = await compare(
    'calls: throughput',
    async () => (await round(target(ours.url))).perSecond,
    async () => (await round(target(proxy.url))).perSecond,
    'calls/s',
    'bare undici reverse proxy to the same vendor',
  )
  const direct: number[] = []
  const alone = async (url: string): Promise<number> => {
    const straight = await latency(target(vendor.url))
    direct.push(straight)
    return Math.max(0.001, (await latency(target(url))) - straight)
  }
  const added = await compare(
    'calls: added latency, one at a time (p50)',
    () => alone(ours.url),
    () => alone(proxy.url),
    'ms',
    'what the same proxy adds; lower is better',
  )
  return [throughput, added]
}
