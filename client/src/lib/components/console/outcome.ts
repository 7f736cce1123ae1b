import type { CallErrorClass, CallTraceFragment } from '#lib/graphql/generated/graphql.ts'

/** What became of a request that was sent. */
export type SendOutcome =
  | {
      readonly kind: 'answered'
      readonly status: number
      readonly headers: readonly { readonly name: string; readonly value: string }[]
      readonly body: string | null
      readonly bytes: number
      readonly cut: boolean
      readonly repeated: boolean
      readonly call: CallTraceFragment | null
    }
  | {
      /** The pipeline refused it, or no answer came. */
      readonly kind: 'failed'
      readonly errorClass: CallErrorClass | null
      readonly status: number | null
      readonly message: string
      readonly advice: string | null
      readonly vendorCode: string | null
      readonly retryAfterSeconds: number | null
      readonly call: CallTraceFragment | null
    }

/** It got through, and the vendor did not refuse it. */
export const isGood = (outcome: SendOutcome): boolean => outcome.kind === 'answered' && outcome.status < 400
