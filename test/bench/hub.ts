// The real hub as production runs it: `node hub.ts <database url or data folder> [role] [origin it may deliver to]` prints its
// URL and serves until it is ended.
import { randomBytes } from 'node:crypto'
import { createApp } from '@patchbay/server/app.ts'
import { readConfig } from '@patchbay/server/config.ts'
import { createLog } from '@patchbay/server/log.ts'
import { catalog } from '@patchbay/server/providers/index.ts'
import { freePort } from '../support/free-port.ts'
import { masterKey } from './seed.ts'

const [, , place = '', role = 'web', origin = ''] = process.argv
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const settings = {
  PATCHBAY_MODE: 'production',
  // As web, workers stay quiet: probes and retention are not what is measured.
  PATCHBAY_ROLE: role,
  PATCHBAY_PUBLIC_URL: url,
  PATCHBAY_MASTER_KEYS: `bench:${Buffer.from(masterKey).toString('base64')}`,
  PATCHBAY_AUTH_SECRET: randomBytes(32).toString('base64'),
  PATCHBAY_ADMIN_PASSWORD: randomBytes(12).toString('base64url'),
  // All load comes from one address.
  PATCHBAY_REQUESTS_PER_MINUTE: '0',
  PATCHBAY_HOOKS_PER_MINUTE: '0',
  PATCHBAY_EGRESS_ORIGINS: origin,
  ...(place.startsWith('postgres') ? { DATABASE_URL: place } : { PATCHBAY_DATA_DIR: place }),
  HOST: '127.0.0.1',
  PORT: String(port),
}
const log = createLog({ level: 'info', destination: { write: (line) => void process.stderr.write(faultOf(line)) } })
const app = await createApp(readConfig(settings, catalog.list()), { log })
await app.start()
console.log(url)
process.on('SIGTERM', () => void app.stop().then(() => process.exit(0)))

/** Lines of the log worth a look: an unhappy hub measures something else. */
function faultOf(line: string): string {
  return line.includes('"level":"info"') ? '' : line
}
