// One process of a hub that takes calls from connections' limits as fast as it can, one connection after the other. Says
// "ready", waits for a line on its input, prints the connection's number for each call that was granted, and at the end a
// line. Argument: LimitTask as JSON.
import { once } from 'node:events'
import { openDatabase } from '@patchbay/prisma/client.ts'
import { gatewayReplica, refusalOfTake } from './gateway-replica.ts'

export interface LimitTask {
  readonly url: string
  /** At most ten. */
  readonly connectionIds: readonly string[]
  /** Instant all processes live in, so that no window ends meanwhile. */
  readonly at: string
  readonly callers: number
  /** Calls each caller tries. */
  readonly calls: number
}

const { url, connectionIds, at, callers, calls } = JSON.parse(process.argv[2] ?? '{}') as LimitTask
const database = await openDatabase({ url, maxConnections: 4 })
const replica = await gatewayReplica({ database, now: () => new Date(at) })
const connections = await Promise.all(
  connectionIds.map((id) => database.system.prisma.connection.findUniqueOrThrow({ where: { id } })),
)
process.stdout.write('ready\n')
await once(process.stdin, 'data')
for (const [index, connection] of connections.entries())
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (let n = 0; n < calls; n++)
        // Pipes are written at once on Linux: whoever is killed has told of every call that was granted.
        if ((await refusalOfTake(replica, connection)) === null) process.stdout.write(String(index))
    }),
  )
process.stdout.write('\nend\n')
await once(process.stdin, 'data')
await replica[Symbol.asyncDispose]()
await database.close()
process.stdin.destroy()
