import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { capabilities } from '@patchbay/schema/capabilities/index.ts'
import { resources } from '@patchbay/schema/capabilities/resources.ts'
import { parse } from 'svelte/compiler'
import { describe, expect, test } from 'vitest'

// The admin speaks two languages: every word it says comes from a catalogue, and nothing is placed left or right by name.

const sources = fileURLToPath(new URL('../../client/src', import.meta.url))
const components = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((path) =>
  path.endsWith('.svelte'),
)

/** Attributes whose value people read or hear. */
const spoken = new Set(['aria-label', 'title', 'placeholder', 'alt', 'label', 'description', 'help', 'lead'])
/** Words that are the same in every language. */
const universal = /^(https?|GET|POST)$/

interface Node {
  readonly type?: string
  readonly name?: string
  readonly data?: string
  readonly value?: unknown
}

/** Texts written into a template instead of read from the catalogue. */
function bareTexts(source: string): string[] {
  const found: string[] = []
  const speaks = (text: string) => /\p{L}{2}/u.test(text) && !universal.test(text.trim())
  const visit = (node: unknown, parent: Node | null): void => {
    if (Array.isArray(node)) return node.forEach((child) => visit(child, parent))
    if (typeof node !== 'object' || node === null) return
    const { type, data, name, value } = node as Node
    if (
      type === 'Text' &&
      parent?.type !== 'Attribute' &&
      parent?.type !== 'StyleDirective' &&
      data !== undefined &&
      speaks(data)
    )
      found.push(data.trim())
    if (type === 'Attribute' && name !== undefined && spoken.has(name) && Array.isArray(value))
      for (const part of value as Node[])
        if (part.type === 'Text' && part.data !== undefined && speaks(part.data)) found.push(`${name}="${part.data}"`)
    for (const [key, child] of Object.entries(node)) if (key !== 'metadata') visit(child, node as Node)
  }
  visit(parse(source, { modern: true }).fragment, null)
  return found
}

/** Utilities that name a side of the screen: wrong as soon as the page is mirrored. */
const physical =
  /(?<![\w-])-?(?:ml|mr|pl|pr|left|right|rounded-[lr]|rounded-[tb][lr]|border-[lr]|text-left|text-right)-?(?:\d|\[|\(|px|auto|(?=['"\s]))/

/** Paths of all leaves, with what they are. */
function leaves(catalogue: object, path = ''): string[] {
  return Object.entries(catalogue).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'object' && value !== null ? leaves(value, `${path}${key}.`) : [`${path}${key}: ${typeof value}`],
  )
}

async function catalogue(language: 'en' | 'ar'): Promise<object> {
  // By address, so that the client's own type checker alone judges its sources.
  const url = new URL(`../../client/src/lib/i18n/${language}/index.ts`, import.meta.url).href
  const module = (await import(url)) as Record<string, object>
  return module[language] ?? {}
}

describe('U3: the admin in two languages', () => {
  test.each(components)('U3: %s takes every text from the catalogue', (path) => {
    expect(bareTexts(readFileSync(join(sources, path), 'utf8'))).toEqual([])
  })

  test.each(components)('U3: %s names no side of the screen', (path) => {
    const classes = [...readFileSync(join(sources, path), 'utf8').matchAll(/class(?:=|:)\s*"([^"]*)"/g)].map(
      (match) => match[1],
    )
    expect(classes.filter((text) => text !== undefined && physical.test(text))).toEqual([])
  })

  test('U3: both catalogues say the same things', async () => {
    const [en, ar] = await Promise.all([catalogue('en'), catalogue('ar')])
    expect(leaves(en).length).toBeGreaterThan(300)
    expect(leaves(ar)).toEqual(leaves(en))
  })

  test('U3: every typed operation is said, in English as its contract says it', async () => {
    const said = Object.entries(capabilities).flatMap(([category, operations]) =>
      Object.entries(operations).map(([name, { description }]) => [`${category}.${name}`, description]),
    )
    expect(await catalogue('en')).toMatchObject({ operations: Object.fromEntries(said) })
    expect(Object.keys(((await catalogue('ar')) as { operations: object }).operations)).toHaveLength(said.length)
  })

  test('U3: what is pulled is said in both languages, in English as the contract says it', async () => {
    const meaning = Object.fromEntries(Object.entries(resources).map(([name, words]) => [name.toUpperCase(), words]))
    expect(await catalogue('en')).toMatchObject({ resources: { meaning } })
  })

  test('U3: Arabic is written in Arabic', async () => {
    const latin: string[] = []
    const visit = (node: object, path: string): void => {
      for (const [key, value] of Object.entries(node) as [string, unknown][]) {
        if (typeof value === 'object' && value !== null) visit(value, `${path}${key}.`)
        else if (typeof value === 'string' && /[a-z]{3}/i.test(value) && !/\p{Script=Arabic}/u.test(value))
          latin.push(`${path}${key}`)
      }
    }
    visit(await catalogue('ar'), '')
    // Names of things: the product, a protocol, a file format, the other language in its own script.
    expect(latin.toSorted()).toEqual(
      latin.filter((path) => /product|OAUTH|oauth|formats\.|bodies\.json|languages\.en/.test(path)).toSorted(),
    )
  })

  test('U3: a text runs as its language does, and a vendor’s path stays whole inside Arabic', async () => {
    const url = new URL('../../client/src/lib/i18n/isolate.ts', import.meta.url).href
    const { directionOf, runsOf } = (await import(url)) as {
      directionOf: (text: string) => string
      runsOf: (text: string) => { text: string; latin: boolean }[]
    }
    const latin = (text: string) => runsOf(text).flatMap((run) => (run.latin ? [run.text] : []))
    const ways = {
      'Stripe يحصّل المال من عملائك.': 'rtl',
      'سر Measurement Protocol API': 'rtl',
      'Google: افتح Settings، ثم Integrate calendar → Secret address in iCal format.': 'rtl',
      'Another connection is called متجر الأقمشة.': 'ltr',
      'Developers → API keys': 'ltr',
      100: 'ltr',
    }
    for (const [text, way] of Object.entries(ways)) expect(directionOf(text), text).toBe(way)
    expect(latin('للتقاويم خلف تسجيل الدخول (HTTP Basic).')).toEqual(['HTTP Basic'])
    expect(latin('بريد Microsoft 365 لشركة، و Generate token (60 يومًا)')).toEqual(['Microsoft 365', 'Generate token'])
    expect(latin('تمرّرها إلى /wp-json/، ثم انسخه.')).toEqual(['/wp-json/'])
    expect(latin('اختر Settings → REST API → Add key (v2). واكتب «Patchbay»')).toEqual([
      'Settings → REST API → Add key (v2)',
      'Patchbay',
    ])
    const text = 'وGoogle Pay في (PIN): https://shop.example.com/'
    expect(
      runsOf(text)
        .map((run) => run.text)
        .join(''),
    ).toBe(text)
  })

  test('U3: a text written into a template is noticed', () => {
    expect(bareTexts('<p>Hello there</p><input placeholder="Type here" /><b>{name}</b>')).toEqual([
      'Hello there',
      'placeholder="Type here"',
    ])
  })
})
