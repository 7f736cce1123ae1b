import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { capabilities } from '@patchbay/schema/capabilities/index.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { catalog, providers } from '@patchbay/server/providers/index.ts'
import type { Provider } from '@patchbay/server/providers/provider.ts'
import { cases, exercise } from './cases/index.ts'
import { connect, factsOf, twinCall } from './twin-call.ts'

let lab: Lab
beforeAll(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterAll(() => lab.close())

const caseOf = (provider: Provider) => {
  const found = cases[provider.entry.slug]
  if (found === undefined) throw new Error(`Write test/providers/cases/${provider.entry.slug}.ts`)
  return found
}

async function failureOf(work: Promise<unknown>): Promise<ProviderCallError> {
  const error: unknown = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  )
  if (!(error instanceof ProviderCallError)) throw new Error(`Not a ProviderCallError: ${String(error)}`)
  return error
}

describe.each([...providers.values()].map((provider) => [provider.entry.slug, provider] as const))(
  'P1: %s',
  (slug, provider) => {
    const { entry } = provider

    test('declares a complete catalogue entry', () => {
      expect(catalog.get(slug)).toEqual(entry)
      expect(slug).toMatch(/^[a-z][a-z0-9-]*$/)
      for (const text of [entry.summary, entry.description, entry.pricingNotes]) expect(text.length).toBeGreaterThan(30)
      expect(entry.summary.length).toBeLessThanOrEqual(140)
      expect(entry.setupGuide.length).toBeGreaterThanOrEqual(1)
      expect(entry.setupGuide.some((step) => step.url?.startsWith('https://'))).toBe(true)
      expect(entry.fields.length).toBeGreaterThan(0)
      expect(entry.permissions.every((permission) => permission.why.length > 3)).toBe(true)
      expect(entry.regions.length).toBeGreaterThan(0)
      expect(entry.environments.length).toBeGreaterThan(0)
      expect(entry.docsUrl).toMatch(/^https:\/\//)
      expect(entry.logo.path).toMatch(/^[Mm][\d\sA-Za-z.,-]+$/)
      expect(entry.logo.color).toMatch(/^#[0-9A-F]{6}$/i)
    })

    test('has fields whose patterns compile and whose examples pass their own rules', () => {
      const { good } = caseOf(provider)
      for (const field of entry.fields) {
        const value = good[field.name] ?? field.default
        if (field.rule !== undefined && value !== undefined) expect(value).toMatch(new RegExp(field.rule.pattern))
        if (field.hint !== undefined) expect(() => new RegExp(field.hint?.pattern ?? '')).not.toThrow()
        if (field.kind === 'select') expect(field.options?.some((option) => option.value === field.default)).toBe(true)
      }
      for (const name of Object.keys(good)) expect(entry.fields.map((field) => field.name)).toContain(name)
    })

    test('names exactly the operations of its category', () => {
      const contracts = capabilities[entry.category] ?? {}
      const named = new Set(entry.capabilities)
      const carriedOut = new Set(Object.keys(provider.operations))
      expect([...named.difference(carriedOut)], 'in `capabilities` and not in `operations`').toEqual([])
      expect([...carriedOut.difference(named)], 'in `operations` and not in `capabilities`').toEqual([])
      const foreign = [...named].filter((name) => contracts[name] === undefined)
      expect(foreign, `not among the operations of ${entry.category} (schema/src/capabilities)`).toEqual([])
      expect(entry.capabilities, 'twice in `capabilities`').toHaveLength(named.size)
      if (named.size === 0) throw new Error('No operation yet: `operations` and `capabilities` are empty')
    })

    test('leaves over https only (mail over SMTP), to its own hosts', () => {
      const hosts = provider.hosts(factsOf({ provider, fields: caseOf(provider).good }))
      expect(hosts['api']).toBeDefined()
      for (const base of Object.values(hosts)) {
        expect(new URL(base).protocol).toMatch(slug === 'smtp' ? /^smtps?:$/ : /^https:$/)
        expect(base.endsWith('/')).toBe(false)
      }
    })

    test('P1: the probe is well with the right credentials', async () => {
      const connection = await connect(provider, caseOf(provider).good, lab.origin)
      await provider.probe(twinCall(connection), factsOf(connection))
    })

    test('C3: wrong credentials fail with words that say what to do', async () => {
      const { wrong, good } = caseOf(provider)
      // Where a token is handed out, the token is what goes wrong; the token endpoint has tests of its own.
      const connection = {
        provider,
        fields: wrong ?? good,
        accessToken: wrong === null ? 'not-a-token' : null,
        origin: lab.origin,
      }
      const failure = await failureOf(provider.probe(twinCall(connection), factsOf(connection)))
      expect(failure.errorClass).toBe('AUTHENTICATION')
      expect(failure.advice.length).toBeGreaterThan(30)
      expect(failure.message).toContain(entry.name)
    })

    test('C3: every suite passes with the right credentials', async () => {
      const connection = await connect(provider, caseOf(provider).good, lab.origin)
      expect(provider.tests.map((step) => step.suite)).toEqual(expect.arrayContaining(['connection', 'permissions']))
      for (const step of provider.tests) {
        const outcome = await step.run(twinCall(connection), factsOf(connection))
        expect(outcome, `${step.name}: ${outcome.message}`).toMatchObject({ ok: true })
        expect(outcome.message).toMatch(/^[A-Z].*\.$/)
      }
    })

    test('C5: a missing permission is named', async () => {
      const { restricted, missing, restrictedScopes } = caseOf(provider)
      const connection = await connect(provider, restricted, lab.origin, restrictedScopes)
      const step = provider.tests.find((candidate) => candidate.suite === 'permissions')
      const outcome = await step?.run(twinCall(connection), factsOf(connection))
      expect(outcome?.ok).toBe(false)
      expect(outcome?.message).toContain(missing)
    })

    test('X2: every operation keeps its contract', async () => {
      const connection = await connect(provider, caseOf(provider).good, lab.origin)
      const outputs = new Map<string, unknown>()
      const made = await exercise(provider, async (name, input) => {
        const output: unknown = await provider.operations[name]?.(
          twinCall(connection),
          input as never,
          factsOf(connection),
        )
        outputs.set(name, output)
        return output
      })
      expect([...outputs.keys()].toSorted()).toEqual(entry.capabilities.toSorted())
      // Nothing of it is left out by the contract.
      for (const [name, output] of outputs) expect(made[name], name).toEqual(output)
    })
  },
)
