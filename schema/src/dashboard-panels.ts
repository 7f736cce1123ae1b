import { z } from 'zod'
import { categories } from './catalog.ts'

/** Charts a panel can be. */
export const charts = ['LINE', 'BAR', 'DOUGHNUT', 'STACK', 'NUMBER', 'TABLE'] as const
/** What a panel shows. */
export const measures = [
  'CALLS',
  'ERRORS',
  'ERROR_RATE',
  'LATENCY_P50',
  'LATENCY_P95',
  'LATENCY_P99',
  'BYTES',
  'COST',
  'RETRIES',
  'CACHED',
  'LIMITED',
  'WEBHOOKS',
  'DELIVERIES',
  'ORDERS',
  'TRANSACTIONS',
  'UPTIME',
] as const
export const presets = [
  'HOUR',
  'DAY',
  'WEEK',
  'MONTH',
  'QUARTER',
  'YEAR',
  'TODAY',
  'THIS_WEEK',
  'THIS_MONTH',
  'THIS_QUARTER',
  'THIS_YEAR',
  'LAST_MONTH',
] as const
export const grains = ['AUTO', 'MINUTE', 'HOUR', 'DAY', 'WEEK', 'MONTH'] as const
export const groupings = ['NONE', 'CONNECTION', 'PROVIDER', 'CATEGORY', 'OPERATION', 'API_KEY'] as const

const uuid = z.string().regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)

/** A panel of a saved dashboard, as it is stored. */
export const dashboardPanel = z.object({
  title: z.string().trim().min(1, 'Give it a title.').max(80, 'At most 80 characters.'),
  chart: z.enum(charts),
  measure: z.enum(measures),
  preset: z.enum(presets),
  grain: z.enum(grains).default('AUTO'),
  groupBy: z.enum(groupings).default('NONE'),
  compare: z.enum(['NONE', 'PREVIOUS', 'YEAR']).default('NONE'),
  top: z.number().int().min(1, 'At least 1.').max(50, 'At most 50.').default(8),
  /** Columns of twelve it is wide. */
  width: z.number().int().min(3, 'At least 3 of 12.').max(12, 'At most 12.').default(6),
  connectionIds: z.array(uuid).max(100, 'At most 100.').default([]),
  providers: z.array(z.string().max(60)).max(50, 'At most 50.').default([]),
  categories: z.array(z.enum(categories)).default([]),
  environment: z.enum(['SANDBOX', 'LIVE']).nullable().default(null),
})
export type DashboardPanel = z.output<typeof dashboardPanel>
