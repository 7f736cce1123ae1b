import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { hashToken } from './read-source.ts'

/** What one source and one stranger may do in a minute. Figures are seconds to wait, 0 to go on. */
export interface Limits {
  /** Counts a request of a source. At once where nothing is counted. */
  source(id: string): Promise<number> | number
  /** Whether an address has guessed too often. */
  guesses(address: string | null): Promise<number>
  /** Counts a token that opened nothing; the same one again within the minute counts once. */
  guessed(address: string | null, token: string): Promise<void>
}

/** Different wrong tokens of one address per minute: a vendor goes on for a while with those of sources deleted here. */
const mostGuesses = 100

const secondsOf = ({ msBeforeNext }: RateLimiterRes) => Math.max(1, Math.ceil(msBeforeNext / 1000))

/** @param perMinute requests of one source per minute; 0 is off */
export function createLimits(perMinute: number): Limits {
  const sources = perMinute > 0 ? new RateLimiterMemory({ points: perMinute, duration: 60 }) : null
  const wrong = new RateLimiterMemory({ keyPrefix: 'wrong', points: mostGuesses, duration: 60 })
  const seen = new RateLimiterMemory({ keyPrefix: 'seen', points: 1, duration: 60 })

  async function consume(limiter: RateLimiterMemory, key: string): Promise<number> {
    try {
      await limiter.consume(key)
      return 0
    } catch (refused) {
      if (!(refused instanceof RateLimiterRes)) throw refused
      return secondsOf(refused)
    }
  }

  return {
    source: (id) => (sources === null ? 0 : consume(sources, id)),
    async guesses(address) {
      const state = await wrong.get(address ?? 'unknown')
      return state !== null && state.remainingPoints <= 0 ? secondsOf(state) : 0
    },
    async guessed(address, token) {
      const key = address ?? 'unknown'
      if ((await consume(seen, `${key} ${hashToken(token)}`)) === 0) await consume(wrong, key)
    },
  }
}
