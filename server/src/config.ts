import { readFileSync } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ProviderEntry } from '@patchbay/schema/catalog.ts'
import type { IdentityProvider } from './engine/people/contract.ts'
import type { KeyWrapper } from './engine/vault/contract.ts'
import { parseMasterKeys } from './engine/vault/master-keys.ts'
import { identitiesOf, identityFaults, identitySettings } from './identities.ts'
import { settings, type SettingName, type SettingNote, type Values } from './settings.ts'

/** Folder of the whole project: relative paths in settings start here, wherever the process was started. */
export const projectFolder: string = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

export type Environment = Readonly<Record<string, string | undefined>>

/** A connection named by environment variables (C8). Its values are secrets: never print one. */
export interface EnvironmentConnection {
  readonly provider: string
  readonly environment: 'SANDBOX' | 'LIVE'
  readonly fields: Readonly<Record<string, string>>
}

/** What the hub was told, checked as a whole. */
export interface Config {
  readonly mode: 'demo' | 'production'
  readonly role: 'all' | 'web' | 'worker'
  readonly host: string
  readonly port: number
  /** Null: http://localhost and the port that was bound. */
  readonly publicUrl: string | null
  readonly corsOrigins: readonly string[]
  /** Files of the only documents that may run, the admin’s among them; null: every document runs. */
  readonly trustedDocuments: readonly string[] | null
  readonly trustedProxies: readonly string[]
  /** Per address; 0 is off. */
  readonly requestsPerMinute: number
  /** Per source; 0 is off. */
  readonly hooksPerMinute: number
  readonly proxy: {
    /** Per caller; 0 is off. */
    readonly requestsPerMinute: number
    readonly maxBytes: number
    /** Its subdomains are connections; null without one. */
    readonly domain: string | null
  }
  readonly dataFolder: string
  readonly database: { readonly url: string | null; readonly pool: number }
  readonly retention: {
    readonly callDays: number
    readonly eventDays: number
    readonly probeDays: number
    readonly minuteFigureDays: number
    readonly hourFigureDays: number
    readonly dayFigureDays: number
    readonly auditDays: number
  }
  /** Primary first; null in demo mode means a key kept in the data folder. */
  readonly masterKeys: readonly KeyWrapper[] | null
  /** Null in demo mode means a secret kept in the data folder. */
  readonly authSecret: string | null
  readonly organizationName: string
  readonly admin: { readonly email: string; readonly password: string | null }
  readonly bootstrapApiKey: string | null
  /** Per address. */
  readonly signInsPerMinute: number
  /** Who else may say who a member is. */
  readonly identities: readonly IdentityProvider[]
  /** The hub's own SMTP server; null: mail goes through connections alone. */
  readonly smtp: { readonly url: string; readonly from: string } | null
  readonly egressAllow: readonly string[]
  readonly egressOrigins: readonly string[]
  readonly probeIntervalSeconds: number
  /** Memory for kept answers; 0 keeps none. */
  readonly cacheBytes: number
  readonly labPort: number
  readonly logLevel: Values['LOG_LEVEL']
  readonly metricsToken: string | null
  readonly connections: readonly EnvironmentConnection[]
  /** Things worth saying that do not stop a start. */
  readonly warnings: readonly string[]
}

/** Everything wrong with the environment, at once. */
export class ConfigError extends Error {
  readonly code = 'CONFIG'
  readonly faults: readonly string[]
  constructor(faults: readonly string[]) {
    super(`The hub cannot start with these settings:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`)
    this.name = 'ConfigError'
    this.faults = faults
  }
}

const adminDocuments = 'client/src/lib/graphql/generated/persisted-documents.json'

/** Files of trusted documents: the admin’s always, or nobody could use it. */
const trustedFiles = (names: readonly string[] | undefined): readonly string[] | null =>
  names === undefined
    ? null
    : [...new Set([adminDocuments, ...names.filter((name) => name !== 'admin')])].map((name) =>
        isAbsolute(name) ? name : join(projectFolder, name),
      )

const noteOf = (name: SettingName): SettingNote => settings[name].meta() as SettingNote

/** Name of the variable that carries a provider's field: google-calendar + clientId gives GOOGLE_CALENDAR_CLIENT_ID. */
export function variableOf(slug: string, field: string): string {
  const words = field.replace(/([a-z0-9])([A-Z])/g, '$1_$2')
  return `${slug}_${words}`.replaceAll('-', '_').toUpperCase()
}

/**
 * Reads the whole environment. Secrets may come from files (`NAME_FILE`). Throws ConfigError that lists every fault and
 * names its variable; values of secrets are never repeated.
 */
export function readConfig(env: Environment, providers: readonly ProviderEntry[] = []): Config {
  const faults: string[] = []
  const values: Record<string, unknown> = {}
  for (const name of Object.keys(settings) as SettingName[]) {
    const raw = noteOf(name).secret ? secretValue(env, name, faults) : given(env[name])
    const parsed = settings[name].safeParse(raw)
    if (parsed.success) values[name] = parsed.data
    else faults.push(...parsed.error.issues.map((issue) => `${name} ${issue.message}`))
  }
  const read = values as unknown as Values
  const mode =
    read.PATCHBAY_MODE ?? ((given(env['DATABASE_URL']) ?? given(env['DATABASE_URL_FILE'])) ? 'production' : 'demo')
  faults.push(...tiedFaults(read, env, mode))
  const masterKeys =
    read.PATCHBAY_MASTER_KEYS === undefined ? null : parseMasterKeys(read.PATCHBAY_MASTER_KEYS, 'PATCHBAY_MASTER_KEYS')
  faults.push(...(masterKeys?.faults ?? []))
  const connections = environmentConnections(env, providers, faults)
  if (faults.length > 0) throw new ConfigError(faults)
  return {
    mode,
    role: read.PATCHBAY_ROLE,
    host: read.HOST,
    port: read.PORT,
    publicUrl: read.PATCHBAY_PUBLIC_URL ?? null,
    corsOrigins: read.PATCHBAY_CORS_ORIGINS,
    trustedDocuments: trustedFiles(read.PATCHBAY_TRUSTED_DOCUMENTS),
    trustedProxies: read.PATCHBAY_TRUSTED_PROXIES,
    requestsPerMinute: read.PATCHBAY_REQUESTS_PER_MINUTE,
    hooksPerMinute: read.PATCHBAY_HOOKS_PER_MINUTE,
    proxy: {
      requestsPerMinute: read.PATCHBAY_PROXY_REQUESTS_PER_MINUTE,
      maxBytes: read.PATCHBAY_PROXY_MAX_BYTES,
      domain: read.PATCHBAY_PROXY_DOMAIN ?? null,
    },
    dataFolder: isAbsolute(read.PATCHBAY_DATA_DIR)
      ? read.PATCHBAY_DATA_DIR
      : join(projectFolder, read.PATCHBAY_DATA_DIR),
    database: { url: read.DATABASE_URL ?? null, pool: read.PATCHBAY_DATABASE_POOL },
    retention: {
      callDays: read.PATCHBAY_CALL_RETENTION_DAYS,
      eventDays: read.PATCHBAY_EVENT_RETENTION_DAYS,
      probeDays: read.PATCHBAY_PROBE_RETENTION_DAYS,
      minuteFigureDays: read.PATCHBAY_MINUTE_FIGURE_DAYS,
      hourFigureDays: read.PATCHBAY_HOUR_FIGURE_DAYS,
      dayFigureDays: read.PATCHBAY_DAY_FIGURE_DAYS,
      auditDays: read.PATCHBAY_AUDIT_RETENTION_DAYS,
    },
    masterKeys: masterKeys?.wrappers ?? null,
    authSecret: read.PATCHBAY_AUTH_SECRET ?? null,
    organizationName: read.PATCHBAY_ORGANIZATION,
    admin: { email: read.PATCHBAY_ADMIN_EMAIL.toLowerCase(), password: read.PATCHBAY_ADMIN_PASSWORD ?? null },
    signInsPerMinute: read.PATCHBAY_SIGN_INS_PER_MINUTE,
    bootstrapApiKey: read.PATCHBAY_BOOTSTRAP_API_KEY ?? null,
    identities: identitiesOf(read),
    smtp:
      read.PATCHBAY_SMTP_URL && read.PATCHBAY_SMTP_FROM
        ? { url: read.PATCHBAY_SMTP_URL, from: read.PATCHBAY_SMTP_FROM }
        : null,
    egressAllow: read.PATCHBAY_EGRESS_ALLOW,
    egressOrigins: read.PATCHBAY_EGRESS_ORIGINS,
    probeIntervalSeconds: read.PATCHBAY_PROBE_SECONDS,
    cacheBytes: read.PATCHBAY_CACHE_BYTES,
    labPort: read.PATCHBAY_LAB_PORT,
    logLevel: read.LOG_LEVEL,
    metricsToken: read.PATCHBAY_METRICS_TOKEN ?? null,
    connections,
    warnings: unknownSettings(env),
  }
}

/** Rules that tie several settings together. */
function tiedFaults(read: Values, env: Environment, mode: Config['mode']): string[] {
  const faults: string[] = []
  const has = (name: SettingName) => given(env[name]) !== undefined || given(env[`${name}_FILE`]) !== undefined
  if (mode === 'production')
    for (const name of ['PATCHBAY_PUBLIC_URL', 'PATCHBAY_MASTER_KEYS', 'PATCHBAY_AUTH_SECRET'] as const)
      if (!has(name)) faults.push(`${name} is required in production. ${noteOf(name).about}`)
  if (read.PATCHBAY_ROLE !== undefined && read.PATCHBAY_ROLE !== 'all' && !has('DATABASE_URL'))
    faults.push(
      `PATCHBAY_ROLE=${read.PATCHBAY_ROLE} needs DATABASE_URL: the embedded database belongs to one process, so it must do everything.`,
    )
  for (const names of identitySettings)
    if (names.some(has) && !names.every(has))
      faults.push(
        `${names.filter((name) => !has(name)).join(' and ')} missing: this sign-in needs all of ${names.join(', ')}.`,
      )
  faults.push(...identityFaults(read))
  const smtp = ['PATCHBAY_SMTP_URL', 'PATCHBAY_SMTP_FROM'] as const
  if (smtp.some(has) && !smtp.every(has))
    faults.push(
      `${smtp.filter((name) => !has(name)).join('')} missing: mail of the hub’s own needs ${smtp.join(' and ')}.`,
    )
  return faults
}

function environmentConnections(
  env: Environment,
  providers: readonly ProviderEntry[],
  faults: string[],
): EnvironmentConnection[] {
  const found: EnvironmentConnection[] = []
  for (const entry of providers) {
    const fields: Record<string, string> = {}
    for (const field of entry.fields) {
      const value = secretValue(env, variableOf(entry.slug, field.name), faults)
      if (value !== undefined) fields[field.name] = value
    }
    if (!entry.fields.some((field) => field.kind === 'secret' && fields[field.name] !== undefined)) continue
    const missing = entry.fields.filter(
      (field) => field.required && field.default === undefined && fields[field.name] === undefined,
    )
    for (const field of missing)
      faults.push(
        `${variableOf(entry.slug, field.name)} is missing: ${entry.name} is named in the environment and needs ${field.label}.`,
      )
    const name = variableOf(entry.slug, 'environment')
    const environment = (given(env[name]) ?? entry.environments[0] ?? 'LIVE').toUpperCase()
    if (environment !== 'SANDBOX' && environment !== 'LIVE') faults.push(`${name} must be sandbox or live`)
    else if (!entry.environments.includes(environment))
      faults.push(`${name}: ${entry.name} has no ${environment.toLowerCase()} environment`)
    else found.push({ provider: entry.slug, environment, fields })
  }
  return found
}

function given(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value.trim()
}

function secretValue(env: Environment, name: string, faults: string[]): string | undefined {
  const direct = given(env[name])
  const file = given(env[`${name}_FILE`])
  if (direct !== undefined && file !== undefined) faults.push(`${name} and ${name}_FILE are both set: keep one`)
  if (direct !== undefined || file === undefined) return direct
  try {
    const content = given(readFileSync(resolve(projectFolder, file), 'utf8'))
    if (content === undefined) faults.push(`${name}_FILE names an empty file`)
    return content
  } catch (cause) {
    faults.push(`${name}_FILE cannot be read (${(cause as NodeJS.ErrnoException).code ?? 'unknown reason'})`)
    return undefined
  }
}

/** PATCHBAY_QUIET belongs to the start script. */
const alsoKnown = new Set(['PATCHBAY_QUIET'])

function unknownSettings(env: Environment): string[] {
  return Object.keys(env)
    .filter((name) => name.startsWith('PATCHBAY_') && !alsoKnown.has(name))
    .filter((name) => !(name in settings) && !(name.replace(/_FILE$/, '') in settings))
    .map((name) => `${name} is not a setting of this hub and is ignored`)
}

/** The text of `.env.example`: every setting, commented out, in the order of settings.ts, then the providers' variables. */
export function renderExample(providers: readonly ProviderEntry[]): string {
  const lines = [
    '# Every setting of the hub. Copy to .env and uncomment what you need; real environment variables win.',
    '# Secrets can be kept in files instead: NAME_FILE=/run/secrets/name',
  ]
  let section = ''
  for (const name of Object.keys(settings) as SettingName[]) {
    const about = noteOf(name)
    if (about.section !== section) lines.push('', `## ${about.section}`)
    section = about.section
    lines.push(`# ${about.about}`, `#${name}=${about.example ?? ''}`)
  }
  lines.push(
    '',
    '## Connections made at start',
    '# A provider whose secrets are set here is connected in the first organization. <PROVIDER>_ENVIRONMENT=sandbox or live.',
  )
  for (const entry of [...providers].sort((a, b) => a.slug.localeCompare(b.slug)))
    lines.push(...entry.fields.map((field) => `#${variableOf(entry.slug, field.name)}=`))
  return `${lines.join('\n')}\n`
}
