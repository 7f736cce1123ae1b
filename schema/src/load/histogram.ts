/** Buckets of a latency histogram: the last holds calls up to 2^(40/2) ms, 17 minutes, longer than any call may take. */
export const bucketCount = 41

/**
 * Latency that the share `q` of calls stayed within, in milliseconds; null without calls. Bucket n holds calls up to
 * 2^(n/2) ms, so the answer is exact to a factor of √2; within a bucket it is interpolated.
 */
export function quantile(buckets: readonly (number | null)[], q: number): number | null {
  const total = buckets.reduce<number>((sum, count) => sum + (count ?? 0), 0)
  if (total === 0) return null
  const rank = q * total
  let seen = 0
  for (const [n, counted] of buckets.entries()) {
    const count = counted ?? 0
    if (count > 0 && seen + count >= rank) {
      const low = n === 0 ? 0 : 2 ** ((n - 1) / 2)
      return Math.round(low + (2 ** (n / 2) - low) * ((rank - seen) / count))
    }
    seen += count
  }
  return Math.round(2 ** ((buckets.length - 1) / 2))
}
