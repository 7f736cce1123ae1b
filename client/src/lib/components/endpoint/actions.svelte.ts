import { succeeded } from '#lib/components/ui/outcome.ts'
import { toast } from '#lib/components/ui/toast.ts'
import { newKey } from '#lib/graphql/idempotency.ts'
import {
  DeleteEndpointDocument,
  ResetEndpointBreakerDocument,
  RetireEndpointKeyDocument,
  RotateEndpointKeyDocument,
  SendTestEventDocument,
  UpdateEndpointDocument,
  type KeyAlgorithm,
} from '#lib/graphql/generated/graphql.ts'
import { Mutation } from '#lib/graphql/mutation.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

interface Named {
  readonly id: string
  readonly url: string
}

/** What a person can do to an endpoint, with the words about how it went. Each call tells whether it worked. */
export class EndpointActions {
  readonly #test = new Mutation(SendTestEventDocument)
  readonly #update = new Mutation(UpdateEndpointDocument)
  readonly #breaker = new Mutation(ResetEndpointBreakerDocument)
  readonly #delete = new Mutation(DeleteEndpointDocument)
  readonly #rotate = new Mutation(RotateEndpointKeyDocument)
  readonly #retire = new Mutation(RetireEndpointKeyDocument)

  get testing(): boolean {
    return this.#test.busy
  }
  get changing(): boolean {
    return this.#update.busy || this.#breaker.busy
  }
  get turningKeys(): boolean {
    return this.#rotate.busy || this.#retire.busy
  }

  /** The test's delivery, to watch it; null when it was refused. */
  test = async ({ id }: Named): Promise<{ readonly uuid: string } | null> => {
    const outcome = await this.#test.run({ input: { endpointId: id, idempotencyKey: newKey() } })
    const answer = outcome.data?.sendTestEvent
    if (!succeeded(outcome, answer)) return null
    toast.done(i18n.t.outbound.done.tested)
    return answer && 'event' in answer ? (answer.event.deliveries?.[0] ?? null) : null
  }

  enable = async ({ id }: Named): Promise<boolean> => this.#turn(id, true)
  disable = async ({ id }: Named): Promise<boolean> => this.#turn(id, false)

  closeBreaker = async ({ id }: Named): Promise<boolean> => {
    const outcome = await this.#breaker.run({ input: { id } })
    if (!succeeded(outcome, outcome.data?.resetEndpointBreaker)) return false
    toast.done(i18n.t.outbound.done.closed)
    return true
  }

  remove = async ({ id, url }: Named): Promise<boolean> => {
    const outcome = await this.#delete.run({ input: { id, url } })
    if (!succeeded(outcome, outcome.data?.deleteEndpoint)) return false
    toast.done(i18n.t.outbound.done.deleted)
    return true
  }

  /** The new key's secret, shown this once; null when it was refused. `attempt` makes a second press the same request. */
  rotate = async (
    { id }: Named,
    key: { readonly algorithm: KeyAlgorithm; readonly overlapSeconds: number; readonly attempt: string },
  ): Promise<string | null> => {
    const { attempt, ...rest } = key
    const outcome = await this.#rotate.run({ input: { id, ...rest, idempotencyKey: attempt } })
    const answer = outcome.data?.rotateEndpointKey
    if (!succeeded(outcome, answer)) return null
    return answer && 'secret' in answer ? answer.secret : null
  }

  retire = async ({ id }: Named, keyId: string): Promise<boolean> => {
    const outcome = await this.#retire.run({ input: { endpointId: id, keyId } })
    if (!succeeded(outcome, outcome.data?.retireEndpointKey)) return false
    toast.done(i18n.t.outbound.done.retired)
    return true
  }

  async #turn(id: string, enabled: boolean): Promise<boolean> {
    const outcome = await this.#update.run({ input: { id, enabled } })
    if (!succeeded(outcome, outcome.data?.updateEndpoint)) return false
    const { done } = i18n.t.outbound
    toast.done(enabled ? done.enabled : done.disabled)
    return true
  }
}
