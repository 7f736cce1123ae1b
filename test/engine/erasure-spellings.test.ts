import { patternOf, replaceInJson, replaceInText } from '@patchbay/server/engine/erasure/spellings.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => (database = await testDatabase()))
afterAll(() => database.cleanup())

const email = 'Léa.o’Neil+vip@example.com'
const base64 = (text: string) => Buffer.from(text).toString('base64')

/** Texts in which a subject stands, each in a spelling of its own. */
const spellings: readonly (readonly [string, string, string])[] = [
  ['as it is', 'ali@example.com', 'to ali@example.com.'],
  ['in other case', 'ali@example.com', 'ALI@Example.COM'],
  ['percent-encoded', 'ali@example.com', '?to=ali%40example.com&x=1'],
  ['percent-encoded in lower case', 'a/b+c@example.com', '?to=a%2fb%2bc%40example.com'],
  ['percent-encoded twice', 'ali@example.com', '?next=%2Fx%3Fto%3Dali%2540example.com'],
  ['after an escape', 'ali@example.com', '"line\\nali@example.com"'],
  ['after an encoded sign', 'ali@example.com', 'q=to%3Dali@example.com'],
  ['JSON-escaped', 'ali@example.com', '"ali\\u0040example.com"'],
  ['JSON in JSON', 'Ana "Nani" Diaz', JSON.stringify(JSON.stringify({ name: 'Ana "Nani" Diaz' }))],
  ['as HTML', "Ana O'Hara", '<b>Ana O&#39;Hara</b>'],
  ['as HTML in hexadecimal', 'ali@example.com', 'ali&#x40;example.com'],
  ['not in ASCII', 'فاطمة الزهراء', JSON.stringify({ n: 'فاطمة الزهراء' })],
  ['not in ASCII, escaped', 'Zoë Ångström', '"Zo\\u00eb \\u00c5ngstr\\u00f6m"'],
  ['not in ASCII, percent-encoded', 'Zoë Ångström', `name=${encodeURIComponent('Zoë Ångström')}`],
  ['not in ASCII, in other case', 'Zoë Ångström', 'ZOË ÅNGSTRÖM'],
  ['in a form', 'Fatima Ali', 'name=Fatima+Ali&x=1'],
  ['with signs of every kind', email, encodeURIComponent(email)],
  ['in base64', 'ali@example.com', `Basic ${base64('ali@example.com:secret')}`],
  ['in base64, one byte on', 'ali@example.com', base64('xali@example.com:secret')],
  ['in base64, two bytes on', 'ali@example.com', base64('xyali@example.com:secret')],
  ['in base64 for addresses', 'ali??@example.com', Buffer.from('{"e":"ali??@example.com"}').toString('base64url')],
  ['a number, written otherwise', '+971 50 123 4567', 'call 00971-50-1234567'],
  ['a number in an address', '+971501234567', '?phone=%2B971501234567'],
  ['a number, without its plus', '+971501234567', '{"phone":"971501234567"}'],
  ['a customer id', 'cus_Qx81Zk', '{"customer":"cus_Qx81Zk"}'],
]

describe('N7: a subject is found in every spelling', () => {
  test.each(spellings)('%s', async (_how, subject, text) => {
    const pattern = patternOf(subject)
    const replaced = pattern.replace(text)
    expect(replaced).toContain('[erased]')
    expect(pattern.replace(replaced)).toBe(replaced)
    // The database has to find what the replacement changes.
    const [row] = await database.system.sql.query<{ hit: boolean }>('select $1::text ~* $2 as hit', [text, pattern.sql])
    expect(row?.hit).toBe(true)
  })

  test.each([
    ['another address that ends alike', 'ali@example.com', 'khali@example.com'],
    ['another address with a dot', 'ali@example.com', 'big.ali@example.com'],
    ['another domain', 'ali@example.com', 'ali@example.com.au'],
    ['a longer number', '+971501234567', '+9715012345678'],
    ['a longer id', 'cus_Qx81Zk', 'cus_Qx81Zk9'],
    ['a longer word', 'Fatima', 'Fatimah'],
  ])('does not take %s for it', (_what, subject, text) => {
    expect(patternOf(subject).replace(text)).toBe(text)
  })

  test('ends an address where a sentence does', () => {
    expect(patternOf('ali@example.com').replace('Write to ali@example.com.')).toBe('Write to [erased].')
  })

  test('keeps JSON what it was: names, nested values, numbers', () => {
    const pattern = patternOf('100042')
    const value = { customer: 100042, list: [{ 'id:100042': 'x 100042' }], other: 1000421, none: null }
    expect(replaceInJson(value, pattern)).toEqual({
      customer: '[erased]',
      list: [{ 'id:[erased]': 'x [erased]' }],
      other: 1000421,
      none: null,
    })
    const untouched = { other: 1, list: [{ a: true }] }
    expect(replaceInJson(untouched, pattern)).toBe(untouched)
    expect(JSON.parse(replaceInText('{"customer":100042,"n":2}', pattern))).toEqual({ customer: '[erased]', n: 2 })
    expect(replaceInText('{"customer":100042,"cut', pattern)).toBe('{"customer":[erased],"cut')
  })

  test('takes no time with hostile subjects and texts', () => {
    for (const subject of [
      '((((((a+)+)+)+)+)+@x.y',
      '.*.*.*.*.*abc',
      '\\\\\\\\\\\\abc',
      '+'.repeat(150) + 'abc',
      ' '.repeat(90) + 'a b c',
    ]) {
      const pattern = patternOf(subject)
      expect(pattern.replace(`${subject.slice(0, -1)}`.repeat(200))).toBeTypeOf('string')
    }
  })
})
