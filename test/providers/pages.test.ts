import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { capabilities } from '@patchbay/schema/capabilities/index.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import type { Provider } from '@patchbay/server/providers/provider.ts'
import { cases, exercise, inputOf } from './cases/index.ts'
import { connect, factsOf, twinCall, type TwinConnection } from './twin-call.ts'

interface Page {
  readonly items: readonly object[]
  readonly nextCursor: string | null
}

/** More items than this and nobody would wait for pages of one. */
const most = 120

/** What tells one item from another: templates of one name have several languages. */
const keyOf = (item: object): string => {
  const { id, email, language } = item as Readonly<Record<string, unknown>>
  return JSON.stringify([id, email, language])
}

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const isList = ({ entry }: Provider, name: string) => {
  const { input, output } = capabilities[entry.category][name] ?? {}
  return input !== undefined && 'after' in input.shape && output !== undefined && 'nextCursor' in output.shape
}

const listing = providers
  .values()
  .map((provider) => ({ provider, lists: Object.keys(provider.operations).filter((name) => isList(provider, name)) }))
  .filter(({ lists }) => lists.length > 0)

describe.each(listing)('S1: lists of $provider.entry.slug', ({ provider, lists }) => {
  const { slug, category } = provider.entry
  const inputs = new Map<string, object>()
  let connection: TwinConnection

  async function page(name: string, more: object): Promise<Page> {
    const contract = capabilities[category][name]
    const input = contract?.input.parse({ ...inputs.get(name), ...more })
    const work = provider.operations[name]?.(twinCall(connection), input as never, factsOf(connection))
    return contract?.output.parse(await work) as unknown as Page
  }

  /** Everything a list holds, page after page, by what tells the items apart. */
  async function all(name: string, first: number): Promise<readonly string[]> {
    const items: string[] = []
    let after: string | null = null
    do {
      const found: Page = await page(name, { first, after })
      expect(found.items.length, `${name}, pages of ${first}`).toBeLessThanOrEqual(first)
      items.push(...found.items.map(keyOf))
      after = found.nextCursor
    } while (after !== null && items.length <= most)
    return items
  }

  beforeAll(async () => {
    connection = await connect(provider, cases[slug]?.good ?? {}, lab.origin)
    const call = twinCall(connection)
    const facts = factsOf(connection)
    const made = await exercise(provider, async (name, input) =>
      provider.operations[name]?.(call, input as never, facts),
    )
    for (const name of lists) inputs.set(name, inputOf(provider, name, made))
  })

  test.each(lists)('%s: every item once and in one order, in any page size', async (name) => {
    const whole = await all(name, 100)
    expect(new Set(whole).size).toBe(whole.length)
    for (const first of [7, ...(whole.length <= most / 2 ? [1] : [])]) {
      const items = await all(name, first)
      const count = Math.min(items.length, whole.length)
      expect(items.slice(0, count), `pages of ${first}`).toEqual(whole.slice(0, count))
      if (whole.length <= most) expect(items.length, `pages of ${first}`).toBe(whole.length)
    }
  })

  test.each(lists)('%s: a cursor that is none is refused', async (name) => {
    const error: unknown = await page(name, { after: 'bm90LW91cnM' }).catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(ProviderCallError)
    expect(error).toMatchObject({ errorClass: 'INVALID_REQUEST' })
  })
})
