// The real hub with one connection to a vendor of the bench: `node proxy-hub.ts <database url> <vendor origin>` prints where
// requests to that vendor are passed on. Limits, breaker, cache, costs, log and roll-ups are on, as in production.
import { randomBytes, randomUUID } from 'node:crypto'
import { sealSecrets, storeSecrets } from '@patchbay/server/commands/connection-secrets.ts'
import { createApp } from '@patchbay/server/app.ts'
import { readConfig } from '@patchbay/server/config.ts'
import { createLog } from '@patchbay/server/log.ts'
import { catalog, providers } from '@patchbay/server/providers/index.ts'
import { freePort } from '../support/free-port.ts'
import { masterKey, organizationId } from './seed.ts'

const [, , databaseUrl = '', vendorOrigin = ''] = process.argv
const port = await freePort()
const url = `http://127.0.0.1:${port}`
const stripe = providers.get('stripe')
if (stripe === undefined) throw new Error('no stripe')
// Stripe as it is, at another address, with limits nobody reaches: they are counted all the same.
const provider = {
  ...stripe,
  entry: { ...stripe.entry, limits: [{ requests: 1_000_000_000, windowSeconds: 60, scope: 'bench' }] },
  hosts: () => ({ api: vendorOrigin }),
}
const settings = {
  PATCHBAY_MODE: 'production',
  PATCHBAY_ROLE: 'web',
  PATCHBAY_PUBLIC_URL: url,
  PATCHBAY_MASTER_KEYS: `bench:${Buffer.from(masterKey).toString('base64')}`,
  PATCHBAY_AUTH_SECRET: randomBytes(32).toString('base64'),
  PATCHBAY_ADMIN_PASSWORD: randomBytes(12).toString('base64url'),
  PATCHBAY_REQUESTS_PER_MINUTE: '0',
  PATCHBAY_PROXY_REQUESTS_PER_MINUTE: '10000000',
  PATCHBAY_EGRESS_ORIGINS: vendorOrigin,
  DATABASE_URL: databaseUrl,
  HOST: '127.0.0.1',
  PORT: String(port),
}
const log = createLog({
  level: 'info',
  destination: { write: (line) => void (line.includes('"level":"info"') || process.stderr.write(line)) },
})
const app = await createApp(readConfig(settings, catalog.list()), { log, providers: new Map([['stripe', provider]]) })
await app.start()

const { database, vault } = app.parts
const tenant = database.tenant(organizationId)
const connection = await tenant.prisma.connection.findFirstOrThrow({ where: { provider: 'stripe' } })
const version = 1 + (await tenant.prisma.credential.count({ where: { connectionId: connection.id } }))
const row = { id: randomUUID(), organizationId, version }
const sealed = await sealSecrets(vault, stripe.entry, { secretKey: `sk_live_${randomBytes(24).toString('hex')}` }, row)
const actor = {
  kind: 'SYSTEM',
  id: null,
  name: 'Bench',
  organizationId,
  ipAddress: null,
  correlationId: randomUUID(),
  connectionIds: [],
} as const
await tenant.prisma.$transaction((tx) => storeSecrets(tx, actor, connection.id, sealed, new Date()))
console.log(`${url}/proxy/${connection.id}`)
process.on('SIGTERM', () => void app.stop().then(() => process.exit(0)))
