import { describe, expect, test } from 'vitest'
import { exponentOf, fromDecimal, toDecimal } from '@patchbay/server/providers/shared/money.ts'

const currencies = Intl.supportedValuesOf('currency')

describe('F3: money', () => {
  test.each([
    ['AED', 2],
    ['KWD', 3],
    ['JPY', 0],
    ['IQD', 3],
    ['UGX', 0],
    ['HUF', 2],
    ['CLF', 4],
    ['USD', 2],
  ])('%s has %i decimal places', (currency, digits) => expect(exponentOf(currency)).toBe(digits))

  test('goes out and comes back unchanged in every currency', () => {
    expect(currencies.length).toBeGreaterThan(100)
    for (const currency of currencies)
      for (const amountMinor of [
        0,
        1,
        9,
        10,
        99,
        100,
        101,
        1050,
        99_999,
        123_456_789,
        Number.MAX_SAFE_INTEGER,
        -1,
        -1050,
      ])
        expect(fromDecimal(toDecimal({ amountMinor, currency }), currency)).toEqual({ amountMinor, currency })
  })

  test.each([
    [1050, 'AED', '10.50'],
    [5, 'AED', '0.05'],
    [-5, 'AED', '-0.05'],
    [1500, 'KWD', '1.500'],
    [500, 'JPY', '500'],
    [0, 'USD', '0.00'],
  ])('%i minor units of %s are %s', (amountMinor, currency, text) =>
    expect(toDecimal({ amountMinor, currency })).toBe(text),
  )

  test.each([
    ['10.5', 'AED', 1050],
    [10.5, 'AED', 1050],
    ['10', 'AED', 1000],
    ['10.', 'AED', 1000],
    // 1.005 is below 1.005 as a float; by digits it is exactly half.
    ['1.005', 'USD', 101],
    ['1.0049', 'USD', 100],
    ['-1.005', 'USD', -101],
    ['0.1', 'KWD', 100],
    ['19.99', 'JPY', 20],
  ])('%s %s is read as %i', (value, currency, amountMinor) =>
    expect(fromDecimal(value, currency)).toEqual({ amountMinor, currency }),
  )

  test.each(['', ' ', '1,000.00', '1e3', 'NaN', '.5', '--1', '0x10', '12.3.4', '9'.repeat(20)])('refuses %j', (value) =>
    expect(() => fromDecimal(value, 'AED')).toThrow(RangeError),
  )

  test('refuses what is no currency and no whole amount', () => {
    expect(() => exponentOf('aed')).toThrow(RangeError)
    expect(() => toDecimal({ amountMinor: 1.5, currency: 'AED' })).toThrow(RangeError)
    expect(() => fromDecimal(1e-7, 'AED')).toThrow(RangeError)
  })
})
