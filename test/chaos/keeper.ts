import { randomUUID } from 'node:crypto'
import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import type { Chance } from './chance.ts'
import type { Door } from './door.ts'
import type { KeyKind, Known, Ledger } from './ledger.ts'
import type { Outcome, Step } from './writer.ts'

/** Vendors whose lab tells a good key from a restricted one and a made-up one, and the form field the key goes in. */
const vendors = { sendgrid: 'apiKey', printful: 'apiToken', printify: 'apiToken' } as const
type Vendor = keyof typeof vendors

/** Connections a keeper has at once; beyond it one goes before the next comes. */
const mostConnections = 8
/** Only who asks probes these connections: the plan's own probes would make the calls of a run countless. */
const probeIntervalSeconds = 86_400

export interface Tools {
  readonly door: Door
  readonly ledger: Ledger
  readonly chance: Chance
}

interface Told {
  readonly connection: {
    readonly id: string
    readonly uuid: string
    readonly lastProbeAt?: string | null
    readonly lastTest?: {
      readonly at: string
      readonly ok: boolean
      readonly steps: readonly { readonly suite: string; readonly ok: boolean }[]
    } | null
  }
}

const told = (answer: Record<string, unknown>) => (answer as unknown as Told).connection

/** One writer's own connections: nobody else touches them, so what the hub acknowledged is what they must be. */
export class Keeper {
  readonly #tools: Tools
  readonly #name: string
  #mine: string[] = []
  #turn = 0

  constructor(name: string, tools: Tools) {
    this.#name = name
    this.#tools = tools
  }

  readonly choose = (): Step => {
    const { chance, ledger } = this.#tools
    this.#turn += 1
    const roll = chance.draw()
    const [first, ...rest] = this.#mine
    if (first === undefined || (roll < 0.2 && this.#mine.length < mostConnections)) return this.#create()
    const known = ledger.connections.get(chance.pick([first, ...rest]))
    if (known === undefined) return this.#create()
    if (roll < 0.4) return this.#setCredentials(known)
    if (roll < 0.55) return this.#update(known)
    if (roll < 0.65) return known.paused ? this.#resume(known) : this.#pause(known)
    if (roll < 0.72) return this.#invite()
    if (roll < 0.76 && this.#mine.length > 2) return this.#delete(known)
    if (known.paused) return this.#resume(known)
    return roll < 0.88 ? this.#test(known) : this.#probe(known)
  }

  #create(): Step {
    const { ledger, chance } = this.#tools
    const provider = chance.pick(Object.keys(vendors) as [Vendor, ...Vendor[]])
    const keyKind = this.#keyKind()
    const secret = this.#secretOf(provider, keyKind)
    const fields = { ...labCredentials[provider].good, [vendors[provider]]: secret }
    const name = `${this.#name} ${this.#turn}`
    const input = {
      provider,
      name,
      environment: 'LIVE',
      simulated: true,
      probeIntervalSeconds,
      fields: Object.entries(fields).map(([field, value]) => ({ name: field, value })),
      idempotencyKey: randomUUID(),
    }
    return {
      mutation: { name: 'createConnection', wanted: 'connection { id uuid }', input },
      done: (answer) => {
        const { id, uuid } = told(answer)
        const secrets = { [vendors[provider]]: secret }
        ledger.connections.set(uuid, {
          id,
          uuid,
          provider,
          name,
          probeIntervalSeconds,
          paused: false,
          keyKind,
          secrets,
        })
        ledger.entry('connection.created', uuid)
        this.#mine.push(uuid)
      },
    }
  }

  #setCredentials(known: Known): Step {
    const { ledger } = this.#tools
    const provider = known.provider as Vendor
    const keyKind = this.#keyKind()
    const secret = this.#secretOf(provider, keyKind)
    const input = { id: known.id, fields: [{ name: vendors[provider], value: secret }], idempotencyKey: randomUUID() }
    return {
      mutation: { name: 'setCredentials', wanted: 'connection { id uuid }', input },
      done: () => {
        ledger.connections.set(known.uuid, { ...known, keyKind, secrets: { [vendors[provider]]: secret } })
        ledger.entry('credential.replaced', known.uuid)
      },
    }
  }

  #update(known: Known): Step {
    const { chance } = this.#tools
    const after = {
      ...known,
      name: `${this.#name} ${this.#turn} renamed`,
      probeIntervalSeconds: probeIntervalSeconds - chance.between(1, 1000),
    }
    const input = { id: known.id, name: after.name, probeIntervalSeconds: after.probeIntervalSeconds }
    return this.#unkeyed('updateConnection', 'connection.updated', input, known, after)
  }

  #pause(known: Known): Step {
    return this.#unkeyed('pauseConnection', 'connection.paused', { id: known.id }, known, { ...known, paused: true })
  }

  #resume(known: Known): Step {
    return this.#unkeyed('resumeConnection', 'connection.resumed', { id: known.id }, known, { ...known, paused: false })
  }

  /** A change without an idempotency key: the connection itself tells what became of it, and its audit entry with it. */
  #unkeyed(name: string, action: string, input: Record<string, unknown>, before: Known, after: Known): Step {
    const { ledger } = this.#tools
    return {
      mutation: { name, wanted: 'connection { id }', input },
      done: () => {
        ledger.connections.set(before.uuid, after)
        ledger.entry(action, before.uuid)
      },
      ask: async () => {
        const now = await this.#look(before)
        if (now === 'lost') return null
        if (now !== null && sameAs(now, after)) return 'happened'
        if (now === null || !sameAs(now, before))
          ledger.violate(`${name} of ${before.uuid} was done by half: it is ${JSON.stringify(now)}`)
        return 'did not happen'
      },
    }
  }

  #delete(known: Known): Step {
    const { ledger } = this.#tools
    return {
      mutation: {
        name: 'deleteConnection',
        wanted: 'deletedId',
        input: { id: known.id, name: known.name },
      },
      done: () => {
        ledger.connections.delete(known.uuid)
        ledger.deleted.add(known.uuid)
        ledger.entry('connection.deleted', known.uuid)
        this.#mine = this.#mine.filter((uuid) => uuid !== known.uuid)
      },
      ask: async (): Promise<Outcome> => {
        const now = await this.#look(known)
        if (now === 'lost') return null
        return now === null ? 'happened' : 'did not happen'
      },
    }
  }

  #test(known: Known): Step {
    const { ledger } = this.#tools
    const sentAt = Date.now()
    const input = { id: known.id, suites: ['connection', 'permissions'], idempotencyKey: randomUUID() }
    return {
      mutation: {
        name: 'testConnection',
        wanted: 'connection { id uuid lastTest { at ok steps { suite ok } } }',
        input,
      },
      done: (answer) => {
        ledger.entry('connection.tested', known.uuid)
        const report = told(answer).lastTest
        if (!report || Date.parse(report.at) < sentAt)
          return ledger.violate(`a test of ${known.uuid} was acknowledged, but its report is not there`)
        const found = verdictOf(report.steps)
        if (found !== known.keyKind)
          ledger.violate(`the key of ${known.uuid} should be ${known.keyKind}, the vendor finds it ${found}`)
      },
      // Another process cannot know that the one that ran the test was killed, until it is too old to go on.
      mayBeRefused: (code) => code === 'CONFLICT' && ledger.cutTests.has(known.uuid),
      onLost: () => ledger.cutTests.add(known.uuid),
    }
  }

  #probe(known: Known): Step {
    const { ledger } = this.#tools
    const sentAt = Date.now()
    const input = { id: known.id, idempotencyKey: randomUUID() }
    return {
      mutation: { name: 'probeConnection', wanted: 'connection { id uuid lastProbeAt }', input },
      done: (answer) => {
        ledger.entry('connection.probed', known.uuid)
        const at = told(answer).lastProbeAt
        if (!at || Date.parse(at) < sentAt)
          ledger.violate(`a probe of ${known.uuid} was acknowledged, but did not happen`)
      },
    }
  }

  #invite(): Step {
    const { ledger, chance } = this.#tools
    const email = `${chance.word(12)}@chaos.example`
    return {
      mutation: {
        name: 'inviteMember',
        wanted: 'invitation { uuid }',
        input: { email, role: 'VIEWER', idempotencyKey: randomUUID() },
      },
      done: (answer) => {
        ledger.invited.add(email)
        ledger.entry('member.invited', (answer as { invitation: { uuid: string } }).invitation.uuid)
      },
    }
  }

  async #look({ id }: Known): Promise<Seen | null | 'lost'> {
    const answer = await this.#tools.door.read<{ connection: Seen | null }>(
      `query ($id: ID!) { connection(id: $id) { ${seenFields} } }`,
      { id },
    )
    return answer === null ? 'lost' : answer.connection
  }

  #keyKind(): KeyKind {
    return this.#tools.chance.pick<KeyKind>(['good', 'restricted', 'made up'])
  }

  #secretOf(provider: Vendor, kind: KeyKind): string {
    const { chance } = this.#tools
    if (kind === 'made up')
      return provider === 'sendgrid' ? `SG.${chance.word(20)}.${chance.word(40)}` : chance.word(48)
    const fields: Readonly<Record<string, string>> = labCredentials[provider][kind]
    return fields[vendors[provider]] ?? ''
  }
}

/** A connection as the API shows it. */
export interface Seen {
  readonly uuid: string
  readonly name: string
  readonly probeIntervalSeconds: number
  readonly status: string
  readonly credentialHints: readonly { readonly field: string; readonly hint: string }[]
  readonly openIncidents: readonly { readonly uuid: string }[] | null
}
export const seenFields = 'uuid name probeIntervalSeconds status credentialHints { field hint } openIncidents { uuid }'

/** Whether a connection is what it was acknowledged to be; of its secrets, the masked end is all that shows. */
export function sameAs(seen: Seen, known: Known): boolean {
  return (
    seen.name === known.name &&
    seen.probeIntervalSeconds === known.probeIntervalSeconds &&
    (seen.status === 'DISABLED') === known.paused &&
    Object.entries(known.secrets).every(([field, value]) =>
      seen.credentialHints.some((hint) => hint.field === field && hint.hint.endsWith(value.slice(-4))),
    )
  )
}

function verdictOf(steps: readonly { readonly suite: string; readonly ok: boolean }[]): KeyKind {
  if (steps.every(({ ok }) => ok)) return 'good'
  return steps.some(({ suite, ok }) => suite === 'connection' && !ok) ? 'made up' : 'restricted'
}
