// Rotates a hub's master keys in a process of its own, one row per transaction, saying so before each commit: made to be
// killed. Arguments: {"open": OpenOptions, "keys": "id:base64,id:base64"} as JSON.
import { openDatabase } from '@patchbay/prisma/client.ts'
import { createAudit } from '@patchbay/server/engine/audit/audit.ts'
import type { Vault } from '@patchbay/server/engine/vault/contract.ts'
import { createVault, parseMasterKeys, rotate } from '@patchbay/server/engine/vault/vault.ts'
import { testActor } from './tenants.ts'

const { open, keys } = JSON.parse(process.argv[2] ?? '{}') as { open: { url?: string; dataDir?: string }; keys: string }
const database = await openDatabase(open)
const vault = createVault({ wrappers: parseMasterKeys(keys, 'test').wrappers })
const telling: Vault = {
  ...vault,
  async rewrap(...step) {
    const done = await vault.rewrap(...step)
    process.stdout.write('row\n')
    return done
  },
}
const audit = createAudit({ database })
const moved = await rotate({ database, vault: telling, audit, organizationId: null, actorFor: testActor, batch: 1 })
await audit.close()
await database.close()
process.stdout.write(`moved ${moved}\n`)
