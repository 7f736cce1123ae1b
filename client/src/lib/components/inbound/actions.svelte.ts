import { succeeded } from '#lib/components/ui/outcome.ts'
import { toast } from '#lib/components/ui/toast.ts'
import {
  DiscardInboundEventsDocument,
  ReplayInboundEventDocument,
  VerifyInboundEventDocument,
} from '#lib/graphql/generated/graphql.ts'
import { newKey } from '#lib/graphql/idempotency.ts'
import { Mutation } from '#lib/graphql/mutation.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

/** What a person can do to webhooks, with the words about how it went. */
export class InboundActions {
  readonly #verify = new Mutation(VerifyInboundEventDocument)
  readonly #replay = new Mutation(ReplayInboundEventDocument)
  readonly #discard = new Mutation(DiscardInboundEventsDocument)
  #verifying = $state(false)

  get verifying(): boolean {
    return this.#verifying
  }
  get replaying(): boolean {
    return this.#replay.busy
  }

  /** One after the other: each is proven, or its verdict says anew why not. Stops at the first that cannot be asked. */
  verify = async (ids: readonly string[]): Promise<void> => {
    this.#verifying = true
    let proven = 0
    let unproven = 0
    try {
      for (const id of ids) {
        const outcome = await this.#verify.run({ input: { id, idempotencyKey: newKey() } })
        const answer = outcome.data?.verifyInboundEvent
        if (!succeeded(outcome, answer) || !answer || !('inboundEvent' in answer)) break
        if (answer.inboundEvent.verdict === 'VERIFIED') proven += 1
        else unproven += 1
      }
    } finally {
      this.#verifying = false
    }
    const words = i18n.t.inbound.inbox
    if (proven > 0) toast.done(words.verified(proven))
    if (unproven > 0) toast.failed(words.unproven(unproven))
  }

  replay = async (id: string): Promise<boolean> => {
    const outcome = await this.#replay.run({ input: { id, idempotencyKey: newKey() } })
    if (!succeeded(outcome, outcome.data?.replayInboundEvent)) return false
    toast.done(i18n.t.inbound.detail.replayed)
    return true
  }

  discard = async (ids: readonly string[]): Promise<boolean> => {
    const outcome = await this.#discard.run({ input: { ids: [...ids], idempotencyKey: newKey() } })
    if (!succeeded(outcome, outcome.data?.discardInboundEvents)) return false
    toast.done(i18n.t.inbound.inbox.discarded(ids.length))
    return true
  }
}
