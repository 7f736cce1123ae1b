import type { ProviderFormFragment } from '#lib/graphql/generated/graphql.ts'
import { i18n } from '#lib/i18n/i18n.svelte.ts'

export type FormField = ProviderFormFragment['fields'][number]

/** As the hub tests it. A pattern that this browser cannot read never blocks anybody. */
function matches(pattern: string, value: string): boolean {
  try {
    return new RegExp(pattern, 'u').test(value)
  } catch {
    return true
  }
}

/** What the hub expects of a kind of value, wherever it comes from. */
const shapes: Readonly<Partial<Record<FormField['kind'], (value: string) => boolean>>> = {
  EMAIL: (value) => /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value),
  URL: (value) => URL.canParse(value) && new URL(value).protocol === 'https:',
  NUMBER: (value) => /^-?\d+(\.\d+)?$/.test(value),
}

/**
 * Values of a provider's form while somebody fills it in. A broken rule blocks, an unusual shape only warns: vendors change
 * the shape of their keys. Secrets live here and nowhere else, and go with the page.
 */
export class ProviderForm {
  readonly #fields: () => readonly FormField[]
  readonly #stored: () => readonly string[]
  #values = $state<Record<string, string>>({})
  #touched = $state<Record<string, boolean>>({})
  #faults = $state<Record<string, string>>({})
  /** Secrets as they were when the hub last took them. */
  #taken = $state.raw<Readonly<Record<string, string>>>({})

  /** `stored` names secrets the hub already has: they may stay empty. */
  constructor(fields: () => readonly FormField[], stored: () => readonly string[] = () => []) {
    this.#fields = fields
    this.#stored = stored
  }

  get fields(): readonly FormField[] {
    return this.#fields()
  }
  value(field: FormField): string {
    return this.#values[field.name] ?? (field.kind === 'SECRET' ? '' : (field.default ?? ''))
  }
  set(field: FormField, value: string): void {
    this.#values[field.name] = value
    delete this.#faults[field.name]
  }
  leave(field: FormField): void {
    this.#touched[field.name] = true
    // Keys are copied with the spaces around them; no vendor's key has any.
    this.#values[field.name] = this.value(field).trim()
  }
  stored(field: FormField): boolean {
    return this.#stored().includes(field.name)
  }

  error(field: FormField): string | null {
    const fault = this.#faults[field.name]
    if (fault !== undefined) return fault
    return this.#touched[field.name] ? this.#broken(field) : null
  }
  warning(field: FormField): string | null {
    const value = this.value(field).trim()
    if (value === '' || !field.hint || !this.#touched[field.name]) return null
    return matches(field.hint.pattern, value) ? null : field.hint.message
  }

  /** Checks every field and shows what is wrong; true when nothing is. */
  check(): boolean {
    for (const field of this.fields) this.#touched[field.name] = true
    return this.fields.every((field) => this.#broken(field) === null)
  }
  /** Faults the hub found, under the path it sent: the last part is the field. */
  refuse(faults: readonly { readonly path: string; readonly message: string }[]): void {
    for (const { path, message } of faults) this.#faults[path.split('.').at(-1) ?? path] = message
  }
  /** The hub has what stands here. */
  take(): void {
    this.#taken = { ...this.#values }
  }
  /** Something was typed that is in no draft and would be lost. */
  get unsaved(): boolean {
    return this.fields.some(
      (field) =>
        field.kind === 'SECRET' &&
        this.value(field).trim() !== '' &&
        this.value(field).trim() !== this.#taken[field.name]?.trim(),
    )
  }
  mark(name: string, message: string): void {
    this.#faults[name] = message
  }
  clear(): void {
    this.#values = {}
    this.#touched = {}
    this.#faults = {}
  }

  /** What to send: everything that has a value. */
  get filled(): { name: string; value: string }[] {
    return this.fields
      .map((field) => ({ name: field.name, value: this.value(field).trim() }))
      .filter(({ value }) => value !== '')
  }
  /** Of that, what is neither secret nor wrong: what a connection may have before anybody brings its credentials. */
  get sound(): { name: string; value: string }[] {
    const right = this.fields.filter((field) => field.kind !== 'SECRET' && this.#broken(field) === null)
    return this.filled.filter(({ name }) => right.some((field) => field.name === name))
  }
  /** Values that are not secret, for a draft. */
  get plain(): Record<string, string> {
    return Object.fromEntries(
      this.fields.filter((field) => field.kind !== 'SECRET').map((field) => [field.name, this.value(field)]),
    )
  }
  restore(values: Readonly<Record<string, string>>): void {
    for (const field of this.fields) {
      const value = values[field.name]
      if (field.kind === 'SECRET' || value === undefined || value === this.value(field)) continue
      this.set(field, value)
    }
  }

  #broken(field: FormField): string | null {
    const value = this.value(field).trim()
    if (value === '') return field.required && !this.stored(field) ? i18n.t.wizard.required : null
    const said: Readonly<Partial<Record<FormField['kind'], string>>> = i18n.t.wizard.shapes
    if (shapes[field.kind]?.(value) === false) return said[field.kind] ?? null
    return field.rule && !matches(field.rule.pattern, value) ? field.rule.message : null
  }
}
