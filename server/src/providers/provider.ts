import { resourceModels, type ResourceFacts, type ResourceName } from '@patchbay/schema/capabilities/resources.ts'
import type { ProviderEntry, TemplateSpec, WebhookFacts } from '@patchbay/schema/catalog.ts'
import type { CallErrorClass } from '@patchbay/schema/errors.ts'
import type { ResourceSpec } from './resource.ts'
import type { WebhookSpec } from './webhook.ts'

/** Opened secrets and plain settings of one connection, by field name. Lives only as long as one call. */
export type Fields = Readonly<Record<string, string>>

/** What a provider may know of the connection it works for. */
export interface ConnectionFacts {
  readonly id: string
  readonly environment: 'SANDBOX' | 'LIVE'
  /** Plain settings only. */
  readonly settings: Fields
  readonly baseUrl: string | null
}

/** A request to the vendor, before credentials. Exactly one of json, form, text or none is the body. */
export interface CallRequest {
  /** Name of one of the provider's hosts. Default "api". */
  readonly host?: string
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Path below the host's base, starting with "/". */
  readonly path: string
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>
  readonly headers?: Readonly<Record<string, string>>
  readonly json?: unknown
  /** A name with a list is sent once for each of its values. */
  readonly form?: Readonly<Record<string, string | readonly string[]>>
  readonly text?: string
  /** Makes a repeat safe where the provider has an idempotency header; also names the effect in the log. */
  readonly idempotencyKey?: string
  /** A POST that only reads (a GraphQL query, a search): repeating it is safe. Default false. */
  readonly safe?: boolean
}

/** A vendor's answer, read to its end (at most 5 MiB) and judged. */
export interface CallAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
  /** Parsed body; throws ProviderCallError MALFORMED_ANSWER when it is not JSON. */
  json<T = unknown>(): T
}

/** Everything a provider can do to the outside: a fetch bound to the connection, through the whole pipeline. */
export type Call = (request: CallRequest) => Promise<CallAnswer>

/** The request as it leaves, for `authorize` to add credentials to. */
export interface OutgoingRequest {
  readonly method: string
  readonly url: URL
  readonly headers: Record<string, string>
  /** Body text; `json` is its parsed form when the request was JSON, for vendors that want credentials inside. */
  readonly body: string | null
  readonly json: unknown
}

/** What the vendor's answer means when it is not a success. */
export interface Failure {
  readonly errorClass: CallErrorClass
  /** Vendor's words, never containing secrets. */
  readonly message: string
  readonly vendorCode?: string
  /** Overrides the usual retry decision (for example Stripe-Should-Retry). */
  readonly retry?: boolean
  readonly retryAfterMs?: number
  /** Form field to look at first. */
  readonly field?: string
}

/** OAuth facts of a vendor; the machinery is engine/oauth. */
export interface OAuthSpec {
  readonly grant: 'authorization_code' | 'client_credentials'
  /** Host name and path of the authorization page (code grant only). */
  readonly authorize?: {
    readonly host: string
    readonly path: string
    readonly params?: Readonly<Record<string, string>>
  }
  readonly token: { readonly host: string; readonly path: string }
  /** How client id and secret reach the token endpoint, and in which body format. */
  readonly clientAuth: 'basic' | 'form' | 'json'
  /** Names of the form fields that hold client id and secret. */
  readonly clientIdField: string
  readonly clientSecretField: string
  /** What the vendor calls the client id, on its page and in the body of token requests. Default `client_id` (TikTok: `client_key`). */
  readonly clientIdParam?: string
  readonly pkce: boolean
  readonly scopes: readonly string[]
  readonly scopeSeparator: ' ' | ','
  /** Extra token request parameters (Shopify: expiring=1). */
  readonly tokenParams?: Readonly<Record<string, string>>
  /** Does a refresh return a new refresh token that replaces the old one. */
  readonly refreshRotates: boolean
  /** Extra proof in the callback (Shopify's hmac). False refuses the callback. */
  readonly verifyCallback?: (query: URLSearchParams, fields: Fields) => boolean
  /** Is OAuth in play for these fields at all (Shopify also takes a pasted token). Default: always. */
  readonly applies?: (fields: Fields) => boolean
}

/** What a step of a test suite found beyond "the call worked". Throw ProviderCallError, or return what is missing. */
export interface StepOutcome {
  readonly ok: boolean
  /** One plain sentence. */
  readonly message: string
  readonly field?: string
  readonly grantedScopes?: readonly string[]
}

/** One step of a test: a named piece of real work against the vendor. */
export interface TestStepSpec {
  readonly suite: 'connection' | 'permissions' | 'webhook' | 'sample'
  readonly name: string
  readonly run: (call: Call, connection: ConnectionFacts) => Promise<StepOutcome>
}

/** An operation: pure, no I/O of its own. `Input` and `Output` come from the category's capability contract. */
export type Operation<Input = never, Output = unknown> = (
  call: Call,
  input: Input,
  connection: ConnectionFacts,
) => Promise<Output>

/** The form every provider takes. One file, one default-free named export. */
export interface Provider {
  readonly entry: ProviderEntry
  /** Base URLs by host name for a connection; "api" must exist. Values may hold a path prefix, no trailing slash. */
  readonly hosts: (connection: ConnectionFacts) => Readonly<Record<string, string>>
  /** Adds credentials. `accessToken` is set when OAuth is in play. Pure. */
  readonly authorize: (request: OutgoingRequest, fields: Fields, accessToken: string | null) => OutgoingRequest
  readonly oauth?: OAuthSpec
  /**
   * `authorize` needs the whole body, for credentials inside it or a signature over it: a proxied request is then read to
   * its end before it leaves. Default: true for the auth kind BODY.
   */
  readonly readsBody?: boolean
  /** Header that makes a repeated POST safe at the vendor. */
  readonly idempotencyHeader?: string
  /**
   * Operations with an effect that may be asked for again with the same key, because the vendor knows the key (in header or
   * body) or a repeat comes to the same (upserts). Default: all where there is an `idempotencyHeader`, else none.
   */
  readonly harmless?: readonly string[]
  /** Reads a failure out of an answer; also for vendors that answer 200 with an error inside. Null means success. Without it, the status decides. */
  readonly judge?: (answer: CallAnswer) => Failure | null
  /** Body or answer fields never to be logged, besides everything that looks like a secret (dotted paths, `*` any key). */
  readonly redact?: readonly string[]
  /** Cheapest authenticated request. Throws ProviderCallError when the vendor refuses. */
  readonly probe: (call: Call, connection: ConnectionFacts) => Promise<void>
  readonly tests: readonly TestStepSpec[]
  readonly operations: Readonly<Record<string, Operation<never>>>
  /** What is pulled from it. Absent when it keeps no such records, or tells none of them. */
  readonly resources?: Readonly<Partial<Record<ResourceName, ResourceSpec>>>
  /** Absent when the vendor sends none. */
  readonly webhooks?: WebhookSpec
}

/**
 * A provider as its file writes it: what the marketplace says of its webhooks and resources follows from `webhooks` and
 * `resources`, and templates are those of its own before those that every provider has.
 */
type ProviderDraft = Omit<Provider, 'entry'> & {
  readonly entry: Omit<ProviderEntry, 'webhooks' | 'templates' | 'resources'> & {
    readonly templates?: readonly TemplateSpec[]
  }
}

const usualTemplates: readonly TemplateSpec[] = [
  {
    key: 'sandbox',
    name: 'Try it out',
    description: 'The vendor’s test world, where nothing is real, looked at every quarter of an hour.',
    environment: 'SANDBOX',
    settings: {},
    probeIntervalSeconds: 900,
  },
  {
    key: 'live',
    name: 'Daily use',
    description: 'The real world, looked at every five minutes.',
    environment: 'LIVE',
    settings: {},
    probeIntervalSeconds: 300,
  },
  {
    key: 'critical',
    name: 'Business depends on it',
    description: 'The real world, looked at every minute, so that an outage is known before customers tell of it.',
    environment: 'LIVE',
    settings: {},
    probeIntervalSeconds: 60,
  },
]

function templatesOf({ entry }: ProviderDraft): readonly TemplateSpec[] {
  const own = entry.templates ?? []
  const plain = new Set(entry.fields.filter(({ kind }) => kind !== 'secret').map(({ name }) => name))
  for (const { key, settings, environment } of own) {
    const unknown = Object.keys(settings).find((name) => !plain.has(name))
    if (unknown !== undefined)
      throw new Error(`${entry.slug}: template ${key} sets ${unknown}, which is no plain field`)
    if (!entry.environments.includes(environment)) throw new Error(`${entry.slug}: template ${key} has no world`)
  }
  return [...own, ...usualTemplates.filter(({ environment }) => entry.environments.includes(environment))]
}

function webhookFacts({ entry, webhooks }: ProviderDraft): WebhookFacts | null {
  if (webhooks === undefined) return null
  const { registration, secret, setup } = webhooks
  const shown = secret.from === 'credential' ? entry.fields.find((field) => field.name === secret.field) : undefined
  const { label, help, hint } = secret.from === 'source' ? secret : (shown ?? {})
  return {
    secretFrom: ({ source: 'SOURCE', credential: 'CREDENTIAL', vendor: 'VENDOR', address: 'ADDRESS' } as const)[
      secret.from
    ],
    secretLabel: label ?? null,
    secretHelp: help ?? null,
    secretHint: hint ?? null,
    registers: registration !== undefined,
    expires: registration?.renewBeforeSeconds !== undefined,
    setup,
  }
}

function resourceFacts({ entry, resources = {} }: ProviderDraft): readonly ResourceFacts[] {
  return Object.entries(resources).map(([key, { incremental, deletions }]) => {
    const name = key as ResourceName
    if (resourceModels[entry.category][name] === undefined)
      throw new Error(`${entry.slug}: ${entry.category} has no model of ${name}`)
    return { name, incremental, deletions }
  })
}

/** Declares a provider; checks at definition time what the type cannot say. */
export function defineProvider<P extends ProviderDraft>(provider: P): NoInfer<P> & Pick<Provider, 'entry'> {
  const { slug, fields } = provider.entry
  const names = new Set(fields.map((field) => field.name))
  if (names.size !== fields.length) throw new Error(`${slug}: two fields share a name`)
  const secret = provider.webhooks?.secret
  const needed = [provider.oauth?.clientIdField, provider.oauth?.clientSecretField]
  for (const name of [...needed, secret?.from === 'credential' ? secret.field : undefined])
    if (name !== undefined && !names.has(name)) throw new Error(`${slug}: no field ${name}`)
  const entry = {
    ...provider.entry,
    resources: resourceFacts(provider),
    webhooks: webhookFacts(provider),
    templates: templatesOf(provider),
  }
  return { ...provider, entry }
}
