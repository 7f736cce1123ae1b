import type { FieldSpec, ProviderEntry } from '@patchbay/schema/catalog.ts'
import type { FieldValues } from '@patchbay/schema/commands/connection.ts'
import type { FieldFault } from '@patchbay/schema/errors.ts'
import type { Fields, Provider } from '../providers/provider.ts'

/** Longest value of one field, in bytes: room for a PEM key. */
const longestBytes = 8 * 1024

/** Values of a form, checked and split. An empty string removes the field. */
export interface SplitFields {
  readonly plain: Readonly<Record<string, string>>
  readonly secret: Readonly<Record<string, string>>
}

/**
 * Checks given values against the provider's form. `at` is the path prefix faults carry, for example "fields"; `spoken` the
 * entry in the language its own words come in, default English.
 */
export function checkFields(
  entry: ProviderEntry,
  values: FieldValues,
  { at, spoken = entry }: { readonly at: string; readonly spoken?: ProviderEntry },
): { split: SplitFields; faults: FieldFault[] } {
  const faults: FieldFault[] = []
  const plain: Record<string, string> = {}
  const secret: Record<string, string> = {}
  const names = entry.fields.map((field) => field.name)
  for (const [name, given] of Object.entries(values)) {
    const spec = entry.fields.find((field) => field.name === name)
    const path = `${at}.${name}`
    if (spec === undefined) {
      faults.push({ path, message: `${entry.name} has no field ${name}.${didYouMean(name, names)}` })
      continue
    }
    // Values are pasted from vendors' pages: blanks around them are never meant.
    const value = given.trim()
    const said = spoken.fields.find((field) => field.name === name)?.rule?.message
    const fault = value === '' ? null : valueFault(spec, value, said)
    if (fault !== null) faults.push({ path, message: fault })
    else (spec.kind === 'secret' ? secret : plain)[name] = value
  }
  return { split: { plain, secret }, faults }
}

/** What is wrong with a value, never repeating it: it may be a secret in the wrong field. */
function valueFault(spec: FieldSpec, value: string, said = spec.rule?.message): string | null {
  if (Buffer.byteLength(value) > longestBytes) return `${spec.label} is longer than 8 KiB.`
  if (spec.kind !== 'secret' && /\p{Cc}/u.test(value)) return `${spec.label} must be one line of text.`
  if (value.includes('\0')) return `${spec.label} contains a zero character.`
  if (spec.kind === 'select') {
    const options = spec.options ?? []
    if (!options.some((option) => option.value === value))
      return `${spec.label} must be one of ${options.map((option) => option.value).join(', ')}.`
  }
  if (spec.kind === 'number' && !/^-?\d+(\.\d+)?$/.test(value)) return `${spec.label} must be a number.`
  if (spec.kind === 'email' && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(value))
    return `${spec.label} must be an email address.`
  if (spec.kind === 'url' && !isWebAddress(value)) return `${spec.label} must be an address that starts with https://.`
  if (spec.rule !== undefined && !new RegExp(spec.rule.pattern, 'u').test(value)) return said ?? spec.rule.message
  return null
}

function isWebAddress(value: string): boolean {
  return URL.canParse(value) && new URL(value).protocol === 'https:'
}

/** Values laid over others; empty ones remove. */
export function merge(current: FieldValues, change: FieldValues): Record<string, string> {
  return Object.fromEntries(Object.entries({ ...current, ...change }).filter(([, value]) => value !== ''))
}

/** Defaults of the plain fields that were not given. */
export function withDefaults(entry: ProviderEntry, plain: FieldValues): Record<string, string> {
  const defaults = entry.fields.filter((field) => field.kind !== 'secret' && field.default !== undefined)
  return { ...Object.fromEntries(defaults.map((field) => [field.name, field.default ?? ''])), ...plain }
}

export interface Completeness {
  readonly complete: boolean
  /** In words, what is still missing; null when nothing is. */
  readonly reason: string | null
  /** The first field to fill in. */
  readonly field: string | null
}

/**
 * Whether a connection can work. Of the secrets only presence counts, so their masked hints will do for values.
 * `granted` tells whether an authorization is there.
 */
export function completeness(provider: Provider, present: Fields, granted: boolean): Completeness {
  const { entry, oauth } = provider
  const inPlay = oauth !== undefined && (oauth.applies?.(present) ?? true)
  const client = inPlay ? [oauth.clientIdField, oauth.clientSecretField] : []
  const missing = entry.fields.filter(
    (field) => (field.required || client.includes(field.name)) && (present[field.name] ?? '') === '',
  )
  if (missing.length > 0) {
    const labels = missing.map((field) => field.label).join(', ')
    return { complete: false, reason: `Still to fill in: ${labels}.`, field: missing[0]?.name ?? null }
  }
  if (inPlay && oauth.grant === 'authorization_code' && !granted)
    return {
      complete: false,
      reason: `${entry.name} has not been connected yet: sign in at ${entry.name} to allow it.`,
      field: null,
    }
  return { complete: true, reason: null, field: null }
}

/**
 * The only trace of a secret that may be shown: the vendor's own public prefix and the last four characters of a long
 * value ("sk_test_…x9Qz"), dots for a short one, always the same number so that not even the length shows.
 */
export function mask(spec: FieldSpec, value: string): string {
  if (value.length < 12 || /\s/.test(value)) return '••••••••'
  const prefix = /^(?:[A-Za-z]{1,8}_){1,2}/.exec(value)?.[0] ?? ''
  // A prefix is public only if the vendor's form shows it; of a chosen password it would be the beginning.
  const isPublic =
    prefix !== '' &&
    (spec.placeholder?.startsWith(prefix) === true ||
      spec.hint?.pattern.includes(prefix.split('_')[0] ?? prefix) === true)
  const shown = isPublic && value.length - prefix.length >= 12 ? prefix : ''
  return `${shown}…${value.slice(-4)}`
}

/** The nearest known name, as a question, or nothing when none is near. */
export function didYouMean(name: string, known: readonly string[]): string {
  const normal = (text: string) => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  const near = known
    .map((candidate) => ({ candidate, steps: distance(normal(name), normal(candidate)) }))
    .sort((a, b) => a.steps - b.steps)[0]
  if (near === undefined || near.steps > Math.max(2, near.candidate.length / 3)) return ''
  return ` Did you mean ${near.candidate}?`
}

/** Levenshtein distance; names are short. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= Math.min(a.length, 64); i += 1) {
    const next = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      next[j] = Math.min(swap, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1)
    }
    row = next
  }
  return row[b.length] ?? 0
}
