import { succeeded } from '#lib/components/ui/outcome.ts'
import { toast } from '#lib/components/ui/toast.ts'
import {
  AcknowledgeAlertsDocument,
  MarkAlertsSeenDocument,
  ResolveAlertsDocument,
} from '#lib/graphql/generated/graphql.ts'
import { Mutation } from '#lib/graphql/mutation.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

/** What a person can do with alerts, with the words about how it went. Each tells whether it worked. */
export class AlertActions {
  readonly #take = new Mutation(AcknowledgeAlertsDocument)
  readonly #resolve = new Mutation(ResolveAlertsDocument)
  readonly #seen = new Mutation(MarkAlertsSeenDocument)

  get busy(): boolean {
    return this.#take.busy || this.#resolve.busy
  }
  get marking(): boolean {
    return this.#seen.busy
  }

  take = async (ids: readonly string[]): Promise<boolean> => {
    const outcome = await this.#take.run({ input: { ids: [...ids] } })
    if (!succeeded(outcome, outcome.data?.acknowledgeAlerts)) return false
    toast.done(i18n.t.alerts.done.taken(ids.length))
    return true
  }
  resolve = async (ids: readonly string[], note: string): Promise<boolean> => {
    const outcome = await this.#resolve.run({ input: { ids: [...ids], note: note === '' ? null : note } })
    if (!succeeded(outcome, outcome.data?.resolveAlerts)) return false
    toast.done(i18n.t.alerts.done.resolved(ids.length))
    return true
  }
  markSeen = async (): Promise<boolean> => {
    const outcome = await this.#seen.run({ input: {} })
    return succeeded(outcome, outcome.data?.markAlertsSeen)
  }
}
