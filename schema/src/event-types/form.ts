import { z } from 'zod'
import type { Category } from '../catalog.ts'

/** A type of the hub's own events: what it means and what its `data` looks like. */
export interface EventType {
  /** `noun.verb`, lower case: "payment.succeeded". */
  readonly name: string
  /** Raised when `data` changes in a way that a consumer could trip over. */
  readonly version: number
  /** Null for events of the hub itself. */
  readonly category: Category | null
  /** One sentence: when it happens. */
  readonly summary: string
  /** Shape of `data`; its JSON Schema is published. Unknown members are dropped. */
  readonly data: z.ZodType
  /** Example of `data`, valid by the schema: shown in the documentation and sent by a test. */
  readonly example: Readonly<Record<string, unknown>>
}

/** Declares types of one category. A new type has version 1; whoever changes `data` later writes the version out. */
export const definerOf =
  (category: Category | null) =>
  (
    name: string,
    summary: string,
    data: z.ZodType,
    example: Readonly<Record<string, unknown>>,
    version = 1,
  ): EventType => ({ name, version, category, summary, data, example })

/** Text that not every vendor sends, described for the published schema. */
export const text = (description: string) => z.string().nullable().describe(description)

/** A pattern of an endpoint: a type's name, a noun with `.*`, or `*`. */
export const patternRule = /^(\*|[a-z][a-z_]*(\.[a-z][a-z_]*)*(\.\*)?)$/

/** Does a type fit an endpoint's pattern. */
export function fits(pattern: string, type: string): boolean {
  if (pattern === '*') return true
  return pattern.endsWith('.*') ? type.startsWith(pattern.slice(0, -1)) : pattern === type
}

/** What every consumer of an event receives by default. */
export interface Envelope {
  readonly id: string
  readonly type: string
  /** Version of the type. */
  readonly version: number
  /** ISO 8601. The Standard Webhooks name for it is `timestamp`; both are sent. */
  readonly occurredAt: string
  readonly timestamp: string
  readonly organization: { readonly id: string }
  /** Null for events of the hub itself. */
  readonly connection: { readonly id: string } | null
  readonly provider: string | null
  readonly data: unknown
  readonly source: EventSource
  readonly test: boolean
}

/** Where an event comes from. */
export interface EventSource {
  readonly kind: 'WEBHOOK' | 'HUB' | 'TEST'
  readonly vendorType: string | null
  readonly vendorEventId: string | null
  readonly inboundEventId: string | null
}
