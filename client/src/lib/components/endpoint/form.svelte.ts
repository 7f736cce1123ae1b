import { longestWait, mostTries } from '#lib/components/webhook/schedule.ts'
import type { CreateEndpointInput, EndpointPayload, EndpointSettingsFragment } from '#lib/graphql/generated/graphql.ts'
import type { Refusal } from '#lib/graphql/refusal.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

type Stored = Pick<
  EndpointSettingsFragment,
  'url' | 'description' | 'eventTypes' | 'ratePerSecond' | 'schedule' | 'strictOrder' | 'payload' | 'payloadText'
>
type Fields = Pick<
  CreateEndpointInput,
  'url' | 'description' | 'eventTypes' | 'ratePerSecond' | 'schedule' | 'strictOrder' | 'payload' | 'payloadText'
>
export type Language = Exclude<EndpointPayload, 'ENVELOPE'>

/** What the editor of a language begins with: it works as it stands. */
const beginnings: Readonly<Record<Language, string>> = {
  GRAPHQL: 'query ($id: ID!) {\n  event(id: $id) {\n    type\n    occurredAt\n    data\n  }\n}',
  JSONATA: '{\n  "type": type,\n  "at": occurredAt,\n  "data": data\n}',
}

/** Fields of an endpoint while somebody fills them in. */
export class EndpointForm {
  url = $state('')
  description = $state('')
  eventTypes = $state<string[]>([])
  /** As typed; empty for no limit. */
  rate = $state('')
  /** Null takes the hub's own. */
  schedule = $state<number[] | null>(null)
  strictOrder = $state(false)
  payload = $state<EndpointPayload>('ENVELOPE')
  /** Each language keeps its text while one looks at another. */
  texts = $state<Record<Language, string>>({ ...beginnings })
  #tried = $state(false)
  #refusal = $state.raw<Refusal | null>(null)

  constructor(stored?: Stored) {
    if (stored) this.restore(stored)
  }

  restore(stored: Stored): void {
    this.url = stored.url
    this.description = stored.description
    this.eventTypes = [...stored.eventTypes]
    this.rate = typeof stored.ratePerSecond === 'number' ? String(stored.ratePerSecond) : ''
    this.schedule = stored.schedule ? [...stored.schedule] : null
    this.strictOrder = stored.strictOrder
    this.payload = stored.payload
    if (stored.payload !== 'ENVELOPE') this.texts[stored.payload] = stored.payloadText ?? ''
  }

  get payloadText(): string | null {
    return this.payload === 'ENVELOPE' ? null : this.texts[this.payload]
  }
  get refusal(): Refusal | null {
    return this.#refusal
  }

  get urlError(): string | null {
    return this.#said('url') ?? (this.#tried && this.url.trim() === '' ? i18n.t.outbound.form.urlMissing : null)
  }
  get typesError(): string | null {
    return (
      this.#said('eventTypes') ??
      (this.#tried && this.eventTypes.length === 0 ? i18n.t.outbound.form.typesMissing : null)
    )
  }
  get rateError(): string | null {
    return this.#said('ratePerSecond') ?? (this.#rateWrong ? i18n.t.outbound.form.rateWrong : null)
  }
  get scheduleError(): string | null {
    return this.#said('schedule') ?? (this.#scheduleWrong ? i18n.t.outbound.schedule.wrong : null)
  }
  get payloadError(): string | null {
    return this.#said('payloadText') ?? this.#said('payload')
  }
  get descriptionError(): string | null {
    return this.#said('description')
  }

  /** Shows what is missing; true when nothing is. */
  check(): boolean {
    this.#tried = true
    this.#refusal = null
    return this.url.trim() !== '' && this.eventTypes.length > 0 && !this.#rateWrong && !this.#scheduleWrong
  }
  /** What the hub said; its words stand at the fields until they are sent again. */
  refuse(refusal: Refusal): void {
    this.#refusal = refusal
  }

  /** As the API takes it. */
  get input(): Fields {
    return {
      url: this.url.trim(),
      description: this.description.trim(),
      eventTypes: [...this.eventTypes],
      ratePerSecond: this.rate.trim() === '' ? null : Number(this.rate),
      schedule: this.schedule === null ? null : [...this.schedule],
      strictOrder: this.strictOrder,
      payload: this.payload,
      payloadText: this.payloadText,
    }
  }

  get #rateWrong(): boolean {
    if (this.rate.trim() === '') return false
    const rate = Number(this.rate)
    return !(rate >= 0.01 && rate <= 1000)
  }
  get #scheduleWrong(): boolean {
    const { schedule } = this
    if (schedule === null) return false
    const fits = (wait: number) => Number.isInteger(wait) && wait >= 0 && wait <= longestWait
    return schedule.length === 0 || schedule.length > mostTries || !schedule.every(fits)
  }
  #said(field: string): string | null {
    return this.#refusal?.faults.find(({ path }) => path.split('.').some((part) => part === field))?.message ?? null
  }
}
