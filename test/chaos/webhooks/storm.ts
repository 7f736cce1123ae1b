import { randomBytes, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openDatabase } from '@patchbay/prisma/client.ts'
import { newApiKey } from '@patchbay/server/engine/people/api-keys.ts'
import { startHubProcess, type HubProcess } from '../../support/hub-process.ts'
import { freePort } from '../../support/free-port.ts'
import { until } from '../../support/until.ts'
import { chance, type Chance } from '../chance.ts'
import { Door } from '../door.ts'
import { reckonStorm, type Kill, type StormReckoned } from './reckon.ts'
import { openEndpoint, openSources } from './setting.ts'
import { Shop } from './shop.ts'
import { Vendor } from './vendor.ts'

export interface StormOptions {
  readonly requests: number
  /** Connections, each with a source of its own. */
  readonly sources: number
  readonly endpoints: number
  readonly kills: number
  readonly seed: number
  /** PostgreSQL database to use, empty. Absent: the embedded one, in a temporary folder. */
  readonly databaseUrl?: string | undefined
  /** Hubs on the one database. More than one needs `databaseUrl`. */
  readonly replicas: number
  readonly deadlineMs: number
  readonly say?: (line: string) => void
}

export interface StormReport {
  readonly violations: readonly string[]
  readonly kills: number
  readonly acknowledged: number
  readonly answers: number
  readonly turnedAway: number
  readonly failedOnPurpose: number
  readonly reckoned: StormReckoned
}

/** Signed webhooks in a storm while hubs are killed: what got a 2xx is stored once, routed, and delivered. */
export async function runStorm(options: StormOptions): Promise<StormReport> {
  const home = await mkdtemp(join(tmpdir(), 'patchbay-storm-'))
  const random = chance(options.seed)
  const shop = new Shop(random.branch())
  const fleet = new Fleet(options, home, await shop.open())
  try {
    return await storm(options, { random, shop, fleet, home })
  } finally {
    await fleet.end()
    shop.close()
    await rm(home, { recursive: true, force: true })
  }
}

interface Parts {
  readonly random: Chance
  readonly shop: Shop
  readonly fleet: Fleet
  readonly home: string
}

async function storm(options: StormOptions, { random, shop, fleet, home }: Parts): Promise<StormReport> {
  const { say = () => {} } = options
  await fleet.start()
  const door = new Door(fleet.key, (fault) => {
    throw new Error(fault)
  })
  door.url = fleet.any()
  const addresses = await openSources(door, options.sources)
  for (let n = 1; n <= options.endpoints; n++)
    shop.expect(`/shop-${n}`, await openEndpoint(door, `${fleet.shopUrl}/shop-${n}`))

  const kills: Kill[] = []
  const vendor = new Vendor({
    addresses,
    requests: options.requests,
    repeats: 0.3,
    chance: random.branch(),
    hub: () => fleet.url(),
    quota: () => Math.ceil((options.requests * (kills.length + 1)) / (options.kills + 1)),
  })
  const stop = AbortSignal.timeout(options.deadlineMs)
  const sending = vendor.run(stop)
  while (kills.length < options.kills && !stop.aborted) {
    // Each life has its share of the work, and dies at a random moment of it.
    const share = (options.requests * (kills.length + random.draw())) / (options.kills + 1)
    await until('the share of a life is answered', () => vendor.answers >= share || stop.aborted, options.deadlineMs)
    kills.push(await fleet.kill(random))
    say(`kill ${kills.length}: ${vendor.answers} answers, ${vendor.turnedAway} turned away`)
  }
  await sending
  shop.calm = true
  say(`sent: ${vendor.acknowledged.size} events acknowledged`)
  const wanted = () => {
    const counts = [...shop.received.values()].map((seen) => seen.size)
    return counts.every((count) => count >= vendor.acknowledged.size) || stop.aborted
  }
  await until('every event has arrived at every endpoint', wanted, options.deadlineMs)
  // What arrived in an attempt that a kill cut off is sent again, and is not done before that was answered.
  const isDone = async () => {
    const seen = await door.read<{ webhooks: { waiting: number } }>('{ webhooks { waiting } }')
    return seen?.webhooks.waiting === 0 || stop.aborted
  }
  await until('nothing waits to be sent', isDone, options.deadlineMs)
  say('delivered')
  await fleet.stop()

  const { databaseUrl: url } = options
  const database = await openDatabase(url === undefined ? { dataDir: join(home, 'database') } : { url })
  try {
    const { violations, reckoned } = await reckonStorm(database, { vendor, shop, kills })
    return {
      violations: stop.aborted ? [`not done after ${options.deadlineMs} ms`, ...violations] : [...violations],
      kills: kills.length,
      acknowledged: vendor.acknowledged.size,
      answers: vendor.answers,
      turnedAway: vendor.turnedAway,
      failedOnPurpose: shop.failed,
      reckoned,
    }
  } finally {
    await database.close()
  }
}

interface Replica {
  readonly port: number
  hub: HubProcess
  url: string | null
}

/** Hubs on one database, of which any may die. */
class Fleet {
  readonly key = newApiKey()
  readonly shopUrl: string
  readonly #options: StormOptions
  readonly #home: string
  readonly #shared = {
    masterKeys: `storm:${randomBytes(32).toString('base64')}`,
    authSecret: randomBytes(32).toString('base64'),
  }
  #replicas: Replica[] = []
  #turn = 0

  constructor(options: StormOptions, home: string, shopUrl: string) {
    this.#options = options
    this.#home = home
    this.shopUrl = shopUrl
  }

  async start(): Promise<void> {
    // One after the other: the first one migrates.
    for (let n = 0; n < this.#options.replicas; n++) {
      const port = await freePort()
      const hub = this.#spawn(n, port)
      this.#replicas.push({ port, hub, url: await hub.ready() })
    }
  }

  any(): string {
    return this.#replicas[0]?.url ?? ''
  }

  /** Replicas that live take turns, as behind a balancer. */
  url(): string | null {
    const alive = this.#replicas.filter(({ url }) => url !== null)
    return alive[this.#turn++ % Math.max(alive.length, 1)]?.url ?? null
  }

  async kill(random: Chance): Promise<Kill> {
    const n = random.between(0, this.#replicas.length - 1)
    const replica = this.#replicas[n]
    if (replica === undefined) throw new Error('no replica to kill')
    const at = Date.now()
    const dead = replica.hub.end('SIGKILL')
    replica.url = null
    await dead
    replica.hub = this.#spawn(n, replica.port)
    const ready = replica.hub.ready().then((url) => void (replica.url = url))
    // With others alive, their work goes on while this one comes back; the next kill may even hit it on its way.
    if (this.#replicas.length === 1 || random.draw() < 0.5) await ready
    else ready.catch(() => {})
    return { at }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#replicas.map(({ hub }) => hub.end('SIGTERM')))
    this.#replicas = []
  }

  async end(): Promise<void> {
    await Promise.all(this.#replicas.map(({ hub }) => hub.end('SIGKILL')))
  }

  #spawn(n: number, port: number): HubProcess {
    const { databaseUrl } = this.#options
    return startHubProcess({
      // Nothing of the demo's own traffic among what is counted.
      PATCHBAY_MODE: 'production',
      PORT: String(port),
      PATCHBAY_PUBLIC_URL: `http://127.0.0.1:${port}`,
      PATCHBAY_DATA_DIR: databaseUrl === undefined ? this.#home : join(this.#home, `replica-${n}`),
      PATCHBAY_BOOTSTRAP_API_KEY: this.key,
      PATCHBAY_ADMIN_PASSWORD: `storm ${randomUUID()}`,
      PATCHBAY_MASTER_KEYS: this.#shared.masterKeys,
      PATCHBAY_AUTH_SECRET: this.#shared.authSecret,
      PATCHBAY_REQUESTS_PER_MINUTE: '0',
      PATCHBAY_HOOKS_PER_MINUTE: '0',
      PATCHBAY_EGRESS_ORIGINS: this.shopUrl,
      LOG_LEVEL: 'warn',
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    })
  }
}
