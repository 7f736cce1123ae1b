/** An expected failure of a mutation, as the schema's typed union carries it. */
export interface Refusal {
  readonly code: string
  readonly message: string
  /** Field by field, when the input was not acceptable. */
  readonly faults: readonly { readonly path: string; readonly message: string }[]
  /** What to do next, when a provider refused. */
  readonly advice: string | null
}

interface Answer {
  readonly code?: string
  readonly message?: string
  readonly faults?: readonly { readonly path: string; readonly message: string }[]
  readonly advice?: string
}

/** Reads the error branch of a mutation's answer; null when it succeeded. */
export function refusalOf(answer: object | null | undefined): Refusal | null {
  if (answer === null || answer === undefined) return null
  const { code, message, faults, advice } = answer as Answer
  if (code === undefined || message === undefined) return null
  return { code, message, faults: faults ?? [], advice: advice ?? null }
}
