import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Database } from '@patchbay/prisma/database.ts'
import { instantOf } from '@patchbay/prisma/instant-of.ts'
import { newId } from '@patchbay/server/app/ids.ts'
import { createFanOut } from '@patchbay/server/engine/delivery/fan-out.ts'
import { createLive } from '@patchbay/server/engine/live/live.ts'
import { openEndpoint } from '../chaos/webhooks/setting.ts'
import { startChild } from './children.ts'
import { paymentEvent } from './deliveries.ts'
import { hub } from './files.ts'
import { doorOf } from './intake.ts'
import { median, type Comparison } from './measure.ts'

const healthy = 8
const events = 600
const everyMs = 25

/** How late deliveries of eight healthy endpoints are beside a dead and a hanging one, against the same eight alone. */
export async function compareFairness(databaseUrl: string, database: Database): Promise<Comparison[]> {
  const delays: number[] = []
  const shop = await listen(
    createServer((request, response) => {
      const path = request.url ?? ''
      request.resume()
      if (path === '/hanging') return
      if (path.startsWith('/healthy'))
        delays.push(Date.now() - instantOf(String(request.headers['webhook-id'])).getTime())
      response.writeHead(path === '/dead' ? 500 : 204).end()
    }),
  )
  await using ours = await startChild(hub, [databaseUrl, 'all', shop.url])
  const door = await doorOf(ours.url)
  const fanOut = createFanOut({ live: createLive({ database }), now: () => new Date(), newId })
  for (let n = 0; n < healthy; n++) await openEndpoint(door, `${shop.url}/healthy-${n}`)

  async function delay(): Promise<number> {
    delays.length = 0
    for (let n = 0; n < events; n++) {
      const event = paymentEvent(n)
      await database.system.sql.transaction((sql) => fanOut.record(sql, [event]))
      await wait(everyMs)
    }
    while (delays.length < events * healthy) await wait(20)
    return median(delays)
  }

  await delay()
  const alone = await delay()
  await openEndpoint(door, `${shop.url}/dead`)
  await openEndpoint(door, `${shop.url}/hanging`)
  const beside = await delay()
  shop.server.closeAllConnections()
  shop.server.close()
  return [
    {
      name: 'fairness: median delay of eight healthy endpoints beside a dead and a hanging one',
      ours: beside,
      bound: alone,
      ratio: beside / alone,
      unit: 'ms',
      note: 'the same eight alone; 1 means unharmed',
    },
  ]
}

async function listen(server: Server): Promise<{ readonly server: Server; readonly url: string }> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}
