import { builder } from './builder.ts'
import { CallHeader } from './call-parts.ts'
import type { CallProviderAnswer } from './commands/call.ts'
import { calling, direct, keyNote } from './error-types.ts'
import { given } from './given.ts'
import { globalId, rowId } from './node.ts'
import { holds } from './scopes.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const CallProviderSuccess = builder.objectRef<CallProviderAnswer>('CallProviderSuccess').implement({
  description: 'The vendor answered. Its own refusals (4xx, 5xx) are answers too: look at `status`.',
  fields: (t) => ({
    callId: t.id({ description: 'Global id of the logged call.', resolve: ({ id }) => globalId('Call', id) }),
    call: t.field({
      type: 'Call',
      nullable: true,
      description: 'The logged call with the time of each step; null without `call:read`.',
      resolve: ({ id }, _args, ctx) => (holds(ctx.viewer, 'call:read') ? ctx.loaders.call.clear(id).load(id) : null),
    }),
    status: t.exposeInt('status', { description: 'HTTP status of the answer.' }),
    headers: t.field({
      type: [CallHeader],
      description: 'Headers of the answer, names in lower case. `set-cookie` is left out: cookies are the hub’s.',
      complexity: 1,
      resolve: (answer) => [...answer.headers],
    }),
    body: t.exposeString('body', {
      nullable: true,
      description: 'The body as text, 1 MiB of it at most; null without one or when it is no text.',
    }),
    cut: t.exposeBoolean('cut', { description: 'The answer is longer than what `body` holds.' }),
    bytes: t.exposeInt('bytes', { description: 'Bytes of the body that were read.' }),
    json: t.field({
      type: 'JSON',
      nullable: true,
      description: 'The body parsed; null when it is not JSON or was cut.',
      resolve: ({ body, cut }) => (body === null || cut ? null : parsed(body)),
    }),
    repeated: t.exposeBoolean('repeated', {
      description:
        'The idempotency key was used before: this is the earlier answer as the log keeps it, secrets removed and shortened.',
    }),
  }),
})

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const CallMethodEnum = builder.enumType('CallMethod', {
  description: 'HTTP method.',
  values: {
    GET: { description: 'Read.' },
    HEAD: { description: 'Read the headers alone.' },
    POST: { description: 'Do or create; repeated only with an idempotency key the vendor honours.' },
    PUT: { description: 'Put in place.' },
    PATCH: { description: 'Change; repeated only with an idempotency key the vendor honours.' },
    DELETE: { description: 'Take away.' },
    OPTIONS: { description: 'Ask what is possible.' },
  },
})

const pair = (name: string, description: string, what: string) =>
  builder.inputType(name, {
    description,
    fields: (t) => ({
      name: t.string({ required: true, description: `Name of the ${what}.` }),
      value: t.string({ required: true, description: 'Its value.' }),
    }),
  })
const CallHeaderInput = pair('CallHeaderInput', 'A header to send.', 'header')
const CallParameterInput = pair(
  'CallParameterInput',
  'A parameter of the query; a name may come more than once.',
  'parameter',
)

const CallProviderInput = builder.inputType('CallProviderInput', {
  description: 'A request to send through a connection, whose credentials are added.',
  fields: (t) => ({
    connectionId: t.id({ required: true, description: 'The connection.' }),
    method: t.field({ type: CallMethodEnum, required: true, description: 'HTTP method.' }),
    path: t.string({
      required: true,
      description: 'Path below the provider’s host, starting with "/"; it may bring a query.',
    }),
    query: t.field({ type: [CallParameterInput], description: 'Parameters added to the query.' }),
    headers: t.field({
      type: [CallHeaderInput],
      description: 'Headers to send. Those that carry credentials are left out: the hub adds the connection’s own.',
    }),
    json: t.field({ type: 'JSON', description: 'Body as JSON. Not together with `text`.' }),
    text: t.string({ description: 'Body as text; set `content-type` in `headers`. Not together with `json`.' }),
    host: t.string({ description: 'Name of one of the provider’s hosts. Default "api".' }),
    idempotencyKey: t.string({
      description: `${keyNote} It also travels to the vendor, where it takes one, so that a repeat is safe there.`,
    }),
    timeoutMs: t.int({ description: 'Longest wait in milliseconds, repeats included: 1 to 120,000. Default 30,000.' }),
  }),
})

// ── mutations ─────────────────────────────────────────────────────────────────────────────────────────────────────────

const pairs = (list: readonly { name: string; value: string }[] | null | undefined) =>
  (list ?? []).map(({ name, value }) => [name, value] as const)

builder.mutationFields((t) => ({
  callProvider: t.field({
    type: CallProviderSuccess,
    description:
      'Sends any request to the connection’s provider, through limits, cache, breaker and log like every other call.',
    authScopes: { may: 'call:send' },
    complexity: 20,
    errors: direct(calling),
    args: { input: t.arg({ type: CallProviderInput, required: true, description: 'What to send.' }) },
    resolve: (_root, { input }, ctx) =>
      ctx.commands.call.send(ctx.actor(), {
        ...given(input),
        connectionId: rowId('Connection', input.connectionId),
        method: input.method,
        path: input.path,
        query: pairs(input.query),
        headers: pairs(input.headers),
      }),
  }),
}))
