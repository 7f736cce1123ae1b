import type { Report, RunReport } from '@patchbay/schema/capabilities/analytics.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'

/** By what Meta counts a pixel's events. */
const aggregations = new Set([
  'browser_type',
  'device_os',
  'device_type',
  'event',
  'event_source',
  'host',
  'match_keys',
  'pixel_fire',
  'url',
])

/** Counts of some hours, by value. */
const stats = z.object({
  data: z.array(
    z.object({
      start_time: z.string(),
      data: z.array(z.object({ value: z.coerce.string(), count: z.coerce.number() })),
    }),
  ),
})

const dayMs = 86_400_000

/** Meta counts a pixel by one thing at a time; `date` beside it gives each day of its own. The only metric is `count`. */
export async function runReport(call: Call, input: RunReport, { settings }: ConnectionFacts): Promise<Report> {
  const { metrics, dimensions, from, to, limit } = input
  const [aggregation = 'event', ...more] = dimensions.filter((dimension) => dimension !== 'date')
  if (metrics.some((metric) => metric !== 'count'))
    throw cannotSend('Meta only counts the events of a pixel.', 'Ask for the metric `count`.', 'metrics')
  if (more.length > 0 || !aggregations.has(aggregation) || new Set(dimensions).size !== dimensions.length)
    throw cannotSend(
      'Meta counts a pixel by one thing at a time.',
      `Give one of ${[...aggregations].join(', ')}, with or without \`date\`.`,
      'dimensions',
    )
  const answer = await call({
    method: 'GET',
    path: `/${encodeURIComponent(settings['pixelId'] ?? '')}/stats`,
    query: {
      aggregation,
      start_time: Date.parse(`${from}T00:00:00Z`) / 1000,
      end_time: (Date.parse(`${to}T00:00:00Z`) + dayMs) / 1000,
    },
  })
  return readAnswer('Meta', answer, stats, ({ data }) => {
    const sums = new Map<string, number>()
    for (const { start_time: at, data: counts } of data)
      for (const { value, count } of counts) {
        const cells = dimensions.map((dimension) => (dimension === 'date' ? at.slice(0, 10) : value))
        const key = JSON.stringify(cells)
        sums.set(key, (sums.get(key) ?? 0) + count)
      }
    const rows = [...sums].map(([key, count]) => ({
      dimensions: JSON.parse(key) as string[],
      metrics: metrics.map(() => count),
    }))
    return { rows: rows.slice(0, limit), providerData: { rows: rows.length, aggregation } }
  })
}
