/** What a setup remembers when somebody leaves it: never a secret. */
export interface Draft {
  readonly name: string
  readonly environment: 'SANDBOX' | 'LIVE' | null
  readonly simulated: boolean
  readonly baseUrl: string
  readonly interval: string
  /** Key of the template it began with. */
  readonly template: string
  /** Values of the provider's plain fields. */
  readonly plain: Readonly<Record<string, string>>
}

const keyOf = (organizationId: string, provider: string) => `patchbay.draft.${organizationId}.${provider}`

const isDraft = (value: unknown): value is Draft =>
  typeof value === 'object' &&
  value !== null &&
  typeof (value as Draft).name === 'string' &&
  typeof (value as Draft).interval === 'string' &&
  typeof (value as Draft).plain === 'object'

/** Drafts of this browser. Where storage is forbidden there are none. */
export const drafts = {
  read(organizationId: string, provider: string): Draft | null {
    try {
      const found: unknown = JSON.parse(localStorage.getItem(keyOf(organizationId, provider)) ?? 'null')
      return isDraft(found) ? found : null
    } catch {
      return null
    }
  },
  write(organizationId: string, provider: string, draft: Draft): void {
    try {
      localStorage.setItem(keyOf(organizationId, provider), JSON.stringify(draft))
    } catch {
      // Nothing to keep it in.
    }
  },
  drop(organizationId: string, provider: string): void {
    try {
      localStorage.removeItem(keyOf(organizationId, provider))
    } catch {
      // Nothing was kept.
    }
  },
}
