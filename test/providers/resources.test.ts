import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { capabilities } from '@patchbay/schema/capabilities/index.ts'
import { resources, type ResourceName } from '@patchbay/schema/capabilities/resources.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import type { PulledRecord } from '@patchbay/server/providers/resource.ts'
import type { Move } from './cases/case.ts'
import { cases } from './cases/index.ts'
import { momentOf, specOf, walk } from './pull-walk.ts'
import { connect, factsOf, twinCall, type TwinConnection } from './twin-call.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const ids = (records: ReadonlyMap<string, PulledRecord>) => [...records.keys()].toSorted()
const inTime = (ms: number) => new Date(ms).toISOString()

function inputOf(slug: string, { operation, input }: Move, records: readonly PulledRecord[]): object | undefined {
  const usual = cases[slug]?.inputs[operation]
  const given = { ...(typeof usual === 'function' ? usual({}) : usual), ...input?.(records) }
  return capabilities[providers.get(slug)?.entry.category ?? 'PAYMENT'][operation]?.input.parse(given)
}

const pulling = providers.values().flatMap((provider) => {
  const names = Object.keys(provider.resources ?? {}) as ResourceName[]
  return names.length === 0 ? [] : [{ provider, names }]
})

describe.each(pulling)('S1, S2: what is pulled from $provider.entry.slug', ({ provider, names }) => {
  const { slug } = provider.entry
  let connection: TwinConnection
  beforeAll(async () => {
    connection = await connect(provider, cases[slug]?.good ?? {}, lab.origin)
  })
  const narrowed = names.filter((name) => provider.resources?.[name]?.incremental !== 'NONE')

  test.each(names)('%s: every record once and of its model, in pages of two as in pages of a hundred', async (name) => {
    const whole = await walk(connection, name)
    expect(whole.size).toBeGreaterThan(2)
    const slowly = await walk(connection, name, { limit: 2 })
    expect(ids(slowly)).toEqual(ids(whole))
    // A copy is kept: what opens something is none of it.
    for (const { data } of whole.values())
      expect((data as { clientSecret?: unknown } | null)?.clientSecret ?? null).toBeNull()
    for (const [id, record] of slowly) expect(record).toEqual(whole.get(id))
  })

  test.each(names)('%s: a cursor that is none is refused', async (name) => {
    const ask = { cursor: 'bm90LW91cnM', since: null, limit: 10 }
    const error: unknown = await specOf(connection, name)
      .pull(twinCall(connection), ask, factsOf(connection))
      .catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ProviderCallError)
    expect(error).toMatchObject({ errorClass: 'INVALID_REQUEST' })
  })

  test.runIf(narrowed.length > 0).each(narrowed)(
    '%s: since an instant, what is younger and nothing else',
    async (name) => {
      const { incremental } = specOf(connection, name)
      const whole = await walk(connection, name)
      const moments = [...whole.values()]
        .flatMap((record) => momentOf(record, incremental) ?? [])
        .toSorted((a, b) => a - b)
      const middle = moments[Math.floor(moments.length / 2)] ?? Date.now() - 36 * 3_600_000
      const found = await walk(connection, name, { since: inTime(middle), limit: 2 })
      for (const [id, record] of whole) {
        const moment = momentOf(record, incremental)
        // Vendors that count in seconds tell of the one before as well.
        if (moment !== null && moment < middle - 1000) expect(found.has(id), `${id} is older`).toBe(false)
        if (moment !== null && moment >= middle) expect(found.get(id), `${id} is younger`).toEqual(record)
      }
      if ((moments[0] ?? 0) < middle) expect(found.size).toBeLessThan(whole.size)
      const after = inTime(Math.max(Date.now(), moments.at(-1) ?? 0) + 86_400_000)
      expect(ids(await walk(connection, name, { since: after }))).toEqual([])
    },
  )

  const whole = names.filter((name) => !narrowed.includes(name))
  test.runIf(whole.length > 0).each(whole)('%s: all of it, whatever `since` says', async (name) => {
    const after = inTime(Date.now() + 86_400_000)
    expect(ids(await walk(connection, name, { since: after }))).toEqual(ids(await walk(connection, name)))
  })
})

describe('S2: what happens at the vendor comes with the next pull', () => {
  const told = pulling.flatMap(({ provider, names }) =>
    names
      .filter((name) => provider.resources?.[name]?.incremental !== 'NONE')
      .map((name) => ({ slug: provider.entry.slug, name, move: cases[provider.entry.slug]?.moves?.[name] })),
  )

  test.each(told)('$slug: $name are seen to move, or it is said why not', ({ move }) => {
    expect(move, 'add it to `moves` of the case').toBeTruthy()
  })

  test('nothing else is said to move', () => {
    const known = told.map(({ slug, name }) => `${slug} ${name}`)
    const said = Object.entries(cases).flatMap(([slug, { moves = {} }]) =>
      Object.keys(moves).map((name) => `${slug} ${name}`),
    )
    expect(said.filter((one) => !known.includes(one))).toEqual([])
  })

  const moved = told.flatMap((one) => (typeof one.move === 'object' ? [{ ...one, move: one.move }] : []))
  test.each(moved)('$slug: $name', async ({ slug, name, move }) => {
    const provider = providers.get(slug)
    if (provider === undefined) throw new Error(`No ${slug}`)
    const connection = await connect(provider, cases[slug]?.good ?? {}, lab.origin)
    const before = await walk(connection, name)
    const records = [...before.values()]
    // Twins keep the vendors' clocks: some tell whole seconds.
    const since = inTime(Math.floor(Date.now() / 1000) * 1000)
    const answer = (await provider.operations[move.operation]?.(
      twinCall(connection),
      inputOf(slug, move, records) as never,
      factsOf(connection),
    )) as { readonly id: string }
    const id = move.id?.(records, answer) ?? answer.id
    const after = await walk(connection, name, { since })
    expect(after.get(id)?.deleted).toBe(move.deletes === true)
    if (move.deletes !== true) expect(after.get(id)).toEqual((await walk(connection, name)).get(id))
    expect(after.size).toBeLessThan(before.size)
  })
})

/** What a list operation would be pulled as; null for lists of what nobody keeps a copy of (templates, calendars, disputes). */
function resourceOf(operation: string): ResourceName | null {
  const noun = /^(\w+)\.list$/.exec(operation)?.[1]
  if (noun === 'subscribers') return 'contacts'
  return noun !== undefined && noun in resources ? (noun as ResourceName) : null
}

describe('S1: nothing that could be pulled is left out', () => {
  test.each(providers.values())('$entry.slug pulls what it lists, or it is said why not', ({ entry, operations }) => {
    const declared = entry.resources.map(({ name }) => name)
    const { pullsNothing } = cases[entry.slug] ?? {}
    const missing = Object.keys(operations).flatMap((operation) => {
      const name = resourceOf(operation)
      return name === null || declared.includes(name) ? [] : [operation]
    })
    expect(missing, 'listed by these operations, and not among `resources`').toEqual([])
    expect(declared.length > 0, 'it declares resources, or its case says why not in `pullsNothing`').toBe(
      pullsNothing === undefined,
    )
  })
})

/** Lists with an instant among what they take, by its name. */
const narrowing = providers.values().flatMap((provider) =>
  Object.keys(provider.operations).flatMap((operation) => {
    const shape = capabilities[provider.entry.category][operation]?.input.shape ?? {}
    return ['updatedSince', 'createdAfter']
      .filter((by) => by in shape)
      .map((by) => ({ slug: provider.entry.slug, provider, operation, by }))
  }),
)

describe('X2: a list narrows by an instant, or says that it cannot', () => {
  test.each(narrowing)('$slug: $operation by $by', async ({ slug, provider, operation, by }) => {
    const connection = await connect(provider, cases[slug]?.good ?? {}, lab.origin)
    const instant = inTime(Date.now() + 86_400_000)
    const input = capabilities[provider.entry.category][operation]?.input.parse({ [by]: instant })
    const work = provider.operations[operation]?.(twinCall(connection), input as never, factsOf(connection))
    const outcome: unknown = await work?.catch((thrown: unknown) => thrown)
    // Nothing happened tomorrow: whatever comes would pass for what did.
    if (outcome instanceof ProviderCallError)
      expect(outcome).toMatchObject({ errorClass: 'INVALID_REQUEST', field: by })
    else expect(outcome).toMatchObject({ items: [], nextCursor: null })
  })
})
