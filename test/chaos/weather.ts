import { randomUUID } from 'node:crypto'
import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { Tools } from './keeper.ts'
import type { Known } from './ledger.ts'
import type { Step } from './writer.ts'

const provider = 'stripe'
const probeIntervalSeconds = 86_400
/** Failed probes that make DOWN, and good ones that make HEALTHY again, with one to spare. */
const probesToTurn = 4
const vendorsOwn = 2

/** Lets a vendor fail and recover, over and over, so that incidents open, are written about, and close. */
export class Weather {
  readonly #tools: Tools
  #known: Known[] = []
  #plan: (() => Step)[] = []
  #cycle = 0

  constructor(tools: Tools) {
    this.#tools = tools
  }

  readonly choose = (): Step => {
    if (this.#known.length < vendorsOwn) return this.#create()
    if (this.#plan.length === 0) this.#plan = this.#forecast()
    const next = this.#plan.shift()
    return next === undefined ? this.#turn(false) : next()
  }

  #forecast(): (() => Step)[] {
    this.#cycle += 1
    const probes = () =>
      Array.from({ length: probesToTurn }, () => this.#known.map((known) => () => this.#probe(known))).flat()
    return [() => this.#turn(true), ...probes(), () => this.#note(), () => this.#turn(false), ...probes()]
  }

  #create(): Step {
    const { ledger } = this.#tools
    const name = `Weather ${this.#known.length + 1}`
    const secrets = labCredentials[provider].good
    const input = {
      provider,
      name,
      environment: 'SANDBOX',
      simulated: true,
      probeIntervalSeconds,
      fields: Object.entries(secrets).map(([field, value]) => ({ name: field, value })),
      idempotencyKey: randomUUID(),
    }
    return {
      mutation: { name: 'createConnection', wanted: 'connection { id uuid }', input },
      done: (answer) => {
        const { id, uuid } = (answer as { connection: { id: string; uuid: string } }).connection
        const known: Known = {
          id,
          uuid,
          provider,
          name,
          probeIntervalSeconds,
          paused: false,
          keyKind: 'good',
          secrets,
        }
        ledger.connections.set(uuid, known)
        ledger.entry('connection.created', uuid)
        this.#known.push(known)
      },
    }
  }

  #turn(down: boolean): Step {
    const { ledger } = this.#tools
    return {
      mutation: { name: 'setLabBehaviour', wanted: 'vendor { provider { slug } }', input: { provider, down } },
      done: () => ledger.entry('lab.changed', provider),
      // Whether the audit entry was written before the death is not to be seen from outside; the knob itself dies with the lab.
      ask: async () => {
        ledger.maybeEntry('lab.changed', provider)
        return 'did not happen'
      },
    }
  }

  #probe(known: Known): Step {
    const { ledger } = this.#tools
    const input = { id: known.id, idempotencyKey: randomUUID() }
    return {
      mutation: { name: 'probeConnection', wanted: 'connection { openIncidents { uuid } }', input },
      done: (answer) => {
        ledger.entry('connection.probed', known.uuid)
        const { openIncidents } = (answer as { connection: { openIncidents: readonly { uuid: string }[] } }).connection
        for (const { uuid } of openIncidents) ledger.incident(uuid, 'OPEN', known.uuid)
        if (openIncidents.length > 1) ledger.violate(`${known.uuid} has ${openIncidents.length} open incidents`)
      },
    }
  }

  /** Writes to the incident of its own that opened last. */
  #note(): Step {
    const { ledger } = this.#tools
    const mine = new Set(this.#known.map(({ uuid }) => uuid))
    const uuid = [...ledger.incidents].findLast(([, { connection }]) => mine.has(connection))?.[0]
    if (uuid === undefined) return this.#turn(true)
    const text = `Cycle ${this.#cycle}: the vendor was told.`
    const id = Buffer.from(`Incident:${uuid}`).toString('base64')
    return {
      mutation: {
        name: 'noteIncident',
        wanted: 'incident { uuid }',
        input: { id, text, idempotencyKey: randomUUID() },
      },
      done: () => {
        ledger.notes.set(text, uuid)
        ledger.entry('incident.noted', uuid)
      },
    }
  }
}
