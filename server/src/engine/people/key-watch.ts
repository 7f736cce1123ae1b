import type { Database } from '@patchbay/prisma/database.ts'
import { transact } from '@patchbay/prisma/transact.ts'
import type { AlertInput, Alerts } from '../alerts/contract.ts'
import { freshHabit, learn, readHabit, type Habit, type KeyHour } from './habit.ts'
import { judge, type Finding, type UsageSignal } from './usage-judge.ts'

export interface KeyWatchOptions {
  readonly database: Database
  readonly alerts: Alerts
  readonly now: () => Date
}

const hourMs = 3_600_000
const dayMs = 24 * hourMs
/** Keys read and judged at once. */
const keysAtOnce = 100
/** Hours learned at most when a key comes back after a long silence; what is older is left out. */
const longestSilence = 90 * 24

/** What is stored beside the habit: on which day each signal was told last, so that a day tells once. */
interface Memory {
  readonly habit: Habit
  readonly told: Readonly<Partial<Record<UsageSignal, number>>>
}

interface KeyRow extends Record<string, unknown> {
  readonly id: string
  readonly organizationId: string
  readonly name: string
  readonly prefix: string
  readonly memory: unknown
  readonly learnedUntil: Date | null
  readonly firstHour: Date
}

interface HourRow extends Record<string, unknown> {
  readonly id: string
  readonly at: Date
  readonly requests: number
}

interface PlaceRow extends Record<string, unknown> {
  readonly id: string
  readonly network: string
  readonly country: string | null
  readonly first: Date
  readonly last: Date
}

/**
 * Judges every key that was used since it was last looked at: whole hours are judged and learned, the running one is
 * judged as far as it has come. What it learned and what it tells commit together, so a kill repeats or loses nothing.
 * Returns how many keys were looked at.
 */
export async function watchKeys(options: KeyWatchOptions, signal?: AbortSignal): Promise<number> {
  const { sql } = options.database.system
  const present = Math.floor(options.now().getTime() / hourMs) * hourMs
  let after = '00000000-0000-0000-0000-000000000000'
  let looked = 0
  while (signal?.aborted !== true) {
    const keys = await sql.query<KeyRow>(
      `select k."id"::text as "id", k."organizationId"::text as "organizationId", k."name", k."prefix", h."memory", h."learnedUntil", u."firstHour"
       from "ApiKey" k left join "ApiKeyHabit" h on h."apiKeyId" = k."id"
       cross join lateral (select min("hour") as "firstHour" from "ApiKeyHour" u
         where u."apiKeyId" = k."id" and u."requests" > 0 and u."hour" >= coalesce(h."learnedUntil", '-infinity')) u
       where k."id" > $1::uuid and u."firstHour" is not null order by k."id" limit ${keysAtOnce}`,
      [after],
    )
    const last = keys.at(-1)
    if (last === undefined) return looked
    const [hours, places] = await Promise.all([hoursOf(options, keys), placesOf(options, keys)])
    for (const key of keys) await look(options, key, present, hours.get(key.id) ?? [], places.get(key.id) ?? [])
    looked += keys.length
    after = last.id
  }
  return looked
}

async function hoursOf({ database }: KeyWatchOptions, keys: readonly KeyRow[]): Promise<Map<string, HourRow[]>> {
  const rows = await database.system.sql.query<HourRow>(
    `select g.id::text as "id", u."hour" as "at", u."requests" from unnest($1::uuid[], $2::timestamptz[]) as g(id, since)
     join "ApiKeyHour" u on u."apiKeyId" = g.id and u."hour" >= g.since order by u."hour"`,
    [keys.map((key) => key.id), keys.map((key) => sinceOf(key).toISOString())],
  )
  return Map.groupBy(rows, (row) => row.id)
}

async function placesOf({ database }: KeyWatchOptions, keys: readonly KeyRow[]): Promise<Map<string, PlaceRow[]>> {
  const rows = await database.system.sql.query<PlaceRow>(
    `select g.id::text as "id", a."network", a."country", min(a."firstAt") as "first", max(a."lastAt") as "last"
     from unnest($1::uuid[], $2::timestamptz[]) as g(id, since)
     join "ApiKeyAddress" a on a."apiKeyId" = g.id and a."lastAt" >= g.since group by 1, 2, 3`,
    [keys.map((key) => key.id), keys.map((key) => sinceOf(key).toISOString())],
  )
  return Map.groupBy(rows, (row) => row.id)
}

const sinceOf = (key: KeyRow): Date => key.learnedUntil ?? key.firstHour

async function look(
  options: KeyWatchOptions,
  key: KeyRow,
  present: number,
  rows: readonly HourRow[],
  places: readonly PlaceRow[],
): Promise<void> {
  let { habit, told } = readMemory(key.memory)
  const requests = new Map(rows.map((row) => [row.at.getTime(), row.requests]))
  const since = Math.max(sinceOf(key).getTime(), present - longestSilence * hourMs)
  const findings: { readonly at: number; readonly finding: Finding }[] = []
  for (let at = since; at <= present; at += hourMs) {
    const hour = hourOf(at, requests.get(at) ?? 0, places)
    const found = judge(habit, hour)
    const signals = new Set(found.map((one) => one.signal))
    const day = Math.floor(at / dayMs)
    for (const finding of found) {
      if (told[finding.signal] === day) continue
      told = { ...told, [finding.signal]: day }
      findings.push({ at, finding })
    }
    if (at < present) habit = learn(habit, hour, { rate: signals.has('RATE'), hour: signals.has('HOUR') })
  }
  const learnedUntil = new Date(present)
  if (findings.length === 0 && key.learnedUntil?.getTime() === present) return
  const { organizationId } = key
  await transact(options.database.tenant(organizationId).prisma, async (tx) => {
    const memory = { ...habit, told } as object
    await tx.apiKeyHabit.upsert({
      where: { apiKeyId: key.id },
      create: { apiKeyId: key.id, organizationId, memory, hours: habit.hours, learnedUntil },
      update: { memory, hours: habit.hours, learnedUntil },
    })
    await options.alerts.raise(
      tx,
      findings.map(({ at, finding }) => unusual(key, at, finding)),
    )
  })
}

/** An hour with the places that were in use then: new ones in the hour they appeared, known ones where they were seen last. */
function hourOf(at: number, requests: number, places: readonly PlaceRow[]): KeyHour {
  const met = places.filter(({ first, last }) => isIn(first, at) || isIn(last, at))
  return {
    at,
    requests,
    countries: [...new Set(met.flatMap((place) => place.country ?? []))],
    networks: [...new Set(met.map((place) => place.network))],
  }
}

const isIn = (instant: Date, hour: number): boolean => Math.floor(instant.getTime() / hourMs) * hourMs === hour

function readMemory(stored: unknown): Memory {
  const { told = {}, ...habit } = (stored ?? {}) as Partial<Memory> & Record<string, unknown>
  const read = readHabit(habit)
  return { habit: read, told: read === freshHabit ? {} : told }
}

const titles: Readonly<Record<UsageSignal, string>> = {
  RATE: 'far more requests than usual',
  HOUR: 'used at an unusual hour',
  COUNTRY: 'used from a new country',
  NETWORK: 'used from a new network',
}

function unusual(key: KeyRow, at: number, { signal, words }: Finding): AlertInput {
  return {
    organizationId: key.organizationId,
    kind: 'key.unusual',
    severity: 'WARNING',
    subjectType: 'ApiKey',
    subjectId: key.id,
    title: `${key.name}: ${titles[signal]}`,
    text: `${key.prefix}…: ${words} If nobody can explain it, revoke the key; its addresses are on its page.`,
    dedupeKey: `key.unusual:${key.id}:${signal}:${new Date(at).toISOString().slice(0, 10)}`,
  }
}
