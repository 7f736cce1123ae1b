import { readFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { dirname, join, normalize } from 'node:path'

/** Sources by path from the root of the repository. */
export type Sources = ReadonlyMap<string, string>

interface Import {
  readonly specifier: string
  readonly typeOnly: boolean
}

const sourceName = /\.(ts|js|mjs|svelte|css|sql|prisma)$/
const generated = /(^|\/)(generated|migrations|node_modules|build|\.svelte-kit)\//
const emptyNames = /^(utils?|helpers?|common|misc|manager|service)$/i
const lineLimit = 400

/** Every tracked or new source file of the repository. */
export function readSources(root: string): Sources {
  const listed = spawnSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: root,
    encoding: 'utf8',
  })
  const sources = new Map<string, string>()
  for (const path of listed.stdout.split('\n')) {
    if (!sourceName.test(path) || generated.test(path)) continue
    try {
      sources.set(path, readFileSync(join(root, path), 'utf8'))
    } catch {
      // Listed by git and deleted in the work tree: nothing to judge.
    }
  }
  return sources
}

function importsOf(source: string): Import[] {
  const found: Import[] = []
  for (const match of source.matchAll(
    /(?:^|\n)\s*(?:import|export)\s+(type\s+)?(?:[^'"`;]*?\sfrom\s+)?['"]([^'"]+)['"]/g,
  ))
    found.push({ specifier: match[2] ?? '', typeOnly: match[1] !== undefined })
  for (const match of source.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g))
    found.push({ specifier: match[1] ?? '', typeOnly: false })
  return found
}

/** Path of an imported file of this repository, or null for a package from outside. */
function resolve(from: string, specifier: string): string | null {
  if (specifier.startsWith('.')) return normalize(join(dirname(from), specifier))
  const own = /^@patchbay\/(\w+)\/(.*)$/.exec(specifier)
  if (own === null) return null
  const [, pack = '', rest = ''] = own
  if (rest.startsWith('generated/')) return `prisma/${rest}`
  if (pack === 'server' && rest.startsWith('lab/')) return `server/${rest}`
  return pack === 'client' ? `client/${rest}` : `${pack}/src/${rest}`
}

/** The room of the house a file is in, most specific first. */
function roomOf(path: string): string {
  const engine = /^server\/src\/engine\/([^/]+)\//.exec(path)
  if (engine) return `engine/${engine[1]}`
  for (const room of [
    'server/src/http',
    'server/src/commands',
    'server/src/providers',
    'server/lab',
    'server/src',
    'server/bin',
  ])
    if (path.startsWith(`${room}/`)) return room
  return path.split('/')[0] ?? path
}

const packageBans: Readonly<Record<string, readonly string[]>> = {
  prisma: ['schema', 'server', 'client', 'test'],
  schema: ['server', 'client', 'test'],
  server: ['client', 'test'],
  client: ['prisma', 'schema', 'server', 'test'],
  test: [],
}

/** Machines any other machine may use directly; all others meet through an interface handed over in app.ts. */
const sharedMachines = new Set(['egress', 'vault', 'jobs', 'live'])
const networkModules = /^(node:)?(http|https|net|tls|dgram|dns|http2)$|^undici$|^ws$/

function serverFault(path: string, target: string): string | null {
  const room = roomOf(path)
  const to = roomOf(target)
  const contract = /(^|\/)contract\.ts$/.test(target)
  if (room === 'server/lab') return target.startsWith('server/lab/') ? null : 'the lab imports nothing of the house'
  if (path === 'server/src/main.ts' || path === 'server/src/app.ts' || path.startsWith('server/src/app/')) return null
  if (target === 'server/src/app.ts' || target === 'server/src/main.ts') return 'only main builds the app'
  if (room === 'server/src/providers')
    return to === 'server/src/providers' || target.startsWith('schema/src/')
      ? null
      : 'a provider knows its form, shared pieces and contracts only'
  if (room.startsWith('engine/')) {
    if (to === room || target.startsWith('prisma/') || target.startsWith('schema/') || contract) return null
    if (to.startsWith('engine/'))
      return sharedMachines.has(to.slice(7)) ? null : 'machines meet through an interface handed over in app.ts'
    return to === 'server/src/providers' ? null : 'a machine knows other machines, providers and data, nothing above it'
  }
  if (room === 'server/src/commands' && to === 'server/src/http') return 'commands do not know the doors'
  if (room === 'server/src/http' && to === 'server/src/commands')
    return 'doors know command interfaces, not their implementation'
  return null
}

function boundaryFaults(path: string, source: string): string[] {
  const faults: string[] = []
  const home = path.split('/')[0] ?? ''
  for (const { specifier } of importsOf(source)) {
    if (/^(\.\.\/){3,}/.test(specifier)) faults.push(`${path}: ${specifier} climbs more than two levels`)
    if (home === 'schema' && networkModules.test(specifier))
      faults.push(`${path}: the contract does not touch the network (${specifier})`)
    const target = resolve(path, specifier)
    if (target === null) continue
    const there = target.split('/')[0] ?? ''
    if (packageBans[home]?.includes(there)) faults.push(`${path}: ${home} must not import ${there} (${specifier})`)
    const fault = home === 'server' && !path.startsWith('server/bin/') ? serverFault(path, target) : null
    if (fault !== null) faults.push(`${path}: ${fault} (${specifier})`)
  }
  const readsProcess = /\bprocess\.(env|exit|argv|on)\b/.test(source)
  const mayReadProcess =
    /^server\/src\/main\.ts$|\/bin\/|^test\/|^server\/lab\/main\.ts$|\.config\.(ts|js)$|^codegen\.ts$/
  if (readsProcess && !mayReadProcess.test(path)) faults.push(`${path}: only main reads process`)
  return faults
}

function cycleFaults(sources: Sources): string[] {
  const edges = new Map<string, string[]>()
  for (const [path, source] of sources) {
    const targets = importsOf(source).filter((found) => !found.typeOnly)
    edges.set(
      path,
      targets
        .map((found) => resolve(path, found.specifier))
        .filter((target) => target !== null && sources.has(target)) as string[],
    )
  }
  const faults: string[] = []
  const done = new Set<string>()
  const visit = (path: string, trail: string[]): void => {
    const at = trail.indexOf(path)
    if (at >= 0) {
      faults.push(`cycle: ${[...trail.slice(at), path].join(' → ')}`)
      return
    }
    if (done.has(path)) return
    for (const target of edges.get(path) ?? []) visit(target, [...trail, path])
    done.add(path)
  }
  for (const path of sources.keys()) visit(path, [])
  return faults
}

/** Everything in `sources` that breaks a rule of docs/architecture.md, one sentence each. */
export function houseFaults(sources: Sources): string[] {
  const faults = cycleFaults(sources)
  for (const [path, source] of sources) {
    const lines = source.split('\n').length - 1
    if (lines > lineLimit) faults.push(`${path}: ${lines} lines, the limit is ${lineLimit}`)
    for (const part of path.split('/'))
      if (emptyNames.test(part.replace(/(\.\w+)+$/, '')))
        faults.push(`${path}: "${part}" says that nobody decided what it is`)
    if (/\.(ts|js|mjs|svelte)$/.test(path)) faults.push(...boundaryFaults(path, source))
  }
  return faults
}
