import type { Report, RunReport } from '@patchbay/schema/capabilities/analytics.ts'
import { z } from 'zod'
import type { Call, ConnectionFacts } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'

const propertyPath = ({ settings }: Pick<ConnectionFacts, 'settings'>, method: string) =>
  `/v1beta/properties/${encodeURIComponent(settings['propertyId'] ?? '')}:${method}`

const report = z.object({
  kind: z.string(),
  rowCount: z.int().nullish(),
  rows: z
    .array(
      z.object({
        dimensionValues: z.array(z.object({ value: z.string() })).default([]),
        metricValues: z.array(z.object({ value: z.coerce.number() })).default([]),
      }),
    )
    .default([]),
})

/** Figures as the Data API has them; names as https://developers.google.com/analytics/devguides/reporting/data/v1/api-schema has them. */
export async function runReport(call: Call, input: RunReport, connection: ConnectionFacts): Promise<Report> {
  const answer = await call({
    host: 'data',
    method: 'POST',
    path: propertyPath(connection, 'runReport'),
    safe: true,
    json: {
      dateRanges: [{ startDate: input.from, endDate: input.to }],
      metrics: input.metrics.map((name) => ({ name })),
      dimensions: input.dimensions.map((name) => ({ name })),
      limit: String(input.limit),
    },
  })
  return readAnswer('Google Analytics', answer, report, ({ rows, rowCount }) => ({
    rows: rows.map(({ dimensionValues, metricValues }) => ({
      dimensions: dimensionValues.map(({ value }) => value),
      metrics: metricValues.map(({ value }) => value),
    })),
    providerData: { rowCount: rowCount ?? rows.length },
  }))
}

/** How many are there now: the cheapest question that needs the grant and the property. */
export const realtimeRequest = (connection: ConnectionFacts) => ({
  host: 'data',
  method: 'POST' as const,
  path: propertyPath(connection, 'runRealtimeReport'),
  safe: true,
  json: { metrics: [{ name: 'activeUsers' }] },
})

export async function probe(call: Call, connection: ConnectionFacts): Promise<void> {
  readAnswer('Google Analytics', await call(realtimeRequest(connection)), report, () => undefined)
}
