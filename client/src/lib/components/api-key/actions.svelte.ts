import { succeeded } from '#lib/components/ui/outcome.ts'
import { toast } from '#lib/components/ui/toast.ts'
import {
  RevokeAllApiKeysDocument,
  RevokeApiKeyDocument,
  RotateApiKeyDocument,
  type ApiKeySettingsFragment,
} from '#lib/graphql/generated/graphql.ts'
import { Mutation } from '#lib/graphql/mutation.svelte.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

/** What a person can do to keys, with the words about how it went. */
export class ApiKeyActions {
  readonly #rotate = new Mutation(RotateApiKeyDocument)
  readonly #revoke = new Mutation(RevokeApiKeyDocument)
  readonly #all = new Mutation(RevokeAllApiKeysDocument)

  get busy(): boolean {
    return this.#rotate.busy || this.#revoke.busy || this.#all.busy
  }

  /** The successor and its secret, shown this once; null when it was refused. `attempt` makes a second press the same. */
  rotate = async (
    id: string,
    overlapSeconds: number,
    attempt: string,
  ): Promise<{ readonly key: ApiKeySettingsFragment; readonly secret: string } | null> => {
    const outcome = await this.#rotate.run({ input: { id, overlapSeconds, idempotencyKey: attempt } })
    const answer = outcome.data?.rotateApiKey
    if (!succeeded(outcome, answer) || answer?.__typename !== 'RotateApiKeySuccess') return null
    return { key: answer.apiKey, secret: answer.secret }
  }

  revoke = async ({ id, name }: { readonly id: string; readonly name: string }, reason: string): Promise<boolean> => {
    const outcome = await this.#revoke.run({ input: { id, reason } })
    if (!succeeded(outcome, outcome.data?.revokeApiKey)) return false
    toast.done(i18n.t.keys.done.revoked(name))
    return true
  }

  /** The emergency stop. `confirm` is the organization's name. */
  revokeAll = async (confirm: string, reason: string): Promise<boolean> => {
    const outcome = await this.#all.run({ input: { confirm, reason } })
    const answer = outcome.data?.revokeAllApiKeys
    if (!succeeded(outcome, answer) || answer?.__typename !== 'RevokeAllApiKeysSuccess') return false
    toast.done(i18n.t.keys.done.allRevoked(answer.revoked))
    return true
  }
}
