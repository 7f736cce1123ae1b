/** What the hub itself did or met. */
export interface SystemFact {
  /** `noun.verb`, for example `hub.started`. */
  readonly kind: string
  readonly severity: 'INFO' | 'WARNING' | 'CRITICAL'
  /** In words, without anything of a vendor's answer or a person's data: it is shown to people. */
  readonly text: string
  readonly facts?: Readonly<Record<string, string | number | boolean | null>>
  /** Whose it is; absent for facts of the whole hub, which belong to its oldest organization. */
  readonly organizationId?: string
  /** Facts of one kind and key are told once in ten minutes; the next one says how often it happened meanwhile. */
  readonly repeats?: string
}

/** Writes system events beside the work. It never throws, never waits and never fails its caller. */
export interface SystemLog {
  note(fact: SystemFact): void
  /** A part of the hub met an error and goes on by itself. Errors of a lost database are told as one. */
  fault(part: string, error: unknown): void
  /** Resolves when everything noted so far is written, or could not be. */
  flush(): Promise<void>
  /** Writes what is left, as far as the database lets it within two seconds, and takes no more. */
  close(): Promise<void>
}
