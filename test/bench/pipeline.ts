// Calls through the hub's own pipeline: `node pipeline.ts <database url> <vendor origin>` prints its URL. Each request goes
// the way of an operation (status, breaker, credentials from the vault, guard, judge, log) to the vendor and back.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { randomBytes, randomUUID } from 'node:crypto'
import { openDatabase } from '@patchbay/prisma/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { sealSecrets, storeSecrets } from '@patchbay/server/commands/connection-secrets.ts'
import { createAudit } from '@patchbay/server/engine/audit/audit.ts'
import { createCallLog, createCalls, createPlainCalls } from '@patchbay/server/engine/calls/calls.ts'
import { createEgress } from '@patchbay/server/engine/egress/egress.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import { createCredentials } from '@patchbay/server/engine/oauth/credentials.ts'
import { createVault, localWrapper } from '@patchbay/server/engine/vault/vault.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import { masterKey, organizationId } from './seed.ts'

const [, , databaseUrl, labOrigin = ''] = process.argv
const database = await openDatabase({ url: databaseUrl })
const vault = createVault({ wrappers: [localWrapper('bench', masterKey)] })
const live = createLive({ database })
const audit = createAudit({ database, now: () => new Date(), newId: randomUUID })
const egress = createEgress({ allowOrigins: [labOrigin] })
const log = createCallLog({ database, live, onFault: (error) => console.error(error) })
const provider = (slug: string) => providers.get(slug)
const plain = createPlainCalls({ egress, log, labOrigin })
const credentials = createCredentials({ database, vault, audit, calls: plain, provider })
const calls = createCalls({ egress, log, credentials, providers: provider, labOrigin })

const tenant = database.tenant(organizationId)
const stripe = provider('stripe')
if (stripe === undefined) throw new Error('no stripe')
const found = await tenant.prisma.connection.findFirstOrThrow({ where: { provider: 'stripe' } })
const connection = { ...found, simulated: true }
const actor: Actor = {
  kind: 'API_KEY',
  id: null,
  name: 'Bench',
  organizationId,
  ipAddress: '127.0.0.1',
  correlationId: randomUUID(),
  connectionIds: [],
}
const version = 1 + (await tenant.prisma.credential.count({ where: { connectionId: connection.id } }))
const row = { id: randomUUID(), organizationId, version }
const sealed = await sealSecrets(vault, stripe.entry, { secretKey: `sk_live_${randomBytes(24).toString('hex')}` }, row)
await tenant.prisma.$transaction((tx) => storeSecrets(tx, actor, connection.id, sealed, new Date()))

const server = createServer((request, response) => {
  const call = calls.bind(connection, {
    actor: { ...actor, correlationId: randomUUID() },
    purpose: 'OPERATION',
    operation: 'payments.get',
  })
  call({ method: request.method === 'POST' ? 'POST' : 'GET', path: request.url ?? '/' }).then(
    (answer) => {
      const length = Buffer.byteLength(answer.text)
      response.writeHead(answer.status, { 'content-type': 'application/json', 'content-length': length })
      response.end(answer.text)
    },
    (error: unknown) => {
      response.writeHead(502)
      response.end(String(error))
    },
  )
})
server.listen(0, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
})
process.on('SIGTERM', () => void calls.flush().then(() => process.exit(0)))
