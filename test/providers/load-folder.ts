import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * What the files of a folder export, by file name: a provider's data for the table-driven tests is a file, and nothing
 * lists it.
 *
 * @param form name of the file that holds the form of the others
 * @throws Error for a file that exports nothing, or more than one thing
 */
export async function loadFolder<Kind>(folder: URL, form: string): Promise<Readonly<Record<string, Kind>>> {
  const beside = new Set(['index.ts', `${form}.ts`])
  const names = readdirSync(fileURLToPath(folder)).filter((name) => name.endsWith('.ts') && !beside.has(name))
  const loaded = names.map(async (name) => {
    const exported = Object.values((await import(new URL(name, folder).href)) as Record<string, Kind>)
    const [found] = exported
    if (found === undefined || exported.length > 1) throw new Error(`${folder.pathname}${name} must export one thing`)
    return [name.slice(0, -'.ts'.length), found] as const
  })
  return Object.fromEntries(await Promise.all(loaded))
}
