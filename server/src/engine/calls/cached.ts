import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { AnswerCache, FetchedAnswer, Revalidation } from '../cache/contract.ts'
import type { Journey } from './journey.ts'
import type { Draft } from './outgoing.ts'

/** The caller asks the vendor something the cache cannot answer for it (RFC 9110, 13 and 14). */
const ownQuestions = ['range', 'if-match', 'if-none-match', 'if-modified-since', 'if-unmodified-since', 'if-range']

/** A change passes the cache whatever it asks: it makes old what is kept of its address. */
const reads: ReadonlySet<string> = new Set(['GET', 'HEAD'])

/**
 * Answers out of the cache where it can, else by going `onward`. Callers of one address may share a fetch; whoever shares one that
 * was refused asks for itself, because the refusal is what it wants to see.
 */
export async function answerThrough(
  cache: Pick<AnswerCache, 'through' | 'wants'>,
  journey: Journey,
  draft: Draft,
  onward: (journey: Journey, draft: Draft) => Promise<FetchedAnswer>,
): Promise<FetchedAnswer> {
  const { connection, record, options } = journey
  const isOwnQuestion = reads.has(draft.method) && ownQuestions.some((name) => name in draft.headers)
  if (options.force === true || isOwnQuestion) return onward(journey, draft)
  const from = record.clock.elapsed()
  let isAsked = false
  const looked = () => {
    if (!isAsked) record.clock.note('cache', from)
    isAsked = true
  }
  try {
    const found = await cache.through(connection, draft, async (revalidate, letGo) => {
      looked()
      journey.letGo = letGo
      journey.wanting = cache
      journey.sought = draft
      const asked = isEmpty(revalidate) ? draft : { ...draft, headers: { ...draft.headers, ...revalidate } }
      const answer = await onward(journey, asked)
      // Part of an answer, or one in a coding of its caller's, is nobody else's.
      const isOwn = answer.cut === true || 'content-encoding' in answer.headers
      return isOwn ? { ...answer, passed: true } : answer
    })
    looked()
    journey.cache = found.state
    journey.ageSeconds = found.ageSeconds
    record.cached(found.state, found.answer)
    return found.answer
  } catch (error) {
    const isAnothers = !isAsked && error instanceof ProviderCallError && error.status !== null
    looked()
    if (isAnothers) return onward(journey, draft)
    throw error
  }
}

function isEmpty(revalidate: Revalidation): boolean {
  for (const _name in revalidate) return false
  return true
}
