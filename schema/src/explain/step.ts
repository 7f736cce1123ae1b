/** What a step of an explanation is about, in the order an event goes through them. */
export type StepName =
  'RECEIVED' | 'VERIFIED' | 'MATCHED' | 'ROUTED' | 'FILTERED' | 'QUEUED' | 'ATTEMPT' | 'OUTCOME' | 'NEXT'

/** One step of an explanation. */
export interface Step {
  readonly step: StepName
  /** It went as it should; null while that is not decided. */
  readonly ok: boolean | null
  /** What happened and, where somebody has to act, what to do. */
  readonly text: string
  /** When it happened, or for NEXT when it will; null where no moment belongs to it. */
  readonly at: Date | null
}

/** An account of one way: its steps and its last word. */
export interface Account {
  readonly summary: string
  readonly steps: readonly Step[]
}

/** `1 attempt`, `3 attempts`. */
export const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`

/** Ends a sentence that came from elsewhere, once. */
export const sentence = (text: string): string => (/[.!?…]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`)
