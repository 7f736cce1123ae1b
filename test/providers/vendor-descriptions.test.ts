import { setImmediate as turn } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import { cases, exercise } from './cases/index.ts'
import { type Exchange, recorder } from './descriptions/exchange.ts'
import { hasDescriptions, isOfficial, review, type Review } from './descriptions/index.ts'
import { connect, factsOf, twinCall, type TwinConnection } from './twin-call.ts'

let lab: Lab
const covered: string[] = []
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(async () => {
  await lab.close()
  if (covered.length === 0) return
  const none = providers.values().flatMap(({ entry }) => (cases[entry.slug]?.descriptions ? [] : [entry.slug]))
  process.stdout.write(
    `\nHeld against the vendors’ own descriptions:\n${covered.join('\n')}\n  without any: ${none.join(', ')}\n`,
  )
})

// Compiling a large description blocks for seconds, in which the lab's idle connections end unseen: they are put away
// before one of them is used again.
beforeEach(async () => {
  for (let turns = 0; turns < 5; turns += 1) await turn()
})

/** Everything a provider says to its twin, and hears: probe, suites, operations, pulls, registration of webhooks. */
async function record(connection: TwinConnection): Promise<readonly Exchange[]> {
  const { provider } = connection
  const { seen, fetch } = recorder(connection)
  const call = twinCall(connection, fetch)
  const facts = factsOf(connection)
  await provider.probe(call, facts)
  for (const step of provider.tests) await step.run(call, facts)
  await exercise(provider, async (name, input) => provider.operations[name]?.(call, input as never, facts))
  // A page of each kind of record, and of what happened lately: narrower requests than the operations'.
  const since = new Date(Date.now() - 86_400_000).toISOString()
  for (const { pull } of Object.values(provider.resources ?? {}))
    for (const ask of [
      { cursor: null, since: null, limit: 3 },
      { cursor: null, since, limit: 3 },
    ])
      await pull(call, ask, facts)
  const registration = provider.webhooks?.registration
  if (registration !== undefined) {
    const secret = registration.chooseSecret === true ? 'chosen-by-the-hub-0123456789' : null
    const urlOf = (name: string) => `${lab.origin}/_receiver/${name}`
    const first = await registration.register(call, { url: urlOf('old'), ids: [], secret }, facts)
    const second = await registration.register(call, { url: urlOf('new'), ids: first.ids, secret }, facts)
    await registration.unregister(call, second.ids, facts)
  }
  return seen
}

const some = (names: ReadonlySet<string>, limit = 6) =>
  [...names].slice(0, limit).join(', ') + (names.size > limit ? `, and ${names.size - limit} more` : '')

function summary(slug: string, exercised: number, found: Review): string {
  const { operations, judged, official, proseOnly, surplus } = found
  const lines = [
    `  ${slug}: ${exercised} operations exercised, ${judged} requests and answers judged (${official} by the vendor’s own files), over ${some(operations, 100)}`,
  ]
  if (proseOnly.size > 0) lines.push(`    documented in prose only: ${some(proseOnly, 100)}`)
  if (surplus.size > 0) lines.push(`    answered and not described: ${some(surplus)}`)
  return lines.join('\n')
}

describe('P1: providers and twins keep to the vendors’ own descriptions', () => {
  for (const provider of providers.values()) {
    const { slug } = provider.entry
    const { descriptions, good = {} } = cases[slug] ?? {}
    if (descriptions === undefined) continue
    test.runIf(hasDescriptions(descriptions))(`${slug}: every request and every answer`, async () => {
      const found = await review(await record(await connect(provider, good, lab.origin)), descriptions)
      covered.push(summary(slug, Object.keys(provider.operations).length, found))
      expect(found.faults).toEqual([])
      // What the vendor documents in prose only is named by the case, so that a misspelt path does not pass for it.
      expect([...found.undescribed], 'not described, and not among proseOnly of the case').toEqual([])
      expect(found.judged).toBeGreaterThan(0)
      if (provider.entry.verified) expect(found.official).toBeGreaterThan(0)
    })
  }

  test.each(providers.values().filter(({ entry }) => entry.verified))(
    '$entry.slug is marked as verified: the vendor’s own description judges it',
    ({ entry }) => {
      expect(cases[entry.slug]?.descriptions?.files.some(isOfficial)).toBe(true)
    },
  )
})
