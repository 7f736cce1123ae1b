import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { buildSchema } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { everyField } from '../support/every-field.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { plantKey } from '../support/key-attacks.ts'
import { openWebhooks } from '../support/open-webhooks.ts'

// One organization, two connections. Whoever holds a key for the one asks everything the schema has for the other, with its
// ids in hand: for a key narrowed to a connection, and for a development key where the other connection is live.

const schema = buildSchema(
  readFileSync(createRequire(import.meta.url).resolve('@patchbay/schema/schema.graphql'), 'utf8'),
)
/** Nouns of a connection, and how rows of the forbidden one are found. */
const nouns = {
  Connection: '"id" = $1::uuid',
  Call: '"connectionId" = $1::uuid',
  Incident: '"connectionId" = $1::uuid',
  Source: '"connectionId" = $1::uuid',
  InboundEvent: '"connectionId" = $1::uuid',
  Event: '"connectionId" = $1::uuid',
  Delivery: '"connectionId" = $1::uuid',
  Attempt: '"deliveryId" in (select "id" from "Delivery" where "connectionId" = $1::uuid)',
  Alert: '"connectionId" = $1::uuid',
} as const

interface Made {
  readonly createConnection: { readonly connection: { readonly id: string; readonly uuid: string } }
}

const mark = 'forbidden-fruit'

describe('Y1: a key of some connections', () => {
  let hub: TestHub
  let mine: string
  let other: string
  const owned = new Map<string, string[]>()

  async function connect(name: string, environment: string): Promise<{ id: string; uuid: string }> {
    const fields = [{ name: 'secretKey', value: 'sk_test_4eC39HqLyjWDarjtT1zdp7dc' }]
    const answer = await hub.graphql<Made>(
      `mutation ($input: CreateConnectionInput!) { createConnection(input: $input) {
        ... on CreateConnectionSuccess { connection { id uuid } } ... on Error { message } } }`,
      { input: { provider: 'stripe', name, environment, simulated: true, fields, idempotencyKey: randomUUID() } },
    )
    return answer.data.createConnection.connection
  }

  beforeAll(async () => {
    hub = await startHub()
    const allowed = await connect('Allowed', 'SANDBOX')
    const forbidden = await connect(mark, 'LIVE')
    mine = allowed.uuid
    other = forbidden.uuid
    for (let n = 0; n < 4; n += 1)
      await hub.graphql(`mutation ($input: ProbeConnectionInput!) { probeConnection(input: $input) { __typename } }`, {
        input: { id: forbidden.id, idempotencyKey: randomUUID() },
      })
    await openWebhooks(hub, { connection: forbidden, secret: `whsec_${randomUUID()}`, inBody: mark, mark: 'shop' })
    for (const [noun, condition] of Object.entries(nouns)) {
      const rows = await hub.database.system.sql.query<{ id: string }>(
        `select "id"::text as "id" from "${noun}" where ${condition} limit 20`,
        [other],
      )
      owned.set(
        noun,
        rows.map((row) => row.id),
      )
    }
  }, 120_000)
  afterAll(() => hub.stop())

  const globalId = (noun: string, id: string) => Buffer.from(`${noun}:${id}`).toString('base64')

  /** What any field answers to the holder of a key, asked with ids of the forbidden connection's. */
  async function askEverything(key: string): Promise<string[]> {
    const leaks: string[] = []
    const secrets = [...owned.values()].flat()
    const ids = [...owned].flatMap(([noun, [id]]) => (id === undefined ? [] : [globalId(noun, id)]))
    for (const id of ids) {
      const walk = everyField(schema, { id, ids: [id], connectionId: id, range: { preset: 'MONTH' }, by: 'COST' }, 3)
      for (const reader of walk.readers) {
        if (id !== ids[0] && !/\(.*id/i.test(reader.query.slice(0, 80))) continue
        const answer = await hub.graphql(reader.query, reader.variables, { key })
        expect(
          answer.errors.filter(({ extensions }) => extensions?.['code'] === 'TOO_COMPLEX'),
          reader.field,
        ).toEqual([])
        const text = ids.reduce((found, one) => found.replaceAll(one, ''), JSON.stringify(answer.data ?? null))
        const leak = [mark, ...secrets].find((secret) => text.includes(secret))
        if (leak !== undefined) leaks.push(`${reader.field}: ${leak} in ${text.slice(0, 300)}`)
      }
    }
    return [...new Set(leaks)]
  }

  test('the forbidden connection has something of each noun, and its owner sees it by the same documents', async () => {
    const empty = [...owned].flatMap(([noun, ids]) => (ids.length === 0 ? [noun] : []))
    expect(empty.filter((noun) => !['Alert', 'Incident'].includes(noun))).toEqual([])
    expect((await askEverything(hub.apiKey)).length).toBeGreaterThan(10)
  })

  test('does not see another by any field of the schema', async () => {
    const { key } = await plantKey(hub.database, hub.organizationId, { connectionIds: [mine] })
    expect(await askEverything(key)).toEqual([])
  })

  test('that is a development key does not see what is live', async () => {
    const { key } = await plantKey(hub.database, hub.organizationId, { environment: 'DEVELOPMENT' })
    expect(await askEverything(key)).toEqual([])
  })
})
