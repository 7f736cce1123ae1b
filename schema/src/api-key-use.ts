import type { ApiKeyAddressModel } from '@patchbay/prisma/generated/models.ts'
import { builder } from './builder.ts'
import { keySpans } from './load/api-key-figures.ts'
import { addressPage, refusalPage } from './load/api-keys.ts'
import { reachOf } from './load/reach.ts'
import type { ApiKeyBar, ApiKeyFigures } from './loaders.ts'
import { readGlobalId } from './node.ts'
import { pageCost, pageType } from './page.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const Bar = builder.objectRef<ApiKeyBar>('ApiKeyBar').implement({
  description: 'Use of a key within one bar of its sparkline.',
  fields: (t) => ({
    at: t.expose('at', { type: 'DateTime', description: 'Its beginning.' }),
    requests: t.exposeInt('requests', { description: 'Requests the hub answered.' }),
    refused: t.exposeInt('refused', { description: 'Attempts with this key that were turned away.' }),
    calls: t.exposeInt('calls', { description: 'Calls to providers made with it.' }),
    errors: t.exposeInt('errors', { description: 'Those that failed.' }),
  }),
})

const KeySpanEnum = builder.enumType('ApiKeySpan', {
  description: 'Span of a key’s sparkline.',
  values: {
    DAY: { description: `The last ${keySpans.DAY.bars} hours, hour by hour.` },
    MONTH: { description: `The last ${keySpans.MONTH.bars} days of the organization, day by day.` },
  },
})

const Usage = builder.objectRef<ApiKeyFigures>('ApiKeyUsage').implement({
  description: 'How much a key is used. Today begins at the organization’s midnight. Counts arrive within seconds.',
  fields: (t) => ({
    requestsToday: t.exposeInt('requestsToday', { description: 'Requests the hub answered today.' }),
    refusedToday: t.exposeInt('refusedToday', { description: 'Attempts with this key turned away today.' }),
    callsToday: t.exposeInt('callsToday', { description: 'Calls to providers made with it today.' }),
    errorsToday: t.exposeInt('errorsToday', { description: 'Those that failed.' }),
    barSeconds: t.exposeInt('barSeconds', { description: 'Width of a bar.' }),
    bars: t.field({
      type: [Bar],
      description: 'Oldest first, without gaps.',
      complexity: { field: 1, multiplier: 2 },
      resolve: (row) => [...row.bars],
    }),
  }),
})

const Address = builder.objectRef<ApiKeyAddressModel>('ApiKeyAddress').implement({
  description: 'An address a key was used from. The latest thousand of each key are kept.',
  fields: (t) => ({
    ipAddress: t.exposeString('ipAddress', { description: 'The address.' }),
    network: t.exposeString('network', { description: 'The /24 (IPv4) or /48 (IPv6) it lies in.' }),
    country: t.exposeString('country', {
      nullable: true,
      description: 'ISO 3166-1 alpha-2; null when unknown or private.',
    }),
    requests: t.field({
      type: 'BigInt',
      description: 'Requests from there.',
      resolve: (row) => BigInt(row.requests),
    }),
    firstAt: t.expose('firstAt', { type: 'DateTime', description: 'When it was first used from there.' }),
    lastAt: t.expose('lastAt', { type: 'DateTime', description: 'When it was last used from there.' }),
  }),
})

const RefusalReasonEnum = builder.enumType('KeyRefusalReason', {
  description: 'Why an attempt with an API key was turned away. Whoever attempts is not told.',
  values: {
    UNKNOWN: { description: 'There is no such key.' },
    REVOKED: { description: 'It was revoked.' },
    EXPIRED: { description: 'It has ended.' },
    NETWORK: { description: 'It may not be used from this address.' },
    RATE: { description: 'It asked more often than it may, or its address failed too often.' },
    SCOPE: { description: 'It is good and may not do what it asked for.' },
  },
})

builder.objectType('FailedAuthentication', {
  description: 'Refused attempts of one hour, from one address, for one reason.',
  fields: (t) => ({
    uuid: t.exposeString('id', { description: 'Its id.' }),
    hour: t.expose('hour', { type: 'DateTime', description: 'Beginning of the hour.' }),
    ipAddress: t.exposeString('ipAddress', { description: 'Where they came from.' }),
    country: t.exposeString('country', {
      nullable: true,
      description: 'ISO 3166-1 alpha-2; null when unknown or private.',
    }),
    prefix: t.exposeString('prefix', {
      description: 'First characters of what was shown; `…` for many different ones.',
    }),
    reason: t.field({
      type: RefusalReasonEnum,
      description: 'Why they were refused.',
      resolve: (row) => row.reason as 'UNKNOWN',
    }),
    attempts: t.exposeInt('attempts', { description: 'How many.' }),
    firstAt: t.expose('firstAt', { type: 'DateTime', description: 'The first of them.' }),
    lastAt: t.expose('lastAt', { type: 'DateTime', description: 'The latest of them.' }),
    apiKey: t.field({
      type: 'ApiKey',
      nullable: true,
      description: 'The key, where what was shown begins like one.',
      resolve: ({ apiKeyId }, _args, { loaders }) => (apiKeyId === null ? null : loaders.apiKey.load(apiKeyId)),
    }),
  }),
})

const AddressPage = pageType('ApiKeyAddress', Address, 'addresses')
const RefusalPage = pageType('FailedAuthentication', 'FailedAuthentication', 'refused attempts')

builder.objectFields('ApiKey', (t) => ({
  usage: t.field({
    type: Usage,
    description: 'How much it is used.',
    complexity: 5,
    args: { span: t.arg({ type: KeySpanEnum, defaultValue: 'DAY', required: true, description: 'Of the bars.' }) },
    resolve: (row, { span }, { loaders }) => loaders.apiKeyFigures.load(`${row.id}:${span}`),
  }),
  addresses: t.connection(
    {
      type: Address,
      description: 'Where it was used from, latest first.',
      complexity: pageCost,
      resolve: (row, args, ctx) => addressPage(reachOf(ctx), args, row.id),
    },
    AddressPage,
  ),
  refusals: t.connection(
    {
      type: 'FailedAuthentication',
      description: 'Attempts with it that were turned away, latest hour first.',
      complexity: pageCost,
      resolve: (row, args, ctx) => refusalPage(reachOf(ctx), args, { apiKeyId: row.id }),
    },
    RefusalPage,
  ),
}))

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const FailedAuthenticationFilterInput = builder.inputType('FailedAuthenticationFilter', {
  description: 'Which refused attempts to list. Everything given must hold; within a list any may.',
  fields: (t) => ({
    reason: t.field({ type: [RefusalReasonEnum], description: 'Were refused for one of these reasons.' }),
    apiKey: t.id({ description: 'Were attempts with this key.' }),
    since: t.field({ type: 'DateTime', description: 'Went on at this instant or later.' }),
    until: t.field({ type: 'DateTime', description: 'Began before this instant.' }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

builder.queryField('failedAuthentications', (t) =>
  t.connection(
    {
      type: 'FailedAuthentication',
      nullable: true,
      description:
        'Attempts with API keys that were turned away, by hour, address and reason, latest hour first. Those with keys nobody has are shown in the hub’s oldest organization.',
      authScopes: { may: 'key:read' },
      complexity: pageCost,
      args: { filter: t.arg({ type: FailedAuthenticationFilterInput, description: 'Which to list. Default all.' }) },
      resolve: (_root, args, ctx) => {
        const { apiKey, ...filter } = args.filter ?? {}
        // No key has the id that stands for one that cannot be read: the page is empty.
        const apiKeyId = apiKey == null ? null : (readGlobalId('ApiKey', apiKey) ?? nobody)
        return refusalPage(reachOf(ctx), args, { ...filter, apiKeyId })
      },
    },
    RefusalPage,
  ),
)

const nobody = '00000000-0000-0000-0000-000000000000'
