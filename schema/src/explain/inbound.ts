import type { LiveInboundEvent } from '../events.ts'
import { verdicts, type InboundState, type Verdict } from '../webhook-states.ts'
import { counted, sentence, type Account, type Step } from './step.ts'

/** What an inbound event is explained by. */
export type InboundFacts = Pick<
  LiveInboundEvent,
  | 'at'
  | 'provider'
  | 'method'
  | 'bytes'
  | 'state'
  | 'verdict'
  | 'verdictText'
  | 'vendorType'
  | 'attempts'
  | 'nextAttemptAt'
  | 'error'
  | 'run'
  | 'assignedType'
  | 'events'
  | 'routedAt'
>

/** What a person can do about a request that could not be verified. */
const remedies: Readonly<Record<Verdict, string>> = {
  VERIFIED: 'Nothing has to be done.',
  MISSING_PROOF: 'Discard it, unless the vendor’s dashboard says that it signs: then switch signing on there.',
  NO_SECRET: 'Add the secret to the source, then verify it again.',
  BAD_SIGNATURE: 'Compare the secret of the source with the vendor’s, add the right one, then verify it again.',
  STALE: 'Verify it again if you expected it: its age is then not held against it.',
  MALFORMED_PROOF: 'Look at its headers. If the vendor changed its format, ask it to send the event again.',
  BAD_KEY: 'Verify it again once the vendor’s key can be fetched.',
  WRONG_SOURCE: 'Check which account or webhook the vendor sends to this address.',
  NOT_KEPT: 'Ask the vendor to send it again.',
}

const typed = (facts: InboundFacts): string =>
  facts.vendorType === null ? 'Its type cannot be read' : `The vendor calls it “${facts.vendorType}”`

const meaning = (facts: InboundFacts): Step => ({
  step: 'MATCHED',
  ok: true,
  text:
    facts.assignedType === null
      ? `${typed(facts)}, and the provider’s map knows what that means.`
      : `${typed(facts)}; a person assigned it to ${facts.assignedType}.`,
  at: null,
})

/** How it goes on after the verification, state by state: the steps between VERIFIED and NEXT, and the last word. */
const courses: Readonly<Record<InboundState, (facts: InboundFacts) => { summary: string; steps: readonly Step[] }>> = {
  RECEIVED: (facts) => {
    const text =
      facts.run === 1
        ? 'It is stored and waits for a worker to route it.'
        : `It is to be routed again, as run ${facts.run}.`
    return { summary: text, steps: [{ step: 'ROUTED', ok: null, text, at: null }] }
  },
  WAITING: (facts) => {
    const text = `Routing failed ${counted(facts.attempts, 'time')} and is tried again. Last: ${sentence(facts.error ?? 'the worker did not say why')}`
    return { summary: text, steps: [{ step: 'ROUTED', ok: false, text, at: null }] }
  },
  ROUTED: (facts) => {
    const text =
      facts.events === 0
        ? 'It was understood and is of no consequence: it became no event.'
        : `It became ${counted(facts.events, 'event')}${facts.run === 1 ? '' : ` in run ${facts.run}`}.`
    return { summary: text, steps: [meaning(facts), { step: 'ROUTED', ok: true, text, at: facts.routedAt }] }
  },
  IGNORED: (facts) => {
    const text = `${typed(facts)}: a ping, or a type the hub has no use for, by the provider’s own list. Nothing follows from it.`
    return { summary: text, steps: [{ step: 'MATCHED', ok: true, text, at: facts.routedAt }] }
  },
  UNMATCHED: (facts) => {
    const text = `${typed(facts)}, and nothing says what that means. It is in the inbox: assign it to a type, or discard it.`
    return { summary: text, steps: [{ step: 'MATCHED', ok: false, text, at: null }] }
  },
  FAILED: (facts) => {
    const text = `Routing was given up after ${counted(facts.attempts, 'attempt')}: ${sentence(facts.error ?? 'the worker did not say why')} It is in the inbox: replay it once the cause is gone, or discard it.`
    return { summary: text, steps: [{ step: 'ROUTED', ok: false, text, at: null }] }
  },
  QUARANTINED: (facts) => {
    const text = `It is in quarantine and is not routed, since nothing proves who sent it. ${remedies[facts.verdict as Verdict] ?? ''}`
    return { summary: text.trim(), steps: [{ step: 'ROUTED', ok: false, text: text.trim(), at: null }] }
  },
  DISCARDED: () => {
    const text = 'A person put it aside for good. Nothing follows from it.'
    return { summary: text, steps: [{ step: 'OUTCOME', ok: false, text, at: null }] }
  },
}

/** What happened to an inbound event so far, and what comes next. NEXT is there exactly when something is planned. */
export function explainInbound(facts: InboundFacts): Account {
  const verified = facts.verdict === 'VERIFIED'
  const { summary, steps } = courses[facts.state](facts)
  return {
    summary,
    steps: [
      {
        step: 'RECEIVED',
        ok: true,
        text: `Received from ${facts.provider} by ${facts.method}, ${counted(facts.bytes, 'byte')}.`,
        at: facts.at,
      },
      {
        step: 'VERIFIED',
        ok: verified,
        text: sentence(facts.verdictText || (verdicts[facts.verdict as Verdict] ?? facts.verdict)),
        at: facts.at,
      },
      ...steps,
      ...(facts.nextAttemptAt === null
        ? []
        : [
            {
              step: 'NEXT' as const,
              ok: null,
              text:
                facts.attempts === 0
                  ? 'A worker takes it then.'
                  : `A worker tries again, attempt ${facts.attempts + 1}.`,
              at: facts.nextAttemptAt,
            },
          ]),
    ],
  }
}
