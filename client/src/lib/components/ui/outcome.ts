import type { Outcome } from '#lib/graphql/mutation.svelte.ts'
import { refusalOf } from '#lib/graphql/refusal.ts'
import { toast } from './toast.ts'

/** Says in the corner what went wrong, if anything did; true when nothing did. */
export function succeeded(outcome: Outcome<unknown>, answer: object | null | undefined): boolean {
  if (outcome.fault) {
    toast.fault(outcome.fault)
    return false
  }
  const refusal = refusalOf(answer)
  if (refusal) toast.failed(refusal.faults[0]?.message ?? refusal.message, refusal.advice ?? undefined)
  return refusal === null
}
