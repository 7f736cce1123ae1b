import { readdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { FieldSpec, ProviderEntry, ProviderWords } from '@patchbay/schema/catalog.ts'
import { catalog } from '@patchbay/server/providers/index.ts'
import { inArabic } from '@patchbay/server/providers/words.ts'
import { describe, expect, test } from 'vitest'
import { cases } from './cases/index.ts'

const folder = new URL('../../server/src/providers/arabic/', import.meta.url)
const slugs = readdirSync(fileURLToPath(folder)).map((name) => name.replace(/\.ts$/, ''))
/** Said once for all providers. */
const usual = new Set(['sandbox', 'live', 'critical'])

async function wordsOf(slug: string): Promise<ProviderWords> {
  const exported = (await import(new URL(`${slug}.ts`, folder).href)) as Record<string, unknown>
  expect(Object.keys(exported)).toEqual(['arabic'])
  return exported['arabic'] as ProviderWords
}

const fieldTexts = ({ label, help, hint, rule, options }: FieldSpec) => ({
  label,
  ...(help !== undefined && { help }),
  ...(hint && { hint: hint.message }),
  ...(rule && { rule: rule.message }),
  ...(options && { options: Object.fromEntries(options.map((option) => [option.value, option.label])) }),
})

/** What the entry says in English, in the form of its words. */
function english(entry: ProviderEntry): ProviderWords {
  const { summary, description, pricingNotes, fields, permissions, limits, templates, setupGuide, webhooks } = entry
  const own = templates.filter(({ key }) => !usual.has(key))
  const { secretFrom, secretLabel, secretHelp, secretHint, setup = [] } = webhooks ?? {}
  const secret = secretFrom !== 'CREDENTIAL'
  return {
    summary,
    description,
    pricingNotes,
    fields: Object.fromEntries(fields.map((field) => [field.name, fieldTexts(field)])),
    permissions: Object.fromEntries(permissions.map(({ name, why }) => [name, why])),
    ...(limits.length > 0 && { limits: limits.map(({ scope }) => scope) }),
    templates: Object.fromEntries(own.map(({ key, name, description: whom }) => [key, { name, description: whom }])),
    setupGuide: setupGuide.map(({ title, text }) => ({ title, text })),
    ...(webhooks && {
      webhooks: {
        ...(secret && secretLabel != null && { secretLabel }),
        ...(secret && secretHelp != null && { secretHelp }),
        ...(secret && secretHint != null && { secretHint: secretHint.message }),
        setup,
      },
    }),
  }
}

/** Texts by their place, for example `fields.apiKey.help`. */
function texts(value: unknown, place = ''): [string, string][] {
  if (typeof value !== 'object' || value === null) return value === undefined ? [] : [[place, String(value)]]
  return Object.entries(value).flatMap(([key, inner]) => texts(inner, place === '' ? key : `${place}.${key}`))
}

const entryOf = (slug: string): ProviderEntry => {
  const entry = catalog.get(slug)
  if (entry === undefined) throw new Error(`There is no provider ${slug}`)
  return entry
}

/** What has to be there in both languages: numbers, addresses, names with an underscore. */
const facts = (text: string): string[] => text.match(/https?:\/\/[^\s,;)”]*[^\s,;)”:.]|\w*_\w*|\d+(?:[.,]\d+)*/g) ?? []
/** Marks that steer the direction of writing are no part of a text. */
const bare = (text: string) => text.replaceAll(/[\u200e\u200f\u2066-\u2069]/g, '')
/** A choice may be a name (“Gmail”), a label a vendor's own word (“Client ID”). */
const maybeName = /\.label$|\.options\.|\.secretLabel$/

describe('U3: providers speak Arabic', () => {
  describe.each(slugs)('%s', (slug) => {
    test('every English text has its Arabic, and nothing else', async () => {
      const places = (words: ProviderWords) => texts(words).map(([place]) => place)
      expect(places(await wordsOf(slug)).toSorted()).toEqual(places(english(entryOf(slug))).toSorted())
    })

    test('it is Arabic, in letters that people read, with the facts of the English', async () => {
      const source = new Map(texts(english(entryOf(slug))))
      for (const [place, text] of texts(await wordsOf(slug))) {
        if (!maybeName.test(place)) expect(text, place).toMatch(/\p{Script=Arabic}{2}/u)
        expect(text, `${place} has Latin digits`).not.toMatch(/[\u0660-\u0669\u06f0-\u06f9]/u)
        expect(text, `${place} is trimmed`).toBe(text.trim())
        for (const fact of facts(source.get(place) ?? '')) expect(bare(text), place).toContain(fact)
      }
    })

    test('the marketplace says it, and keeps what is no text', async () => {
      const entry = entryOf(slug)
      const spoken = catalog.in('ar').get(slug)
      const said = (words: ProviderWords) => Object.fromEntries(texts(words))
      expect(said(english(spoken ?? entry))).toEqual(said(await wordsOf(slug)))
      // What an entry holds besides its texts is the same in every language.
      const stripped = (one: ProviderEntry) => inArabic(one, english(entry))
      expect({ ...stripped(spoken ?? entry), templates: [] }).toEqual({ ...stripped(entry), templates: [] })
    })
  })

  test('every template that all providers have is said', () => {
    for (const { templates } of catalog.in('ar').list())
      for (const { name, description } of templates) {
        expect(name).toMatch(/\p{Script=Arabic}/u)
        expect(description).toMatch(/\p{Script=Arabic}/u)
      }
  })

  test('a provider without words, or with a field too many, is readable in English', () => {
    const entry = entryOf('stripe')
    const { templates, ...rest } = inArabic(entry, {})
    expect(rest).toEqual({ ...entry, templates: undefined, ...rest })
    expect(rest).toMatchObject({ summary: entry.summary, fields: entry.fields, setupGuide: entry.setupGuide })
    expect(templates).toHaveLength(entry.templates.length)
    const words = { ...english(entry), fields: {}, setupGuide: [] }
    expect(inArabic(entry, words)).toMatchObject({ fields: entry.fields, setupGuide: entry.setupGuide })
  })

  test('every provider of this hub has its words, and every file its provider', () => {
    const spoken = catalog.list().filter(({ slug }) => cases[slug]?.englishOnly !== true)
    const [written, wanted] = [new Set(slugs), new Set(spoken.map(({ slug }) => slug))]
    const mute = [...wanted.difference(written)]
    expect(mute, 'write server/src/providers/arabic/<slug>.ts, or say `englishOnly` in the case').toEqual([])
    expect([...written.difference(wanted)], 'with words, and no provider that wants them').toEqual([])
  })
})
