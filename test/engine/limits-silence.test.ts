import { silenceOf } from '@patchbay/server/engine/limits/quiet.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'

const now = Date.parse('2026-11-21T10:00:00Z')
const hourMs = 3_600_000

test.each([
  ['Retry-After in seconds', { 'retry-after': '7' }, 429, 7_000],
  ['Retry-After as a date', { 'retry-after': 'Sat, 21 Nov 2026 10:00:09 GMT' }, 503, 9_000],
  ['Retry-After of a success says nothing', { 'retry-after': '7' }, 200, null],
  ['Retry-After of a server error that is no overload says nothing', { 'retry-after': '7' }, 500, null],
  ['a year is a day', { 'retry-after': '31536000' }, 429, 24 * hourMs],
  ['a date that is past', { 'retry-after': 'Sat, 21 Nov 2020 10:00:09 GMT' }, 429, null],
  ['nonsense', { 'retry-after': 'soon' }, 429, null],
  ['nothing left, reset in seconds from now', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '12' }, 429, 12_000],
  [
    'reset as an instant in seconds',
    { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': `${now / 1000 + 30}` },
    429,
    30_000,
  ],
  [
    'reset as an instant in milliseconds',
    { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${now + 5_000}` },
    429,
    5_000,
  ],
  ['reset in words', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '2026-11-21T10:00:08Z' }, 429, 8_000],
  ['something left', { 'x-ratelimit-remaining': '3', 'x-ratelimit-reset': '12' }, 200, null],
  ['the last call that succeeded', { 'ratelimit-remaining': '0', 'ratelimit-reset': '20' }, 200, 20_000],
  ['after a success a minute at most', { 'x-rate-limit-remaining': '0', 'x-rate-limit-reset': '900' }, 200, 60_000],
  ['an older draft', { ratelimit: 'limit=100, remaining=0, reset=50' }, 429, 50_000],
  ['the draft', { ratelimit: '"default";r=0;t=30' }, 429, 30_000],
  ['the draft with something left', { ratelimit: '"default";r=5;t=30' }, 429, null],
  ['no word', {}, 429, null],
] as const)('X5: %s', (_what, headers, status, expected) => {
  expect(silenceOf(headers, status, now)).toBe(expected)
})

test('X5: whatever a vendor sends, a silence is null or between 0 and a day', () => {
  const name = fc.constantFrom(
    'retry-after',
    'x-ratelimit-remaining',
    'x-ratelimit-reset',
    'ratelimit',
    'ratelimit-reset',
  )
  const value = fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String), fc.constant('0'))
  fc.assert(
    fc.property(fc.dictionary(name, value), fc.constantFrom(200, 403, 429, 500, 503), (headers, status) => {
      const silence = silenceOf(headers, status, now)
      expect(silence === null || (silence > 0 && silence <= 24 * hourMs)).toBe(true)
    }),
  )
})
