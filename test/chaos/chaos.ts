import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { openDatabase } from '@patchbay/prisma/client.ts'
import { newApiKey } from '@patchbay/server/engine/people/api-keys.ts'
import { startHubProcess, type HubProcess } from '../support/hub-process.ts'
import { until } from '../support/until.ts'
import { chance, type Chance } from './chance.ts'
import { Door } from './door.ts'
import { Judge } from './judge.ts'
import { Keeper } from './keeper.ts'
import { Ledger } from './ledger.ts'
import { Locksmith } from './locksmith.ts'
import { reckon, type Reckoned } from './reckoning.ts'
import { streamNames, Watcher } from './watcher.ts'
import { Weather } from './weather.ts'
import { Writer } from './writer.ts'

export interface ChaosOptions {
  readonly kills: number
  readonly seed: number
  /** PostgreSQL database to use, empty. Absent: the embedded one, in a temporary folder. */
  readonly databaseUrl?: string | undefined
  /** Writers with connections of their own; one more makes the weather, and one turns master keys. Default 6. */
  readonly keepers?: number
  /** Ends the run with a violation, in milliseconds. */
  readonly deadlineMs: number
  /** Told of each kill, in one line. */
  readonly say?: (line: string) => void
}

export interface ChaosReport {
  readonly violations: readonly string[]
  readonly kills: number
  readonly acknowledged: number
  /** Requests without an answer whose outcome was settled afterwards. */
  readonly settled: number
  readonly refused: number
  readonly judged: number
  readonly rotations: number
  readonly interruptedRotations: number
  readonly incidents: number
  readonly resumed: number
  readonly reckoned: Reckoned | null
  /** Milliseconds from spawn to ready, of every life that got there. */
  readonly boots: readonly number[]
}

/** When a life ends: while it starts, while it is being judged, under load, or right after a rotation was promised. */
interface Fate {
  readonly kind: 'starting' | 'judged' | 'loaded' | 'rotating'
  readonly afterMs: number
}

/** Lives between two turns of the master keys. */
const turnEvery = 4
/** A living hub keeps a promise within this time, on a machine that is full as well. */
const patienceMs = 60_000
/** After so many violations the rest would only repeat them. */
const mostViolations = 25

/** Kills the hub, again and again, at random moments under load, and checks what it owes after each death. */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const home = await mkdtemp(join(tmpdir(), 'patchbay-chaos-'))
  const run = new Run(options, home)
  try {
    await run.live()
    return run.report()
  } finally {
    await run.end()
    await rm(home, { recursive: true, force: true })
  }
}

interface RotationView {
  readonly vault: { readonly remaining: number }
  readonly auditEntries: { readonly edges: readonly { readonly node: { readonly at: string } }[] }
}
const rotationView = `{ vault { remaining }
  auditEntries(first: 1, filter: { action: ["vault.rotationFinished"] }) { edges { node { at } } } }`

class Run {
  readonly #options: ChaosOptions
  readonly #home: string
  readonly #key = newApiKey()
  readonly #random: Chance
  readonly #ledger = new Ledger()
  readonly #door: Door
  readonly #judge: Judge
  readonly #locksmith: Locksmith
  readonly #writers: readonly Writer[]
  readonly #watchers: readonly Watcher[]
  readonly #startedAt = performance.now()
  readonly #boots: number[] = []
  #hub: HubProcess | null = null
  #kills = 0
  #killedAt = 0
  #reckoned: Reckoned | null = null

  constructor(options: ChaosOptions, home: string) {
    this.#options = options
    this.#home = home
    this.#random = chance(options.seed)
    const ledger = this.#ledger
    const door = new Door(this.#key, (fault) => ledger.violate(fault))
    this.#door = door
    this.#judge = new Judge(door, ledger)
    this.#locksmith = new Locksmith({ ledger })
    const tools = () => ({ door, ledger, chance: this.#random.branch() })
    const keepers = Array.from({ length: options.keepers ?? 6 }, (_, n) => new Keeper(`Keeper ${n + 1}`, tools()))
    const all = [...keepers, new Weather(tools()), this.#locksmith]
    this.#writers = all.map(({ choose }) => new Writer(door, ledger, choose))
    // Of each stream one subscriber holds on until the hub dies, and one lets go in between as well.
    this.#watchers = [...streamNames, ...streamNames].map((stream) => new Watcher(stream, door, ledger))
  }

  async live(): Promise<void> {
    const { kills, deadlineMs } = this.#options
    while (this.#kills < kills && this.#ledger.violations.length < mostViolations) {
      if (performance.now() - this.#startedAt > deadlineMs)
        throw new Error(`only ${this.#kills} kills within ${deadlineMs} ms`)
      if (this.#kills % turnEvery === 1 && this.#locksmith.idle) this.#locksmith.turnKeys()
      await this.#life(this.#fate())
    }
    await this.#lastLife()
  }

  async end(): Promise<void> {
    for (const watcher of this.#watchers) watcher.detach()
    await this.#hub?.end('SIGKILL')
  }

  report(): ChaosReport {
    const { violations, acknowledged, settled, refused, incidents } = this.#ledger
    return {
      violations,
      kills: this.#kills,
      acknowledged,
      settled,
      refused,
      judged: this.#judge.judged,
      rotations: this.#locksmith.rotations,
      interruptedRotations: this.#locksmith.interrupted,
      incidents: incidents.size,
      resumed: this.#watchers.reduce((sum, { resumed }) => sum + resumed, 0),
      reckoned: this.#reckoned,
      boots: this.#boots,
    }
  }

  #fate(): Fate {
    const roll = this.#random.draw()
    // Someone must have been promised something before the first death.
    if (this.#kills === 0) return { kind: 'loaded', afterMs: 2500 }
    if (this.#locksmith.due) return { kind: 'rotating', afterMs: this.#random.between(0, 40) }
    if (roll < 0.1) return { kind: 'starting', afterMs: this.#random.between(50, 4000) }
    if (roll < 0.25) return { kind: 'judged', afterMs: this.#random.between(0, 600) }
    return { kind: 'loaded', afterMs: this.#random.between(50, 2500) }
  }

  async #life({ kind, afterMs }: Fate): Promise<void> {
    const before = this.#ledger.acknowledged
    const hub = this.#start()
    if (kind === 'starting') {
      await wait(afterMs)
      return this.#kill(hub, `while starting, after ${afterMs} ms`, before)
    }
    await this.#ready(hub)
    if (kind === 'judged') {
      const meanwhile = this.#settleAndJudge()
      await wait(afterMs)
      await this.#kill(hub, `while being judged, after ${afterMs} ms`, before)
      return void (await meanwhile)
    }
    await this.#settleAndJudge()
    const driven = this.#writers.map(async (writer) => {
      while (this.#door.url !== null && (await writer.turn()));
    })
    if (kind === 'rotating') {
      await until('a rotation is promised', () => !this.#locksmith.due, patienceMs)
      await wait(afterMs)
    } else await this.#restless(afterMs)
    await this.#kill(hub, `${kind === 'rotating' ? 'while rotating' : 'under load'}, after ${afterMs} ms`, before)
    await Promise.all(driven)
  }

  /** Half of the subscribers lose their connection in the middle. */
  async #restless(ms: number): Promise<void> {
    await wait(ms / 2)
    for (const watcher of this.#watchers.slice(streamNames.length)) {
      watcher.detach()
      watcher.attach()
    }
    await wait(ms / 2)
  }

  /** Nobody writes any more: everything owed is there, and everybody has received everything. */
  async #lastLife(): Promise<void> {
    await this.#ready(this.#start())
    if (!(await this.#settleAndJudge())) throw new Error('the hub died, and nobody had killed it')
    const newest = await this.#door.read<{ calls: { edges: { node: { uuid: string } }[] } }>(
      '{ calls(first: 1) { edges { node { uuid } } } }',
    )
    const last = newest?.calls.edges[0]?.node.uuid ?? ''
    const calls = this.#watchers.filter(({ stream }) => stream === 'calls')
    await until(
      'every subscriber has the newest call',
      () => calls.every(({ received }) => received.some(({ uuid }) => uuid === last)),
      patienceMs,
    )
    await this.#hub?.end('SIGKILL')
    this.#hub = null
    this.#door.url = null
    const { databaseUrl: url } = this.#options
    const { masterKeys, primaryKeyId } = this.#locksmith
    const database = await openDatabase(url === undefined ? { dataDir: join(this.#home, 'database') } : { url })
    try {
      this.#reckoned = await reckon({
        database,
        ledger: this.#ledger,
        watchers: this.#watchers,
        masterKeys,
        primaryKeyId,
      })
    } finally {
      await database.close()
    }
  }

  #start(): HubProcess {
    const { databaseUrl } = this.#options
    const hub = startHubProcess({
      PATCHBAY_MODE: 'demo',
      PATCHBAY_DATA_DIR: this.#home,
      PATCHBAY_BOOTSTRAP_API_KEY: this.#key,
      PATCHBAY_ADMIN_PASSWORD: 'correct horse battery',
      PATCHBAY_MASTER_KEYS: this.#locksmith.masterKeys,
      PATCHBAY_REQUESTS_PER_MINUTE: '0',
      LOG_LEVEL: 'warn',
      ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
    })
    this.#hub = hub
    return hub
  }

  async #ready(hub: HubProcess): Promise<void> {
    const startedAt = performance.now()
    this.#door.url = await hub.ready()
    this.#boots.push(performance.now() - startedAt)
    for (const watcher of this.#watchers) watcher.attach()
  }

  async #kill(hub: HubProcess, when: string, before: number): Promise<void> {
    const dead = hub.end('SIGKILL')
    this.#kills += 1
    this.#killedAt = Date.now()
    await dead
    this.#hub = null
    this.#door.url = null
    for (const watcher of this.#watchers) watcher.detach()
    const { acknowledged, violations, connections } = this.#ledger
    const boot = Math.round(this.#boots.at(-1) ?? 0)
    this.#options.say?.(
      `kill ${this.#kills} ${when}: ${acknowledged - before} acknowledged in this life, ${connections.size} connections, ` +
        `last start ${boot} ms, ${violations.length} violations`,
    )
  }

  async #settleAndJudge(): Promise<boolean> {
    const settled = await Promise.all(this.#writers.map((writer) => writer.settle()))
    if (settled.includes(false)) return false
    return (await this.#rotationEnds()) && (await this.#judge.judge())
  }

  /** A rotation that was acknowledged goes on by itself in the next life. */
  async #rotationEnds(): Promise<boolean> {
    const locksmith = this.#locksmith
    if (!locksmith.awaited) return true
    const found = await until(
      'the rotation of an earlier life ends',
      async () => {
        const answer = await this.#door.read<RotationView>(rotationView)
        if (answer === null) return 'lost' as const
        if (answer.vault.remaining > 0) return wait(100, null)
        const finishedAt = answer.auditEntries.edges[0]?.node.at ?? 0
        if (new Date(finishedAt).getTime() > this.#killedAt) locksmith.interrupted += 1
        return 'ended' as const
      },
      patienceMs,
    )
    if (found === 'ended') locksmith.awaited = false
    return found === 'ended'
  }
}
