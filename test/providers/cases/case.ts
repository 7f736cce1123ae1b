import type { ResourceName } from '@patchbay/schema/capabilities/resources.ts'
import type { LabCredentials } from '@patchbay/server/lab/credentials.ts'
import type { PulledRecord } from '@patchbay/server/providers/resource.ts'

/** What earlier operations of the same run brought, by operation. */
export type Made = Readonly<Record<string, Readonly<Record<string, unknown>>>>

/** What is done at the vendor so that the next pull of a resource tells of it. */
export interface Move {
  readonly operation: string
  /** Laid over the input that `inputs` has for the operation, made of what the pull before brought. */
  readonly input?: (records: readonly PulledRecord[]) => object
  /** `externalId` of the record that is to come. Default: the id that the operation answers. */
  readonly id?: (records: readonly PulledRecord[], answer: { readonly id: string }) => string
  /** The record is to come as one that is gone. */
  readonly deletes?: true
}

/** What the table-driven tests need to know of one provider besides its own declaration. */
export interface ProviderCase extends LabCredentials {
  /** Fields the vendor refuses; null where a person signs in at the vendor and there is nothing to mistype. */
  readonly wrong: Readonly<Record<string, string>> | null
  /**
   * Input of every operation, each carried out against the twin in the order of this table; a function makes it of what
   * the operations before brought.
   */
  readonly inputs: Readonly<Record<string, object | ((made: Made) => object)>>
  /**
   * For every resource that the vendor narrows to what happened: what is done so that something does, or why the hub cannot
   * do it.
   */
  readonly moves?: Readonly<Partial<Record<ResourceName, Move | string>>>
  /** Why nothing is pulled from the vendor, where nothing is. */
  readonly pullsNothing?: string
  /** Operations the vendor answers with nothing but a status. */
  readonly silent?: readonly string[]
  /** Refusals that are an answer to an operation, by their status: what is to be deleted is gone, an address is none. */
  readonly understood?: Readonly<Record<string, readonly number[]>>
  /** How the vendor keeps the addresses it tells, where that is not one registration for all events, listed. */
  readonly registration?: {
    /** Every event is registered by itself. */
    readonly perType?: true
    /** The vendor keeps one address and no other. */
    readonly alone?: true
    /** The vendor lists nothing, so what a kill left behind stays until it ends by itself. */
    readonly unlisted?: true
  }
  /** It has no file in server/src/providers/arabic: Arabic pages show its texts in English. */
  readonly englishOnly?: true
  /** The vendor's own descriptions of its API, where there are any. */
  readonly descriptions?: {
    /** Folder and files among the descriptions, OpenAPI or Swagger in JSON or YAML. */
    readonly folder: string
    readonly files: readonly string[]
    /** Exchanges (`METHOD /path status`) the vendor documents in prose only. */
    readonly proseOnly?: readonly string[]
    /** Faults found where the description is behind its vendor. */
    readonly outdated?: RegExp
  }
}
