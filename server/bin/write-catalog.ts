// Writes what follows from the providers: .env.example and docs/providers.md. A provider that does not load leaves both as
// they are:
//   npm run write:catalog
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { renderProviders } from '@patchbay/schema/capabilities/document.ts'
import { projectFolder, renderExample } from '../src/config.ts'
import { catalog } from '../src/providers/index.ts'

const entries = catalog.list()
const files = { '.env.example': renderExample(entries), 'docs/providers.md': renderProviders(entries) }
for (const [path, text] of Object.entries(files)) {
  writeFileSync(join(projectFolder, path), text)
  console.log(`wrote ${path}`)
}
