import { forgetOldest } from './bounded.ts'
import type { LabAnswer } from './twin.ts'

/** What a vendor remembers of an idempotency key. */
export interface Replay {
  readonly fingerprint: string
  readonly answer: LabAnswer
}

/**
 * Does a thing once per key: the first answer comes back for a repeat, `clash` for the same key with another request.
 * Without a key it is simply done. Answers of 500 and more are not kept, and only the last 200 keys are.
 */
export function once(
  replays: Record<string, Replay>,
  key: string | undefined,
  fingerprint: string,
  options: {
    readonly make: () => LabAnswer
    readonly replayed: (answer: LabAnswer) => LabAnswer
    readonly clash: () => LabAnswer
  },
): LabAnswer {
  if (key === undefined) return options.make()
  const known = replays[key]
  if (known !== undefined) return known.fingerprint === fingerprint ? options.replayed(known.answer) : options.clash()
  const answer = options.make()
  if (answer.status < 500) replays[key] = { fingerprint, answer }
  forgetOldest(replays)
  return answer
}
