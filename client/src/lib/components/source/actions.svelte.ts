import { succeeded } from '#lib/components/ui/outcome.ts'
import { toast } from '#lib/components/ui/toast.ts'
import {
  DeleteSourceDocument,
  RegisterSourceDocument,
  RemoveSourceRuleDocument,
  RetireSourceSecretDocument,
  RotateSourceTokenDocument,
  UnregisterSourceDocument,
  UpdateSourceDocument,
} from '#lib/graphql/generated/graphql.ts'
import { newKey } from '#lib/graphql/idempotency.ts'
import { Mutation } from '#lib/graphql/mutation.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

interface Named {
  readonly id: string
}

/** What a person can do to a source, with the words about how it went. Each call tells whether it worked. */
export class SourceActions {
  readonly #update = new Mutation(UpdateSourceDocument)
  readonly #delete = new Mutation(DeleteSourceDocument)
  readonly #rotate = new Mutation(RotateSourceTokenDocument)
  readonly #register = new Mutation(RegisterSourceDocument)
  readonly #unregister = new Mutation(UnregisterSourceDocument)
  readonly #retire = new Mutation(RetireSourceSecretDocument)
  readonly #forget = new Mutation(RemoveSourceRuleDocument)

  get changing(): boolean {
    return this.#update.busy
  }
  get registering(): boolean {
    return this.#register.busy
  }
  get rotating(): boolean {
    return this.#rotate.busy
  }
  get retiring(): boolean {
    return this.#retire.busy
  }

  pause = async ({ id }: Named): Promise<boolean> => this.#turn(id, false)
  resume = async ({ id }: Named): Promise<boolean> => this.#turn(id, true)

  register = async ({ id }: Named): Promise<boolean> => {
    const outcome = await this.#register.run({ input: { id, idempotencyKey: newKey() } })
    if (!succeeded(outcome, outcome.data?.registerSource)) return false
    toast.done(i18n.t.inbound.source.done.registering)
    return true
  }

  unregister = async ({ id }: Named): Promise<boolean> => {
    const outcome = await this.#unregister.run({ input: { id, idempotencyKey: newKey() } })
    if (!succeeded(outcome, outcome.data?.unregisterSource)) return false
    toast.done(i18n.t.inbound.source.done.unregistered)
    return true
  }

  /** `attempt` makes a second press the same request. */
  rotate = async ({ id }: Named, overlapSeconds: number, attempt: string): Promise<boolean> => {
    const outcome = await this.#rotate.run({ input: { id, overlapSeconds, idempotencyKey: attempt } })
    if (!succeeded(outcome, outcome.data?.rotateSourceToken)) return false
    toast.done(i18n.t.inbound.source.done.rotated)
    return true
  }

  retire = async ({ id }: Named, secretId: string, afterSeconds: number): Promise<boolean> => {
    const outcome = await this.#retire.run({ input: { sourceId: id, secretId, afterSeconds } })
    if (!succeeded(outcome, outcome.data?.retireSourceSecret)) return false
    toast.done(i18n.t.inbound.source.done.retired)
    return true
  }

  forget = async ({ id }: Named, ruleId: string): Promise<boolean> => {
    const outcome = await this.#forget.run({ input: { sourceId: id, ruleId } })
    if (!succeeded(outcome, outcome.data?.removeSourceRule)) return false
    toast.done(i18n.t.inbound.source.done.rule)
    return true
  }

  remove = async ({ id }: Named, name: string): Promise<boolean> => {
    const outcome = await this.#delete.run({ input: { id, name } })
    if (!succeeded(outcome, outcome.data?.deleteSource)) return false
    toast.done(i18n.t.inbound.source.done.deleted)
    return true
  }

  async #turn(id: string, enabled: boolean): Promise<boolean> {
    const outcome = await this.#update.run({ input: { id, enabled } })
    if (!succeeded(outcome, outcome.data?.updateSource)) return false
    const { done } = i18n.t.inbound.source
    toast.done(enabled ? done.resumed : done.paused)
    return true
  }
}
