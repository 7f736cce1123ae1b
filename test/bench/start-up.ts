import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { providers } from '@patchbay/server/providers/index.ts'
import { bounds } from './files.ts'
import type { Comparison } from './measure.ts'

interface Taken {
  readonly cpuMs: number
  readonly rss: number
  readonly heapUsed: number
}

const rounds = Number(process.env['BENCH_ROUNDS'] ?? 5)

/** Importing the hub in a process of its own, with the compiled modules kept as `npm start` keeps them. Medians. */
function imported(loaded: number, compiled: string): Taken {
  const once = (): Taken =>
    JSON.parse(
      execFileSync(process.execPath, [bounds.imports, String(loaded)], {
        encoding: 'utf8',
        env: { ...process.env, NODE_COMPILE_CACHE: compiled },
      }),
    ) as Taken
  // The first one writes what the others find compiled.
  once()
  const all = Array.from({ length: rounds }, once)
  const median = (name: keyof Taken) => all.map((taken) => taken[name]).sort((a, b) => a - b)[rounds >> 1] ?? NaN
  return { cpuMs: median('cpuMs'), rss: median('rss'), heapUsed: median('heapUsed') }
}

/** What a start costs that loads a provider when it is first used, held against loading all of them at once. */
export async function compareStartUp(): Promise<Comparison[]> {
  const compiled = mkdtempSync(join(tmpdir(), 'patchbay-compiled-'))
  try {
    const all = [...providers.keys()].length
    const [none, eight, every] = [0, 8, all].map((loaded) => imported(loaded, compiled))
    if (none === undefined || eight === undefined || every === undefined) return []
    const against = (what: string, ours: Taken, note: string): Comparison[] => [
      {
        name: `${what}: processor time`,
        ours: ours.cpuMs,
        bound: every.cpuMs,
        ratio: ours.cpuMs / every.cpuMs,
        unit: 'ms',
        note,
      },
      {
        name: `${what}: memory`,
        ours: ours.rss / 1e6,
        bound: every.rss / 1e6,
        ratio: ours.rss / every.rss,
        unit: 'MB',
        note,
      },
      {
        name: `${what}: heap`,
        ours: ours.heapUsed / 1e6,
        bound: every.heapUsed / 1e6,
        ratio: ours.heapUsed / every.heapUsed,
        unit: 'MB',
        note,
      },
    ]
    const note = `all ${all} loaded at the start`
    return [
      ...against('start-up, no provider in use', none, note),
      ...against('start-up, eight providers in use', eight, note),
    ]
  } finally {
    rmSync(compiled, { recursive: true, force: true })
  }
}
