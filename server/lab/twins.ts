import { readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Twin } from './twin.ts'

const folder = fileURLToPath(new URL('./twins/', import.meta.url))
const require = createRequire(import.meta.url)

/** A twin is a file of the folder `twins`: `<slug>.ts` is the whole registration. */
export const twinSlugs: readonly string[] = readdirSync(folder)
  .filter((name) => name.endsWith('.ts'))
  .map((name) => name.slice(0, -'.ts'.length))
  .toSorted()

const known = new Set(twinSlugs)
const loaded = new Map<string, Twin>()

const isTwin = (value: unknown): value is Twin =>
  typeof value === 'object' && value !== null && 'open' in value && 'faults' in value

/** A simulated vendor, loaded when it is first asked for; undefined for a slug that has none. */
export function twinOf(slug: string): Twin | undefined {
  if (!known.has(slug)) return undefined
  const at = loaded.get(slug)
  if (at !== undefined) return at
  const exported: Record<string, unknown> = require(join(folder, `${slug}.ts`))
  const twin = Object.values(exported).find(isTwin)
  if (twin?.slug !== slug) throw new Error(`lab/twins/${slug}.ts must export the twin ${slug}`)
  loaded.set(slug, twin)
  return twin
}

/** Every simulated vendor; loads them all. */
export const allTwins = (): readonly Twin[] => twinSlugs.map((slug) => twinOf(slug) as Twin)
