import { words } from '../words.ts'

const { plural } = words('en')

export const shell = {
  skip: 'Skip to content',
  mainNavigation: 'Main',
  more: 'More',
  nav: {
    dashboard: 'Dashboard',
    connections: 'Connections',
    marketplace: 'Marketplace',
    logs: 'Logs',
    incidents: 'Incidents',
    members: 'Members',
    settings: 'Settings',
    lab: 'Lab',
    explorer: 'GraphQL explorer',
  },
  organization: 'Organization',
  switchOrganization: 'Switch organization',
  switched: (name: string) => `You are now in ${name}.`,
  account: 'Account',
  signOut: 'Sign out',
  theme: { label: 'Theme', system: 'System', light: 'Light', dark: 'Dark' },
  language: 'Language',
  languages: { en: 'English', ar: 'العربية' },
  demoBanner: 'Demo organization: its vendors are simulated by the lab on this machine.',
  connection: {
    reconnecting: 'Live updates interrupted. Reconnecting; what you see may be a little old.',
    offline: 'You are offline. What you see stays readable and catches up by itself.',
    restored: 'Live again. Everything has caught up.',
  },
  palette: {
    title: 'Command palette',
    placeholder: 'Go to, find a connection, paste a call id…',
    empty: 'Nothing matches. Try a name, a provider, or an id.',
    goTo: 'Go to',
    connections: 'Connections',
    providers: 'Connect a provider',
    actions: 'Do',
    openCall: (id: string) => `Open call ${id}`,
    openById: 'Open by id',
    toggleTheme: (theme: string) => `Theme: ${theme}`,
    toggleLanguage: (language: string) => `Language: ${language}`,
    hint: 'Search or run',
  },
  openIncidents: (count: number) => plural(count, { one: '# open incident', other: '# open incidents' }),
} as const
