/** Bucket n holds latencies up to 1.04^n ms: any latency is within 2 % of the middle of its bucket. */
const growth = Math.log(1.04)

/** Highest bucket: 1.04^354 ms are 17 minutes, longer than any call may take. */
export const lastBucket = 354

/** Bucket of a latency in milliseconds. */
export function bucketOf(latencyMs: number): number {
  return latencyMs <= 1 ? 0 : Math.min(lastBucket, Math.ceil(Math.log(latencyMs) / growth))
}

/** Counts by bucket, without the buckets that hold nothing. */
export type Histogram = Map<number, number>

/** Counts latencies as PostgreSQL reads an array: from its first bucket on, which is where its lower bound points. */
export function histogramText(latencies: Iterable<number>): string {
  const counts: Histogram = new Map()
  for (const latency of latencies) {
    const bucket = bucketOf(latency)
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1)
  }
  if (counts.size === 0) return '{}'
  const [first, last] = [Math.min(...counts.keys()), Math.max(...counts.keys())]
  const row = Array.from({ length: last - first + 1 }, (_, n) => counts.get(first + n) ?? 0)
  return `[${first + 1}:${last + 1}]={${row.join(',')}}`
}

const [comma, closing, opening, semicolon] = [44, 125, 91, 59]

/** Counts of calls by bucket, of histograms as PostgreSQL prints them (`"buckets"::text`) added up. */
export class Buckets {
  readonly counts = new Float64Array(lastBucket + 1)

  /** Adds one, or several joined by semicolons. Their subscripts begin at 1, buckets at 0. */
  add(text: string | null): void {
    if (text === null) return
    // By hand: a year of many connections is a million numbers, and this runs before the page is shown.
    const { counts } = this
    let [bucket, number] = [0, 0]
    for (let n = 0; n < text.length; n++) {
      const code = text.charCodeAt(n)
      if (code >= 48 && code <= 57) number = number * 10 + code - 48
      else if (code === comma || code === closing) {
        if (number > 0) counts[bucket] = (counts[bucket] ?? 0) + number
        number = 0
        bucket++
      } else if (code === opening) {
        const brace = text.indexOf('{', n)
        bucket = Number(text.slice(n + 1, text.indexOf(':', n))) - 1
        n = brace
      } else if (code === semicolon) bucket = 0
    }
  }

  merge(other: Buckets): void {
    for (let n = 0; n <= lastBucket; n++) this.counts[n] = (this.counts[n] ?? 0) + (other.counts[n] ?? 0)
  }

  /** As `quantile`, several at once, in rising order. */
  quantiles(shares: readonly number[]): (number | null)[] {
    let total = 0
    for (const count of this.counts) total += count
    if (total === 0) return shares.map(() => null)
    const found: number[] = []
    let seen = 0
    for (let n = 0; n <= lastBucket && found.length < shares.length; n++) {
      const count = this.counts[n] ?? 0
      if (count === 0) continue
      seen += count
      while (found.length < shares.length && seen >= (shares[found.length] ?? 1) * total) found.push(middleOf(n))
    }
    while (found.length < shares.length) found.push(middleOf(lastBucket))
    return found
  }
}

/** Adds a histogram as PostgreSQL prints it. */
export function addBuckets(sum: Histogram, text: string | null): void {
  const buckets = new Buckets()
  buckets.add(text)
  buckets.counts.forEach((count, n) => {
    if (count > 0) sum.set(n, (sum.get(n) ?? 0) + count)
  })
}

/** Merges histograms as PostgreSQL prints them. */
export function sumBuckets(texts: Iterable<string | null>): Histogram {
  const sum: Histogram = new Map()
  for (const text of texts) addBuckets(sum, text)
  return sum
}

/**
 * Latency that the share `q` of calls stayed within, in milliseconds; null without calls. Within 2 % of the latency of the
 * call that stands at that place, when latencies are whole milliseconds; what is under one counts as one.
 */
export function quantile(buckets: ReadonlyMap<number, number>, q: number): number | null {
  const dense = new Buckets()
  for (const [bucket, count] of buckets) dense.counts[bucket] = count
  return dense.quantiles([q])[0] ?? null
}

/** Where the logarithm is in the middle of the whole milliseconds a bucket holds. */
function middleOf(bucket: number): number {
  if (bucket === 0) return 1
  const low = Math.floor(Math.exp((bucket - 1) * growth)) + 1
  const high = Math.max(low, Math.floor(Math.exp(bucket * growth)))
  return Math.round(Math.sqrt(low * high) * 10) / 10
}
