import { randomUUID } from 'node:crypto'
import type { Actor } from '@patchbay/schema/context.ts'
import { createAlerts } from '@patchbay/server/engine/alerts/alerts.ts'
import { createCountries } from '@patchbay/server/engine/people/countries.ts'
import { floodRules, watchFloods } from '@patchbay/server/engine/people/key-floods.ts'
import { createKeyKeeper } from '@patchbay/server/engine/people/key-keeper.ts'
import { readHabit } from '@patchbay/server/engine/people/habit.ts'
import { KeyUse } from '@patchbay/server/engine/people/key-use.ts'
import { watchKeys } from '@patchbay/server/engine/people/key-watch.ts'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'

let hub: RulesHub
let owner: Actor
let organizationId: string
let use: KeyUse
const hourMs = 3_600_000
const clock = () => hub.clock.now.getTime()
const office = '94.200.1.7'

const options = () => {
  const { database, live, vault, audit } = hub
  const now = () => hub.clock.now
  const { newId } = hub.collaborators
  return { database, vault, audit, now, newId, alerts: createAlerts({ database, live, now, newId } as never) }
}

beforeAll(async () => {
  hub = await rulesHub()
})
afterAll(() => hub.close())
beforeEach(async () => {
  const made = await hub.organization()
  owner = made.owner
  organizationId = made.organizationId
  use = new KeyUse({
    sql: hub.database.system.sql,
    countries: createCountries(),
    now: clock,
    newId: () => randomUUID(),
    onFault: (error) => {
      throw error
    },
  })
})

const newKey = async () => (await hub.commands.apiKey.create(owner, { name: 'Partner', scopes: ['call:read'] })).id
const alerts = (kind: string) =>
  hub.database.system.prisma.alert.findMany({ where: { organizationId, kind }, orderBy: { seq: 'asc' } })
const habit = (apiKeyId: string) => hub.database.system.prisma.apiKeyHabit.findUnique({ where: { apiKeyId } })

async function requests(id: string, count: number, ipAddress = office): Promise<void> {
  for (let n = 0; n < count; n += 1) use.used({ id, organizationId, ipAddress })
  await use.flush()
}

/** Weeks of 40 requests an hour from nine to five on workdays, written as the hub would have counted them. */
async function pastOf(id: string, weeks: number): Promise<void> {
  const end = Math.floor(clock() / hourMs) * hourMs
  const hours = Array.from({ length: weeks * 168 }, (_, n) => end - (n + 1) * hourMs).filter((at) => {
    const date = new Date(at)
    return date.getUTCDay() % 6 !== 0 && date.getUTCHours() >= 9 && date.getUTCHours() < 17
  })
  const { sql } = hub.database.system
  await sql.query(
    `insert into "ApiKeyHour" ("organizationId", "apiKeyId", "hour", "requests") select $1::uuid, $2::uuid, at, 40 from unnest($3::timestamptz[]) at`,
    [organizationId, id, hours.map((at) => new Date(at).toISOString())],
  )
  await sql.query(
    `insert into "ApiKeyAddress" values ($1::uuid, $2::uuid, $3, '94.200.1.0/24', 'AE', 100, $4::timestamptz, $5::timestamptz)`,
    [
      organizationId,
      id,
      office,
      new Date(Math.min(...hours)).toISOString(),
      new Date(Math.max(...hours)).toISOString(),
    ],
  )
}

const at = (text: string): void => {
  hub.clock.now = new Date(text)
}

describe('Y3: what a key is used for is counted', () => {
  test('by address with its country, by hour, and as its last use', async () => {
    const id = await newKey()
    await requests(id, 3)
    await requests(id, 2)
    await requests(id, 1, '2a00:1450:4001:81b::200e')
    const addresses = await hub.database.system.prisma.apiKeyAddress.findMany({ where: { apiKeyId: id } })
    expect(addresses).toHaveLength(2)
    expect(addresses).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ ipAddress: office, network: '94.200.1.0/24', country: 'AE', requests: 5n }),
        expect.objectContaining({ network: '2a00:1450:4001::/48', country: 'IE', requests: 1n }),
      ]),
    )
    expect(await hub.database.system.prisma.apiKeyHour.findMany({ where: { apiKeyId: id } })).toMatchObject([
      { requests: 6, refused: 0 },
    ])
    const key = await hub.database.system.prisma.apiKey.findUniqueOrThrow({ where: { id } })
    expect(key.lastUsedAt).toEqual(hub.clock.now)
  })

  test('addresses of a key stay bounded', async () => {
    const id = await newKey()
    for (let n = 0; n < 1_200; n += 1) use.used({ id, organizationId, ipAddress: `11.0.${n >> 8}.${n & 255}` })
    await use.flush()
    await createKeyKeeper(options()).keep()
    expect(await hub.database.system.prisma.apiKeyAddress.count({ where: { apiKeyId: id } })).toBe(1_000)
  })
})

describe('Y3: unusual use raises an alert', () => {
  test('a burst is told while its hour still runs, once a day, and not before the key is known', async () => {
    at('2026-11-18T10:20:00Z')
    const [known, young] = [await newKey(), await newKey()]
    await pastOf(known, 3)
    await pastOf(young, 1)
    await requests(known, 30)
    await requests(young, 500)
    await watchKeys(options())
    expect(await alerts('key.unusual')).toEqual([])
    await requests(known, 370)
    await watchKeys(options())
    await watchKeys(options())
    const [alert, ...more] = await alerts('key.unusual')
    expect(more).toEqual([])
    expect(alert).toMatchObject({ subjectType: 'ApiKey', subjectId: known, count: 1 })
    expect(alert?.text).toContain('400 requests')
  })

  test('an hour outside of its hours, a new country and a new network are told', async () => {
    at('2026-11-18T10:20:00Z')
    const id = await newKey()
    await pastOf(id, 3)
    await requests(id, 20, '175.45.176.9')
    await watchKeys(options())
    expect((await alerts('key.unusual')).map((alert) => alert.title)).toEqual(['Partner: used from a new country'])
    at('2026-11-19T03:10:00Z')
    await requests(id, 20)
    await watchKeys(options())
    expect((await alerts('key.unusual')).at(-1)?.title).toBe('Partner: used at an unusual hour')
    at('2026-11-19T10:10:00Z')
    await requests(id, 20, '94.201.3.3')
    await watchKeys(options())
    expect((await alerts('key.unusual')).at(-1)?.title).toBe('Partner: used from a new network')
    expect(await alerts('key.unusual')).toHaveLength(3)
  })

  test('what is learned does not depend on how often somebody looked', async () => {
    at('2026-11-18T10:20:00Z')
    const [often, once] = [await newKey(), await newKey()]
    for (const id of [often, once]) await pastOf(id, 2)
    await watchKeys(options())
    await hub.database.system.sql.query(`delete from "ApiKeyHabit" where "apiKeyId" = $1::uuid`, [once])
    for (let n = 0; n < 6; n += 1) {
      hub.clock.advance(hourMs)
      await requests(often, 20)
      await requests(once, 20)
      await watchKeys(options())
      if (n < 5) await hub.database.system.sql.query(`delete from "ApiKeyHabit" where "apiKeyId" = $1::uuid`, [once])
    }
    // When a place was last seen is known to the day, and to whoever looked.
    const learned = async (id: string) => {
      const { countries, networks, ...rest } = readHabit((await habit(id))?.memory)
      return { ...rest, countries: Object.keys(countries), networks: Object.keys(networks) }
    }
    expect(await learned(often)).toEqual(await learned(once))
  })
})

describe('Y3: floods of refused keys', () => {
  test('are tracked in few rows, told in their organization, and count on while they last', async () => {
    at('2026-11-20T12:30:00Z')
    const id = await newKey()
    const { prefix } = await hub.database.system.prisma.apiKey.findUniqueOrThrow({ where: { id } })
    for (let n = 0; n < 10_000; n += 1)
      use.refused({ key: null, prefix: `pb_live_${n}`, ipAddress: '198.51.100.9', reason: 'UNKNOWN' })
    for (let n = 0; n < floodRules.perKey; n += 1)
      use.refused({ key: null, prefix, ipAddress: `203.0.113.${n % 8}`, reason: 'UNKNOWN' })
    use.refused({ key: { id, organizationId }, prefix, ipAddress: '203.0.113.1', reason: 'UNKNOWN' })
    await use.flush()
    const rows = await hub.database.system.prisma.apiKeyRefusal.findMany({ where: { ipAddress: '198.51.100.9' } })
    expect(rows.length).toBeLessThanOrEqual(6)
    expect(rows.reduce((sum, row) => sum + row.attempts, 0)).toBe(10_000)
    const [oldest] = await hub.database.system.prisma.organization.findMany({ orderBy: { createdAt: 'asc' }, take: 1 })
    expect(new Set(rows.map((row) => row.organizationId))).toEqual(new Set([oldest?.id]))

    await watchFloods(options())
    await watchFloods(options())
    expect(await alerts('key.refused')).toMatchObject([{ subjectType: 'ApiKey', subjectId: id, count: 2 }])
    const told = await hub.database.system.prisma.alert.findMany({
      where: { organizationId: oldest?.id ?? '', kind: 'key.refused' },
    })
    expect(told).toMatchObject([{ title: 'Bad API keys from 198.51.100.0/24' }])
    hub.clock.advance(5 * 60_000)
    await watchFloods(options())
    expect((await alerts('key.refused'))[0]?.count).toBe(2)
  })

  test('from a thousand networks stay bounded as well', async () => {
    at('2026-11-20T12:30:00Z')
    for (let n = 0; n < 20_000; n += 1)
      use.refused({
        key: null,
        prefix: 'pb_live_x',
        ipAddress: `2001:db8:${(n % 500).toString(16)}::${n.toString(16)}`,
        reason: 'RATE',
      })
    await use.flush()
    const rows = await hub.database.system.prisma.apiKeyRefusal.findMany({ where: { prefix: 'pb_live_x' } })
    expect(rows.length).toBeLessThanOrEqual(5_000)
  })
})
