/** A message as a vendor documents it, and what the hub makes of it. */
export interface Sample {
  /** Vendor's type. */
  readonly type: string
  readonly headers?: Readonly<Record<string, string>>
  /** Undefined: the vendor sends no body. */
  readonly body: unknown
  /**
   * How the body is written: JSON; a form, of the object's texts; or as it stands (XML, say), a text. Default: `json`.
   */
  readonly as?: 'json' | 'form' | 'text'
  /** Parameters of the address it arrived at. */
  readonly query?: Readonly<Record<string, string>>
  /** Types of the hub's events, in order, with what is worth a look in each one's `data`. */
  readonly events: readonly { readonly type: string; readonly data?: Readonly<Record<string, unknown>> }[]
  /** Vendor's id of the event, as the hub should read it; undefined where it is computed. */
  readonly id?: string | null
  readonly occurredAt?: string | null
}

/** Stands where vendors send what gives rights; no event may hold it. */
export const canary = 'canary_kept_out_of_events'
