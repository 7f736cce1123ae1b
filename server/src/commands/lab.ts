import type { LabBehaviour, LabChange, LabCommands } from '@patchbay/schema/commands/lab.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { InvalidInputError, type FieldFault } from '@patchbay/schema/errors.ts'
import type { Collaborators } from './collaborators.ts'
import { difference } from './connection-view.ts'
import { createLabControl } from './lab-control.ts'
import { createLabWebhooks } from './lab-webhooks.ts'
import { transact } from './transact.ts'

const refreshes = ['OK', 'TRANSIENT', 'LOST_RACE', 'TERMINAL']

type Knobs = Record<string, unknown> & { readonly provider: string }

/** The provider lab's steering wheel, through its HTTP control API: the lab may be another process. */
export function createLabCommands(hub: Collaborators): LabCommands | null {
  if (hub.lab === null) return null
  const ask = createLabControl(hub.lab)
  const { database, audit } = hub

  return {
    ...createLabWebhooks(hub, hub.lab.origin, ask),

    async list() {
      const { vendors } = (await ask('GET', 'vendors')) as { vendors: Knobs[] }
      return vendors.map(behaviourOf)
    },

    async change(actor, { provider, ...change }) {
      const faults = changeFaults(change)
      if (faults.length > 0) throw new InvalidInputError(faults)
      const path = `vendors/${encodeURIComponent(provider)}`
      const before = behaviourOf((await ask('GET', path, { provider })) as Knobs)
      const after = behaviourOf((await ask('PATCH', path, { provider, body: change })) as Knobs)
      const knobs = ({
        requests: _requests,
        refreshes: _refreshes,
        workingFields: _fields,
        ...rest
      }: LabBehaviour) => ({ ...rest })
      await write(actor, 'lab.changed', provider, difference(knobs(before), knobs(after)))
      return after
    },

    async reset(actor) {
      await ask('POST', 'reset')
      await write(actor, 'lab.reset', null, {})
    },
  } satisfies LabCommands

  async function write(
    actor: Actor,
    action: string,
    subjectId: string | null,
    sides: { before?: unknown; after?: unknown },
  ): Promise<void> {
    await transact(database, actor, (tx) =>
      audit.append(tx, actor, { action, subjectType: 'Lab', subjectId, ...sides }),
    )
  }
}

/** The knobs people turn; the lab has some more for tests. */
function behaviourOf(knobs: Knobs): LabBehaviour {
  const number = (name: string) => Number(knobs[name] ?? 0)
  const limit = knobs['rateLimitPerMinute']
  return {
    provider: knobs.provider,
    latencyMs: number('latencyMs'),
    errorRate: number('errorRate'),
    down: knobs['down'] === true,
    rateLimitPerMinute: typeof limit === 'number' ? limit : null,
    tokenLifetimeSeconds: number('tokenLifetimeSeconds'),
    refresh: (knobs['refresh'] ?? 'OK') as LabBehaviour['refresh'],
    requests: number('requests'),
    refreshes: number('refreshes'),
    workingFields: (knobs['workingFields'] ?? {}) as Readonly<Record<string, string>>,
  }
}

function changeFaults(change: Omit<LabChange, 'provider'>): FieldFault[] {
  const faults: FieldFault[] = []
  const whole = (path: 'latencyMs' | 'rateLimitPerMinute' | 'tokenLifetimeSeconds', min: number, max: number) => {
    const value = change[path]
    if (value === undefined || value === null) return
    if (!Number.isInteger(value) || value < min || value > max)
      faults.push({ path, message: `Use a whole number from ${min} to ${max}.` })
  }
  whole('latencyMs', 0, 120_000)
  whole('rateLimitPerMinute', 1, 1_000_000)
  whole('tokenLifetimeSeconds', 1, 31_536_000)
  const { errorRate, refresh } = change
  if (errorRate !== undefined && !(errorRate >= 0 && errorRate <= 1))
    faults.push({ path: 'errorRate', message: 'Use a share from 0 to 1.' })
  if (refresh !== undefined && !refreshes.includes(refresh))
    faults.push({ path: 'refresh', message: `Use one of ${refreshes.join(', ')}.` })
  return faults
}
