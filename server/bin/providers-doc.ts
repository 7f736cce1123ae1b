// Prints docs/providers.md from the registry: `node server/bin/providers-doc.ts > docs/providers.md`.
import { renderProviders } from '@patchbay/schema/capabilities/document.ts'
import { catalog } from '../src/providers/index.ts'

process.stdout.write(renderProviders(catalog.list()))
