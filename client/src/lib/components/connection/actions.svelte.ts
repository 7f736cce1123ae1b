import { succeeded } from '#lib/components/ui/outcome.ts'
import { toast } from '#lib/components/ui/toast.ts'
import {
  DeleteConnectionDocument,
  PauseConnectionDocument,
  ProbeConnectionDocument,
  ResetBreakerDocument,
  ResumeConnectionDocument,
  TestConnectionDocument,
  type ConnectionNameFragment,
} from '#lib/graphql/generated/graphql.ts'
import { Mutation } from '#lib/graphql/mutation.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

type Named = Pick<ConnectionNameFragment, 'id' | 'name'>

/**
 * What a person can do to a connection, with the words about how it went. Answers land in the cache; each call tells
 * whether it worked.
 */
export class ConnectionActions {
  readonly #test = new Mutation(TestConnectionDocument)
  readonly #probe = new Mutation(ProbeConnectionDocument)
  readonly #pause = new Mutation(PauseConnectionDocument)
  readonly #resume = new Mutation(ResumeConnectionDocument)
  readonly #breaker = new Mutation(ResetBreakerDocument)
  readonly #delete = new Mutation(DeleteConnectionDocument)

  get testing(): boolean {
    return this.#test.busy
  }
  get probing(): boolean {
    return this.#probe.busy
  }
  get changing(): boolean {
    return this.#pause.busy || this.#resume.busy || this.#breaker.busy
  }

  test = async ({ id }: Named): Promise<boolean> => {
    const outcome = await this.#test.run({ input: { id } })
    const answer = outcome.data?.testConnection
    if (!succeeded(outcome, answer)) return false
    const report = answer && 'connection' in answer ? answer.connection.lastTest : null
    if (report?.ok) toast.done(i18n.t.connections.done.tested)
    else toast.info(i18n.t.connections.done.testFailed)
    return true
  }

  probe = async ({ id }: Named): Promise<boolean> => {
    const outcome = await this.#probe.run({ input: { id } })
    const answer = outcome.data?.probeConnection
    if (!succeeded(outcome, answer)) return false
    if (answer && 'connection' in answer)
      toast.done(i18n.t.connections.done.probed(i18n.t.state.health[answer.connection.health]))
    return true
  }

  pause = async ({ id, name }: Named): Promise<boolean> => {
    const outcome = await this.#pause.run({ input: { id } })
    if (!succeeded(outcome, outcome.data?.pauseConnection)) return false
    // Pausing can be taken back at once, so it is not asked about first.
    toast.undo(
      i18n.t.connections.done.paused(name),
      i18n.t.connections.actions.resume,
      () => void this.resume({ id, name }),
    )
    return true
  }

  resume = async ({ id, name }: Named): Promise<boolean> => {
    const outcome = await this.#resume.run({ input: { id } })
    if (!succeeded(outcome, outcome.data?.resumeConnection)) return false
    toast.done(i18n.t.connections.done.resumed(name))
    return true
  }

  resetBreaker = async ({ id }: Named): Promise<boolean> => {
    const outcome = await this.#breaker.run({ input: { id } })
    if (!succeeded(outcome, outcome.data?.resetBreaker)) return false
    toast.done(i18n.t.connections.done.breaker)
    return true
  }

  remove = async ({ id, name }: Named): Promise<boolean> => {
    const outcome = await this.#delete.run({ input: { id, name } })
    if (!succeeded(outcome, outcome.data?.deleteConnection)) return false
    toast.done(i18n.t.connections.done.deleted(name))
    return true
  }
}
