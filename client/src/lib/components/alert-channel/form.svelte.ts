import type {
  AlertChannelKind,
  AlertChannelLineFragment,
  CreateAlertChannelInput,
  UpdateAlertChannelInput,
} from '#lib/graphql/generated/graphql.ts'
import type { Refusal } from '#lib/graphql/refusal.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

/** Kinds a person can make: the bell is there already. */
export const madeKinds = ['EMAIL', 'SLACK', 'EVENT'] as const satisfies readonly AlertChannelKind[]

/** Fields of a channel while somebody fills them in. */
export class AlertChannelForm {
  kind = $state<AlertChannelKind>('EMAIL')
  name = $state('')
  recipients = $state<string[]>([])
  /** Global id of an email connection; empty for the hub's own mail server. */
  connection = $state('')
  /** Write only: what is stored is never shown. */
  url = $state('')
  readonly stored: AlertChannelLineFragment | null
  #tried = $state(false)
  #refusal = $state.raw<Refusal | null>(null)

  constructor(stored: AlertChannelLineFragment | null = null) {
    this.stored = stored
    if (!stored) return
    this.kind = stored.kind
    this.name = stored.name
    this.recipients = [...stored.recipients]
    this.connection = stored.connection?.id ?? ''
  }

  get nameError(): string | null {
    return this.#said('name') ?? (this.#tried && this.name.trim() === '' ? this.#words.nameMissing : null)
  }
  get recipientsError(): string | null {
    return this.#said('recipients') ?? (this.#tried && this.#nobody ? this.#words.recipientsMissing : null)
  }
  get connectionError(): string | null {
    return this.#said('connectionId')
  }
  get urlError(): string | null {
    return this.#said('url') ?? (this.#tried && this.#noUrl ? this.#words.urlMissing : null)
  }

  check(): boolean {
    this.#tried = true
    this.#refusal = null
    return this.name.trim() !== '' && !this.#nobody && !this.#noUrl
  }
  refuse(refusal: Refusal): void {
    this.#refusal = refusal
  }

  toCreate(): CreateAlertChannelInput {
    return { kind: this.kind, ...this.#shared }
  }
  toUpdate(stored: AlertChannelLineFragment): UpdateAlertChannelInput {
    return { id: stored.id, version: stored.version, ...this.#shared }
  }

  get #shared() {
    return {
      name: this.name.trim(),
      ...(this.kind === 'EMAIL' && {
        recipients: [...this.recipients],
        connectionId: this.connection === '' ? null : this.connection,
      }),
      ...(this.kind === 'SLACK' && this.url.trim() !== '' && { url: this.url.trim() }),
    }
  }
  get #words() {
    return i18n.t.alertSetup.channels.form
  }
  get #nobody(): boolean {
    return this.kind === 'EMAIL' && this.recipients.length === 0
  }
  get #noUrl(): boolean {
    if (this.kind !== 'SLACK') return false
    const url = this.url.trim()
    return url === '' ? this.stored === null : !/^https:\/\/\S+$/.test(url)
  }
  #said(field: string): string | null {
    return this.#refusal?.faults.find(({ path }) => path.split('.').some((part) => part === field))?.message ?? null
  }
}
