import type { DeliveryModel, EndpointModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import type { Context } from './context.ts'
import type { LiveInboundEvent } from './events.ts'
import { explainAbsence } from './explain/absence.ts'
import { explainDelivery } from './explain/delivery.ts'
import { explainInbound } from './explain/inbound.ts'
import type { Account, Step } from './explain/step.ts'
import { endpointsToExplain } from './load/endpoints.ts'
import { reachOf } from './load/reach.ts'
import type { EventRow } from './loaders.ts'
import { rowId } from './node.ts'
import { holds } from './scopes.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const StepEnum = builder.enumType('ExplanationStepName', {
  description: 'What a step of an explanation is about, in the order of the way.',
  values: {
    RECEIVED: { description: 'The webhook came in.' },
    VERIFIED: { description: 'Whether it is proven to come from the vendor.' },
    MATCHED: { description: 'What it means, and whether an endpoint asks for it.' },
    ROUTED: { description: 'Whether it became events.' },
    FILTERED: { description: 'What decides on the way to an endpoint: its time, its payload.' },
    QUEUED: { description: 'The delivery was made, or made again.' },
    ATTEMPT: { description: 'One request to the endpoint.' },
    OUTCOME: { description: 'How it stands now.' },
    NEXT: { description: 'What is planned next, and when.' },
  },
})

const ExplanationStep = builder.objectRef<Step>('ExplanationStep').implement({
  description: 'One step of an explanation.',
  fields: (t) => ({
    step: t.expose('step', { type: StepEnum, description: 'What it is about.' }),
    ok: t.exposeBoolean('ok', { nullable: true, description: 'It went as it should; null while that is not decided.' }),
    text: t.exposeString('text', { description: 'What happened and, where somebody has to act, what to do.' }),
    at: t.expose('at', {
      type: 'DateTime',
      nullable: true,
      description: 'When it happened, or will; null where no moment belongs to it.',
    }),
  }),
})

interface InboundExplanation extends Account {
  readonly row: LiveInboundEvent
}

const InboundExplanationType = builder.objectRef<InboundExplanation>('InboundEventExplanation').implement({
  description: 'What happened to an inbound event and what comes next, in words.',
  fields: (t) => ({
    inboundEvent: t.expose('row', { type: 'InboundEvent', description: 'The inbound event.' }),
    summary: t.exposeString('summary', { description: 'How it stands, in a sentence or two.' }),
    steps: t.field({ type: [ExplanationStep], description: 'Its way, in order.', resolve: (it) => [...it.steps] }),
  }),
})

interface EndpointExplanation extends Account {
  readonly endpoint: EndpointModel | null
  readonly delivery: DeliveryModel | null
}

const EndpointExplanationType = builder.objectRef<EndpointExplanation>('EndpointExplanation').implement({
  description: 'What became of an event at one endpoint, or why it never went there.',
  fields: (t) => ({
    endpoint: t.expose('endpoint', { type: 'Endpoint', nullable: true, description: 'The endpoint.' }),
    delivery: t.expose('delivery', {
      type: 'Delivery',
      nullable: true,
      description: 'Its delivery; null when it has none, and the steps say why.',
    }),
    summary: t.exposeString('summary', { description: 'How it stands, in a sentence or two.' }),
    steps: t.field({ type: [ExplanationStep], description: 'Its way, in order.', resolve: (it) => [...it.steps] }),
  }),
})

interface EventExplanation {
  readonly event: EventRow
  readonly inbound: InboundExplanation | null
  readonly endpoints: readonly EndpointExplanation[]
}

const EventExplanationType = builder.objectRef<EventExplanation>('EventExplanation').implement({
  description: 'Where an event comes from and what became of it at every endpoint, in words.',
  fields: (t) => ({
    event: t.expose('event', { type: 'Event', description: 'The event.' }),
    steps: t.field({
      type: [ExplanationStep],
      description: 'How it came to be: received, verified, routed. One step for events of the hub itself.',
      resolve: ({ event, inbound }) =>
        inbound === null
          ? [
              {
                step: 'RECEIVED' as const,
                ok: true,
                text: event.test ? 'A person made it to try an endpoint.' : origin(event),
                at: event.at,
              },
            ]
          : [...inbound.steps],
    }),
    inbound: t.expose('inbound', {
      type: InboundExplanationType,
      nullable: true,
      description: 'The webhook it was made from; null when there was none or it is no longer kept.',
      authScopes: { may: 'inbound:read' },
      unauthorizedResolver: () => null,
    }),
    endpoints: t.field({
      type: [EndpointExplanationType],
      nullable: true,
      description: 'Every endpoint, those with a delivery first; null without `endpoint:read`.',
      authScopes: { may: 'endpoint:read' },
      unauthorizedResolver: () => null,
      resolve: (it) => [...it.endpoints],
    }),
  }),
})

const origin = (event: EventRow): string =>
  event.inboundEventId === null
    ? 'The hub itself noticed it.'
    : 'It was made from a webhook that is no longer kept or not to be seen with these rights.'

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

async function ofInbound({ loaders }: Context, id: string): Promise<InboundExplanation | null> {
  const row = await loaders.inboundEvent.load(id)
  return row === null ? null : { row, ...explainInbound(row) }
}

async function ofDelivery({ loaders, now }: Context, delivery: DeliveryModel): Promise<EndpointExplanation> {
  const [endpoint, lane, attempts] = await Promise.all([
    loaders.endpoint.load(delivery.endpointId),
    loaders.endpointLane.load(delivery.endpointId),
    loaders.attemptsOf.load(delivery.id),
  ])
  return { endpoint, delivery, ...explainDelivery({ delivery, endpoint, lane, attempts, now: now() }) }
}

builder.queryFields((t) => ({
  explainEvent: t.field({
    type: EventExplanationType,
    nullable: true,
    description: 'What became of an event, endpoint by endpoint; null when there is no such one here.',
    authScopes: { may: 'event:read' },
    complexity: { field: 50, multiplier: 1 },
    args: { id: t.arg.id({ required: true, description: 'Global id of the event.' }) },
    resolve: async (_root, { id }, ctx) => {
      const event = await ctx.loaders.event.load(rowId('Event', id))
      if (event === null) return null
      const [inbound, deliveries, endpoints] = await Promise.all([
        event.inboundEventId !== null && holds(ctx.viewer, 'inbound:read')
          ? ofInbound(ctx, event.inboundEventId)
          : null,
        ctx.loaders.deliveriesOf.load(event.id),
        endpointsToExplain(reachOf(ctx)),
      ])
      const served = new Set(deliveries.map(({ endpointId }) => endpointId))
      return {
        event,
        inbound,
        endpoints: [
          ...(await Promise.all(deliveries.map((delivery) => ofDelivery(ctx, delivery)))),
          ...endpoints
            .filter(({ id: endpointId }) => !served.has(endpointId))
            .map((endpoint) => ({ endpoint, delivery: null, ...explainAbsence(event, endpoint) })),
        ],
      }
    },
  }),
  explainInboundEvent: t.field({
    type: InboundExplanationType,
    nullable: true,
    description: 'What became of an inbound event; null when there is no such one here.',
    authScopes: { may: 'inbound:read' },
    complexity: 10,
    args: { id: t.arg.id({ required: true, description: 'Global id of the inbound event.' }) },
    resolve: (_root, { id }, ctx) => ofInbound(ctx, rowId('InboundEvent', id)),
  }),
}))

builder.objectField('Delivery', 'explanation', (t) =>
  t.field({
    type: EndpointExplanationType,
    description: 'What happened to it and what comes next, in words.',
    complexity: 5,
    resolve: (row, _args, ctx) => ofDelivery(ctx, row),
  }),
)
