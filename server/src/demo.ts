import type { ProviderEntry } from '@patchbay/schema/catalog.ts'
import type { Commands } from '@patchbay/schema/commands/index.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { labCredentials } from '../lab/credentials.ts'
import type { Collaborators } from './commands/index.ts'
import { setDemoCosts } from './demo-costs.ts'
import { startTraffic } from './demo-traffic.ts'
import { openDemoEndpoint, openDemoSource, startTelling } from './demo-webhooks.ts'
import type { OAuth } from './engine/oauth/contract.ts'
import type { Log } from './log.ts'

/** The demo's organization: a tailor in Dubai. Everything it is connected to is simulated. */
export const demoOrganization = {
  name: 'Noor Atelier',
  slug: 'noor-atelier',
  country: 'AE',
  currency: 'AED',
  timeZone: 'Asia/Dubai',
  demo: true,
} as const

interface Wanted {
  readonly provider: keyof typeof labCredentials
  readonly name: string
}

/** Its connections, in the order a shop would set them up. */
const connections: readonly Wanted[] = [
  { provider: 'stripe', name: 'Stripe, online shop' },
  { provider: 'paypal', name: 'PayPal, online shop' },
  { provider: 'shopify', name: 'Shopify storefront' },
  { provider: 'printful', name: 'Printful, garments' },
  { provider: 'printify', name: 'Printify, accessories' },
  { provider: 'aramex', name: 'Aramex, Gulf deliveries' },
  { provider: 'sendgrid', name: 'SendGrid, customer mail' },
  { provider: 'google-calendar', name: 'Google Calendar, fittings' },
]
const probeIntervalSeconds = 30

export interface DemoOptions {
  readonly parts: Collaborators
  readonly commands: Commands
  readonly oauth: Pick<OAuth, 'finish'>
  /** Origin of the hub, which authorizations come back to. */
  readonly url: string
  readonly random: () => number
  readonly log: Log
}

/** Fills the demo organization, then lets its shop do business through the real pipeline. Returns what stops it. */
export function startDemo(options: DemoOptions): () => Promise<void> {
  const { parts, log, random } = options
  const stopping = new AbortController()
  const work = async () => {
    const actor = await demoActor(parts)
    for (const wanted of connections) {
      if (stopping.signal.aborted) return
      // One that fails shows as what it is in the admin; the next start tries again.
      await connect(options, actor, wanted).catch((error: unknown) =>
        log.warn({ provider: wanted.provider, error }, 'a demo connection is not ready'),
      )
    }
    await openDemoEndpoint({ ...options, actor }).catch((error: unknown) =>
      log.warn({ error }, 'the demo endpoint is not ready'),
    )
    await setDemoCosts({ ...options, actor }).catch((error: unknown) =>
      log.warn({ error }, 'the demo’s prices are not set'),
    )
    log.info('the demo organization is set up')
    const { signal } = stopping
    await Promise.all([
      startTraffic({ parts, actor, random, signal, log }),
      startTelling({ parts, random, signal, log }),
    ])
  }
  const working = work().catch((error: unknown) => log.error({ error }, 'the demo stopped'))
  return () => {
    stopping.abort()
    return working
  }
}

async function demoActor({ database, newId }: Collaborators): Promise<Actor> {
  const organization = database.system.prisma.organization
  const found = await organization.findFirst({
    where: { demo: true },
    orderBy: { createdAt: 'asc' },
    select: { id: true },
  })
  const { id } =
    found ?? (await organization.create({ data: { id: newId(), ...demoOrganization }, select: { id: true } }))
  return {
    kind: 'SYSTEM',
    id: null,
    name: 'Demo shop (simulated)',
    organizationId: id,
    ipAddress: null,
    correlationId: newId(),
    connectionIds: [],
  }
}

async function connect(options: DemoOptions, actor: Actor, wanted: Wanted): Promise<void> {
  const { parts, commands } = options
  const entry = parts.provider(wanted.provider)?.entry
  if (entry === undefined) return
  const { prisma } = parts.database.tenant(actor.organizationId)
  // The audit log remembers longer than an idempotency key: what somebody deleted stays deleted.
  const earlier = await prisma.auditEntry.findFirst({
    where: {
      action: 'connection.created',
      actorName: actor.name,
      after: { path: ['provider'], equals: wanted.provider },
    },
    select: { subjectId: true },
  })
  const id = earlier?.subjectId ?? (await create(commands, actor, wanted, entry)).id
  const made = await prisma.connection.findUnique({
    where: { id },
    select: { status: true, grant: { select: { state: true } } },
  })
  if (entry.authKind === 'OAUTH2_CODE' && made?.status === 'NOT_CONFIGURED' && made.grant === null)
    await authorize(options, actor, id)
  await openDemoSource({ ...options, actor }, id)
}

function create(
  commands: Commands,
  actor: Actor,
  wanted: Wanted,
  entry: ProviderEntry,
): Promise<{ readonly id: string }> {
  return commands.connection.create(actor, {
    provider: wanted.provider,
    name: wanted.name,
    environment: entry.environments.includes('SANDBOX') ? 'SANDBOX' : 'LIVE',
    simulated: true,
    fields: labCredentials[wanted.provider].good,
    probeIntervalSeconds,
    idempotencyKey: `demo:${wanted.provider}`,
  })
}

const redirectsAtMost = 5

/** Walks through the simulated vendor's consent page as a person would, and comes back with the code. */
async function authorize({ commands, oauth, url }: DemoOptions, actor: Actor, connectionId: string): Promise<void> {
  const callback = `${url}/oauth/callback`
  let next = (await commands.connection.startOAuth(actor, { id: connectionId })).url
  for (let turn = 0; turn < redirectsAtMost; turn += 1) {
    const answer = await fetch(next, { redirect: 'manual', signal: AbortSignal.timeout(10_000) })
    const location = answer.headers.get('location')
    if (location === null) throw new Error(`the simulated consent page answered ${answer.status} without sending back`)
    next = new URL(location, next).href
    if (next.startsWith(`${callback}?`)) return void (await oauth.finish(new URL(next).searchParams))
  }
  throw new Error('the simulated consent page went in circles')
}
