import { builder } from './builder.ts'
import { CallFiguresType, CallBarType } from './figures.ts'
import { countsByHealth } from './load/connections.ts'
import { reachable, reachOf, type Reach } from './load/reach.ts'
import { callsPerMinute, figuresOfSpan } from './load/statistics.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const HealthCounts = builder.objectRef<ReadonlyMap<string, number>>('HealthCounts').implement({
  description: 'Connections by health; paused ones are counted apart, whatever their health was.',
  fields: (t) => {
    const count = (state: string, description: string) =>
      t.int({ description, resolve: (counts) => counts.get(state) ?? 0 })
    return {
      total: t.int({
        description: 'All connections.',
        resolve: (counts) => [...counts.values()].reduce((sum, n) => sum + n, 0),
      }),
      healthy: count('HEALTHY', 'Answer as they should.'),
      degraded: count('DEGRADED', 'Answer slowly or fail now and then.'),
      down: count('DOWN', 'Do not answer, or refuse.'),
      unknown: count('UNKNOWN', 'Not probed yet, or not lately.'),
      notConfigured: count('NOT_CONFIGURED', 'Credentials are missing.'),
      paused: count('PAUSED', 'Paused by a person.'),
    }
  },
})

/** Beginning of a day in a time zone, `daysAgo` days back. */
function startOfDay(now: Date, timeZone: string): Date {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
    hourCycle: 'h23',
  })
    .formatToParts(now)
    .reduce<Record<string, number>>((found, { type, value }) => ({ ...found, [type]: Number(value) }), {})
  const { hour = 0, minute = 0, second = 0 } = parts
  return new Date(now.getTime() - ((hour * 60 + minute) * 60 + second) * 1000 - now.getMilliseconds())
}

const dayMs = 86_400_000

const Dashboard = builder
  .objectRef<{ readonly reach: Reach; readonly today: Date; readonly now: Date }>('Dashboard')
  .implement({
    description: 'What the first screen shows: is everything well, what is not.',
    fields: (t) => ({
      health: t.field({
        type: HealthCounts,
        description: 'Connections by health.',
        complexity: 2,
        resolve: async ({ reach }) => new Map((await countsByHealth(reach)).map(({ state, count }) => [state, count])),
      }),
      openIncidents: t.int({
        description: 'Incidents that go on.',
        complexity: 2,
        resolve: ({ reach }) => reach.tenant.prisma.incident.count({ where: { ...reachable(reach), state: 'OPEN' } }),
      }),
      today: t.field({
        type: CallFiguresType,
        description: 'Calls since midnight, in the organization’s time zone.',
        complexity: 3,
        resolve: ({ reach, today, now }) => figuresOfSpan(reach, today, now),
      }),
      yesterday: t.field({
        type: CallFiguresType,
        description: 'Calls of yesterday up to the same time of day, so that the two compare.',
        complexity: 3,
        resolve: ({ reach, today, now }) =>
          figuresOfSpan(reach, new Date(today.getTime() - dayMs), new Date(now.getTime() - dayMs)),
      }),
      callsPerMinute: t.field({
        type: [CallBarType],
        description: 'Calls of the last hour by minute, oldest first, without gaps.',
        complexity: { field: 3, multiplier: 10 },
        resolve: ({ reach }) => callsPerMinute(reach, 60),
      }),
    }),
  })

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryField('dashboard', (t) =>
  t.field({
    type: Dashboard,
    nullable: true,
    description: 'Figures of the organization at a glance.',
    authScopes: { may: 'connection:read' },
    resolve: async (_root, _args, ctx) => {
      const reach = reachOf(ctx)
      const now = ctx.now()
      const { prisma, organizationId } = reach.tenant
      const organization = await prisma.organization.findUnique({
        where: { id: organizationId },
        select: { timeZone: true },
      })
      return { reach, now, today: startOfDay(now, organization?.timeZone ?? 'UTC') }
    },
  }),
)
