import { builder } from './builder.ts'
import { capabilities } from './capabilities/index.ts'
import type { OperationContract } from './capabilities/contract.ts'
import type { FieldSpec, LimitSpec, PermissionSpec, ProviderEntry, TemplateSpec } from './catalog.ts'
import { FieldValue } from './connection-parts.ts'
import { AuthKindEnum, CategoryEnum, EnvironmentEnum } from './enums.ts'
import { defineNode, globalId, providerSlug } from './node.ts'
import { pageCost, pageType, readPage, type Order } from './page.ts'
import { isFound, searchTextOf } from './provider-search.ts'
import { ProviderResource } from './provider-resources.ts'
import { ProviderPattern, ProviderWebhooks } from './provider-webhooks.ts'

// ── type ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

const FieldKindEnum = builder.enumType('FieldKind', {
  description: 'How a field of a connection form is entered.',
  values: {
    TEXT: { value: 'text', description: 'One line of text.' },
    SECRET: { value: 'secret', description: 'Stored sealed, never shown again.' },
    EMAIL: { value: 'email', description: 'An e-mail address.' },
    URL: { value: 'url', description: 'A web address.' },
    NUMBER: { value: 'number', description: 'A number.' },
    SELECT: { value: 'select', description: 'One of the options.' },
  } as const,
})

const FieldOption = builder
  .objectRef<{ readonly value: string; readonly label: string }>('ProviderFieldOption')
  .implement({
    description: 'A choice of a select field.',
    fields: (t) => ({
      value: t.exposeString('value', { description: 'What is sent.' }),
      label: t.exposeString('label', { description: 'What people read.' }),
    }),
  })

const Field = builder.objectRef<FieldSpec>('ProviderField').implement({
  description: 'One field of a provider’s connection form.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'Name to send the value under.' }),
    label: t.exposeString('label', { description: 'Name for people.' }),
    help: t.exposeString('help', { nullable: true, description: 'Where to find the value.' }),
    kind: t.expose('kind', { type: FieldKindEnum, description: 'How it is entered.' }),
    options: t.field({
      type: [FieldOption],
      description: 'Choices of a select field; else empty.',
      resolve: (field) => [...(field.options ?? [])],
    }),
    required: t.exposeBoolean('required', { description: 'A connection does not work without it.' }),
    placeholder: t.exposeString('placeholder', { nullable: true, description: 'Example of a value.' }),
    default: t.exposeString('default', { nullable: true, description: 'Value when none is given.' }),
    hint: t.field({
      type: ProviderPattern,
      nullable: true,
      description: 'Usual shape: a mismatch is worth a warning and does not block.',
      resolve: (field) => field.hint,
    }),
    rule: t.field({
      type: ProviderPattern,
      nullable: true,
      description: 'Shape a value must have.',
      resolve: (field) => field.rule,
    }),
  }),
})

const Permission = builder.objectRef<PermissionSpec>('ProviderPermission').implement({
  description: 'A scope or right at the vendor, and why the hub needs it.',
  fields: (t) => ({
    name: t.exposeString('name', { description: 'The vendor’s name for it.' }),
    why: t.exposeString('why', { description: 'What it is needed for.' }),
    required: t.exposeBoolean('required', { description: 'Nothing works without it.' }),
  }),
})

const Limit = builder.objectRef<LimitSpec>('ProviderLimit').implement({
  description: 'A documented limit of the vendor.',
  fields: (t) => ({
    requests: t.exposeInt('requests', { description: 'Requests allowed per window.' }),
    windowSeconds: t.exposeInt('windowSeconds', { description: 'Length of the window.' }),
    scope: t.exposeString('scope', { description: 'What is counted together, for example `account`.' }),
    enforced: t.boolean({
      description: 'The hub keeps to it by itself; false where it counts something else than requests, or only some.',
      resolve: ({ enforced }) => enforced ?? true,
    }),
    environment: t.field({
      type: EnvironmentEnum,
      nullable: true,
      description: 'World it holds in; null for both.',
      resolve: ({ environment }) => environment ?? null,
    }),
  }),
})

const GuideStep = builder.objectRef<ProviderEntry['setupGuide'][number]>('ProviderGuideStep').implement({
  description: 'One step of setting up an account at the vendor.',
  fields: (t) => ({
    title: t.exposeString('title', { description: 'What to do.' }),
    text: t.exposeString('text', { description: 'How to do it.' }),
    url: t.exposeString('url', { nullable: true, description: 'The vendor’s page for it.' }),
  }),
})

const Logo = builder.objectRef<ProviderEntry['logo']>('ProviderLogo').implement({
  description: 'A one-colour SVG mark.',
  fields: (t) => ({
    path: t.exposeString('path', { description: 'Path data.' }),
    viewBox: t.exposeString('viewBox', { description: 'View box of the path.' }),
    color: t.exposeString('color', { description: 'Brand colour as #rrggbb.' }),
  }),
})

interface CategoryOperation {
  readonly entry: ProviderEntry
  readonly name: string
  readonly contract: OperationContract
}

const Operation = builder.objectRef<CategoryOperation>('ProviderOperation').implement({
  description: 'A typed operation of a provider’s category.',
  fields: (t) => ({
    name: t.exposeString('name', { description: '`noun.verb`, as logs and scopes call it.' }),
    field: t.string({ description: 'Its field in this schema.', resolve: ({ contract }) => contract.field }),
    hasEffect: t.boolean({
      description: 'It changes something outside, and takes an idempotency key.',
      resolve: ({ contract }) => contract.kind === 'mutation',
    }),
    description: t.string({ description: 'What it does.', resolve: ({ contract }) => contract.description }),
    available: t.boolean({
      description: 'The provider has it.',
      resolve: ({ entry, name }) => entry.capabilities.includes(name),
    }),
    others: t.field({
      type: ['Provider'],
      description: 'Other providers of the category that have it.',
      resolve: ({ entry, name }, _args, { catalog }) =>
        catalog
          .list()
          .filter((one) => one.category === entry.category && one !== entry && one.capabilities.includes(name)),
    }),
  }),
})

const Template = builder.objectRef<TemplateSpec>('ProviderTemplate').implement({
  description: 'A common configuration, which a new connection may begin with.',
  fields: (t) => ({
    key: t.exposeString('key', { description: 'What `createConnection` takes as `template`.' }),
    name: t.exposeString('name', { description: 'Its name.' }),
    description: t.exposeString('description', { description: 'For whom it is.' }),
    environment: t.expose('environment', { type: EnvironmentEnum, description: 'World it is for.' }),
    probeIntervalSeconds: t.exposeInt('probeIntervalSeconds', { description: 'Time between probes.' }),
    settings: t.field({
      type: [FieldValue],
      description: 'Values of plain fields.',
      resolve: ({ settings }) => Object.entries(settings).map(([name, value]) => ({ name, value })),
    }),
  }),
})

builder.objectType('Provider', {
  description:
    'An outside system the hub can connect to. The same for every organization; holds no secrets. Its texts are in English or Arabic, as the request’s `Accept-Language` asks.',
  interfaces: ['Node'],
  fields: (t) => ({
    id: t.id({ description: 'Global id.', resolve: (entry) => globalId('Provider', entry.slug) }),
    slug: t.exposeString('slug', {
      description: 'Stable short name, for example `stripe`. Accepted wherever a provider id is.',
    }),
    name: t.exposeString('name', { description: 'The vendor’s name.' }),
    category: t.expose('category', { type: CategoryEnum, description: 'What it is for.' }),
    summary: t.exposeString('summary', { description: 'One sentence.' }),
    searchText: t.string({
      description: 'What it is found by: name, operations, and its summary in every language.',
      resolve: (entry, _args, { catalog }) => searchTextOf(catalog, entry),
    }),
    description: t.exposeString('description', { description: 'One paragraph.' }),
    authKind: t.expose('authKind', { type: AuthKindEnum, description: 'How it recognises its customer.' }),
    regions: t.field({ type: ['String'], description: 'Where it works.', resolve: (entry) => [...entry.regions] }),
    environments: t.field({
      type: [EnvironmentEnum],
      description: 'Worlds it offers.',
      resolve: (entry) => [...entry.environments],
    }),
    capabilities: t.field({
      type: ['String'],
      description: 'Typed operations the hub has for it, `noun.verb`.',
      resolve: (entry) => [...entry.capabilities],
    }),
    operations: t.field({
      type: [Operation],
      description: 'Every typed operation of its category, and whether it has it.',
      resolve: (entry) =>
        Object.entries(capabilities[entry.category]).map(([name, contract]) => ({ entry, name, contract })),
    }),
    resources: t.field({
      type: [ProviderResource],
      description: 'What can be pulled from it and kept up to date.',
      resolve: (entry) => [...entry.resources],
    }),
    templates: t.field({
      type: [Template],
      description: 'Common configurations, its own before those that suit everybody.',
      resolve: (entry) => [...entry.templates],
    }),
    fields: t.field({ type: [Field], description: 'Its connection form.', resolve: (entry) => [...entry.fields] }),
    permissions: t.field({
      type: [Permission],
      description: 'Rights the hub asks for, and why.',
      resolve: (entry) => [...entry.permissions],
    }),
    limits: t.field({ type: [Limit], description: 'Documented limits.', resolve: (entry) => [...entry.limits] }),
    webhookEvents: t.field({
      type: ['String'],
      description: 'Event types it sends.',
      resolve: (entry) => [...entry.webhookEvents],
    }),
    webhooks: t.field({
      type: ProviderWebhooks,
      nullable: true,
      description: 'What there is to know of its webhooks; null when it sends none.',
      resolve: (entry) => entry.webhooks,
    }),
    setupGuide: t.field({
      type: [GuideStep],
      description: 'How to set up an account there.',
      resolve: (entry) => [...entry.setupGuide],
    }),
    pricingNotes: t.exposeString('pricingNotes', { description: 'What its use costs, in words.' }),
    docsUrl: t.exposeString('docsUrl', { description: 'The vendor’s API documentation.' }),
    statusUrl: t.exposeString('statusUrl', { nullable: true, description: 'The vendor’s status page.' }),
    verified: t.exposeBoolean('verified', { description: 'Contract-tested against the vendor’s own description.' }),
    logo: t.expose('logo', { type: Logo, description: 'Its mark.' }),
    baseUrlOverride: t.exposeBoolean('baseUrlOverride', {
      description: 'A connection may name its own API host (self-hosted vendors).',
    }),
    lab: t.exposeBoolean('lab', { description: 'The provider lab can simulate it.' }),
    callbackUrl: t.string({
      nullable: true,
      description: 'Redirect address to register at the vendor; null when it does not use OAuth authorization codes.',
      resolve: (entry, _args, { hub }) => (entry.authKind === 'OAUTH2_CODE' ? `${hub.publicUrl}/oauth/callback` : null),
    }),
    popularity: t.int({
      description: 'How many organizations of this hub use it. May be a minute old.',
      resolve: async (entry, _args, { readers }) => (await readers.popularity()).get(entry.slug) ?? 0,
    }),
    connectionCount: t.int({
      nullable: true,
      description: 'Connections this organization has to it; null without `connection:read`.',
      authScopes: { may: 'connection:read' },
      unauthorizedResolver: () => null,
      resolve: (entry, _args, { loaders }) => loaders.connectionCount.load(entry.slug),
    }),
  }),
})

const ProviderPage = pageType('Provider', 'Provider', 'providers')

defineNode('Provider', { scope: 'provider:read', load: async ({ catalog }, slug) => catalog.get(slug) ?? null })

// ── inputs ────────────────────────────────────────────────────────────────────────────────────────────────────────────

const ProviderFilter = builder.inputType('ProviderFilter', {
  description: 'Which providers to list. Everything given must hold; within a list any may.',
  fields: (t) => ({
    category: t.field({ type: [CategoryEnum], description: 'What they are for.' }),
    authKind: t.field({ type: [AuthKindEnum], description: 'How they recognise their customer.' }),
    capability: t.stringList({ description: 'Have all of these operations.' }),
    environment: t.field({ type: EnvironmentEnum, description: 'Offer this world.' }),
    verified: t.boolean({ description: 'Are, or are not, contract-tested.' }),
  }),
})

// ── queries ───────────────────────────────────────────────────────────────────────────────────────────────────────────

const bySlug: Order<ProviderEntry, readonly [string]> = {
  keys: (entry) => [entry.slug],
  valid: (keys) => keys.length === 1 && /^[a-z0-9-]+$/.test(String(keys[0])),
}

function matches(entry: ProviderEntry, filter: typeof ProviderFilter.$inferInput): boolean {
  const { category, authKind, capability, environment, verified } = filter
  return (
    (category == null || category.includes(entry.category)) &&
    (authKind == null || authKind.includes(entry.authKind)) &&
    (capability == null || capability.every((name) => entry.capabilities.includes(name))) &&
    (environment == null || entry.environments.includes(environment)) &&
    (verified == null || entry.verified === verified)
  )
}

builder.queryFields((t) => ({
  providers: t.connection(
    {
      type: 'Provider',
      nullable: true,
      description: 'The marketplace, by name.',
      authScopes: { may: 'provider:read' },
      complexity: pageCost,
      args: {
        filter: t.arg({ type: ProviderFilter, description: 'Which to list. Default all.' }),
        search: t.arg.string({
          description: 'Words that all occur in name, summary or operations, in whichever language. Default none.',
        }),
      },
      resolve: (_root, args, { catalog }) =>
        readPage(args, bySlug, async ({ after, before, limit, inverted }) => {
          const words = args.search?.trim() ?? ''
          const found = catalog
            .list()
            .filter((entry) => matches(entry, args.filter ?? {}))
            .filter((entry) => words === '' || isFound(searchTextOf(catalog, entry), words))
            .toSorted((a, b) => a.name.localeCompare(b.name, 'en'))
          const position = (slug: string | undefined, fallback: number): number => {
            const at = found.findIndex((entry) => entry.slug === slug)
            return at < 0 ? fallback : at
          }
          const rows = found.slice(position(after?.[0], -1) + 1, position(before?.[0], found.length))
          return (inverted ? rows.toReversed() : rows).slice(0, limit)
        }),
    },
    ProviderPage,
  ),
  provider: t.field({
    type: 'Provider',
    nullable: true,
    description: 'One provider.',
    authScopes: { may: 'provider:read' },
    args: { id: t.arg.id({ required: true, description: 'Global id or slug.' }) },
    resolve: (_root, { id }, ctx) => ctx.catalog.get(providerSlug(ctx, id) ?? ''),
  }),
}))
