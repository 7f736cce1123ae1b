import { z } from 'zod'
import type { OperationContracts } from './contract.ts'
import { idempotencyKey, moment, positiveMoney, providerData, shape } from './values.ts'

const trackedItem = shape(
  'TrackedItem',
  'An article an event is about.',
  z.object({
    id: z.string().min(1).max(100).describe('The shop’s number of the article.'),
    name: z.string().max(200).optional().describe('Its name.'),
    price: positiveMoney.optional().describe('Price of one.'),
    quantity: z.int().positive().max(100_000).default(1).describe('How many. Default 1.'),
  }),
)

const trackedEvent = shape(
  'TrackedEvent',
  'Something a visitor or customer did.',
  z.object({
    id: z.string().min(1).max(36).describe('Names this one event: vendors that can, count it once.'),
    name: z
      .string()
      .regex(/^[a-z][a-z0-9_]{0,39}$/, 'Letters, digits and underscores, at most 40.')
      .describe('What happened, such as purchase, add_to_cart, begin_checkout, design_created.'),
    at: moment.describe('When.'),
    userId: z.string().max(255).optional().describe('The shop’s id of the customer.'),
    clientId: z.string().max(255).optional().describe('The vendor’s id of the browser (GA4 client_id, Meta _fbp).'),
    value: positiveMoney.optional().describe('What it was worth.'),
    items: z.array(trackedItem).max(200).optional().describe('Articles it is about.'),
    orderId: z.string().max(100).optional().describe('The shop’s number of the order.'),
    url: z.url().optional().describe('Page it happened on.'),
    email: z.email().optional().describe('Address of the customer; leaves the hub only hashed.'),
    phone: z.string().max(40).optional().describe('Telephone number of the customer; leaves the hub only hashed.'),
    ipAddress: z.string().max(45).optional().describe('Address of the visitor, for vendors that want it.'),
    userAgent: z.string().max(500).optional().describe('Browser of the visitor, for vendors that want it.'),
    properties: z.record(z.string(), z.json()).optional().describe('Whatever else is worth counting.'),
  }),
)
export type TrackedEvent = z.infer<typeof trackedEvent>

export const trackEvents = z.object({
  events: z.array(trackedEvent).min(1).max(1000).describe('What happened.'),
  test: z.boolean().default(false).describe('Checked by the vendor and not counted, where it can. Default false.'),
  idempotencyKey,
})
export type TrackEvents = z.infer<typeof trackEvents>
export const trackedEvents = shape(
  'TrackedEvents',
  'What a vendor took of events.',
  z.object({
    accepted: z.int().nonnegative().describe('Events taken.'),
    faults: z
      .array(
        shape(
          'TrackedEventFault',
          'An event a vendor found fault with.',
          z.object({
            eventId: z.string().nullable().describe('Which; null where the vendor does not say.'),
            message: z.string().describe('What is wrong, in the vendor’s words.'),
          }),
        ),
      )
      .describe('What the vendor found fault with.'),
    providerData,
  }),
)
export type TrackedEvents = z.infer<typeof trackedEvents>

export const identifyUser = z.object({
  userId: z.string().min(1).max(255).describe('The shop’s id of the customer.'),
  email: z.email().optional().describe('E-mail address.'),
  name: z.string().max(200).optional().describe('Name.'),
  properties: z.record(z.string(), z.json()).optional().describe('Whatever else is worth knowing.'),
  idempotencyKey,
})
export type IdentifyUser = z.infer<typeof identifyUser>
export const identifiedUser = shape(
  'IdentifiedUser',
  'A customer a vendor was told of.',
  z.object({ userId: z.string().describe('The shop’s id of the customer.'), providerData }),
)
export type IdentifiedUser = z.infer<typeof identifiedUser>

export const runReport = z.object({
  from: z.iso.date().describe('First day, as 2026-11-01.'),
  to: z.iso.date().describe('Last day.'),
  metrics: z.array(z.string().min(1).max(100)).min(1).max(10).describe('What to count, by the vendor’s names.'),
  dimensions: z.array(z.string().min(1).max(100)).max(9).default([]).describe('By what, by the vendor’s names.'),
  limit: z.int().min(1).max(1000).default(100).describe('Most rows, 1 to 1,000. Default 100.'),
})
export type RunReport = z.infer<typeof runReport>
export const report = shape(
  'AnalyticsReport',
  'Figures of an analytics vendor.',
  z.object({
    rows: z
      .array(
        shape(
          'AnalyticsReportRow',
          'One row of figures.',
          z.object({
            dimensions: z.array(z.string()).describe('In the order asked for.'),
            metrics: z.array(z.number()).describe('In the order asked for.'),
          }),
        ),
      )
      .describe('The figures.'),
    providerData,
  }),
)
export type Report = z.infer<typeof report>

/** Typed operations of the analytics category. */
export const analyticsOperations = {
  'events.track': {
    kind: 'mutation',
    field: 'trackEvents',
    description: 'Tells an analytics vendor what happened.',
    input: trackEvents,
    output: trackedEvents,
  },
  'users.identify': {
    kind: 'mutation',
    field: 'identifyUser',
    description: 'Tells an analytics vendor who a customer is.',
    input: identifyUser,
    output: identifiedUser,
  },
  'reports.run': {
    kind: 'query',
    field: 'runReport',
    description: 'Figures of an analytics vendor.',
    input: runReport,
    output: report,
  },
} as const satisfies OperationContracts
