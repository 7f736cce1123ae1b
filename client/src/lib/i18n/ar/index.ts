import { alertSetup } from './alert-setup.ts'
import { alerts } from './alerts.ts'
import { analytics } from './analytics.ts'
import { auth } from './auth.ts'
import { common } from './everywhere.ts'
import { charts } from './charts.ts'
import { connections } from './connections.ts'
import { costs } from './costs.ts'
import { console } from './console.ts'
import { dashboard } from './dashboard.ts'
import { dashboards } from './dashboards.ts'
import { deliveries } from './deliveries.ts'
import { guide } from './guide.ts'
import { inbound } from './inbound.ts'
import { incidents } from './incidents.ts'
import { keyForm } from './key-form.ts'
import { keys } from './keys.ts'
import { lab } from './lab.ts'
import { lanes } from './lanes.ts'
import { logs } from './logs.ts'
import { marketplace } from './marketplace.ts'
import { members } from './members.ts'
import { operations } from './operations.ts'
import { outbound } from './outbound.ts'
import { records } from './records.ts'
import { resources } from './resources.ts'
import { settings } from './settings.ts'
import { shell } from './shell.ts'
import { state } from './state.ts'
import { wizard } from './wizard.ts'
import type { Catalogue } from '../i18n.svelte.ts'

export const ar: Catalogue = {
  alertSetup,
  alerts,
  analytics,
  auth,
  charts,
  common,
  connections,
  costs,
  console,
  dashboard,
  dashboards,
  deliveries,
  guide,
  inbound,
  incidents,
  keyForm,
  keys,
  lab,
  lanes,
  logs,
  marketplace,
  members,
  operations,
  outbound,
  records,
  resources,
  settings,
  shell,
  state,
  wizard,
}
