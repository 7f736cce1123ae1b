import {
  addBuckets,
  bucketOf,
  histogramText,
  lastBucket,
  quantile,
  sumBuckets,
} from '@patchbay/schema/load/histogram.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

/** The latency of the call at that place, as percentile_disc takes it. */
const exact = (latencies: readonly number[], q: number): number =>
  latencies.toSorted((a, b) => a - b)[Math.max(0, Math.ceil(q * latencies.length) - 1)] ?? 0

/** Uniform numbers in 0..1 as latencies of a kind. */
const shapes: Readonly<Record<string, (u: number, v: number) => number>> = {
  uniform: (u) => 1 + u * 4000,
  lognormal: (u, v) => Math.exp(4.6 + 0.9 * Math.sqrt(-2 * Math.log(Math.max(u, 1e-12))) * Math.cos(2 * Math.PI * v)),
  bimodal: (u, v) => (v < 0.8 ? 30 + u * 40 : 4000 + u * 800),
  constant: () => 137,
  'heavy tail': (u) => 20 / Math.pow(1 - u * 0.999_99, 1.2),
  'a few milliseconds': (u) => 1 + u * 60,
}

describe('A1: percentiles out of histograms', () => {
  test.each(Object.entries(shapes))('of %s latencies are within 2 %% of the exact ones', (_name, shape) => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(unit, unit), { minLength: 1, maxLength: 600 }), (draws) => {
        const latencies = draws.map(([u, v]) => Math.min(1_000_000, Math.max(1, Math.round(shape(u, v)))))
        const histogram = sumBuckets([histogramText(latencies)])
        for (const q of [0.01, 0.5, 0.9, 0.95, 0.99, 1])
          expect(Math.abs((quantile(histogram, q) ?? 0) / exact(latencies, q) - 1)).toBeLessThanOrEqual(0.02)
      }),
    )
  })

  test('of many parts are those of the whole', () => {
    fc.assert(
      fc.property(fc.array(fc.array(fc.nat(100_000))), (parts) => {
        expect(sumBuckets(parts.map(histogramText))).toEqual(sumBuckets([histogramText(parts.flat())]))
      }),
    )
  })

  test('bucket n holds latencies up to 1.04^n ms, and the last one whatever is longer', () => {
    for (const ms of [2, 3, 10, 99, 1000, 30_000]) {
      expect(ms).toBeLessThanOrEqual(1.04 ** bucketOf(ms) + 1e-6)
      expect(ms).toBeGreaterThan(1.04 ** (bucketOf(ms) - 1) - 1e-6)
    }
    expect([bucketOf(0), bucketOf(1), bucketOf(1_048_576), bucketOf(1e9)]).toEqual([0, 0, lastBucket, lastBucket])
  })

  test('say nothing of no calls, and take what is under a millisecond for one', () => {
    expect(quantile(new Map(), 0.5)).toBeNull()
    expect(quantile(sumBuckets(['{}', null]), 0.5)).toBeNull()
    expect(quantile(sumBuckets(['{3}']), 0.5)).toBe(1)
  })

  test('read arrays that begin anywhere, with nothing in between', () => {
    const sum = new Map([[4, 1]])
    addBuckets(sum, '[5:8]={2,0,NULL,30}')
    expect(sum).toEqual(
      new Map([
        [4, 3],
        [7, 30],
      ]),
    )
  })
})
