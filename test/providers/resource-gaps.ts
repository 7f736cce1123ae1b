import { resources, type ResourceName } from '@patchbay/schema/capabilities/resources.ts'

/** What a list operation would be pulled as; null for lists of what nobody keeps a copy of (templates, calendars, disputes). */
export function resourceOf(operation: string): ResourceName | null {
  const noun = /^(\w+)\.list$/.exec(operation)?.[1]
  if (noun === 'subscribers') return 'contacts'
  return noun !== undefined && noun in resources ? (noun as ResourceName) : null
}

/** Providers from which nothing is pulled, each with the reason. */
export const withoutResources: Readonly<Record<string, string>> = {
  'network-international': 'tells one order by its reference; it has no list',
  telr: 'tells one order by its reference; it has no list',
  aramex: 'tracks by number; it lists no shipments',
  'dhl-express': 'tracks by number; it lists no shipments',
  fedex: 'tracks by number; it lists no shipments',
  ups: 'tracks by number; it lists no shipments',
  'smsa-express': 'tracks by number; it lists no shipments',
  sendgrid: 'transactional mail comes as events by webhook',
  mailgun: 'transactional mail comes as events by webhook',
  resend: 'transactional mail comes as events by webhook',
  smtp: 'sends, and tells nothing',
  'google-analytics-4': 'tells figures, not records',
  mixpanel: 'tells figures, not records',
  'facebook-pixel': 'takes events, and tells figures',
  twilio: 'messages come by webhook',
  'whatsapp-business': 'messages come by webhook and are not listed',
}
