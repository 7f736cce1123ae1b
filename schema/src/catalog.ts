import type { ResourceFacts } from './capabilities/resources.ts'

export const categories = [
  'PAYMENT',
  'FULFILLMENT',
  'SHIPPING',
  'ECOMMERCE',
  'ACCOUNTING',
  'EMAIL',
  'MARKETING',
  'CRM',
  'ANALYTICS',
  'SOCIAL',
  'MESSAGING',
  'CALENDAR',
] as const
export type Category = (typeof categories)[number]

export const authKinds = ['API_KEY', 'BASIC', 'BODY', 'OAUTH2_CODE', 'OAUTH2_CLIENT', 'NONE'] as const
export type AuthKind = (typeof authKinds)[number]

/** One field of a provider's connection form. */
export interface FieldSpec {
  readonly name: string
  readonly label: string
  /** Where a person finds the value, in one sentence. */
  readonly help?: string
  readonly kind: 'text' | 'secret' | 'email' | 'url' | 'number' | 'select'
  readonly options?: readonly { readonly value: string; readonly label: string }[]
  readonly required: boolean
  readonly placeholder?: string
  readonly default?: string
  /** Shape vendors' values usually have. A mismatch warns and never blocks: vendors change key shapes. */
  readonly hint?: { readonly pattern: string; readonly message: string }
  /** Rule that must hold (for example a host name that is put into a URL). */
  readonly rule?: { readonly pattern: string; readonly message: string }
}

/** A documented limit of the vendor. */
export interface LimitSpec {
  readonly requests: number
  readonly windowSeconds: number
  readonly scope: string
  /**
   * The hub keeps to it for every call of a connection. Default true; false where the vendor counts something else
   * (points of cost) or only some of the requests.
   */
  readonly enforced?: boolean
  /** Holds in this world only. Default both. */
  readonly environment?: 'SANDBOX' | 'LIVE'
}

/** A scope or permission and why the hub needs it. */
export interface PermissionSpec {
  readonly name: string
  readonly why: string
  readonly required: boolean
}

/** A common configuration, which a new connection may begin with. */
export interface TemplateSpec {
  /** Unique within the provider; letters, digits and dashes. */
  readonly key: string
  readonly name: string
  /** For whom it is, in one sentence. */
  readonly description: string
  readonly environment: 'SANDBOX' | 'LIVE'
  /** Values of plain fields. */
  readonly settings: Readonly<Record<string, string>>
  /** Seconds, 30 to 86,400. */
  readonly probeIntervalSeconds: number
}

/** What a person needs to know of a provider's webhooks. */
export interface WebhookFacts {
  /**
   * Where what verifies a webhook comes from. SOURCE: pasted at the source, or brought by the registration. CREDENTIAL: a
   * field of the connection. VENDOR: published by the vendor, nothing to know. ADDRESS: the vendor signs nothing, so the
   * unguessable address is the only proof.
   */
  readonly secretFrom: 'SOURCE' | 'CREDENTIAL' | 'VENDOR' | 'ADDRESS'
  /** What the vendor calls it and where a person finds it; null where there is nothing to know. */
  readonly secretLabel: string | null
  readonly secretHelp: string | null
  /** Shape it usually has. A mismatch warns and never blocks. */
  readonly secretHint: { readonly pattern: string; readonly message: string } | null
  /** Can the hub register the address through the vendor's API. */
  readonly registers: boolean
  /** Does the vendor forget a registration, so that the hub renews it. */
  readonly expires: boolean
  /** How a person does it in the vendor's dashboard, step by step. */
  readonly setup: readonly string[]
}

/** What the marketplace knows of a provider; pure data, no secrets, the same for every organization. */
export interface ProviderEntry {
  readonly slug: string
  readonly name: string
  readonly category: Category
  /** One sentence for cards, then a paragraph for the page. */
  readonly summary: string
  readonly description: string
  readonly authKind: AuthKind
  readonly regions: readonly string[]
  readonly environments: readonly ('SANDBOX' | 'LIVE')[]
  /** Names of the typed operations, `noun.verb`. */
  readonly capabilities: readonly string[]
  /** What can be pulled from it. */
  readonly resources: readonly ResourceFacts[]
  readonly fields: readonly FieldSpec[]
  readonly permissions: readonly PermissionSpec[]
  readonly limits: readonly LimitSpec[]
  /** Event types the vendor sends. */
  readonly webhookEvents: readonly string[]
  /** Null when the vendor sends no webhooks. */
  readonly webhooks: WebhookFacts | null
  /** Common configurations, its own before those that suit everybody. */
  readonly templates: readonly TemplateSpec[]
  readonly setupGuide: readonly { readonly title: string; readonly text: string; readonly url?: string }[]
  readonly pricingNotes: string
  readonly docsUrl: string
  readonly statusUrl?: string
  /** Contract-tested against the vendor's own description. */
  readonly verified: boolean
  readonly logo: { readonly path: string; readonly viewBox: string; readonly color: string }
  /** May the API host be overridden (self-hosted vendors). */
  readonly baseUrlOverride: boolean
  /** A lab twin exists, so connections may be simulated. */
  readonly lab: boolean
}

/** Languages that providers' texts are written in; the first is what is spoken where nothing else is wanted. */
export const languages = ['en', 'ar'] as const
export type Language = (typeof languages)[number]

/** Texts of one field of a connection form. */
export interface FieldWords {
  readonly label: string
  readonly help?: string
  /** What is said when a value does not have its usual shape. */
  readonly hint?: string
  /** What is said when a value breaks the rule. */
  readonly rule?: string
  /** Labels of a select field's choices, by value. */
  readonly options?: Readonly<Record<string, string>>
}

/**
 * The texts of a ProviderEntry in another language. Whatever the entry says must be there, and nothing else; a text that is
 * missing all the same is said in English. Names, examples and patterns are the vendor's and the same in every language.
 */
export interface ProviderWords {
  readonly summary: string
  readonly description: string
  readonly pricingNotes: string
  /** By the field's name. */
  readonly fields: Readonly<Record<string, FieldWords>>
  /** Why a permission is needed, by its name. */
  readonly permissions: Readonly<Record<string, string>>
  /** What is counted together (`scope` of each limit), in the entry's order; absent when it documents none. */
  readonly limits?: readonly string[]
  /** By key; only the provider's own, not those that every provider has. */
  readonly templates: Readonly<Record<string, { readonly name: string; readonly description: string }>>
  /** As many steps as the entry has, in its order. */
  readonly setupGuide: readonly { readonly title: string; readonly text: string }[]
  /**
   * Absent when the vendor sends no webhooks. `setup` has as many steps as the entry, in its order. The secret's words only
   * where it is the source's: a field's are said by the field.
   */
  readonly webhooks?: {
    readonly secretLabel?: string
    readonly secretHelp?: string
    readonly secretHint?: string
    readonly setup: readonly string[]
  }
}

/** The marketplace. */
export interface Catalog {
  readonly list: () => readonly ProviderEntry[]
  readonly get: (slug: string) => ProviderEntry | undefined
  /** The same marketplace with its texts in a language; English where a provider has no words of it. */
  readonly in: (language: Language) => Catalog
}
