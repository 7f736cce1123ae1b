import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  bindMigrationAwareSqlAdapterFactory,
  type SqlMigrationAwareDriverAdapterFactory,
} from '@prisma/driver-adapter-utils'
import type { SchemaEngine } from '@prisma/schema-engine-wasm'

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

let loading: Promise<EngineModule> | undefined

/**
 * Prisma's schema engine, in this process: no download, no binary. Loading it costs a quarter of a second and 20 MB,
 * so only what compares schemas does; starting the hub never does.
 */
async function loadEngine(): Promise<EngineModule> {
  const glue = import.meta.resolve('@prisma/schema-engine-wasm/schema_engine_bg')
  const module = (await import(glue)) as EngineModule
  const bytes = await readFile(new URL('./schema_engine_bg.wasm', glue))
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': module })
  module.__wbg_set_wasm(instance.exports)
  const start = instance.exports['__wbindgen_start']
  if (typeof start === 'function') start()
  return module
}

/** Opens the engine on a database. Free it when done. */
export async function openEngine(adapter: SqlMigrationAwareDriverAdapterFactory): Promise<SchemaEngine> {
  // Once per process: its glue holds one instance, and a second would take it from under the first.
  loading ??= loadEngine()
  const module = await loading
  return module.SchemaEngine.new({ datamodels: undefined }, () => {}, bindMigrationAwareSqlAdapterFactory(adapter))
}

/**
 * The SQL that turns the database behind `adapter` into what the models of `folder` say, as Prisma would write it. Knows
 * tables, columns, enums, keys and plain indexes; partitions, policies, functions, triggers and indexes on expressions
 * it neither sees nor touches.
 * @returns the script, empty when there is no difference
 */
export async function diffToModels(
  adapter: SqlMigrationAwareDriverAdapterFactory,
  folder: string = modelsFolder,
): Promise<string> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.prisma')).sort()
  const files = await Promise.all(
    names.map(async (name) => ({ path: join(folder, name), content: await readFile(join(folder, name), 'utf8') })),
  )
  const engine = await openEngine(adapter)
  try {
    const { stdout } = await engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: folder },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    })
    const script = stdout?.trim() ?? ''
    return script === '-- This is an empty migration.' ? '' : script
  } finally {
    engine.free()
  }
}
