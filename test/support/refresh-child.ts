// One process of a hub that opens a connection's credentials many times at once. Says "ready", waits for a line on its
// input, and prints the distinct access tokens it was handed. Argument: RefreshTask as JSON.
import { once } from 'node:events'
import { openDatabase } from '@patchbay/prisma/client.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import { oauthReplica } from './oauth-bench.ts'
import { testActor } from './test-provider.ts'

export interface RefreshTask {
  readonly url: string
  readonly origin: string
  readonly connectionId: string
  readonly callers: number
  /** A real provider at its lab twin; absent: the bench's own. */
  readonly slug?: string
}
const { url, origin, connectionId, callers, slug } = JSON.parse(process.argv[2] ?? '{}') as RefreshTask
const database = await openDatabase({ url, maxConnections: 8 })
const replica = oauthReplica({ database, origin, real: slug === undefined ? undefined : providers.get(slug) })
const connection = await database.system.prisma.connection.findUniqueOrThrow({ where: { id: connectionId } })
const actor = testActor(connection.organizationId)
process.stdout.write('ready\n')
await once(process.stdin, 'data')
const opened = await Promise.all(Array.from({ length: callers }, () => replica.credentials.open(connection, actor)))
process.stdout.write(`${JSON.stringify([...new Set(opened.map(({ accessToken }) => accessToken))])}\n`)
await replica.close()
await database.close()
process.stdin.destroy()
