import { words } from '../words.ts'

const { plural, list, number } = words('en')

export const dashboard = {
  title: 'Dashboard',
  verdict: (counts: { healthy: number; degraded: number; down: number; unknown: number }) =>
    list(
      [
        counts.healthy > 0 ? `${number(counts.healthy)} healthy` : '',
        counts.degraded > 0 ? `${number(counts.degraded)} degraded` : '',
        counts.down > 0 ? `${number(counts.down)} down` : '',
        counts.unknown > 0 ? `${number(counts.unknown)} not known yet` : '',
      ].filter((part) => part !== ''),
    ),
  verdictAll: (count: number) =>
    plural(count, { one: 'The connection is healthy', other: 'All # connections are healthy' }),
  verdictNone: 'No connections yet',
  openIncidents: 'Open incidents',
  noIncidents: 'No open incidents',
  since: 'since',
  connections: 'Connections',
  noMatch: 'No connection matches these filters.',
  today: 'Today against yesterday',
  figures: {
    calls: 'Calls',
    errors: 'Errors',
    errorRate: 'Error rate',
    p95: 'p95 response',
    cost: 'Cost',
    deliveries: 'Deliveries',
  },
  versus: (value: string) => `${value} yesterday`,
  yesterdaySame: 'by this time yesterday',
  ticker: 'Happening now',
  tickerEmpty: 'Calls appear here the moment they happen.',
  tickerPaused: 'Paused while you point at it',
  openLogs: 'Open logs',
  filters: { category: 'Category', health: 'State', environment: 'Environment', any: 'Any' },
  card: {
    lastCheck: 'Checked',
    never: 'Not checked yet',
    callsNow: 'Calls',
    perDay: 'last 24 h',
    errors: (count: number) => plural(count, { one: '# error', other: '# errors' }),
    uptime: '90 days',
  },
  moved: (name: string, health: string) => `${name} is now ${health}.`,
  welcome: {
    title: 'Welcome to Patchbay',
    text: 'Three good ways to begin. You can come back to any of them later.',
    demo: {
      title: 'Look around the demo',
      text: 'Eight simulated vendors, with calls and incidents to play with.',
      action: 'Open the lab',
    },
    connect: {
      title: 'Connect a real service',
      text: 'Pick a provider, paste its keys, and test it in a minute.',
      action: 'Open the marketplace',
    },
    explore: { title: 'Query the API', text: 'The GraphQL explorer, signed in as you.', action: 'Open the explorer' },
    dismiss: 'Hide this',
  },
} as const
