import type { Actor } from '../context.ts'

export interface OrganizationInput {
  readonly name?: string
  readonly country?: string | null
  readonly currency?: string
  readonly timeZone?: string
}

export interface OrganizationCommands {
  update(actor: Actor, input: OrganizationInput): Promise<{ readonly id: string }>
  /** Super-admins only; the creator becomes its owner. */
  create(
    actor: Actor,
    input: OrganizationInput & { name: string; idempotencyKey?: string | null },
  ): Promise<{ readonly id: string }>
  /** Makes another organization of the viewer the active one of this session. */
  switchTo(actor: Actor, input: { id: string }): Promise<{ readonly id: string }>
}
