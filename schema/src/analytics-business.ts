import { builder } from './builder.ts'
import type { Amount, Business, BusinessPoint, ConnectionBusiness, TypeFigures } from './load/analytics/business.ts'
import type { DeliveryTraffic, Traffic, WebhookTraffic } from './load/analytics/traffic.ts'

// Figures of webhooks and of the business, as parts of `analytics`.

const webhookCounts = builder.interfaceRef<WebhookTraffic>('WebhookCounts').implement({
  description: 'What is counted of webhooks received. Each is one of verified, duplicate, quarantined and refused.',
  fields: (t) => ({
    received: t.exposeInt('received', { description: 'Requests received.' }),
    verified: t.exposeInt('verified', { description: 'Proven and stored.' }),
    duplicates: t.exposeInt('duplicates', { description: 'Received before.' }),
    quarantined: t.exposeInt('quarantined', { description: 'Not proven, kept apart.' }),
    refused: t.exposeInt('refused', { description: 'Turned away.' }),
    failed: t.exposeInt('failed', { description: 'Verified ones whose routing was given up.' }),
    routed: t.exposeInt('routed', { description: 'Verified ones that became events.' }),
    queueMs: t.exposeFloat('queueMs', {
      nullable: true,
      description: 'From receipt to routed on average, in milliseconds; null when none was.',
    }),
  }),
})

const WebhookTotals = builder.objectRef<WebhookTraffic>('WebhookTotals').implement({
  description: 'Webhooks of a whole span.',
  interfaces: [webhookCounts],
})

const WebhookPoint = builder.objectRef<WebhookTraffic & { readonly at: Date }>('WebhookPoint').implement({
  description: 'Webhooks of one point.',
  interfaces: [webhookCounts],
  fields: (t) => ({ at: t.expose('at', { type: 'DateTime', description: 'Its beginning.' }) }),
})

const pointCost = { field: 5, multiplier: 2 }

export const webhookTrafficType = builder.objectRef<Traffic<WebhookTraffic>>('WebhookTraffic').implement({
  description: 'Webhooks received in a span.',
  fields: (t) => ({
    totals: t.expose('totals', { type: WebhookTotals, description: 'The whole span.' }),
    points: t.field({
      type: [WebhookPoint],
      description: 'Oldest first, without gaps.',
      complexity: pointCost,
      resolve: ({ points }) => [...points],
    }),
  }),
})

const deliveryCounts = builder.interfaceRef<DeliveryTraffic>('DeliveryCounts').implement({
  description: 'What is counted of deliveries.',
  fields: (t) => ({
    attempts: t.exposeInt('attempts', { description: 'Requests sent.' }),
    delivered: t.exposeInt('delivered', { description: 'Those that were taken.' }),
    failed: t.exposeInt('failed', { description: 'Those that were not.' }),
    dead: t.exposeInt('dead', { description: 'Deliveries given up.' }),
    successRate: t.float({
      nullable: true,
      description: 'Share of the attempts that were taken, 0 to 1; null without one.',
      resolve: ({ attempts, delivered }) => (attempts === 0 ? null : delivered / attempts),
    }),
    p95Ms: t.exposeFloat('p95Ms', {
      nullable: true,
      description: '95 % of the attempts took at most this long, in milliseconds; within 2 %.',
    }),
    queueMs: t.exposeFloat('queueMs', {
      nullable: true,
      description: 'From the event to its first attempt on average, in milliseconds; null without one.',
    }),
  }),
})

const DeliveryTotals = builder.objectRef<DeliveryTraffic>('DeliveryTotals').implement({
  description: 'Deliveries of a whole span.',
  interfaces: [deliveryCounts],
})

const DeliveryPoint = builder.objectRef<DeliveryTraffic & { readonly at: Date }>('DeliveryPoint').implement({
  description: 'Deliveries of one point.',
  interfaces: [deliveryCounts],
  fields: (t) => ({ at: t.expose('at', { type: 'DateTime', description: 'Its beginning.' }) }),
})

export const deliveryTrafficType = builder.objectRef<Traffic<DeliveryTraffic>>('DeliveryTraffic').implement({
  description: 'Deliveries of a span.',
  fields: (t) => ({
    totals: t.expose('totals', { type: DeliveryTotals, description: 'The whole span.' }),
    points: t.field({
      type: [DeliveryPoint],
      description: 'Oldest first, without gaps.',
      complexity: pointCost,
      resolve: ({ points }) => [...points],
    }),
  }),
})

const AmountType = builder.objectRef<Amount>('AmountSum').implement({
  description: 'A sum of money.',
  fields: (t) => ({
    currency: t.exposeString('currency', { description: 'ISO 4217.' }),
    amountMinor: t.expose('amountMinor', { type: 'BigInt', description: 'In minor units of the currency.' }),
  }),
})

const TypeFiguresType = builder.objectRef<TypeFigures>('EventTypeFigures').implement({
  description: 'Events of one type in figures.',
  fields: (t) => ({
    type: t.exposeString('type', { description: 'The type: `payment.succeeded`.' }),
    events: t.exposeInt('events', { description: 'How many.' }),
    averageDelayMs: t.exposeFloat('averageDelayMs', {
      description: 'From the vendor’s moment to the hub’s on average, in milliseconds.',
    }),
    amounts: t.field({
      type: [AmountType],
      description: 'What they were about, by currency, largest first; empty where events carry no amount.',
      resolve: ({ amounts }) => [...amounts],
    }),
  }),
})

const BusinessPointType = builder.objectRef<BusinessPoint>('BusinessPoint').implement({
  description: 'Events of one point.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'Its beginning; an hour at the narrowest.' }),
    events: t.exposeInt('events', { description: 'All events.' }),
    orders: t.exposeInt('orders', { description: 'Orders that came in.' }),
    transactions: t.exposeInt('transactions', { description: 'Payments taken.' }),
  }),
})

const businessFigures = builder.interfaceRef<Business>('BusinessCounts').implement({
  description: 'What events say of the business.',
  fields: (t) => ({
    events: t.exposeInt('events', { description: 'All events.' }),
    orders: t.exposeInt('orders', { description: 'Orders that came in.' }),
    ordersPerDay: t.float({ description: 'The same by day.', resolve: ({ orders, days }) => orders / days }),
    transactions: t.exposeInt('transactions', { description: 'Payments taken.' }),
    transactionsPerDay: t.float({
      description: 'The same by day.',
      resolve: ({ transactions, days }) => transactions / days,
    }),
    successRate: t.float({
      nullable: true,
      description: 'Share of the payments that were taken and did not fail, 0 to 1; null without one.',
      resolve: ({ transactions, failedTransactions: failed }) =>
        transactions + failed === 0 ? null : transactions / (transactions + failed),
    }),
    averageProcessingMs: t.exposeFloat('averageDelayMs', {
      nullable: true,
      description: 'From the vendor’s moment to the hub’s on average, in milliseconds; null without events.',
    }),
    amounts: t.field({
      type: [AmountType],
      description: 'Of payments taken, by currency, largest first.',
      resolve: ({ amounts }) => [...amounts],
    }),
    types: t.field({
      type: [TypeFiguresType],
      description: 'By type, the most frequent first.',
      complexity: { field: 1, multiplier: 5 },
      resolve: ({ types }) => [...types],
    }),
    points: t.field({
      type: [BusinessPointType],
      description: 'Oldest first, without gaps.',
      complexity: pointCost,
      resolve: ({ points }) => [...points],
    }),
  }),
})

export const businessType = builder.objectRef<Business>('BusinessFigures').implement({
  description: 'What events say of the business.',
  interfaces: [businessFigures],
})

export const connectionBusinessType = builder.objectRef<ConnectionBusiness>('ConnectionBusiness').implement({
  description: 'What events of one connection say of the business.',
  interfaces: [businessFigures],
  fields: (t) => ({
    connection: t.field({
      type: 'Connection',
      nullable: true,
      description: 'The connection; null once it was deleted, and for events of the hub itself.',
      resolve: ({ connectionId }, _args, { loaders }) => loaders.connection.load(connectionId),
    }),
  }),
})
