import { seeded } from './chance.ts'
import type { Post } from './post.ts'
import { mostTries } from './post.ts'
import type { VendorDesk } from './vendor-desk.ts'
import type { Happening, Letter, RunningWebhooks, Subscriber } from './webhook.ts'

/** Things that go wrong between a vendor and a hub, on top of any scenario. */
export const troubles = {
  duplicate: 'The same event `count` times (default 2), as vendors do when an answer got lost.',
  burst: '`count` different events at once (default 20).',
  replay: 'An old recording: made and signed an hour ago.',
  'wrong-signature': 'The signature is of another secret.',
  'missing-signature': 'Without the headers that prove who wrote.',
  'altered-body': 'One digit was changed after signing.',
} as const
export type Trouble = keyof typeof troubles
const isTrouble = (name: string): name is Trouble => Object.hasOwn(troubles, name)

export interface EmissionRequest {
  /** A scenario of the vendor, or a trouble. */
  readonly scenario: string
  /** What a trouble happens to; default the vendor's first scenario. */
  readonly of?: string | undefined
  readonly count?: number | undefined
  readonly orderId?: string | undefined
}

export interface Emission {
  readonly happenings: number
  readonly subscribers: number
  /** Letters on their way. */
  readonly letters: number
}

export type EmissionRefusal = 'NO_WEBHOOKS' | 'UNKNOWN_SCENARIO' | 'NOT_POSSIBLE' | 'NO_SUBSCRIBER' | 'FULL'

/** What a trouble is possible with at this vendor: a token says nothing of the body, an unsigned letter has no signature. */
export const troublesOf = (webhooks: RunningWebhooks): readonly Trouble[] =>
  (Object.keys(troubles) as Trouble[]).filter((trouble) => trouble !== 'altered-body' || webhooks.coversBody)

const hourMs = 3_600_000

/** Lets something happen at a vendor and tells it to every registered address. Returns before the letters have arrived. */
export function emit(
  desk: VendorDesk,
  request: EmissionRequest,
  { post, now }: { readonly post: Post; readonly now: number },
): Emission | EmissionRefusal {
  const { webhooks } = desk
  if (webhooks === null) return 'NO_WEBHOOKS'
  const trouble = isTrouble(request.scenario) ? request.scenario : null
  const scenario = trouble === null ? request.scenario : (request.of ?? webhooks.scenarios[0]?.name ?? '')
  if (!webhooks.scenarios.some(({ name }) => name === scenario)) return 'UNKNOWN_SCENARIO'
  if (trouble !== null && !troublesOf(webhooks).includes(trouble)) return 'NOT_POSSIBLE'
  const all = desk.subscribers(now)
  const forging = trouble === 'wrong-signature' || trouble === 'missing-signature' || trouble === 'altered-body'
  const subscribers = forging ? all.filter(({ secret }) => secret !== null) : all
  if (subscribers.length === 0) return 'NO_SUBSCRIBER'

  const at = trouble === 'replay' ? now - hourMs : now
  const copies = trouble === 'duplicate' ? (request.count ?? 2) : 1
  const times = trouble === 'burst' ? (request.count ?? 20) : trouble === 'duplicate' ? 1 : (request.count ?? 1)
  const journeys = Array.from({ length: times }, () => {
    const id = desk.newId(at)
    const stage = { now: at, id, orderId: request.orderId ?? null, random: seeded(id('stage', 12)) }
    return webhooks.make(scenario, stage)
  })
  const happenings = journeys.flat()
  const lettersOf = (happening: Happening) =>
    subscribers
      .filter((subscriber) => webhooks.wants(happening, subscriber))
      .flatMap((subscriber) => {
        const addressed = webhooks.address(happening, subscriber)
        return Array.from({ length: copies }, () => ({ happening: addressed, subscriber }))
      })
  const rounds = journeys.map((steps) => steps.map(lettersOf))
  const letters = rounds.flat(2).length
  if (letters > post.room) return 'FULL'
  for (const steps of rounds) void inOrder(steps.map((round) => () => sendAll(round)))
  return { happenings: happenings.length, subscribers: subscribers.length, letters }

  async function sendAll(round: ReturnType<typeof lettersOf>): Promise<void> {
    await Promise.all(
      round.map(({ happening, subscriber }) =>
        post.send({
          vendor: desk.twin.slug,
          type: happening.type,
          id: happening.id,
          url: subscriber.url,
          trouble,
          tries: forging || trouble === 'replay' ? 1 : mostTries,
          write: async (moment) => {
            const signedAt = trouble === 'replay' ? at : moment.at
            const letter = await desk.write(happening, subscriber, { ...moment, at: signedAt })
            return forging && webhooks !== null ? forge(letter, trouble, webhooks) : letter
          },
        }),
      ),
    )
  }
}

/** Tells one happening to one address, such as the greeting of a new channel. */
export function tell(desk: VendorDesk, post: Post, happening: Happening, subscriber: Subscriber): void {
  void post.send({
    vendor: desk.twin.slug,
    type: happening.type,
    id: happening.id,
    url: subscriber.url,
    trouble: null,
    tries: mostTries,
    write: (moment) => desk.write(happening, subscriber, moment),
  })
}

/** A step of a journey goes out when the one before has been tried. */
async function inOrder(steps: readonly (() => Promise<void>)[]): Promise<void> {
  for (const step of steps) await step()
}

function forge(letter: Letter, trouble: Trouble | null, { proof, forge: inBody }: RunningWebhooks): Letter {
  const { headers, body } = letter
  if (inBody && trouble !== 'altered-body')
    return { headers, body: inBody(body, trouble === 'missing-signature' ? 'missing' : { other: otherSignature }) }
  if (trouble === 'missing-signature')
    return { body, headers: Object.fromEntries(Object.entries(headers).filter(([name]) => !proof.includes(name))) }
  if (trouble === 'altered-body')
    return { headers, body: body.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 1) % 10)) }
  const signature = proof.at(-1) ?? ''
  return { body, headers: { ...headers, [signature]: otherSignature(headers[signature] ?? '') } }
}

const alphabets = ['0123456789', 'abcdef', 'ghijklmnopqrstuvwxyz', 'ABCDEF', 'GHIJKLMNOPQRSTUVWXYZ']

/** Of the same form, hex or base64, and wrong: every letter and digit of the end becomes the next of its kind. */
function otherSignature(signature: string): string {
  const next = (character: string) => {
    const kind = alphabets.find((letters) => letters.includes(character)) ?? character
    return kind.charAt((kind.indexOf(character) + 1) % kind.length)
  }
  return signature.replace(/[\w+/-]{1,12}(?==*$)/, (end) => end.replace(/[^\W_]/g, next))
}
