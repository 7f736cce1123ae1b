export const charts = {
  chart: 'chart',
  keys: 'Arrow keys read it place by place.',
  keysPick: 'Arrow keys read it place by place, Enter opens what is behind a place.',
  asTable: 'Show as table',
  asChart: 'Show as chart',
  picture: 'Save as picture',
  empty: 'Nothing in this span.',
  share: 'Share',
  time: 'Time',
} as const
