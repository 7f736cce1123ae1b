import { builder } from './builder.ts'
import type { LabEmission, LabReceiver, LabReceiverBehaviour, LabScenario, LabWebhooks } from './commands/lab.ts'
import { contended, keyNote, outcome, repeatable } from './error-types.ts'
import { InvalidInputError } from './errors.ts'
import { filled, given } from './given.ts'
import { labOf, LabType } from './lab.ts'
import { providerSlug } from './node.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const LabScenarioType = builder.objectRef<LabScenario>('LabScenario').implement({
  description: 'Something that can happen at a simulated vendor.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'What `emitLabEvent` calls it.' }),
    description: t.exposeString('description', { description: 'What happens, in words.' }),
  }),
})

const LabWebhooksType = builder.objectRef<LabWebhooks>('LabWebhooks').implement({
  description: 'What a simulated vendor can tell by webhook.',
  fields: (t) => ({
    provider: t.field({
      type: 'Provider',
      nullable: true,
      description: 'The vendor it plays.',
      resolve: (row, _args, { catalog }) => catalog.get(row.provider),
    }),
    slug: t.string({ description: 'Short name of the vendor it plays.', resolve: (row) => row.provider }),
    subscribers: t.exposeInt('subscribers', { description: 'Addresses it would tell: register a source to be one.' }),
    scenarios: t.field({
      type: [LabScenarioType],
      description: 'What can happen; none for a vendor that is only asked.',
      resolve: (row) => [...row.scenarios],
    }),
    troubles: t.field({
      type: [LabScenarioType],
      description: 'What can go wrong, on top of any scenario.',
      resolve: (row) => [...row.troubles],
    }),
  }),
})

const LabEmissionType = builder.objectRef<LabEmission>('LabEmission').implement({
  description: 'Webhooks of a simulated vendor on their way.',
  fields: (t) => ({
    slug: t.string({ description: 'The vendor.', resolve: (row) => row.provider }),
    scenario: t.exposeString('scenario', { description: 'What happened.' }),
    events: t.exposeInt('events', { description: 'Different events.' }),
    subscribers: t.exposeInt('subscribers', { description: 'Addresses it tells.' }),
    letters: t.exposeInt('letters', {
      description: 'Webhooks sent: one for each event and address that asked for it.',
    }),
  }),
})

const LabReceiverModeEnum = builder.enumType('LabReceiverMode', {
  description: 'How a receiver of the lab answers.',
  values: {
    OK: { description: '200 at once.' },
    SLOW: { description: '200 after a while.' },
    STATUS: { description: 'A status of choice, with Retry-After if wanted.' },
    HANG: { description: 'Never.' },
    CUT: { description: 'Destroys the connection after reading.' },
    REDIRECT: { description: 'Sends elsewhere.' },
    FAIL_THEN_OK: { description: 'The next requests fail, later ones are answered 200.' },
  },
})

const LabReceiverBehaviourType = builder.objectRef<Required<LabReceiverBehaviour>>('LabReceiverBehaviour').implement({
  description: 'How a receiver of the lab answers.',
  fields: (t) => ({
    mode: t.expose('mode', { type: LabReceiverModeEnum, description: 'In short.' }),
    delayMs: t.exposeInt('delayMs', { description: 'Milliseconds before a SLOW answer.' }),
    status: t.exposeInt('status', { description: 'Status of STATUS and FAIL_THEN_OK.' }),
    retryAfterSeconds: t.exposeInt('retryAfterSeconds', {
      nullable: true,
      description: 'Sent as Retry-After by STATUS and FAIL_THEN_OK; null sends none.',
    }),
    location: t.exposeString('location', { description: 'Where REDIRECT sends to.' }),
    failures: t.exposeInt('failures', { description: 'Requests FAIL_THEN_OK still refuses.' }),
  }),
})

const LabReceiverType = builder.objectRef<LabReceiver>('LabReceiver').implement({
  description: 'A consumer of webhooks in the lab, to point an endpoint at.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Its name, the last part of its address.' }),
    url: t.exposeString('url', { description: 'The address for an endpoint.' }),
    behaviour: t.expose('behaviour', { type: LabReceiverBehaviourType, description: 'How it answers.' }),
    received: t.exposeInt('received', { description: 'Webhooks that arrived.' }),
    distinct: t.exposeInt('distinct', { description: 'Different webhook-ids among them.' }),
    repeated: t.exposeInt('repeated', { description: 'Arrivals whose webhook-id had come before.' }),
    lastAt: t.expose('lastAt', { type: 'DateTime', nullable: true, description: 'When the last one arrived.' }),
  }),
})

builder.objectFields(LabType, (t) => ({
  webhooks: t.field({
    type: [LabWebhooksType],
    description: 'What every simulated vendor can tell.',
    complexity: 10,
    resolve: async (_lab, _args, ctx) => [...(await labOf(ctx).webhooks())],
  }),
  receivers: t.field({
    type: [LabReceiverType],
    description: 'Consumers of webhooks that were spoken of so far.',
    complexity: 10,
    resolve: async (_lab, _args, ctx) => [...(await labOf(ctx).receivers())],
  }),
}))

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const EmitLabEventInput = builder.inputType('EmitLabEventInput', {
  description: 'What should happen at a simulated vendor.',
  fields: (t) => ({
    provider: t.id({ required: true, description: 'The vendor (global id or slug).' }),
    scenario: t.string({ required: true, description: 'A scenario or a trouble of `lab.webhooks`.' }),
    of: t.string({ description: 'The scenario a trouble happens to; default the vendor’s first.' }),
    count: t.int({ description: 'Events, or copies of a duplicate, 1 to 1,000.' }),
    orderId: t.string({ description: 'The shop’s order or reference that it should be about.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const SetLabReceiverInput = builder.inputType('SetLabReceiverInput', {
  description: 'How a receiver should answer; what is left out takes its default.',
  fields: (t) => ({
    name: t.string({ required: true, description: 'Its name; a new one begins to exist.' }),
    mode: t.field({ type: LabReceiverModeEnum, required: true, description: 'How it answers.' }),
    delayMs: t.int({ description: 'Milliseconds before a SLOW answer, 0 to 120,000; default 2,000.' }),
    status: t.int({ description: 'Status of STATUS and FAIL_THEN_OK, 200 to 599; default 500.' }),
    retryAfterSeconds: t.int({ description: 'Sent as Retry-After, 0 to 86,400; default none.' }),
    location: t.string({ description: 'Where REDIRECT sends to.' }),
    failures: t.int({ description: 'Requests FAIL_THEN_OK refuses; default 3.' }),
  }),
})

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.mutationFields((t) => ({
  emitLabEvent: t.field({
    type: LabEmissionType,
    description: 'Lets something happen at a simulated vendor, which tells it by real, signed webhooks (demo only).',
    authScopes: { may: 'lab:write' },
    errors: outcome(repeatable, 'emission', 'What is on its way.'),
    args: { input: t.arg({ type: EmitLabEventInput, required: true, description: 'What to do.' }) },
    resolve: (_root, { input: { provider, scenario, idempotencyKey, ...rest } }, ctx) => {
      const slug = providerSlug(ctx, provider)
      if (slug === null)
        throw new InvalidInputError([{ path: 'provider', message: `There is no provider ${provider}.` }])
      return labOf(ctx).emit(ctx.actor(), {
        ...filled(rest),
        provider: slug,
        scenario,
        idempotencyKey: idempotencyKey ?? null,
      })
    },
  }),
  setLabReceiver: t.field({
    type: LabReceiverType,
    description: 'Changes how a receiver of the lab answers (demo only). Repeating it changes nothing more.',
    authScopes: { may: 'lab:write' },
    errors: outcome(contended, 'receiver', 'The receiver as it answers now.'),
    args: { input: t.arg({ type: SetLabReceiverInput, required: true, description: 'What to do.' }) },
    resolve: (_root, { input: { name, mode, retryAfterSeconds, ...rest } }, ctx) =>
      labOf(ctx).setReceiver(ctx.actor(), { ...filled(rest), ...given({ retryAfterSeconds }), name, mode }),
  }),
}))
