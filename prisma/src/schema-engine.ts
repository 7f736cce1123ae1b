import { readdir, readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { PGlite } from '@electric-sql/pglite'
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import type { DiffTarget, SchemaEngine } from '@prisma/schema-engine-wasm'
import { PrismaPGlite } from 'pglite-prisma-adapter'

/** Folder of the models this package was written for. */
export const modelsFolder: string = fileURLToPath(new URL('../models', import.meta.url))

type WasmExports = Record<string, unknown>

// Node has it; the type libraries that declare it declare the whole browser.
declare const WebAssembly: {
  instantiate(bytes: Uint8Array, imports: Record<string, object>): Promise<{ instance: { exports: WasmExports } }>
}

interface EngineModule {
  SchemaEngine: { new: (options: object, log: () => void, adapter: object) => Promise<SchemaEngine> }
  __wbg_set_wasm(exports: WasmExports): void
}

/**
 * Prisma's schema engine, in this process: no download, no binary. Loading it costs a quarter of a second and 20 MB,
 * so only the commands that compare schemas do; starting the hub never does.
 */
async function openEngine(adapter: SqlMigrationAwareDriverAdapterFactory): Promise<SchemaEngine> {
  const glue = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const module = (await import(glue)) as EngineModule
  const bytes = await readFile(new URL('./schema_engine_bg.wasm', glue))
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': module })
  module.__wbg_set_wasm(instance.exports)
  const start = instance.exports['__wbindgen_start']
  if (typeof start === 'function') start()
  const bound = bindMigrationAwareSqlAdapterFactory(adapter)
  return module.SchemaEngine.new({ datamodels: undefined }, () => {}, bound)
}

/** Reads the models of a folder, in the shape the schema engine takes. */
export async function readModels(folder: string = modelsFolder): Promise<{ path: string; content: string }[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.prisma')).sort()
  return Promise.all(
    names.map(async (name) => ({ path: `${folder}/${name}`, content: await readFile(`${folder}/${name}`, 'utf8') })),
  )
}

/** The SQL that turns the empty database (or `from`, a migrated PGlite) into what the models of `folder` say. */
export async function diffToModels(options: { from?: PGlite; folder?: string } = {}): Promise<string> {
  const files = await readModels(options.folder)
  const database = options.from ?? new PGlite('memory://')
  const engine = await openEngine(new PrismaPGlite(database))
  try {
    const from: DiffTarget = options.from
      ? { tag: 'schemaDatasource', files, configDir: options.folder ?? modelsFolder }
      : { tag: 'empty' }
    const result = await engine.diff({
      from,
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    })
    return result.stdout ?? ''
  } finally {
    engine.free()
    if (!options.from) await database.close()
  }
}
