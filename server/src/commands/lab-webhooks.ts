import type {
  LabCommands,
  LabEmission,
  LabEmissionRequest,
  LabReceiver,
  LabReceiverBehaviour,
  LabScenario,
} from '@patchbay/schema/commands/lab.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Collaborators } from './collaborators.ts'
import { Joiner } from './joiner.ts'
import type { LabControl } from './lab-control.ts'
import { claim, digest, fulfil, release, type OnceRequest } from './once.ts'
import { transact } from './transact.ts'

interface Listed {
  readonly vendor: string
  readonly subscribers: number
  readonly scenarios: readonly LabScenario[]
  readonly troubles: readonly LabScenario[]
}

interface Viewed {
  readonly name: string
  readonly path: string
  readonly behaviour: Required<LabReceiverBehaviour>
  readonly received: number
  readonly distinct: number
  readonly repeated: number
  readonly lastAt: string | null
}

/** How many events, addresses and letters an emission was; this is what its idempotency key remembers. */
type Counts = Pick<LabEmission, 'events' | 'subscribers' | 'letters'>

const remembered = ({ events, subscribers, letters }: Counts) => [events, subscribers, letters].join(' ')
function recalled(text: string): Counts {
  const [events = 0, subscribers = 0, letters = 0] = text.split(' ').map(Number)
  return { events, subscribers, letters }
}

/** The lab's webhooks: what vendors tell, and who listens. */
export function createLabWebhooks(
  hub: Collaborators,
  origin: string,
  ask: LabControl,
): Pick<LabCommands, 'webhooks' | 'emit' | 'receivers' | 'setReceiver'> {
  const { database, audit } = hub
  const repeats = new Joiner<Counts>()

  return {
    async webhooks() {
      const { vendors } = (await ask('GET', 'scenarios')) as { vendors: Listed[] }
      return vendors.map(({ vendor, subscribers, scenarios, troubles }) => ({
        provider: vendor,
        subscribers,
        scenarios,
        troubles,
      }))
    },

    async emit(actor, { idempotencyKey, ...input }) {
      const key = idempotencyKey ?? null
      const request = { operation: 'lab.emit', key, hash: digest(hub.requestKey, input) }
      const joint = key === null ? null : `${actor.organizationId}:${key}:${request.hash}`
      const counts = await repeats.run(joint, () => emitOnce(actor, input, request))
      return { provider: input.provider, scenario: input.scenario, ...counts }
    },

    async receivers() {
      const { receivers } = (await ask('GET', 'receivers')) as { receivers: Viewed[] }
      return receivers.map(receiverOf)
    },

    async setReceiver(actor, { name, ...behaviour }) {
      const path = `receivers/${encodeURIComponent(name)}`
      const after = (await ask('PUT', path, { body: behaviour, blame: 'name' })) as Viewed
      await transact(database, actor, (tx) =>
        audit.append(tx, actor, {
          action: 'lab.receiver_changed',
          subjectType: 'Lab',
          subjectId: name,
          after: { ...behaviour },
        }),
      )
      return receiverOf(after)
    },
  }

  async function emitOnce(
    actor: Actor,
    input: Omit<LabEmissionRequest, 'idempotencyKey'>,
    request: OnceRequest,
  ): Promise<Counts> {
    // Told to the lab between two transactions: nothing waits inside one.
    const claimed = await transact(database, actor, (tx) => claim(tx, actor, request, async () => ''))
    if (claimed.repeated) return recalled(claimed.id)
    const { provider, ...wanted } = input
    const told = await ask('POST', 'emit', {
      provider,
      body: { vendor: provider, ...wanted },
      blame: 'scenario',
    }).catch(async (error: unknown) => {
      await transact(database, actor, (tx) => release(tx, actor, request))
      throw error
    })
    const { happenings, subscribers, letters } = told as {
      readonly happenings: number
      readonly subscribers: number
      readonly letters: number
    }
    const counts = { events: happenings, subscribers, letters }
    await transact(database, actor, async (tx) => {
      await fulfil(tx, actor, request, remembered(counts))
      await audit.append(tx, actor, {
        action: 'lab.emitted',
        subjectType: 'Lab',
        subjectId: provider,
        after: { ...wanted, ...counts },
      })
    })
    return counts
  }

  function receiverOf({ path, lastAt, ...view }: Viewed): LabReceiver {
    const { mode, delayMs, status, retryAfterSeconds, location, failures } = view.behaviour
    return {
      ...view,
      behaviour: { mode, delayMs, status, retryAfterSeconds, location, failures },
      url: origin + path,
      lastAt: lastAt === null ? null : new Date(lastAt),
    }
  }
}
