import { explainAbsence } from '@patchbay/schema/explain/absence.ts'
import { explainBreaker, type LaneFacts } from '@patchbay/schema/explain/breaker.ts'
import {
  explainDelivery,
  type AttemptFacts,
  type DeliveryFacts,
  type EndpointFacts,
} from '@patchbay/schema/explain/delivery.ts'
import { explainInbound, type InboundFacts } from '@patchbay/schema/explain/inbound.ts'
import type { Account } from '@patchbay/schema/explain/step.ts'
import {
  breakerStates,
  deliveryStates,
  inboundStates,
  verdicts,
  type BreakerState,
  type DeliveryState,
  type InboundState,
  type Verdict,
} from '@patchbay/schema/webhook-states.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'

// Every way through the tables of legal changes, each stop of it explained.

const now = new Date('2026-11-20T12:00:00Z')
const moment = fc.integer({ min: -86_400, max: 86_400 }).map((seconds) => new Date(now.getTime() + seconds * 1000))
const words = fc.constantFrom('The endpoint answered 503', 'Nobody knows.', null)

/** States in the order of a legal way that begins at one of `first`. */
const wayThrough = <S extends string>(
  table: Readonly<Record<S, readonly S[]>>,
  first: readonly S[],
): fc.Arbitrary<S[]> =>
  fc.tuple(fc.constantFrom(...first), fc.array(fc.nat(), { maxLength: 12 })).map(([start, turns]) => {
    const way = [start]
    for (const turn of turns) {
      const onward = table[way.at(-1) ?? start]
      const next = onward[turn % Math.max(1, onward.length)]
      if (next === undefined) break
      way.push(next)
    }
    return way
  })

function expectWords(account: Account, planned: Date | null): void {
  expect(account.steps.length).toBeGreaterThan(0)
  for (const text of [account.summary, ...account.steps.map((step) => step.text)]) {
    expect(text.length, text).toBeGreaterThan(10)
    expect(text, text).toMatch(/^[A-Z“\d].*[.!?]$/s)
    expect(text, text).not.toMatch(/undefined|null|NaN|\[object| {2}|\.\./)
  }
  const next = account.steps.filter(({ step }) => step === 'NEXT')
  expect(next).toHaveLength(planned === null ? 0 : 1)
  if (planned !== null) expect(account.steps.at(-1)?.step).toBe('NEXT')
  // What is planned has a moment; what has ended has none ahead.
  for (const step of next) expect(step.at).not.toBeNull()
}

const inboundFacts = (state: InboundState, verdict: Verdict): fc.Arbitrary<InboundFacts> =>
  fc.record({
    at: moment,
    provider: fc.constantFrom('stripe', 'shopify'),
    method: fc.constant('POST'),
    bytes: fc.nat(1_000_000),
    state: fc.constant(state),
    verdict: fc.constant(verdict),
    verdictText: fc.constantFrom(verdicts[verdict], ''),
    vendorType: fc.constantFrom('charge.refunded', null),
    attempts: fc.nat(8),
    nextAttemptAt: state === 'RECEIVED' || state === 'WAITING' ? moment : fc.constant(null),
    error: words,
    run: fc.integer({ min: 1, max: 4 }),
    assignedType: fc.constantFrom('payment.refunded', null),
    events: fc.nat(3),
    routedAt: fc.oneof(moment, fc.constant(null)),
  })

test('W6: an inbound event has words of its own in every state it can be in, and a next step exactly when one is planned', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(
      wayThrough<InboundState>(inboundStates, ['RECEIVED', 'QUARANTINED']).chain((way) => {
        const state = way.at(-1) ?? 'RECEIVED'
        const proven = state !== 'QUARANTINED' && !(state === 'DISCARDED' && way.length === 2)
        const verdict = proven
          ? fc.constant<Verdict>('VERIFIED')
          : fc.constantFrom(...(Object.keys(verdicts) as Verdict[]).filter((one) => one !== 'VERIFIED'))
        return verdict.chain((one) => inboundFacts(state, one))
      }),
      (facts) => {
        seen.add(facts.state)
        const account = explainInbound(facts)
        expectWords(account, facts.nextAttemptAt)
        expect(account.steps.slice(0, 2).map(({ step }) => step)).toEqual(['RECEIVED', 'VERIFIED'])
        expect(account.steps[1]?.ok).toBe(facts.verdict === 'VERIFIED')
        // Nobody is told the same of two states.
        for (const other of Object.keys(inboundStates) as InboundState[])
          if (other !== facts.state)
            expect(explainInbound({ ...facts, state: other }).summary).not.toBe(account.summary)
      },
    ),
    { numRuns: 500 },
  )
  expect([...seen].toSorted()).toEqual(Object.keys(inboundStates).toSorted())
})

test('W6: every verdict that keeps an event in quarantine says what to do', () => {
  const [facts] = fc.sample(inboundFacts('QUARANTINED', 'NO_SECRET'), 1)
  const texts = (Object.keys(verdicts) as Verdict[])
    .filter((verdict) => verdict !== 'VERIFIED')
    .map((verdict) => explainInbound({ ...(facts as InboundFacts), verdict, verdictText: verdicts[verdict] }).summary)
  expect(new Set(texts).size).toBe(texts.length)
})

const lane = fc.record({
  breaker: fc.constantFrom(...(Object.keys(breakerStates) as BreakerState[])),
  failuresInRow: fc.nat(50),
  probeAt: fc.oneof(moment, fc.constant(null)),
  quietUntil: fc.oneof(moment, fc.constant(null)),
  pace: fc.oneof(fc.double({ min: 0.01, max: 1000, noNaN: true }), fc.constant(null)),
}) satisfies fc.Arbitrary<LaneFacts>

const attempt = fc.record({
  at: moment,
  round: fc.integer({ min: 1, max: 3 }),
  number: fc.integer({ min: 1, max: 20 }),
  outcome: fc.constantFrom('OPEN', 'DELIVERED', 'FAILED', 'LOST'),
  status: fc.constantFrom(200, 410, 503, null),
  message: words,
  latencyMs: fc.oneof(fc.nat(10_000), fc.constant(null)),
  errorClass: fc.constantFrom('TIMEOUT', null),
}) satisfies fc.Arbitrary<AttemptFacts>

const endpoint = fc.record({
  eventTypes: fc.constantFrom(['*'], ['payment.*'], ['payment.refunded'], ['order.created', 'shipment.*']),
  payload: fc.constantFrom('ENVELOPE', 'GRAPHQL', 'JSONATA'),
  strictOrder: fc.boolean(),
  enabled: fc.boolean(),
  createdAt: moment,
  deletedAt: fc.oneof(moment, fc.constant(null)),
  typesChangedAt: moment,
}) satisfies fc.Arbitrary<EndpointFacts>

const open = new Set<DeliveryState>(['QUEUED', 'SENDING', 'WAITING'])
const deliveryFacts = (state: DeliveryState): fc.Arbitrary<DeliveryFacts> =>
  fc.record({
    state: fc.constant(state),
    reason: words,
    eventType: fc.constantFrom('payment.refunded', 'order.created'),
    round: fc.integer({ min: 1, max: 4 }),
    roundAt: moment,
    attempts: fc.nat(20),
    nextAttemptAt: open.has(state) ? moment : fc.constant(null),
    lastAttemptAt: fc.oneof(moment, fc.constant(null)),
    deliveredAt: fc.oneof(moment, fc.constant(null)),
    test: fc.boolean(),
  })

test('D7: a delivery has words of its own in every state it can be in, whatever its endpoint is doing, and a next try exactly when one is planned', () => {
  const seen = new Set<string>()
  const attempted = new Set<string>()
  fc.assert(
    fc.property(
      wayThrough<DeliveryState>(deliveryStates, ['QUEUED', 'SKIPPED']).chain((way) =>
        fc.tuple(
          deliveryFacts(way.at(-1) ?? 'QUEUED'),
          fc.oneof(endpoint, fc.constant(null)),
          fc.oneof(lane, fc.constant(null)),
          fc.array(attempt, { maxLength: 4 }),
        ),
      ),
      ([delivery, to, at, attempts]) => {
        seen.add(delivery.state)
        for (const { outcome } of attempts) attempted.add(outcome)
        const it = { delivery, endpoint: to, lane: at, attempts, now }
        const account = explainDelivery(it)
        expectWords(account, delivery.nextAttemptAt)
        const names = account.steps.map(({ step }) => step)
        expect(names.slice(0, 3)).toEqual(['MATCHED', 'FILTERED', 'QUEUED'])
        expect(names.filter((name) => name === 'ATTEMPT')).toHaveLength(attempts.length)
        for (const other of Object.keys(deliveryStates) as DeliveryState[])
          if (other !== delivery.state)
            expect(explainDelivery({ ...it, delivery: { ...delivery, state: other } }).summary).not.toBe(
              account.summary,
            )
      },
    ),
    { numRuns: 1000 },
  )
  expect([...seen].toSorted()).toEqual(Object.keys(deliveryStates).toSorted())
  expect(attempted.size).toBe(4)
})

test('D7: an endpoint that is held back says when it is tried again, not when the delivery alone would be', () => {
  const [delivery] = fc.sample(deliveryFacts('WAITING'), 1)
  const probeAt = new Date(now.getTime() + 3_600_000)
  const account = explainDelivery({
    delivery: { ...(delivery as DeliveryFacts), nextAttemptAt: now },
    endpoint: null,
    lane: { breaker: 'OPEN', failuresInRow: 5, probeAt, quietUntil: null, pace: null },
    attempts: [],
    now,
  })
  expect(account.steps.at(-1)).toMatchObject({ step: 'NEXT', at: probeAt })
})

test('D5: a breaker has words of its own in every state on every legal way', () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(wayThrough<BreakerState>(breakerStates, ['CLOSED']), lane, (way, facts) => {
      const breaker = way.at(-1) ?? 'CLOSED'
      seen.add(breaker)
      const text = explainBreaker({ ...facts, breaker }, now)
      expectWords({ summary: text, steps: [{ step: 'OUTCOME', ok: null, text, at: null }] }, null)
      for (const other of Object.keys(breakerStates) as BreakerState[])
        if (other !== breaker) expect(explainBreaker({ ...facts, breaker: other }, now)).not.toBe(text)
    }),
    { numRuns: 300 },
  )
  expect([...seen].toSorted()).toEqual(Object.keys(breakerStates).toSorted())
})

test('D7: an endpoint that did not get an event says why, every reason in its own words', () => {
  const texts = new Map<string, string>()
  const at = now
  const earlier = new Date(now.getTime() - 1000)
  const later = new Date(now.getTime() + 1000)
  const base: EndpointFacts = {
    eventTypes: ['payment.*'],
    payload: 'ENVELOPE',
    strictOrder: false,
    enabled: true,
    createdAt: earlier,
    deletedAt: null,
    typesChangedAt: earlier,
  }
  const event = { at, type: 'payment.refunded', test: false }
  const say = (why: string, account: Account) => texts.set(why, account.summary)
  say('test', explainAbsence({ ...event, test: true }, base))
  say('deleted', explainAbsence(event, { ...base, deletedAt: earlier }))
  say('created later', explainAbsence(event, { ...base, createdAt: later }))
  say('asks since', explainAbsence(event, { ...base, typesChangedAt: later }))
  say('asked before', explainAbsence(event, { ...base, eventTypes: ['order.*'], typesChangedAt: later }))
  say('never asked', explainAbsence(event, { ...base, eventTypes: ['order.*'] }))
  say('not kept', explainAbsence(event, base))
  expect(new Set(texts.values()).size).toBe(7)
  fc.assert(
    fc.property(moment, fc.boolean(), endpoint, (instant, isTest, to) => {
      const account = explainAbsence({ at: instant, type: 'payment.refunded', test: isTest }, to)
      expectWords(account, null)
      expect(account.steps.every(({ ok }) => ok === false)).toBe(true)
    }),
  )
})
