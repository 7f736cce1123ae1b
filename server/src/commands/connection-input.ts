import type { ProviderEntry, TemplateSpec } from '@patchbay/schema/catalog.ts'
import type { CreateConnectionInput, UpdateConnectionInput } from '@patchbay/schema/commands/connection.ts'
import { InvalidInputError, type FieldFault } from '@patchbay/schema/errors.ts'
import type { Provider } from '../providers/provider.ts'
import { checkFields, didYouMean, withDefaults, type SplitFields } from './connection-fields.ts'

/** A connection as it will be stored, checked. */
export interface NewConnection {
  readonly provider: Provider
  readonly name: string
  readonly environment: 'SANDBOX' | 'LIVE'
  readonly simulated: boolean
  readonly baseUrl: string | null
  readonly settings: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
  readonly probeIntervalSeconds: number
}

export interface InputRules {
  readonly provider: (slug: string) => Provider | undefined
  readonly providerSlugs: readonly string[]
  /** The provider's entry in the language its own words come in. */
  readonly spoken: (provider: Provider) => ProviderEntry
  /** The provider lab is on. */
  readonly labOn: boolean
  /** Used when the input names none. */
  readonly probeIntervalSeconds: number
}

/** Checks a new connection in full. @throws InvalidInputError with every fault */
export function checkNewConnection(input: CreateConnectionInput, rules: InputRules): NewConnection {
  const provider = rules.provider(input.provider)
  const faults: FieldFault[] = []
  const name = checkName(input.name, faults)
  const template = templateOf(provider?.entry, input.template, faults)
  const probeIntervalSeconds = checkInterval(
    input.probeIntervalSeconds ?? template?.probeIntervalSeconds ?? rules.probeIntervalSeconds,
    faults,
  )
  if (provider === undefined) {
    const hint = didYouMean(input.provider, rules.providerSlugs)
    throw new InvalidInputError([
      { path: 'provider', message: `There is no provider ${JSON.stringify(input.provider)}.${hint}` },
      ...faults,
    ])
  }
  const { entry } = provider
  if (!entry.environments.includes(input.environment))
    faults.push({
      path: 'environment',
      message: `${entry.name} has no ${input.environment} environment; use ${entry.environments.join(' or ')}.`,
    })
  const simulated = input.simulated ?? false
  if (simulated && !rules.labOn)
    faults.push({
      path: 'simulated',
      message: 'The provider lab is off on this hub, so connections cannot be simulated.',
    })
  else if (simulated && !entry.lab)
    faults.push({ path: 'simulated', message: `The provider lab has no ${entry.name}.` })
  const baseUrl = checkBaseUrl(entry, input.baseUrl ?? null, faults)
  const checked = checkFields(
    entry,
    { ...template?.settings, ...input.fields },
    { at: 'fields', spoken: rules.spoken(provider) },
  )
  faults.push(...checked.faults)
  if (faults.length > 0) throw new InvalidInputError(faults)
  const { plain, secret } = withoutEmpty(checked.split)
  const { environment } = input
  return {
    provider,
    name,
    environment,
    simulated,
    baseUrl,
    settings: withDefaults(entry, plain),
    secrets: secret,
    probeIntervalSeconds,
  }
}

function templateOf(
  entry: ProviderEntry | undefined,
  key: string | null | undefined,
  faults: FieldFault[],
): TemplateSpec | undefined {
  if (entry === undefined || key === null || key === undefined) return undefined
  const found = entry.templates.find((template) => template.key === key)
  if (found === undefined)
    faults.push({
      path: 'template',
      message: `${entry.name} has no template ${JSON.stringify(key)}; it has ${entry.templates.map((one) => one.key).join(', ')}.`,
    })
  return found
}

/** What an update changes, checked; absent members stay as they are. */
export interface ConnectionChange {
  readonly name?: string
  readonly baseUrl?: string | null
  /** Laid over the current settings; empty strings remove. */
  readonly settings?: Readonly<Record<string, string>>
  readonly probeIntervalSeconds?: number
}

/** `spoken` is the entry in the language its own words come in. @throws InvalidInputError with every fault */
export function checkConnectionChange(
  { entry, spoken }: { readonly entry: ProviderEntry; readonly spoken: ProviderEntry },
  input: UpdateConnectionInput,
): ConnectionChange {
  const faults: FieldFault[] = []
  const change = {
    ...(input.name === undefined ? {} : { name: checkName(input.name, faults) }),
    ...(input.baseUrl === undefined ? {} : { baseUrl: checkBaseUrl(entry, input.baseUrl, faults) }),
    ...(input.settings === undefined ? {} : { settings: checkSettings({ entry, spoken }, input.settings, faults) }),
    ...(input.probeIntervalSeconds === undefined
      ? {}
      : { probeIntervalSeconds: checkInterval(input.probeIntervalSeconds, faults) }),
  }
  if (faults.length > 0) throw new InvalidInputError(faults)
  return change
}

function checkSettings(
  { entry, spoken }: { readonly entry: ProviderEntry; readonly spoken: ProviderEntry },
  settings: Readonly<Record<string, string>>,
  faults: FieldFault[],
): Record<string, string> {
  const checked = checkFields(entry, settings, { at: 'settings', spoken })
  faults.push(...checked.faults)
  for (const name of Object.keys(checked.split.secret))
    faults.push({ path: `settings.${name}`, message: 'This field is secret: set it with setCredentials.' })
  return checked.split.plain
}

function withoutEmpty(split: SplitFields): SplitFields {
  const filled = (values: Readonly<Record<string, string>>) =>
    Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''))
  return { plain: filled(split.plain), secret: filled(split.secret) }
}

function checkName(given: string, faults: FieldFault[]): string {
  const name = given.trim().normalize('NFC')
  const length = [...name].length
  if (length < 1 || length > 80) faults.push({ path: 'name', message: 'Give a name of 1 to 80 characters.' })
  else if (/\p{Cc}/u.test(name)) faults.push({ path: 'name', message: 'A name is one line of text.' })
  return name
}

function checkInterval(seconds: number, faults: FieldFault[]): number {
  if (!Number.isInteger(seconds) || seconds < 30 || seconds > 86_400)
    faults.push({ path: 'probeIntervalSeconds', message: 'Probe every 30 to 86,400 seconds, in whole seconds.' })
  return seconds
}

/** Whether the host is public is the egress guard's business, asked at every call: names change their addresses. */
function checkBaseUrl(entry: ProviderEntry, given: string | null, faults: FieldFault[]): string | null {
  const text = given?.trim() ?? ''
  if (text === '') return null
  const fault = baseUrlFault(entry, text)
  if (fault !== null) {
    faults.push({ path: 'baseUrl', message: fault })
    return null
  }
  return new URL(text).href.replace(/\/+$/, '')
}

function baseUrlFault(entry: ProviderEntry, text: string): string | null {
  if (!entry.baseUrlOverride) return `The address of ${entry.name} is fixed; leave this empty.`
  if (text.length > 2_000 || !URL.canParse(text))
    return 'This is not an address. It should look like https://shop.example.com.'
  const url = new URL(text)
  if (url.protocol !== 'https:') return 'The address must start with https://.'
  if (url.username !== '' || url.password !== '') return 'The address must not contain a user name or password.'
  if (url.search !== '' || url.hash !== '') return 'The address must not contain a question mark or a hash sign.'
  return null
}
