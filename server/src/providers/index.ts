import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { categories, type Catalog, type ProviderEntry, type ProviderWords } from '@patchbay/schema/catalog.ts'
import type { Provider } from './provider.ts'
import { inArabic } from './words.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))
const kept = fileURLToPath(new URL('../../generated/', import.meta.url))
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

/** The state of the folder that everything kept here was made from. */
const stamp = stampOf()

/** What was made from the modules of this folder, from the file that keeps it; made anew after a change of the folder. */
function keptOr<T>(file: string, make: () => T): T {
  const path = join(kept, file)
  try {
    const found = JSON.parse(readFileSync(path, 'utf8')) as { stamp: string; made: T }
    if (found.stamp === stamp) return found.made
  } catch {
    // Not written yet, or cut short.
  }
  const made = make()
  try {
    // Written beside and renamed: processes that start together read the old file or the new one.
    const beside = `${path}.${randomUUID()}`
    mkdirSync(kept, { recursive: true })
    writeFileSync(beside, JSON.stringify({ stamp, made }))
    renameSync(beside, path)
  } catch {
    // A file system that cannot be written to: the modules are read each time.
  }
  return made
}

function readEntries(): readonly ProviderEntry[] {
  const rank = ({ category }: ProviderEntry) => categories.indexOf(category)
  return slugs
    .map((slug) => load(slug).entry)
    .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en'))
}

/** Arabic words of the providers that have a file of them, `arabic/<slug>.ts`. */
function readArabic(): Readonly<Record<string, ProviderWords>> {
  const written = slugs.filter((slug) => existsSync(join(folder, 'arabic', `${slug}.ts`)))
  return Object.fromEntries(
    written.map((slug) => {
      const { arabic }: { readonly arabic?: ProviderWords } = require(join(folder, 'arabic', `${slug}.ts`))
      if (arabic === undefined) throw new Error(`providers/arabic/${slug}.ts must export arabic`)
      return [slug, arabic]
    }),
  )
}

type Entries = ReadonlyMap<string, ProviderEntry>
const bySlug = (entries: readonly ProviderEntry[]): Entries => new Map(entries.map((entry) => [entry.slug, entry]))

const entries = bySlug(keptOr('providers.json', readEntries))

/** Every built-in provider by slug. The module of one is loaded when it is first asked for. */
export const providers = {
  get: (slug: string): Provider | undefined => (entries.has(slug) ? load(slug) : undefined),
  has: (slug: string): boolean => entries.has(slug),
  keys: (): IterableIterator<string> => entries.keys(),
  /** Loads all of them. */
  values: (): readonly Provider[] => [...entries.keys()].map(load),
}

/** One language of the marketplace; its entries are read when first asked for. */
function catalogOf(read: () => Entries, others: Catalog['in']): Catalog {
  let known: Entries | undefined
  const all = () => (known ??= read())
  return { list: () => [...all().values()], get: (slug) => all().get(slug), in: others }
}

/** The marketplace over the registry, in English: by category, then by name. Loads no provider, and no Arabic before it is wanted. */
export const catalog: Catalog = catalogOf(
  () => entries,
  (language) => (language === 'ar' ? arabic : catalog),
)

const arabic = catalogOf(() => {
  const words = keptOr('providers-arabic.json', readArabic)
  return bySlug([...entries.values()].map((entry) => inArabic(entry, words[entry.slug] ?? {})))
}, catalog.in)
