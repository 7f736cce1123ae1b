import { words } from '../words.ts'

const { plural } = words('en')

export const incidents = {
  title: 'Incidents',
  lead: 'Opened and closed by themselves when probes say so; notes are yours.',
  state: 'State',
  any: 'Any',
  columns: { incident: 'Incident', severity: 'Severity', state: 'State', opened: 'Opened', lasted: 'Lasted' },
  empty: {
    title: 'No incidents',
    text: 'When a connection goes down or becomes unreliable, its incident opens here by itself.',
  },
  noMatch: { title: 'Nothing matches', text: 'No incident fits these filters.' },
  ongoing: 'ongoing',
  openFor: (duration: string) => `open for ${duration}`,
  lasted: (duration: string) => `lasted ${duration}`,
  timeline: 'Timeline',
  cause: 'Cause',
  connection: 'Connection',
  noteLabel: 'Add a note',
  notePlaceholder: 'What you found, what you did, what is next…',
  noteAdd: 'Add note',
  noted: 'Note added.',
  by: (name: string) => `by ${name}`,
  automatic: 'by the health monitor',
  opened: (name: string) => `Incident opened: ${name}`,
  resolved: (name: string) => `Incident resolved: ${name}`,
  count: (count: number) => plural(count, { one: '# incident', other: '# incidents' }),
} as const
