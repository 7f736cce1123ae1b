import { randomUUID } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { categories, type Catalog, type ProviderEntry } from '@patchbay/schema/catalog.ts'
import type { Provider } from './provider.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const keptEntries = fileURLToPath(new URL('../../generated/providers.json', import.meta.url))
const require = createRequire(import.meta.url)
/** What lies beside the providers and is none. */
const form = new Set(['index.ts', 'provider.ts', 'resource.ts', 'webhook.ts', 'words.ts'])

/** A provider is a file of this folder: `<slug>.ts` is the whole registration. */
const slugs: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.ts') && !form.has(name))
  .map((name) => name.slice(0, -'.ts'.length))

const loaded = new Map<string, Provider>()

/** Loads a provider's module at its first use: most hubs work with a few of them. */
function load(slug: string): Provider {
  const known = loaded.get(slug)
  if (known !== undefined) return known
  const exported: Record<string, unknown> = require(join(folder, `${slug}.ts`))
  const found = Object.values(exported).filter(isProvider)
  const [provider] = found
  if (provider === undefined || found.length > 1) throw new Error(`providers/${slug}.ts must export one provider`)
  if (provider.entry.slug !== slug) throw new Error(`providers/${slug}.ts exports ${provider.entry.slug}`)
  loaded.set(slug, provider)
  return provider
}

const isProvider = (value: unknown): value is Provider =>
  typeof value === 'object' && value !== null && 'entry' in value && 'authorize' in value

/** Tells one state of this folder from another; costs a look at each file, not its reading. */
function stampOf(): string {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.ts'))
  return files
    .toSorted()
    .map((name) => {
      const { size, mtimeMs } = statSync(join(folder, name))
      return `${name}:${size}:${mtimeMs}`
    })
    .join('\n')
}

/** Entries of all providers, from the file that keeps them; after a change of a provider from the modules themselves. */
function readEntries(): readonly ProviderEntry[] {
  const stamp = stampOf()
  try {
    const kept = JSON.parse(readFileSync(keptEntries, 'utf8')) as { stamp: string; entries: ProviderEntry[] }
    if (kept.stamp === stamp) return kept.entries
  } catch {
    // Not written yet, or cut short.
  }
  const entries = slugs.map((slug) => load(slug).entry)
  const rank = ({ category }: ProviderEntry) => categories.indexOf(category)
  const sorted = entries.toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en'))
  try {
    // Written beside and renamed: processes that start together read the old file or the new one.
    const beside = `${keptEntries}.${randomUUID()}`
    mkdirSync(join(keptEntries, '..'), { recursive: true })
    writeFileSync(beside, JSON.stringify({ stamp, entries: sorted }))
    renameSync(beside, keptEntries)
  } catch {
    // A file system that cannot be written to: the modules are read at every start.
  }
  return sorted
}

const entries: ReadonlyMap<string, ProviderEntry> = new Map(readEntries().map((entry) => [entry.slug, entry]))

/** Every built-in provider by slug. The module of one is loaded when it is first asked for. */
export const providers = {
  get: (slug: string): Provider | undefined => (entries.has(slug) ? load(slug) : undefined),
  has: (slug: string): boolean => entries.has(slug),
  keys: (): IterableIterator<string> => entries.keys(),
  /** Loads all of them. */
  values: (): readonly Provider[] => [...entries.keys()].map(load),
}

/** The marketplace over the registry: by category, then by name. Loads no provider. */
export const catalog: Catalog = { list: () => [...entries.values()], get: (slug) => entries.get(slug) }
