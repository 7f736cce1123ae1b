import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { providers } from '@patchbay/server/providers/index.ts'

/**
 * What the files of a folder export that are called after a provider: its data for the table-driven tests is a file, and
 * nothing lists it. Other files are what several of them share.
 *
 * @throws Error for a file that exports nothing, or more than one thing
 */
export async function loadFolder<Kind>(folder: URL): Promise<Readonly<Record<string, Kind>>> {
  const slugs = readdirSync(fileURLToPath(folder))
    .map((name) => name.replace(/\.ts$/, ''))
    .filter((slug) => providers.has(slug))
  const loaded = slugs.map(async (slug) => {
    const file = new URL(`${slug}.ts`, folder).href
    const exported = Object.values((await import(file)) as Record<string, Kind>)
    const [found] = exported
    if (found === undefined || exported.length > 1) throw new Error(`${file} must export one thing`)
    return [slug, found] as const
  })
  return Object.fromEntries(await Promise.all(loaded))
}
