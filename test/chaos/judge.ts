import type { Door } from './door.ts'
import { sameAs, seenFields, type Seen } from './keeper.ts'
import type { Ledger } from './ledger.ts'

interface Entry {
  readonly position: number
  readonly action: string
  readonly subjectId: string | null
  readonly actorKind: string
}

/** Actions the ledger answers for; the hub writes others by itself. */
const judged = new Set([
  'connection.created',
  'connection.updated',
  'connection.paused',
  'connection.resumed',
  'connection.deleted',
  'connection.tested',
  'connection.probed',
  'credential.replaced',
  'member.invited',
  'incident.noted',
  'lab.changed',
  'vault.rotationRequested',
])
const perPage = 50

/** Counts entries the ledger answers for, by `action subject`. */
export function countEntry(counts: Map<string, number>, { action, subjectId, actorKind }: Entry): void {
  if (actorKind !== 'API_KEY' || !judged.has(action)) return
  const key = `${action} ${subjectId}`
  counts.set(key, (counts.get(key) ?? 0) + 1)
}

/** Compares, after each death, what the hub shows at its front door with what it had acknowledged. */
export class Judge {
  readonly #door: Door
  readonly #ledger: Ledger
  readonly #entries = new Map<string, number>()
  #position = 0
  /** Times everything could be looked at before the hub died again. */
  judged = 0

  constructor(door: Door, ledger: Ledger) {
    this.#door = door
    this.#ledger = ledger
  }

  /** Every writer must have settled. False: the hub died meanwhile. */
  async judge(): Promise<boolean> {
    const whole = (await this.#connections()) && (await this.#audit())
    if (whole) this.judged += 1
    return whole
  }

  async #connections(): Promise<boolean> {
    const known = [...this.#ledger.connections.values()]
    for (let at = 0; at < known.length; at += perPage) {
      const page = known.slice(at, at + perPage)
      const answer = await this.#door.read<{ nodes: (Seen | null)[] }>(
        `query ($ids: [ID!]!) { nodes(ids: $ids) { ... on Connection { ${seenFields} } } }`,
        { ids: page.map(({ id }) => id) },
      )
      if (answer === null) return false
      for (const [index, wanted] of page.entries()) {
        const seen = answer.nodes[index] ?? null
        if (seen === null) this.#ledger.violate(`connection ${wanted.uuid} was acknowledged and is gone`)
        else if (!sameAs(seen, wanted))
          this.#ledger.violate(`connection ${wanted.uuid} is ${JSON.stringify(seen)}, not ${JSON.stringify(wanted)}`)
        if ((seen?.openIncidents?.length ?? 0) > 1)
          this.#ledger.violate(`connection ${wanted.uuid} has several open incidents`)
      }
    }
    return true
  }

  /** The chain holds, has no hole since the last look, and tells of every acknowledged change, once. */
  async #audit(): Promise<boolean> {
    const fresh: Entry[] = []
    let after: string | null = null
    do {
      const answer: AuditPage | null = await this.#door.read<AuditPage>(auditPage, { after })
      if (answer === null) return false
      const { edges, pageInfo }: AuditPage['auditEntries'] = answer.auditEntries
      fresh.push(...edges.map(({ node }) => node).filter(({ position }) => position > this.#position))
      const reached = edges.some(({ node }) => node.position <= this.#position + 1)
      after = reached || !pageInfo.hasNextPage ? null : pageInfo.endCursor
    } while (after !== null)
    const verdict = await this.#door.read<{ auditVerification: { ok: boolean; brokenAt: number | null } }>(
      '{ auditVerification { ok brokenAt } }',
    )
    if (verdict === null) return false
    const { ok, brokenAt } = verdict.auditVerification
    if (!ok) this.#ledger.violate(`the audit chain is broken at ${brokenAt}`)
    // Entries written while the pages were read shift nothing: a page goes on after the last row seen.
    const positions = [...new Set(fresh.map(({ position }) => position))].sort((a, b) => a - b)
    const newest = positions.at(-1) ?? this.#position
    if (positions.length !== newest - this.#position)
      this.#ledger.violate(`audit: ${newest - this.#position - positions.length} entries missing up to ${newest}`)
    for (const entry of fresh) countEntry(this.#entries, entry)
    this.#position = newest
    for (const fault of this.#ledger.compareAudit(this.#entries)) this.#ledger.violate(fault)
    return true
  }
}

interface AuditPage {
  readonly auditEntries: {
    readonly edges: readonly { readonly node: Entry }[]
    readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  }
}
const auditPage = `query ($after: String) { auditEntries(first: 100, after: $after) {
  edges { node { position action subjectId actorKind } } pageInfo { hasNextPage endCursor } } }`
