import { canonicalJson, type Json } from './canonical.ts'
import type { EntryFacts } from './chain.ts'

interface Note {
  readonly facts: EntryFacts
  /** Set once several notes were counted together. */
  readonly folded: { readonly times: number; readonly until: string; readonly subjects: readonly string[] } | null
}

const keptSubjects = 50

/**
 * Notes that wait to be written, in order. Bounded: at `most` notes those that differ only in time and correlation are
 * counted together; if that does not make room, all of one organization, actor and action are, then all of one
 * organization and action. What was counted together says so in its entry; nothing is dropped.
 */
export class Notes {
  readonly #most: number
  #notes: Note[] = []

  constructor(most: number) {
    this.#most = most
  }

  get size(): number {
    return this.#notes.length
  }

  add(facts: EntryFacts): void {
    this.#notes.push({ folded: null, facts })
    if (this.#notes.length >= this.#most) this.#makeRoom()
  }

  /** Takes all notes out. */
  take(): Note[] {
    return this.#notes.splice(0)
  }

  /** Puts notes back that could not be written, before those that came meanwhile. */
  putBack(notes: readonly Note[]): void {
    this.#notes = [...notes, ...this.#notes]
    if (this.#notes.length >= this.#most) this.#makeRoom()
  }

  #makeRoom(): void {
    // Half free afterwards, or folding would be asked for again at the very next note.
    for (const key of [sameUse, sameActor, sameAction]) {
      this.#notes = fold(this.#notes, key)
      if (this.#notes.length <= this.#most / 2) return
    }
  }
}

/** The facts as they are written: what was counted together carries how often, until when, and of what. */
export function noteFacts({ facts, folded }: Note): EntryFacts {
  if (!folded) return facts
  return {
    ...facts,
    after: { times: folded.times, until: folded.until, subjects: folded.subjects, first: facts.after },
  }
}

export type { Note }

const actorParts = (facts: EntryFacts): Json[] => [facts.actorKind, facts.actorId, facts.actorName, facts.ipAddress]
const actionParts = (facts: EntryFacts): Json[] => [facts.organizationId, facts.action, facts.subjectType]
const sameAction = (facts: EntryFacts) => canonicalJson(actionParts(facts))
const sameActor = (facts: EntryFacts) => canonicalJson([...actionParts(facts), ...actorParts(facts)])
const sameUse = (facts: EntryFacts) =>
  canonicalJson([...actionParts(facts), ...actorParts(facts), facts.subjectId, facts.before, facts.after])

function fold(notes: readonly Note[], key: (facts: EntryFacts) => string): Note[] {
  return [...Map.groupBy(notes, ({ facts }) => key(facts)).values()].map((group) => {
    const [first] = group
    const last = group.at(-1)
    if (!first || !last || group.length === 1) return group[0]!
    const subjects = new Set(group.flatMap(({ facts, folded }) => folded?.subjects ?? facts.subjectId ?? []))
    const all = (name: 'actorId' | 'actorName' | 'ipAddress' | 'subjectId', otherwise: string | null) =>
      group.every(({ facts }) => facts[name] === first.facts[name]) ? first.facts[name] : otherwise
    const facts = {
      ...first.facts,
      actorId: all('actorId', null),
      actorName: all('actorName', 'several'),
      ipAddress: all('ipAddress', null),
      subjectId: all('subjectId', null),
      correlationId: null,
    }
    const times = group.reduce((sum, { folded }) => sum + (folded?.times ?? 1), 0)
    const until = last.folded?.until ?? last.facts.at
    return { facts, folded: { times, until, subjects: [...subjects].slice(0, keptSubjects) } }
  })
}
