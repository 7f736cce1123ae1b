import type { Report, RunReport } from '@patchbay/schema/capabilities/analytics.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { cannotSend, readAnswer } from '../shared/failure.ts'

/** By segment (an event, or a value of a property), by day. */
const counts = z.object({
  data: z.object({
    series: z.array(z.string()),
    values: z.record(z.string(), z.record(z.string(), z.number())),
  }),
})
type Values = z.output<typeof counts>['data']['values']

const sumOf = (days: Readonly<Record<string, number>> | undefined) =>
  Object.values(days ?? {}).reduce((sum, count) => sum + count, 0)

/**
 * How often events happened: a metric is the name of an event, a dimension is `date` or one property of the event.
 * Mixpanel's query API allows sixty requests an hour; a property costs one for each event.
 */
export async function runReport(call: Call, input: RunReport, { settings }: ConnectionFacts): Promise<Report> {
  const { metrics, dimensions, from, to, limit } = input
  const properties = dimensions.filter((dimension) => dimension !== 'date')
  if (properties.length > 1 || new Set(dimensions).size !== dimensions.length)
    throw cannotSend(
      'Mixpanel counts by day and by one property at most.',
      'Give `date`, the name of one property, or both.',
      'dimensions',
    )
  const query = { project_id: settings['projectId'] ?? '', from_date: from, to_date: to, type: 'general', unit: 'day' }
  const ask = async (path: string, more: Readonly<Record<string, string>>) => {
    const answer = await call({ host: 'query', method: 'GET', path, query: { ...query, ...more } })
    return readAnswer('Mixpanel', answer, counts, ({ data }) => data)
  }
  const [property] = properties
  const series = new Set<string>()
  /** Values of each event by segment; without a property there is one, without a name. */
  const found: Values[] = []
  if (property === undefined) {
    const data = await ask('/events', { event: JSON.stringify(metrics) })
    for (const day of data.series) series.add(day)
    for (const metric of metrics) found.push({ '': data.values[metric] ?? {} })
  } else
    for (const event of metrics) {
      const data = await ask('/segmentation', { event, on: `properties[${JSON.stringify(property)}]` })
      for (const day of data.series) series.add(day)
      found.push(data.values)
    }
  const segments = [...new Set(found.flatMap((values) => Object.keys(values)))]
  const days = dimensions.includes('date') ? [...series].toSorted() : [null]
  const rows = days.flatMap((day) =>
    segments.map((segment) => ({
      dimensions: dimensions.map((dimension) => (dimension === 'date' ? (day ?? '') : segment)),
      metrics: found.map((values) => (day === null ? sumOf(values[segment]) : (values[segment]?.[day] ?? 0))),
    })),
  )
  return { rows: rows.slice(0, limit), providerData: { rows: rows.length } }
}
