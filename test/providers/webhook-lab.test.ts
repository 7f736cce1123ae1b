import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { eventTypes } from '@patchbay/schema/event-types/index.ts'
import { messageOf } from '@patchbay/server/engine/inbound/message.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import type { Verdict } from '@patchbay/schema/webhook-states.ts'
import type { VerifyFacts, WebhookRequest, WebhookSpec } from '@patchbay/server/providers/webhook.ts'
import { controlOf, type Letter } from '../lab/vendor-apis.ts'
import { until } from '../support/until.ts'
import { cases } from './cases/index.ts'
import { connect, factsOf, twinCall, type TwinConnection } from './twin-call.ts'
import { schemes } from './webhook-schemes/index.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())
const { ask, emit, receiver } = controlOf(() => lab.origin)

/** A trouble of the lab, and what the hub must say of a letter that has it. */
const forgeries: Readonly<Record<string, readonly Verdict[]>> = {
  // Another end of base64 may be no base64.
  'wrong-signature': ['BAD_SIGNATURE', 'MALFORMED_PROOF'],
  'missing-signature': ['MISSING_PROOF'],
  'altered-body': ['BAD_SIGNATURE'],
}
const hourMs = 3_600_000
const chosen = 'chosen-by-the-hub-0123456789'

interface Scenarios {
  readonly vendors: readonly {
    readonly vendor: string
    readonly scenarios: readonly { readonly name: string }[]
    readonly troubles: readonly { readonly name: string }[]
  }[]
}

const sending = providers
  .values()
  .flatMap(({ entry, webhooks }) => (webhooks === undefined ? [] : [{ slug: entry.slug, webhooks }]))

describe.each(sending)('W1, W3: what the simulated $slug tells', ({ slug, webhooks }) => {
  const url = () => `${lab.origin}/_receiver/${slug}`
  let connection: TwinConnection
  let facts: VerifyFacts
  let scenarios: readonly string[] = []
  let troubles: readonly string[] = []

  beforeAll(async () => {
    const { body } = await ask<Scenarios>('GET', 'scenarios')
    const at = body.vendors.find(({ vendor }) => vendor === slug)
    scenarios = at?.scenarios.map(({ name }) => name) ?? []
    troubles = at?.troubles.map(({ name }) => name) ?? []
    if (scenarios.length === 0) throw new Error(`server/lab/twins/${slug}.ts has no \`webhooks\` with scenarios`)
    const provider = providers.get(slug)
    if (provider === undefined) throw new Error(`No provider ${slug}`)
    connection = await connect(provider, cases[slug]?.good ?? {}, lab.origin)
    facts = { ...factsFor(slug, connection, []), ...(await subscribe(webhooks)) }
  })

  /** Registers the receiver through the vendor's API, or pastes its address where the vendor has none. */
  async function subscribe({ registration, secret }: WebhookSpec): Promise<Partial<VerifyFacts>> {
    const ofCredential = secret.from === 'credential' ? [cases[slug]?.good[secret.field] ?? ''] : null
    if (registration !== undefined) {
      const input = { url: url(), ids: [], secret: registration.chooseSecret === true ? chosen : null }
      const { ids, secrets } = await registration.register(twinCall(connection), input, factsOf(connection))
      return { registrationIds: ids, secrets: ofCredential ?? secrets ?? [chosen] }
    }
    const own =
      secret.from === 'source' ? ((await schemes[slug]?.makeKey())?.secret ?? null) : (ofCredential?.[0] ?? null)
    const { status, body } = await ask<Readonly<Record<string, unknown>>>('POST', `${slug}/subscribers`, {
      url: url(),
      secret: own,
    })
    expect(status, JSON.stringify(body)).toBe(201)
    // What the vendor's dashboard would show, such as a public key.
    const shown = Object.entries(body).flatMap(([name, value]) => (/key|secret|id$/i.test(name) ? [String(value)] : []))
    return { secrets: own === null ? shown : [own, ...shown] }
  }

  async function lettersOf(scenario: string, more: object = {}): Promise<readonly Letter[]> {
    const before = (await receiver(slug)).received
    const { status, body } = await emit(slug, scenario, more)
    expect(status, JSON.stringify(body)).toBe(202)
    const told = Number(body['letters'] ?? 0)
    const { arrivals } = await until('the letters', async () => {
      const detail = await receiver(slug)
      return detail.received >= before + told ? detail : null
    })
    return arrivals.slice(0, told)
  }

  const requestOf = ({ headers, body }: Letter): WebhookRequest => ({
    method: 'POST',
    url: url(),
    query: new URLSearchParams(),
    headers,
    body: Buffer.from(body),
  })
  const verdictOf = async (letter: Letter, given = facts) => (await webhooks.verify(requestOf(letter), given)).verdict

  /** The first scenario that is told to the receiver: a registration may have asked for less than all. */
  async function firstTold(): Promise<{ readonly scenario: string; readonly letter: Letter }> {
    for (const scenario of scenarios) {
      const [letter] = await lettersOf(scenario)
      if (letter !== undefined) return { scenario, letter }
    }
    throw new Error(`${slug} tells nothing`)
  }

  test('every scenario is verified and becomes events of the catalogue', async () => {
    expect(scenarios.length).toBeGreaterThan(0)
    const events = []
    for (const scenario of scenarios)
      for (const letter of await lettersOf(scenario)) {
        expect(await webhooks.verify(requestOf(letter), facts), letter.body).toMatchObject({ verdict: 'VERIFIED' })
        const message = messageOf({ headers: letter.headers, search: '', body: Buffer.from(letter.body) })
        const { type } = webhooks.identify(message)
        if (webhooks.ignore?.includes(type ?? '')) continue
        const map = webhooks.events[type ?? ''] ?? webhooks.events['*']
        expect(map, `no map for ${type}`).toBeDefined()
        events.push(...[map?.(message, factsOf(connection)) ?? []].flat())
      }
    expect(events.length).toBeGreaterThan(0)
    for (const event of events) expect(eventTypes.get(event.type)?.data.parse(event.data)).toEqual(event.data)
  })

  const signs = webhooks.secret.from !== 'address'

  test.runIf(signs)('every forgery of the lab is refused', async () => {
    const { scenario } = await firstTold()
    const tried = Object.keys(forgeries).filter((trouble) => troubles.includes(trouble))
    expect(tried).toContain('missing-signature')
    for (const trouble of tried)
      for (const letter of await lettersOf(trouble, { of: scenario }))
        expect(forgeries[trouble], trouble).toContain(await verdictOf(letter))
  })

  test.runIf(signs)('a recording of an hour ago is stale where a time is signed', async () => {
    const { scenario } = await firstTold()
    const { holdsMs = null } = schemes[slug] ?? {}
    const says = `by \`holdsMs\` of webhook-schemes/${slug}.ts`
    for (const letter of await lettersOf('replay', { of: scenario }))
      expect(await verdictOf(letter), says).toBe(holdsMs !== null && holdsMs < hourMs ? 'STALE' : 'VERIFIED')
  })

  test.runIf(signs)(
    'with another secret, or none, nothing is believed; nor what another source was told',
    async ({ skip }) => {
      const foreign = (await schemes[slug]?.makeKey())?.secret ?? null
      if (foreign === null) skip('the vendor publishes its key')
      const { letter } = await firstTold()
      const unknown = { ...facts, registrationIds: [] }
      expect(await verdictOf(letter, { ...unknown, secrets: [foreign ?? ''] })).toBe('BAD_SIGNATURE')
      expect(await verdictOf(letter, { ...unknown, secrets: [] })).toBe('NO_SECRET')
    },
  )
})

const factsFor = (slug: string, connection: TwinConnection, secrets: readonly string[]): VerifyFacts => ({
  secrets,
  now: Date.now(),
  toleranceMs: 300_000,
  connection: factsOf(connection),
  registrationIds: [],
  fetchKey: async (url) => (await fetch(url)).text(),
  hostUrl: (host) => `${lab.origin}/${slug}/${host}`,
})
