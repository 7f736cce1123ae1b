import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { projectFolder, type Environment } from './config.ts'

/** The given environment over the project's `.env` file, when there is one. */
export function readEnvironment(real: Environment): Environment {
  const file = join(projectFolder, '.env')
  return existsSync(file) ? { ...parseEnv(readFileSync(file, 'utf8')), ...real } : real
}
