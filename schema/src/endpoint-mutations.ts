import type { EndpointModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import type { NewKey, PayloadPreview } from './commands/endpoint.ts'
import type { Context } from './context.ts'
import { EndpointPayloadEnum, KeyAlgorithmEnum } from './enums.ts'
import { contended, direct, keyNote, outcome, repeatable } from './error-types.ts'
import { NotFoundError } from './errors.ts'
import { filled, given } from './given.ts'
import { globalId, plainId, rowId } from './node.ts'

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const fieldNotes = {
  url: 'HTTPS address; private ones are refused.',
  description: 'What it is for, up to 500 characters.',
  eventTypes: 'Types, patterns such as `payment.*`, or `*`; 1 to 50.',
  enabled: 'Send, or skip with the reason.',
  ratePerSecond: 'Requests a second at most, 0.01 to 1,000; null for no limit.',
  schedule: 'Seconds before each attempt, 1 to 20 of them, each at most 86,400; null takes the hub’s.',
  strictOrder: 'Events of one key arrive one after the other.',
  payload: 'What makes the body.',
  payloadText: 'GraphQL document or JSONata expression, up to 20,000 characters.',
}

const CreateEndpointInput = builder.inputType('CreateEndpointInput', {
  description: 'A new endpoint.',
  fields: (t) => ({
    url: t.string({ required: true, description: fieldNotes.url }),
    description: t.string({ description: fieldNotes.description }),
    eventTypes: t.stringList({ required: true, description: fieldNotes.eventTypes }),
    enabled: t.boolean({ description: `${fieldNotes.enabled} Default true.` }),
    ratePerSecond: t.float({ description: fieldNotes.ratePerSecond }),
    schedule: t.intList({ description: fieldNotes.schedule }),
    strictOrder: t.boolean({ description: `${fieldNotes.strictOrder} Default false.` }),
    payload: t.field({ type: EndpointPayloadEnum, description: `${fieldNotes.payload} Default ENVELOPE.` }),
    payloadText: t.string({ description: fieldNotes.payloadText }),
    algorithm: t.field({ type: KeyAlgorithmEnum, description: 'Of its first key. Default HMAC.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const UpdateEndpointInput = builder.inputType('UpdateEndpointInput', {
  description: 'Changes to an endpoint; what is left out stays.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The endpoint.' }),
    version: t.int({
      description: 'Version the change was made against: refused with ConflictError when it is stale.',
    }),
    url: t.string({ description: fieldNotes.url }),
    description: t.string({ description: fieldNotes.description }),
    eventTypes: t.stringList({ description: fieldNotes.eventTypes }),
    enabled: t.boolean({ description: fieldNotes.enabled }),
    ratePerSecond: t.float({ description: fieldNotes.ratePerSecond }),
    schedule: t.intList({ description: fieldNotes.schedule }),
    strictOrder: t.boolean({ description: fieldNotes.strictOrder }),
    payload: t.field({ type: EndpointPayloadEnum, description: fieldNotes.payload }),
    payloadText: t.string({ description: fieldNotes.payloadText }),
  }),
})

const DeleteEndpointInput = builder.inputType('DeleteEndpointInput', {
  description: 'Which endpoint to delete. What waits is skipped; its history stays.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The endpoint.' }),
    url: t.string({ required: true, description: 'Its address, repeated to be sure.' }),
  }),
})

const RotateEndpointKeyInput = builder.inputType('RotateEndpointKeyInput', {
  description: 'A new signing key beside those that hold.',
  fields: (t) => ({
    id: t.id({ required: true, description: 'The endpoint.' }),
    algorithm: t.field({ type: KeyAlgorithmEnum, description: 'How it signs. Default HMAC.' }),
    overlapSeconds: t.int({
      description: 'Seconds the others still sign beside it, 0 to 2,592,000 (30 days). Default 86,400.',
    }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const RetireEndpointKeyInput = builder.inputType('RetireEndpointKeyInput', {
  description: 'Which key stops signing.',
  fields: (t) => ({
    endpointId: t.id({ required: true, description: 'The endpoint.' }),
    keyId: t.id({ required: true, description: 'Uuid of the key.' }),
  }),
})

const ResetEndpointBreakerInput = builder.inputType('ResetEndpointBreakerInput', {
  description: 'Whose breaker to close by hand.',
  fields: (t) => ({ id: t.id({ required: true, description: 'The endpoint.' }) }),
})

const SendTestEventInput = builder.inputType('SendTestEventInput', {
  description: 'A test event for one endpoint.',
  fields: (t) => ({
    endpointId: t.id({ required: true, description: 'The endpoint; it gets the event whatever types it asks for.' }),
    eventType: t.string({ description: 'Type of the catalogue whose example is sent. Default one it asks for.' }),
    idempotencyKey: t.string({ description: keyNote }),
  }),
})

const PreviewPayloadInput = builder.inputType('PreviewPayloadInput', {
  description: 'A payload to try, and on what.',
  fields: (t) => ({
    payload: t.field({ type: EndpointPayloadEnum, required: true, description: 'What makes the body.' }),
    payloadText: t.string({ description: 'GraphQL document or JSONata expression; none for the envelope.' }),
    eventId: t.id({ description: 'An event to try it on. Default the example of `eventType`.' }),
    eventType: t.string({ description: 'Type of the catalogue whose example is taken.' }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const PreviewHeader = builder.objectRef<readonly [string, string]>('PayloadHeader').implement({
  description: 'A header of a delivery as an endpoint would see it.',
  fields: (t) => ({
    name: t.string({ description: 'Its name.', resolve: ([name]) => name }),
    value: t.string({ description: 'Its value; of the signature only the shape.', resolve: ([, value]) => value }),
  }),
})

const PayloadPreviewType = builder.objectRef<PayloadPreview>('PayloadPreview').implement({
  description: 'What a payload would be, or why it cannot be made. Nothing is stored or sent.',
  fields: (t) => ({
    ok: t.exposeBoolean('ok', { description: 'It can be made.' }),
    body: t.exposeString('body', {
      nullable: true,
      description: 'What would be sent; null when nothing would be.',
    }),
    fault: t.exposeString('fault', {
      nullable: true,
      description: 'What is wrong, in words, with the place where it is known; null when nothing is.',
    }),
    headers: t.field({
      type: [PreviewHeader],
      description: 'Headers as an endpoint would see them.',
      resolve: (preview) => Object.entries(preview.headers),
    }),
  }),
})

builder.queryField('previewPayload', (t) =>
  t.field({
    type: PayloadPreviewType,
    nullable: true,
    description: 'Tries a payload on an event or an example.',
    authScopes: { may: 'endpoint:write' },
    complexity: 20,
    args: { input: t.arg({ type: PreviewPayloadInput, required: true, description: 'What to try.' }) },
    resolve: (_root, { input: { payload, payloadText, eventId, eventType } }, ctx) =>
      ctx.commands.endpoint.preview(ctx.actor(), {
        payload,
        payloadText: payloadText ?? null,
        eventId: eventId == null ? null : rowId('Event', eventId),
        eventType: eventType ?? null,
      }),
  }),
)

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

/** The endpoint as it is now, for a mutation's answer. */
async function reread(ctx: Context, id: string): Promise<EndpointModel> {
  // The same mutation may stand twice in one document, and keys and lane are read apart from the row.
  ctx.refresh()
  const row = await ctx.loaders.endpoint.load(id)
  if (row === null) throw new NotFoundError('endpoint', id)
  return row
}

interface MadeKey {
  readonly endpoint: EndpointModel
  readonly keyId: string
  readonly secret: string
}

const withKey = async (ctx: Context, made: Promise<NewKey>): Promise<MadeKey> => {
  const { endpointId, keyId, secret } = await made
  return { endpoint: await reread(ctx, endpointId), keyId, secret }
}

const madeKey = (name: string, description: string) =>
  builder.objectRef<MadeKey>(name).implement({
    description,
    fields: (t) => ({
      endpoint: t.expose('endpoint', { type: 'Endpoint', description: 'The endpoint.' }),
      keyId: t.exposeString('keyId', { description: 'Uuid of the new key.' }),
      secret: t.exposeString('secret', {
        description:
          'What the consumer verifies with, shown this once: `whsec_…` for HMAC, for ed25519 the public half, `whpk_…`.',
      }),
    }),
  })
const CreateEndpointSuccess = madeKey('CreateEndpointSuccess', 'The endpoint is there.')
const RotateEndpointKeySuccess = madeKey('RotateEndpointKeySuccess', 'The new key signs.')

const inputNote = 'What to do.'

builder.mutationFields((t) => ({
  createEndpoint: t.field({
    type: CreateEndpointSuccess,
    description: 'Creates an endpoint with a first signing key. Its secret is shown this once.',
    authScopes: { may: 'endpoint:write' },
    complexity: 10,
    errors: direct(repeatable),
    args: { input: t.arg({ type: CreateEndpointInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { url, eventTypes, ratePerSecond, schedule, payloadText, ...rest } }, ctx) =>
      withKey(
        ctx,
        ctx.commands.endpoint.create(ctx.actor(), {
          ...filled(rest),
          ...given({ ratePerSecond, schedule, payloadText }),
          url,
          eventTypes,
        }),
      ),
  }),
  updateEndpoint: t.field({
    type: 'Endpoint',
    description: 'Changes an endpoint.',
    authScopes: { may: 'endpoint:write' },
    complexity: 10,
    errors: outcome(contended, 'endpoint', 'The endpoint as it is now.'),
    args: { input: t.arg({ type: UpdateEndpointInput, required: true, description: inputNote }) },
    resolve: async (_root, { input: { id, ratePerSecond, schedule, payloadText, ...rest } }, ctx) => {
      const changed = await ctx.commands.endpoint.update(ctx.actor(), {
        ...filled(rest),
        ...given({ ratePerSecond, schedule, payloadText }),
        id: rowId('Endpoint', id),
      })
      return reread(ctx, changed.id)
    },
  }),
  deleteEndpoint: t.field({
    type: 'ID',
    description: 'Deletes an endpoint. What waits is skipped, with the reason; its history stays.',
    authScopes: { may: 'endpoint:write' },
    errors: outcome(contended, 'deletedId', 'Global id of what is gone.'),
    args: { input: t.arg({ type: DeleteEndpointInput, required: true, description: inputNote }) },
    resolve: async (_root, { input }, ctx) => {
      const { id } = await ctx.commands.endpoint.delete(ctx.actor(), {
        id: rowId('Endpoint', input.id),
        url: input.url,
      })
      return globalId('Endpoint', id)
    },
  }),
  rotateEndpointKey: t.field({
    type: RotateEndpointKeySuccess,
    description:
      'Adds a signing key; the others sign beside it for a while, so that consumers change over without a gap.',
    authScopes: { may: 'endpoint:write' },
    complexity: 10,
    errors: direct(repeatable),
    args: { input: t.arg({ type: RotateEndpointKeyInput, required: true, description: inputNote }) },
    resolve: (_root, { input: { id, ...rest } }, ctx) =>
      withKey(ctx, ctx.commands.endpoint.rotateKey(ctx.actor(), { ...filled(rest), id: rowId('Endpoint', id) })),
  }),
  retireEndpointKey: t.field({
    type: 'Endpoint',
    description: 'Stops a key from signing, at once.',
    authScopes: { may: 'endpoint:write' },
    errors: outcome(contended, 'endpoint', 'The endpoint as it is now.'),
    args: { input: t.arg({ type: RetireEndpointKeyInput, required: true, description: inputNote }) },
    resolve: async (_root, { input: { endpointId, keyId } }, ctx) => {
      const id = rowId('Endpoint', endpointId)
      await ctx.commands.endpoint.retireKey(ctx.actor(), { endpointId: id, keyId: plainId('key', keyId) })
      return reread(ctx, id)
    },
  }),
  resetEndpointBreaker: t.field({
    type: 'Endpoint',
    description: 'Closes an endpoint’s breaker by hand; what waits goes out at a growing pace.',
    authScopes: { may: 'endpoint:write' },
    errors: outcome(contended, 'endpoint', 'The endpoint as it is now.'),
    args: { input: t.arg({ type: ResetEndpointBreakerInput, required: true, description: inputNote }) },
    resolve: async (_root, { input }, ctx) => {
      const { id } = await ctx.commands.endpoint.resetBreaker(ctx.actor(), { id: rowId('Endpoint', input.id) })
      return reread(ctx, id)
    },
  }),
  sendTestEvent: t.field({
    type: 'Event',
    description: 'Records a test event and delivers it to this endpoint only.',
    authScopes: { may: 'delivery:write' },
    complexity: 5,
    errors: outcome(repeatable, 'event', 'The test event.'),
    args: { input: t.arg({ type: SendTestEventInput, required: true, description: inputNote }) },
    resolve: async (_root, { input: { endpointId, eventType, idempotencyKey } }, ctx) => {
      const { id } = await ctx.commands.endpoint.sendTestEvent(ctx.actor(), {
        endpointId: rowId('Endpoint', endpointId),
        eventType: eventType ?? null,
        idempotencyKey: idempotencyKey ?? null,
      })
      ctx.refresh()
      const event = await ctx.loaders.event.load(id)
      if (event === null) throw new NotFoundError('event', id)
      return event
    },
  }),
}))
