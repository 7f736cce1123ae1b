import { ConflictError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import type { Collaborators } from './collaborators.ts'

/** An answer of the lab, which is a local process, in milliseconds. */
const patienceMs = 5_000

export interface LabQuestion {
  /** The vendor the path names: a 404 means that it is not simulated. */
  readonly provider?: string
  readonly body?: unknown
  /** The input's field to blame when the lab finds the body unacceptable. Default: a refusal is a conflict. */
  readonly blame?: string
}

/** Asks the lab's HTTP control API. */
export type LabControl = (method: string, path: string, question?: LabQuestion) => Promise<unknown>

/** Speaks to the lab, which may be another process, and makes its refusals our errors. */
export function createLabControl({ origin, fetch }: NonNullable<Collaborators['lab']>): LabControl {
  return async (method, path, { provider, body, blame } = {}) => {
    const answer = await fetch(`${origin}/_control/${path}`, {
      method,
      signal: AbortSignal.timeout(patienceMs),
      ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    })
    const told = (await answer.json()) as { error?: { message?: string } }
    if (answer.ok) return told
    const words = told.error?.message ?? `status ${answer.status}`
    if (answer.status === 404 && provider !== undefined) throw new NotFoundError('simulated vendor', provider)
    if (answer.status === 400 && blame !== undefined) throw new InvalidInputError([{ path: blame, message: words }])
    throw new ConflictError(`The provider lab refused: ${words}`)
  }
}
