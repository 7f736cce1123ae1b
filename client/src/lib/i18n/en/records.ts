import { words } from '../words.ts'

const { plural } = words('en')

/** What is kept of everything: exports, what the hub itself did, a person's data, and the room it takes. */
export const records = {
  export: {
    action: 'Export',
    formats: {
      csv: { name: 'CSV', text: 'For spreadsheets. Formulas in cells are made harmless.' },
      ndjson: { name: 'NDJSON', text: 'For programs: one JSON object a line.' },
    },
  },
  areas: { label: 'Logs', calls: 'Calls', system: 'System' },
  system: {
    title: 'System',
    lead: 'What the hub itself did or met: starts, stops, faults that mended themselves, retention, rotations.',
    search: 'Search kind, text or facts',
    kind: 'About',
    urgency: 'Urgency',
    any: 'Any',
    facts: 'Facts',
    severity: { INFO: 'Note', WARNING: 'Warning', CRITICAL: 'Critical' },
    nouns: {
      hub: 'Starts and stops',
      worker: 'Faults',
      database: 'Database',
      retention: 'Retention',
      partitions: 'Room for months',
      vault: 'Master keys',
      erasure: 'Erasures',
      system: 'This log',
    },
    empty: { title: 'Nothing yet', text: 'Starts, stops and everything the hub does by itself appear here.' },
    noMatch: { title: 'Nothing found', text: 'No system event fits these filters.' },
  },
  storage: {
    title: 'Log storage',
    text: 'Over all organizations of this hub, as the database estimates it.',
    whole: 'Whole database',
    days: (count: number) => plural(count, { one: '# day', other: '# days' }),
    logs: {
      Call: 'Calls',
      InboundEvent: 'Inbound events',
      Event: 'Events',
      Delivery: 'Deliveries',
      Attempt: 'Attempts',
    },
    columns: { log: 'Log', size: 'Size', rows: 'Rows', perDay: 'Rows a day', kept: 'Kept', forecast: 'Forecast' },
  },
  privacy: {
    title: 'Data & privacy',
    text: 'Takes one person’s data out of every log of this organization, for good. Audit entries stay: the law asks for them.',
    subject: 'Whose data',
    subjectHelp: 'E-mail address, phone number or customer id. It is found in every spelling.',
    tooShort: 'At least six characters.',
    look: 'Look for it',
    found: (rows: number) =>
      plural(rows, { one: '# row holds it and would be changed', other: '# rows hold it and would be changed' }),
    rows: (rows: number) => plural(rows, { one: '# row', other: '# rows' }),
    changed: (rows: number) => plural(rows, { one: '# row changed', other: '# rows changed' }),
    kept: (rows: number) => plural(rows, { one: '# row stays as it is', other: '# rows stay as they are' }),
    lookedAt: (rows: string) => `of ${rows} looked at`,
    askedBefore: 'This was erased before; what is found now came later.',
    erase: 'Erase for good',
    warning:
      'It is replaced by [erased] in every log and does not come back. Webhooks that held it can no longer be verified.',
    started: 'The erasure has begun. It goes on after a restart.',
    past: 'Erasures',
    running: 'Running',
    done: 'Done',
    progress: 'Progress of the erasure',
    report: 'Report, table by table',
    ownersOnly: 'Only an owner may erase a person’s data.',
  },
} as const
