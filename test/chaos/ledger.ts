/** Which of a vendor's keys a connection holds: one that works, one without a permission, or one nobody ever issued. */
export type KeyKind = 'good' | 'restricted' | 'made up'

/** A connection as its writer knows it from answers alone. */
export interface Known {
  /** Global id. */
  readonly id: string
  readonly uuid: string
  readonly provider: string
  readonly name: string
  readonly probeIntervalSeconds: number
  readonly paused: boolean
  readonly keyKind: KeyKind
  readonly secrets: Readonly<Record<string, string>>
}

/** How many audit entries of an action there may be on a subject. */
interface Span {
  least: number
  most: number
}

/** What the hub has acknowledged: the only thing it owes. */
export class Ledger {
  readonly connections = new Map<string, Known>()
  /** Uuids of connections whose deletion was acknowledged. */
  readonly deleted = new Set<string>()
  /** Addresses invited, each with one invitation. */
  readonly invited = new Set<string>()
  /** Texts of notes and the uuid of the incident each was written to. */
  readonly notes = new Map<string, string>()
  /** Incidents an answer or a stream told of, by uuid: whether one told of their end, and their connection's uuid. */
  readonly incidents = new Map<string, { readonly state: 'OPEN' | 'RESOLVED'; readonly connection: string }>()
  /** Connections, by uuid, with a test under way when the hub died. */
  readonly cutTests = new Set<string>()
  readonly #audit = new Map<string, Span>()
  readonly violations: string[] = []
  acknowledged = 0
  /** Requests refused for a reason that is no fault. */
  refused = 0
  /** Requests without an answer whose outcome was settled afterwards. */
  settled = 0

  /** Remembers a broken promise, once: what is missing now is missing in every life after. */
  violate(text: string): void {
    if (!this.violations.includes(text)) this.violations.push(text)
  }

  /** An answer or a stream told of an incident. Its end is final. */
  incident(uuid: string, state: 'OPEN' | 'RESOLVED', connection: string): void {
    if (this.incidents.get(uuid)?.state !== 'RESOLVED') this.incidents.set(uuid, { state, connection })
  }

  /** An acknowledged change, and so exactly one more entry. */
  entry(action: string, subject: string): void {
    const span = this.#span(action, subject)
    span.least += 1
    span.most += 1
  }

  /** A change nobody answered for and nobody can ask about: there may be an entry. */
  maybeEntry(action: string, subject: string): void {
    this.#span(action, subject).most += 1
  }

  /** Faults of what the audit log holds, by `action subject`. Entries the ledger never expected are faults too. */
  compareAudit(found: ReadonlyMap<string, number>): string[] {
    const faults: string[] = []
    for (const [key, { least, most }] of this.#audit) {
      const count = found.get(key) ?? 0
      if (count < least || count > most)
        faults.push(`audit: ${count} entries of ${key}, expected ${least === most ? least : `${least} to ${most}`}`)
    }
    for (const [key, count] of found)
      if (!this.#audit.has(key)) faults.push(`audit: ${count} entries of ${key}, which nobody asked for`)
    return faults
  }

  get entries(): number {
    return [...this.#audit.values()].reduce((sum, { least }) => sum + least, 0)
  }

  #span(action: string, subject: string): Span {
    const key = `${action} ${subject}`
    const span = this.#audit.get(key) ?? { least: 0, most: 0 }
    this.#audit.set(key, span)
    return span
  }
}
