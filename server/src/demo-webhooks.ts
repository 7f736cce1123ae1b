import { setTimeout as wait } from 'node:timers/promises'
import type { Prisma } from '@patchbay/prisma/generated/client.ts'
import type { Commands } from '@patchbay/schema/commands/index.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Collaborators } from './commands/index.ts'
import type { Log } from './log.ts'

export interface DemoWebhooksOptions {
  readonly parts: Pick<Collaborators, 'database' | 'provider' | 'lab'>
  readonly commands: Pick<Commands, 'source' | 'endpoint'>
  readonly actor: Actor
  readonly log: Log
}

/** An address for a demo connection's webhooks, known to the simulated vendor. */
export async function openDemoSource(options: DemoWebhooksOptions, connectionId: string): Promise<void> {
  const { parts, commands, actor } = options
  const { prisma } = parts.database.tenant(actor.organizationId)
  const connection = await prisma.connection.findUnique({
    where: { id: connectionId },
    select: { provider: true, status: true, source: { select: { id: true, registration: true } } },
  })
  if (connection === null || connection.status === 'DISABLED') return
  const spec = parts.provider(connection.provider)?.webhooks
  if (spec === undefined) return
  const { source } = connection
  if (
    source === null &&
    (await earlier(options, 'source.created', { after: { path: ['connectionId'], equals: connectionId } }))
  )
    return
  const id = source?.id ?? (await commands.source.create(actor, { connectionId })).id
  if (spec.registration === undefined) return
  // A registration that somebody took back stays away.
  if (source?.registration === 'MANUAL' && (await earlier(options, 'source.registrationAsked', { subjectId: id })))
    return
  // A lab whose memory was cleared has forgotten the address.
  const known = source?.registration === 'REGISTERED' && (await subscribersOf(options, connection.provider)) > 0
  if (!known) await commands.source.register(actor, { id })
}

/** An endpoint at the lab's receiver, so that what comes in goes out again. */
export async function openDemoEndpoint(options: DemoWebhooksOptions): Promise<void> {
  const { parts, commands, actor } = options
  if (parts.lab === null) return
  const url = `${parts.lab.origin}/_receiver/demo-shop`
  const made = await earlier(options, 'endpoint.created', {})
  if (made === null) {
    await commands.endpoint.create(actor, {
      url,
      description: 'Shop floor screen (simulated)',
      eventTypes: ['*'],
      idempotencyKey: 'demo:endpoint',
    })
    return
  }
  // The lab may listen elsewhere than at the last start.
  const { prisma } = parts.database.tenant(actor.organizationId)
  const endpoint = await prisma.endpoint.findUnique({ where: { id: made }, select: { url: true, deletedAt: true } })
  if (endpoint !== null && endpoint.deletedAt === null && isOurs(endpoint.url) && endpoint.url !== url)
    await commands.endpoint.update(actor, { id: made, url })
}

const isOurs = (url: string) => URL.parse(url)?.pathname === '/_receiver/demo-shop'

/** What the demo did this to before, whether or not it is still there: the audit log remembers longer than a key. */
async function earlier(
  { parts, actor }: DemoWebhooksOptions,
  action: string,
  narrowed: Pick<Prisma.AuditEntryWhereInput, 'after' | 'subjectId'>,
): Promise<string | null> {
  const { prisma } = parts.database.tenant(actor.organizationId)
  const entry = await prisma.auditEntry.findFirst({
    where: { action, actorName: actor.name, ...narrowed },
    select: { subjectId: true },
  })
  return entry?.subjectId ?? null
}

interface Told {
  readonly vendor: string
  readonly subscribers: number
  readonly scenarios: readonly { readonly name: string }[]
}

async function vendorsOf({ parts }: Pick<DemoWebhooksOptions, 'parts'>): Promise<readonly Told[]> {
  if (parts.lab === null) return []
  const answer = await parts.lab.fetch(`${parts.lab.origin}/_control/scenarios`)
  return ((await answer.json()) as { vendors: readonly Told[] }).vendors
}

const subscribersOf = async (options: DemoWebhooksOptions, provider: string): Promise<number> =>
  (await vendorsOf(options)).find(({ vendor }) => vendor === provider)?.subscribers ?? 0

/** Left out: it would end a connection that the demo lives from. */
const never = new Set(['app.uninstalled'])

/**
 * Something happens at a simulated vendor every 3 to 8 seconds; one in ten is told twice, one in fifty forged. Straight to
 * the lab: nobody did this, so the audit log has nothing to say of it.
 */
export async function startTelling(
  options: Pick<DemoWebhooksOptions, 'parts' | 'log'> & {
    readonly random: () => number
    readonly signal: AbortSignal
  },
): Promise<void> {
  const { random, signal, log } = options
  for (;;) {
    await wait(3_000 + random() * 5_000, undefined, { signal }).catch(() => {})
    if (signal.aborted) return
    await tell(options).catch((error: unknown) => log.warn({ error }, 'a simulated vendor told nothing'))
  }
}

async function tell({ parts, random }: Parameters<typeof startTelling>[0]): Promise<void> {
  const choices = (await vendorsOf({ parts }))
    .filter(({ subscribers }) => subscribers > 0)
    .flatMap(({ vendor, scenarios }) => scenarios.map(({ name }) => ({ vendor, scenario: name })))
    .filter(({ scenario }) => !never.has(scenario))
  const chosen = choices[Math.floor(random() * choices.length)]
  if (chosen === undefined || parts.lab === null) return
  const luck = random()
  const trouble = luck < 0.02 ? 'wrong-signature' : luck < 0.12 ? 'duplicate' : null
  const { vendor, scenario } = chosen
  await parts.lab.fetch(`${parts.lab.origin}/_control/emit`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(trouble === null ? { vendor, scenario } : { vendor, scenario: trouble, of: scenario }),
  })
}
