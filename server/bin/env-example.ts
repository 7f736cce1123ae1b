// Prints .env.example from the settings the hub really reads: `node server/bin/env-example.ts > .env.example`.
import { renderExample } from '../src/config.ts'
import { catalog } from '../src/providers/index.ts'

process.stdout.write(renderExample(catalog.list()))
