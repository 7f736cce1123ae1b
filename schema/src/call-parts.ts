import { builder } from './builder.ts'

// What the noun Call is made of; call.ts and call-mutations.ts speak of them.

export const CallPurposeEnum = builder.enumType('CallPurpose', {
  description: 'What a call was made for.',
  values: {
    OPERATION: { description: 'A typed operation.' },
    PROXY: { description: 'A request passed through for a caller.' },
    PROBE: { description: 'A health probe.' },
    TEST: { description: 'A connection test.' },
    OAUTH: { description: 'Fetching or refreshing a token.' },
    SYNC: { description: 'A data sync.' },
  },
})

export const CacheStateEnum = builder.enumType('CacheState', {
  description: 'What the cache had to do with an answer.',
  values: {
    HIT: { description: 'Fresh in the cache: the vendor was not asked.' },
    STALE: { description: 'Out of the cache although its time was over: it stands in while the vendor fails.' },
    MISS: { description: 'Not in the cache: the vendor answered.' },
    REVALIDATED: { description: 'The vendor said that what is in the cache still holds.' },
  },
})

export const CallHeader = builder.objectRef<readonly [string, string]>('CallHeader').implement({
  description: 'A header of a request or answer, secrets removed.',
  fields: (t) => ({
    name: t.string({ description: 'Its name, in lower case.', resolve: ([name]) => name }),
    value: t.string({ description: 'Its value.', resolve: ([, value]) => value }),
  }),
})

/** A step as the log keeps it; rows of older hubs know neither when it began nor of which attempt it was. */
export interface KeptStep {
  readonly step: string
  readonly ms: number
  readonly at?: number
  readonly attempt?: number
}

export const CallStep = builder.objectRef<KeptStep>('CallStep').implement({
  description: 'One step of the call pipeline, when it began and how long it took.',
  fields: (t) => ({
    name: t.exposeString('step', {
      extensions: { constant: true },
      description:
        'Name of the step: status, budget, cache, limit, breaker, credentials, authorize, connect, egress, body, judge or retry (the pause before the next attempt).',
    }),
    ms: t.exposeFloat('ms', { description: 'Milliseconds it took, to a hundredth.' }),
    at: t.float({
      nullable: true,
      description: 'Milliseconds from the beginning of the call to its own; null for calls logged by older hubs.',
      resolve: ({ at }) => at ?? null,
    }),
    attempt: t.int({
      nullable: true,
      description: 'Attempt it belongs to, from 1; null for steps before the first and for calls logged by older hubs.',
      resolve: ({ attempt }) => (attempt === undefined || attempt === 0 ? null : attempt),
    }),
  }),
})

/** Headers as a list, in the order the log keeps them. */
export const headers = (head: unknown): (readonly [string, string])[] =>
  Object.entries((head ?? {}) as Record<string, string>)
