import { words } from '../words.ts'

const { plural } = words('en')

export const charts = {
  chart: 'chart',
  keys: 'Arrow keys read it place by place.',
  keysPick: 'Arrow keys read it place by place, Enter opens what is behind a place.',
  table: (of: string) => `${of}, as a table`,
  asTable: 'Show as table',
  asChart: 'Show as chart',
  picture: 'Save as picture',
  empty: 'Nothing in this span.',
  share: 'Share',
  time: 'Time',
  countdown: (span: string) => `in ${span}`,
  now: 'now',
  soFar: 'so far',
  unit: 'Unit',
  units: { s: 'seconds', min: 'minutes', h: 'hours', d: 'days' },
  showAll: (count: number) => plural(count, { one: 'Show it', other: 'Show all #' }),
  change: {
    up: (much: string) => `${much} more`,
    down: (much: string) => `${much} less`,
    times: (much: string) => `${much} times as much`,
    same: 'the same',
    points: (n: string) => `${n} points`,
  },
} as const
