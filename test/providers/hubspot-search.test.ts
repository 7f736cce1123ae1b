import { describe, expect, test } from 'vitest'
import type { Call } from '@patchbay/server/providers/provider.ts'
import type { ResourceSpec } from '@patchbay/server/providers/resource.ts'
import { beyondSearch } from '@patchbay/server/providers/hubspot/pull.ts'
import { hubspot } from '@patchbay/server/providers/hubspot.ts'
import { hubspot as hubspotCase } from './cases/hubspot.ts'
import { factsOf } from './twin-call.ts'

const facts = factsOf({ provider: hubspot, fields: hubspotCase.good })
const unused: Call = () => Promise.reject(new Error('No call'))
const first = Date.parse('2026-11-01T00:00:00Z')
const momentOf = (index: number, perSecond: number) =>
  new Date(first + Math.floor(index / perSecond) * 1000).toISOString()

/** HubSpot's search over changes that came so many in a second: oldest first, and nothing behind the ten thousandth. */
function search(changes: number, perSecond: number): ResourceSpec {
  const all = Array.from({ length: changes }, (_, index) => ({ id: `c${index}`, at: momentOf(index, perSecond) }))
  return {
    incremental: 'CHANGES',
    deletions: 'ABSENT',
    pull: async (_call, { cursor, since, limit }) => {
      const found = all.filter(({ at }) => Date.parse(at) >= Date.parse(since ?? '1970-01-01T00:00:00Z'))
      const start = Number(cursor ?? '0')
      if (start + limit > 10_000) throw new Error('400')
      const end = start + limit
      return {
        records: found
          .slice(start, end)
          .map(({ id, at }) => ({ externalId: id, parentId: null, updatedAt: at, deleted: false, data: null })),
        cursor: end < found.length ? String(end) : null,
      }
    },
  }
}

async function walk(spec: ResourceSpec): Promise<ReadonlySet<string>> {
  const seen = new Set<string>()
  let cursor: string | null = null
  do {
    const ask = { cursor, since: new Date(first).toISOString(), limit: 100 }
    const page = await spec.pull(unused, ask, facts)
    for (const { externalId } of page.records) seen.add(externalId)
    cursor = page.cursor
  } while (cursor !== null)
  return seen
}

describe('S2: HubSpot’s searches end at ten thousand results, a pull does not', () => {
  test('what changed later begins a search of its own', async () => {
    expect((await walk(beyondSearch(search(25_000, 40)))).size).toBe(25_000)
  })

  test('more in one instant than a search tells end with HubSpot’s refusal, not in a circle', async () => {
    await expect(walk(beyondSearch(search(15_000, 20_000)))).rejects.toThrow('400')
  })

  test('a cursor of the plain list is none of the search', async () => {
    const ask = { cursor: 'bm90LW91cnM', since: new Date(first).toISOString(), limit: 100 }
    await expect(beyondSearch(search(10, 1)).pull(unused, ask, facts)).rejects.toMatchObject({
      errorClass: 'INVALID_REQUEST',
    })
  })
})
