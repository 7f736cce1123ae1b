/** What stands where a person's data stood. */
export const erased = '[erased]'

/** Finds a subject in text, in every spelling it may stand in. */
export interface SubjectPattern {
  /** PostgreSQL regular expression (case-insensitive) that finds every text `replace` changes, and perhaps a few more. */
  readonly sql: string
  /** The text with every occurrence replaced; the very same text when there is none. */
  replace(text: string): string
}

const hex = (code: number, width: number): string => code.toString(16).padStart(width, '0')
const literal = (char: string): string => char.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
const plain = /^[A-Za-z0-9]$/
/** Percent signs may have been encoded again on their way: %40, %2540. */
const percent = '%(?:25)*'
const named: Readonly<Record<string, string>> = { '"': 'quot', "'": 'apos', '<': 'lt', '>': 'gt' }

const octal = (bytes: Buffer): string => [...bytes].map((byte) => `\\\\${byte.toString(8).padStart(3, '0')}`).join('')

/** One character in every way it may be written. */
function spelled(char: string): string {
  if (plain.test(char)) return char
  const code = char.codePointAt(0) ?? 0
  // Case of what is not ASCII is spelled out: the database folds it only under some locales.
  const cases = [...new Set([char, char.toLowerCase(), char.toUpperCase()])].filter((one) => [...one].length === 1)
  const ways = cases.flatMap((one) => [
    literal(one),
    [...Buffer.from(one)].map((byte) => `${percent}${hex(byte, 2)}`).join(''),
    // JSON in JSON doubles its backslashes.
    `\\\\+u${[...one.split('')].map((unit) => hex(unit.charCodeAt(0), 4)).join('\\\\+u')}`,
    `&(?:amp;)?#(?:${one.codePointAt(0)}|x0*${hex(one.codePointAt(0) ?? 0, 1)});`,
  ])
  // As the database writes bytes that are no ASCII: in octal.
  for (const one of code > 0x7f ? cases : []) {
    ways.push(octal(Buffer.from(one)))
    if ((one.codePointAt(0) ?? 0) < 0x100) ways.push(octal(Buffer.from(one, 'latin1')))
  }
  if (char === ' ') ways.push('\\+')
  if (char === '"' || char === '/') ways.push(`\\\\+${literal(char)}`)
  if (char === '\\') ways.push('\\\\+')
  if (char === '&') ways.push('&(?:amp;)+')
  const name = named[char]
  if (name !== undefined) ways.push(`&(?:amp;)?${name};`)
  return code === 0x2b ? `(?:${ways.join('|')}|${percent}20| )` : `(?:${ways.join('|')})`
}

/** Shortest subject that is looked for inside base64: shorter ones stand in it by chance. */
const leastBase64 = 8

/** The characters of base64 that only the subject decides, in its three alignments, both alphabets. */
function base64Of(subject: string): string[] {
  return [...new Set([subject, subject.toLowerCase()])].flatMap((text) => {
    const bytes = Buffer.from(text)
    return [0, 1, 2].map((offset) => {
      const coded = Buffer.concat([Buffer.alloc(offset), bytes])
        .toString('base64')
        .replace(/=+$/, '')
      const start = [0, 2, 3][offset] ?? 0
      const core = coded.slice(start, (bytes.length + offset) % 3 === 0 ? undefined : -1)
      return [...core].map((char) => (char === '+' ? '[+-]' : char === '/' ? '[/_]' : char)).join('')
    })
  })
}

const phone = /^\+?[\d\s().-]+$/
/** What people write between the digits of a number. */
const gap = '(?:[ ().\\u00a0-]|\\+|%20|%28|%29){0,3}'

// Before a subject may stand the end of an escape, whose letters are no part of the word: %3Dali@…, \nali@…
const escapeTail = '(?<=%[0-9a-f]{2}|\\\\[nrtbf]|\\\\u[0-9a-f]{4})'
const start = (lead: string): string => `(?:${escapeTail}|(?<!${lead}))`

/** The bounds of the subject, so that one person's data is not taken for part of another's. */
function bounded(subject: string, core: string): string {
  if (subject.includes('@'))
    return `${start('[\\p{L}\\p{N}][._-]|[\\p{L}\\p{N}]')}${core}(?![\\p{L}\\p{N}]|[.-][\\p{L}\\p{N}])`
  const before = /^[\p{L}\p{N}]/u.test(subject) ? start('[\\p{L}\\p{N}]') : ''
  const after = /[\p{L}\p{N}]$/u.test(subject) ? '(?![\\p{L}\\p{N}])' : ''
  return `${before}${core}${after}`
}

/** A number is the same with or without what people write between its digits; 00 and + mean the same. */
function numberOf(subject: string): { readonly core: string; readonly bounded: string } {
  const digits = subject.replace(/\D/g, '')
  const international = /^(\+|00)/.test(subject.trim())
  const core = [...(international ? digits.replace(/^00/, '') : digits)].join(gap)
  return { core, bounded: `(?:(?<=%2b|%20)|(?<!\\d))${international ? `(?:\\+|%2b|00)?` : ''}${core}(?!\\d)` }
}

/**
 * How a subject is found: whatever its case; percent-encoded (also twice), JSON-escaped, as HTML entities, in base64 in
 * its three alignments (subjects of 8 bytes and more). A phone number also with other signs between its digits. Not
 * found: hashes of it, encrypted and compressed bytes, other spellings of a name.
 */
export function patternOf(subject: string): SubjectPattern {
  const isNumber = phone.test(subject) && subject.replace(/\D/g, '').length >= 7
  const text = isNumber
    ? numberOf(subject)
    : (() => {
        const core = [...subject].map(spelled).join('')
        return { core, bounded: bounded(subject, core) }
      })()
  const coded = Buffer.byteLength(subject) >= leastBase64 ? base64Of(subject) : []
  const found = new RegExp(text.bounded, 'giu')
  const inCode = coded.length > 0 ? new RegExp(coded.join('|'), 'g') : null
  return {
    sql: [text.core, ...coded].join('|'),
    replace(given) {
      const once = given.replace(found, erased)
      return inCode === null ? once : once.replace(inCode, erased)
    },
  }
}

/** A JSON value with every occurrence replaced, in names too; the very same value when there is none. */
export function replaceInJson(value: unknown, { replace }: Pick<SubjectPattern, 'replace'>): unknown {
  const walk = (one: unknown): unknown => {
    if (typeof one === 'string') return replace(one)
    if (typeof one === 'number') return replace(String(one)) === String(one) ? one : erased
    if (Array.isArray(one)) {
      const items = one.map(walk)
      return items.some((item, n) => item !== one[n]) ? items : one
    }
    if (one === null || typeof one !== 'object') return one
    const members = Object.entries(one).map(([name, member]) => [name, replace(name), member, walk(member)] as const)
    if (members.every(([name, newName, member, newMember]) => name === newName && member === newMember)) return one
    return Object.fromEntries(members.map(([, name, , member]) => [name, member]))
  }
  return walk(value)
}

/** Text with every occurrence replaced. What was JSON stays JSON: a number becomes a string there. */
export function replaceInText(text: string, pattern: Pick<SubjectPattern, 'replace'>): string {
  const replaced = pattern.replace(text)
  if (replaced === text || isJson(replaced) || !isJson(text)) return replaced
  return JSON.stringify(replaceInJson(JSON.parse(text), pattern))
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
