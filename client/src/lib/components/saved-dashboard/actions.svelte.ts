import { succeeded } from '#lib/components/ui/outcome.ts'
import { toast } from '#lib/components/ui/toast.ts'
import {
  DeleteDashboardDocument,
  SaveDashboardDocument,
  UpdateDashboardDocument,
  type DashboardPanelInput,
  type DashboardWholeFragment,
  type UpdateDashboardInput,
} from '#lib/graphql/generated/graphql.ts'
import { Mutation } from '#lib/graphql/mutation.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

interface Fresh {
  readonly name: string
  readonly shared: boolean
  readonly panels: DashboardPanelInput[]
  /** The same key again is the same dashboard. */
  readonly attempt: string
}

/** What a person can do to dashboards, with the words about how it went. */
export class DashboardActions {
  readonly #save = new Mutation(SaveDashboardDocument)
  readonly #update = new Mutation(UpdateDashboardDocument)
  readonly #delete = new Mutation(DeleteDashboardDocument)

  get busy(): boolean {
    return this.#save.busy || this.#update.busy || this.#delete.busy
  }

  /** The dashboard that was saved; null when it was not. */
  save = async ({ name, shared, panels, attempt }: Fresh): Promise<{ readonly uuid: string } | null> => {
    const outcome = await this.#save.run({ input: { name, shared, panels, idempotencyKey: attempt } })
    const answer = outcome.data?.saveDashboard
    if (!succeeded(outcome, answer) || !answer || !('dashboard' in answer)) return null
    toast.done(i18n.t.dashboards.saved(name))
    return answer.dashboard
  }
  /** Tells whether it worked. `done` is said when it did. */
  update = async (
    { id, version }: Pick<DashboardWholeFragment, 'id' | 'version'>,
    change: Omit<UpdateDashboardInput, 'id' | 'version'>,
    done: string,
  ): Promise<boolean> => {
    const outcome = await this.#update.run({ input: { id, version, ...change } })
    if (!succeeded(outcome, outcome.data?.updateDashboard)) return false
    toast.done(done)
    return true
  }
  remove = async ({ id, name }: Pick<DashboardWholeFragment, 'id' | 'name'>): Promise<boolean> => {
    const outcome = await this.#delete.run({ input: { id } })
    if (!succeeded(outcome, outcome.data?.deleteDashboard)) return false
    toast.done(i18n.t.dashboards.deleted(name))
    return true
  }
}
