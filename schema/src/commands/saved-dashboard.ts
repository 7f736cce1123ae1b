import type { Actor } from '../context.ts'
import type { DashboardPanel } from '../dashboard-panels.ts'

export interface SavedDashboardFields {
  /** 1 to 80 characters. */
  readonly name: string
  /** Others of the organization see it. Default false. */
  readonly shared?: boolean | null
  /** 1 to 24. */
  readonly panels: readonly DashboardPanel[]
}

/** Rules of saved dashboards: whoever made one changes it; shared ones are read by everybody. */
export interface SavedDashboardCommands {
  save(
    actor: Actor,
    input: SavedDashboardFields & { readonly idempotencyKey?: string | null },
  ): Promise<{ readonly id: string }>
  update(
    actor: Actor,
    input: { readonly id: string; readonly version?: number | null } & Partial<SavedDashboardFields>,
  ): Promise<{ readonly id: string }>
  delete(actor: Actor, input: { readonly id: string }): Promise<{ readonly id: string }>
}
