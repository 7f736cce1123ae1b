import type { Bench } from './twin.ts'

/** An address a vendor tells what happens. */
export interface Subscriber {
  readonly id: string
  readonly url: string
  /** What the vendor signs with, in the vendor's own meaning (PayPal: the webhook's id; Google: the channel's token); null leaves letters unsigned. */
  readonly secret: string | null
  /** The vendor's types it asked for; null for all. */
  readonly types: readonly string[] | null
}

/** Something that happened, made once; it is signed anew at every try. */
export interface Happening {
  /** The vendor's id of it, the same at every try. */
  readonly id: string
  /** The vendor's type. */
  readonly type: string
  /** Milliseconds since 1970. */
  readonly at: number
  /** What the letter is made of. */
  readonly data: unknown
}

/** One try to tell it. */
export interface Moment {
  /** Milliseconds since 1970, for the signature. */
  readonly at: number
  /** 1 for the first. */
  readonly number: number
  /** `{lab}/{slug}`: where the vendor's hosts are. */
  readonly origin: string
}

/** A webhook as it goes over the wire. */
export interface Letter {
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** What a scenario is made from. */
export interface Stage<State> extends Pick<Bench<State>, 'state' | 'now' | 'id'> {
  /** The shop's order or reference that it should be about; null for any. */
  readonly orderId: string | null
  /** Numbers in [0, 1), the same in every run. */
  readonly random: () => number
}

export interface Scenario<State> {
  readonly description: string
  /** What happens, in order: several steps make a journey. */
  readonly make: (stage: Stage<State>) => readonly Happening[]
}

/** How a simulated vendor tells what happened. */
export interface WebhookSpec<State> {
  /** By the hub-wide name, such as `payment.succeeded`. */
  readonly scenarios: Readonly<Record<string, Scenario<State>>>
  /** Headers that prove who wrote; the last of them is the signature. */
  readonly proof: readonly string[]
  /** False where the proof says nothing of the body (a shared token). */
  readonly coversBody: boolean
  /** Where the proof is part of the body (Mailgun): the body without it, or with another one of the same form. */
  readonly forge?: (body: string, signature: 'missing' | { readonly other: (signature: string) => string }) => string
  /** Addresses registered through the vendor's API that still hold. */
  readonly subscribers: (state: State, now: number) => readonly Subscriber[]
  /** An address pasted by hand, as in the vendor's dashboard; `told` is what the dashboard would show (a public key, an id). */
  readonly adopt: (
    pasted: { readonly id: string; readonly url: string; readonly secret: string | null },
    state: State,
  ) => { readonly subscriber: Subscriber; readonly told?: Readonly<Record<string, string>> }
  /** Default: the type is among those it asked for. */
  readonly wants?: (happening: Happening, subscriber: Subscriber) => boolean
  /** What differs between addresses and stays the same between tries, such as a channel's message number. */
  readonly address?: (happening: Happening, subscriber: Subscriber, state: State) => Happening
  readonly write: (
    happening: Happening,
    subscriber: Subscriber,
    moment: Moment,
    state: State,
  ) => Letter | Promise<Letter>
}

/** A WebhookSpec bound to its twin's data. */
export interface RunningWebhooks {
  readonly proof: readonly string[]
  readonly coversBody: boolean
  readonly forge: WebhookSpec<never>['forge'] | null
  readonly scenarios: readonly { readonly name: string; readonly description: string }[]
  readonly subscribers: (now: number) => readonly Subscriber[]
  readonly adopt: (pasted: {
    readonly id: string
    readonly url: string
    readonly secret: string | null
  }) => ReturnType<WebhookSpec<object>['adopt']>
  readonly make: (scenario: string, stage: Omit<Stage<never>, 'state'>) => readonly Happening[]
  readonly wants: (happening: Happening, subscriber: Subscriber) => boolean
  readonly address: (happening: Happening, subscriber: Subscriber) => Happening
  readonly write: (happening: Happening, subscriber: Subscriber, moment: Moment) => Letter | Promise<Letter>
}

const asksFor = (happening: Happening, subscriber: Subscriber): boolean =>
  subscriber.types === null || subscriber.types.includes(happening.type)

/** Binds a vendor's webhooks to the data they speak of; `state` is read anew each time, a reset replaces it. */
export function runWebhooks<State>(spec: WebhookSpec<State>, state: () => State): RunningWebhooks {
  return {
    proof: spec.proof,
    coversBody: spec.coversBody,
    forge: spec.forge ?? null,
    scenarios: Object.entries(spec.scenarios).map(([name, { description }]) => ({ name, description })),
    subscribers: (now) => spec.subscribers(state(), now),
    adopt: (pasted) => spec.adopt(pasted, state()),
    make: (scenario, stage) => spec.scenarios[scenario]?.make({ ...stage, state: state() }) ?? [],
    wants: spec.wants ?? asksFor,
    address: (happening, subscriber) => spec.address?.(happening, subscriber, state()) ?? happening,
    write: (happening, subscriber, moment) => spec.write(happening, subscriber, moment, state()),
  }
}
