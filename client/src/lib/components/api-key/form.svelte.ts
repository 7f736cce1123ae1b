import type {
  ApiKeySettingsFragment,
  CreateApiKeyInput,
  KeyEnvironment,
  Role,
  UpdateApiKeyInput,
} from '#lib/graphql/generated/graphql.ts'
import type { Refusal } from '#lib/graphql/refusal.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'
import { lowestRole, type KeyScope } from './scopes.ts'

export type Lifetime = 'never' | 'date' | 'temporary'
/** Spans of a temporary grant, in milliseconds; `own` ends at a moment of its own. */
export const spans = { h1: 3_600_000, h8: 28_800_000, d1: 86_400_000, d7: 604_800_000, own: null } as const
export type Span = keyof typeof spans

const mostPerMinute = 600_000
const longestRotation = 3650
const longestGrantMs = 30 * 86_400_000

type Shared = Omit<UpdateApiKeyInput, 'id' | 'version'> & { readonly name: string; readonly scopes: string[] }

/** Fields of an API key while somebody fills them in. */
export class ApiKeyForm {
  name = $state('')
  description = $state('')
  environment = $state<KeyEnvironment>('PRODUCTION')
  /** All that `role` has, instead of `scopes`. */
  everything = $state(false)
  role = $state<Role>('OPERATOR')
  scopes = $state<string[]>([])
  allConnections = $state(true)
  /** Global ids. */
  connections = $state<string[]>([])
  networks = $state<string[]>([])
  /** As typed; empty for no limit. */
  rate = $state('')
  lifetime = $state<Lifetime>('never')
  span = $state<Span>('d1')
  /** The end as an instant, for a day or a grant of its own length. */
  until = $state('')
  rotates = $state(true)
  rotationDays = $state('90')
  autoRotate = $state(false)
  /** What it was filled from; null for a new one. */
  readonly #stored: ApiKeySettingsFragment | null
  #tried = $state(false)
  #refusal = $state.raw<Refusal | null>(null)

  constructor(stored: ApiKeySettingsFragment | null = null) {
    this.#stored = stored
    if (stored) this.restore(stored)
  }

  restore(stored: ApiKeySettingsFragment): void {
    this.name = stored.name
    this.description = stored.description
    this.environment = stored.environment
    this.everything = stored.scopes.includes('*')
    this.role = stored.role
    this.scopes = this.everything ? [] : [...stored.scopes]
    this.allConnections = stored.allConnections
    this.connections = stored.connections.map(({ id }) => id)
    this.networks = [...stored.allowedNetworks]
    this.rate = typeof stored.ratePerMinute === 'number' ? String(stored.ratePerMinute) : ''
    this.lifetime = stored.temporary ? 'temporary' : stored.expiresAt ? 'date' : 'never'
    this.span = 'own'
    this.until = stored.expiresAt ?? ''
    this.rotates = stored.rotationDays > 0
    this.rotationDays = String(stored.rotationDays || 90)
    this.autoRotate = stored.autoRotate
    this.#refusal = null
    this.#tried = false
  }

  /** It exists already: what it is for and whether it is temporary stay. */
  get made(): boolean {
    return this.#stored !== null
  }

  get nameError(): string | null {
    return this.#said('name') ?? (this.#tried && this.name.trim() === '' ? i18n.t.keyForm.nameMissing : null)
  }
  get descriptionError(): string | null {
    return this.#said('description')
  }
  get scopesError(): string | null {
    return (
      this.#said('scopes') ?? this.#said('role') ?? (this.#tried && this.#noScope ? i18n.t.keyForm.scopes.none : null)
    )
  }
  get connectionsError(): string | null {
    return this.#said('connections') ?? (this.#tried && this.#noConnection ? i18n.t.keyForm.connectionsMissing : null)
  }
  get networksError(): string | null {
    return this.#said('allowedNetworks')
  }
  get rateError(): string | null {
    return this.#said('ratePerMinute') ?? (this.#rateWrong ? i18n.t.keyForm.rateWrong : null)
  }
  get untilError(): string | null {
    return this.#said('expiresAt') ?? (this.#tried ? this.#untilWrong : null)
  }
  get rotationError(): string | null {
    return (
      this.#said('rotationDays') ??
      this.#said('autoRotate') ??
      (this.#rotationWrong ? i18n.t.keyForm.rotation.wrong : null)
    )
  }

  /** Shows what is missing; true when nothing is. */
  check(): boolean {
    this.#tried = true
    this.#refusal = null
    return !(
      this.name.trim() === '' ||
      this.#noScope ||
      this.#noConnection ||
      this.#rateWrong ||
      this.#untilWrong !== null ||
      this.#rotationWrong
    )
  }
  /** What the hub said; its words stand at the fields until they are sent again. */
  refuse(refusal: Refusal): void {
    this.#refusal = refusal
  }

  /** A new key, as the API takes it. A temporary grant runs from now. */
  toCreate(known: readonly KeyScope[]): CreateApiKeyInput {
    return {
      ...this.#shared(known),
      environment: this.environment,
      temporary: this.lifetime === 'temporary',
    }
  }
  toUpdate(known: readonly KeyScope[]): Shared {
    return this.#shared(known)
  }

  #shared(known: readonly KeyScope[]): Shared {
    const temporary = this.lifetime === 'temporary'
    const scopes = this.everything ? ['*'] : [...this.scopes]
    const stored = this.#stored
    const same = stored !== null && [...stored.scopes].sort().join() === [...scopes].sort().join()
    return {
      name: this.name.trim(),
      description: this.description.trim(),
      // The role of a key that keeps its permissions stays, even where a lower one would do.
      role: this.everything ? this.role : same ? stored.role : lowestRole(scopes, known),
      scopes,
      connections: this.allConnections ? [] : [...this.connections],
      allowedNetworks: [...this.networks],
      ratePerMinute: this.rate.trim() === '' ? null : Number(this.rate),
      expiresAt: this.#end,
      rotationDays: this.rotates && !temporary ? Number(this.rotationDays) : 0,
      autoRotate: this.rotates && !temporary && this.autoRotate,
    }
  }

  get #end(): string | null {
    if (this.lifetime === 'never') return null
    const span = this.lifetime === 'temporary' ? spans[this.span] : null
    return span === null ? this.until || null : inFuture(span)
  }
  get #noScope(): boolean {
    return !this.everything && this.scopes.length === 0
  }
  get #noConnection(): boolean {
    return !this.allConnections && this.connections.length === 0
  }
  get #rateWrong(): boolean {
    return this.rate.trim() !== '' && !whole(this.rate, mostPerMinute)
  }
  get #rotationWrong(): boolean {
    return this.rotates && this.lifetime !== 'temporary' && !whole(this.rotationDays, longestRotation)
  }
  get #untilWrong(): string | null {
    const words = i18n.t.keyForm.lifetime
    const end = this.#end
    if (this.lifetime === 'never') return null
    if (end === null) return words.untilMissing
    const at = Date.parse(end)
    // An end that is stored already is not doubted again.
    if (end === this.#stored?.expiresAt) return null
    if (at <= Date.now()) return words.untilPast
    return this.lifetime === 'temporary' && at > Date.now() + longestGrantMs + 60_000 ? words.untilFar : null
  }
  #said(field: string): string | null {
    return this.#refusal?.faults.find(({ path }) => path.split('.').some((part) => part === field))?.message ?? null
  }
}

const inFuture = (ms: number): string => new Date(Date.now() + ms).toISOString()
const whole = (text: string, most: number): boolean => {
  const value = Number(text)
  return text.trim() !== '' && Number.isInteger(value) && value >= 1 && value <= most
}
