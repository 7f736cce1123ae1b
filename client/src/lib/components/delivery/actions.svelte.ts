import { succeeded } from '#lib/components/ui/outcome.ts'
import { toast } from '#lib/components/ui/toast.ts'
import {
  CancelDeliveriesDocument,
  CancelReplayDocument,
  ReplayDeliveriesDocument,
  type ReplayFilterInput,
  type ReplayLineFragment,
} from '#lib/graphql/generated/graphql.ts'
import { newKey } from '#lib/graphql/idempotency.ts'
import { Mutation } from '#lib/graphql/mutation.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

/** What a person can do to deliveries, with the words about how it went. */
export class DeliveryActions {
  readonly #replay = new Mutation(ReplayDeliveriesDocument)
  readonly #cancel = new Mutation(CancelDeliveriesDocument)
  readonly #stop = new Mutation(CancelReplayDocument)

  get replaying(): boolean {
    return this.#replay.busy
  }
  get stopping(): boolean {
    return this.#stop.busy
  }

  /** The replay as it begins; null when it was refused. */
  replay = async (filter: ReplayFilterInput, attempt = newKey()): Promise<ReplayLineFragment | null> => {
    const outcome = await this.#replay.run({ input: { filter, idempotencyKey: attempt } })
    const answer = outcome.data?.replayDeliveries
    if (!succeeded(outcome, answer)) return null
    return answer && 'replay' in answer ? answer.replay : null
  }

  /** Sends one again. */
  again = async (id: string): Promise<boolean> => {
    if ((await this.replay({ ids: [id] })) === null) return false
    toast.done(i18n.t.deliveries.detail.replayed)
    return true
  }

  giveUp = async (id: string): Promise<boolean> => {
    const outcome = await this.#cancel.run({ input: { ids: [id] } })
    if (!succeeded(outcome, outcome.data?.cancelDeliveries)) return false
    toast.done(i18n.t.deliveries.detail.cancelled)
    return true
  }

  stop = async (id: string): Promise<boolean> => {
    const outcome = await this.#stop.run({ input: { id } })
    if (!succeeded(outcome, outcome.data?.cancelReplay)) return false
    toast.done(i18n.t.deliveries.replay.cancelled)
    return true
  }
}
