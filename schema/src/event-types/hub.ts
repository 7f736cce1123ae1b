import { z } from 'zod'
import { definerOf, text } from './form.ts'

const define = definerOf(null)
const account = z.object({ account: text('The vendor’s name or id of the shop or account.') })

/** Events of the hub itself and of connections as such. */
export const hubEvents = [
  define('test.ping', 'You asked for a test event. Nothing happened.', z.object({ message: z.string() }), {
    message: 'Hello from Patchbay.',
  }),
  define(
    'connection.uninstalled',
    'The hub was removed at the vendor’s side: the connection’s credentials no longer work.',
    account,
    { account: 'your-shop.myshopify.com' },
  ),
  define(
    'connection.erasure_requested',
    'The vendor asks for everything you hold of this account to be erased; the law sets a deadline.',
    account,
    { account: 'your-shop.myshopify.com' },
  ),
  define(
    'hub.alert',
    'An alert was raised, repeated, not taken in time, or is over, and a rule names an event channel.',
    z.object({
      id: z.uuid().describe('Uuid of the alert: the same in every event of it.'),
      occasion: z.enum(['OPENED', 'REPEATED', 'ESCALATED', 'RESOLVED', 'TEST']).describe('Why you are told.'),
      kind: z.string().describe('`noun.verb`, for example `connection.down`.'),
      severity: z.enum(['INFO', 'WARNING', 'CRITICAL']),
      title: z.string(),
      text: z.string().describe('What happened, and what to do.'),
      count: z.int().describe('How often it happened.'),
      since: z.string().describe('ISO 8601: when it happened first.'),
      lastAt: z.string().describe('ISO 8601: when it happened last.'),
      resolvedAt: text('ISO 8601: when it was over.'),
      connection: text('Name of the connection it is about.'),
      link: z.string().describe('Where people look at it.'),
    }),
    {
      id: '0199c0de-0000-7000-8000-000000000001',
      occasion: 'OPENED',
      kind: 'connection.down',
      severity: 'CRITICAL',
      title: 'Stripe is down',
      text: 'It answered 503 to three probes in a row.',
      count: 1,
      since: '2026-11-21T08:00:00.000Z',
      lastAt: '2026-11-21T08:00:00.000Z',
      resolvedAt: null,
      connection: 'Stripe',
      link: 'https://hub.example/alerts?alert=0199c0de-0000-7000-8000-000000000001',
    },
  ),
  define(
    'connection.limit_exceeded',
    'A limit of calls is used up: calls of the connection are refused until it resets. Told once for a window.',
    z.object({
      name: z.string().describe('Name of the connection.'),
      window: z
        .string()
        .describe('MINUTE, HOUR, DAY or MONTH of the organization’s calendar, or a span such as `10s`.'),
      limit: z.number().int().describe('Calls allowed in a window.'),
      source: z.enum(['VENDOR', 'OWN', 'BOTH']).describe('Whose limit it is.'),
      resetsAt: z.iso.datetime().describe('When the next window begins.'),
    }),
    {
      name: 'Printful, main shop',
      window: 'MINUTE',
      limit: 120,
      source: 'VENDOR',
      resetsAt: '2026-11-21T08:01:00.000Z',
    },
  ),
]
