import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectFolder } from '../config.ts'

/** The hub's version, as the project's manifest names it. */
export function readVersion(): string {
  const manifest = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8')) as { version: string }
  return manifest.version
}
