import type { ProviderEntry, TemplateSpec } from '@patchbay/schema/catalog.ts'
import { checkFields, withDefaults } from '@patchbay/server/commands/connection-fields.ts'
import { catalog } from '@patchbay/server/providers/index.ts'
import { defineProvider } from '@patchbay/server/providers/provider.ts'
import { smtp } from '@patchbay/server/providers/smtp.ts'
import { describe, expect, test } from 'vitest'

const usual = new Set(['sandbox', 'live', 'critical'])
const own: { entry: ProviderEntry; template: TemplateSpec; at: string }[] = catalog
  .list()
  .flatMap((entry) =>
    entry.templates
      .filter(({ key }) => !usual.has(key))
      .map((template) => ({ entry, template, at: `${entry.slug}/${template.key}` })),
  )

describe('P3: templates of a provider’s own', () => {
  test.each(own)('$at can be used as it is', ({ entry, template }) => {
    const { key, name, description, environment, settings, probeIntervalSeconds } = template
    expect(key).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(name.length).toBeLessThanOrEqual(40)
    expect(description, 'is one sentence').toMatch(/^\p{Lu}[^\n]*[^.\n]\.$/u)
    expect(description).not.toMatch(/\. \p{Lu}/u)
    expect(entry.environments).toContain(environment)
    expect(probeIntervalSeconds).toBeGreaterThanOrEqual(30)
    expect(probeIntervalSeconds).toBeLessThanOrEqual(86_400)
    expect(checkFields(entry, settings, { at: 'settings' }).faults).toEqual([])
    for (const { name: field, hint, kind } of entry.fields) {
      if (settings[field] === undefined) continue
      expect(kind).not.toBe('secret')
      if (hint) expect(settings[field], `${field} looks odd to its own hint`).toMatch(new RegExp(hint.pattern, 'u'))
    }
    // One that changes nothing is no configuration of its own: those are the usual ones.
    expect(withDefaults(entry, settings)).not.toEqual(withDefaults(entry, {}))
  })

  test('no two of a provider are the same, and those that set nothing come last', () => {
    for (const { slug, templates } of catalog.list()) {
      expect(new Set(templates.map(({ key }) => key)).size, slug).toBe(templates.length)
      expect(new Set(templates.map(({ name }) => name)).size, slug).toBe(templates.length)
      const sets = templates.map(({ settings }) => Object.keys(settings).length > 0)
      expect(sets, slug).toEqual(sets.toSorted((a, b) => Number(b) - Number(a)))
      expect(sets, slug).toContain(false)
    }
  })

  test('values of secret or unknown fields, and worlds the vendor has not, are found where they are written', () => {
    const [template] = own.filter(({ entry }) => entry.slug === 'smtp').map((one) => one.template)
    const withTemplate = (change: Partial<TemplateSpec>) => () =>
      defineProvider({ ...smtp, entry: { ...smtp.entry, templates: [{ ...template!, ...change }] } })
    expect(withTemplate({})).not.toThrow()
    expect(withTemplate({ settings: { password: 'no' } })).toThrow('password, which is no plain field')
    expect(withTemplate({ settings: { hots: 'smtp.gmail.com' } })).toThrow('hots, which is no plain field')
    expect(withTemplate({ environment: 'SANDBOX' })).toThrow('has no world')
  })
})
