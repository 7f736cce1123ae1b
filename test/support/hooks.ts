import { randomBytes, randomUUID } from 'node:crypto'
import type { InboundEvent } from '@patchbay/prisma/generated/client.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import Stripe from 'stripe'
import type { TestHub } from './hub.ts'
import { until } from './until.ts'

type Slug = keyof typeof labCredentials

/** A connection with an address for its webhooks. */
export interface OpenSource {
  readonly connectionId: string
  readonly name: string
  readonly sourceId: string
  /** Path of the address on every hub of the database. */
  readonly path: string
  readonly secret: string
}

/** The owner of the hub's first organization, or of another one. */
export const ownerOf = (hub: Pick<TestHub, 'organizationId'>, organizationId = hub.organizationId): Actor => ({
  kind: 'SYSTEM',
  id: null,
  name: 'Test',
  organizationId,
  ipAddress: null,
  correlationId: randomUUID(),
  connectionIds: [],
})

/** A new connection with a source, and for Stripe a signing secret, by the hub's own rules. */
export async function openSource(
  hub: Pick<TestHub, 'app' | 'organizationId'>,
  options: {
    readonly provider?: Slug
    readonly organizationId?: string
    /** Null adds none. */
    readonly secret?: string | null
    readonly fields?: Readonly<Record<string, string>>
  } = {},
): Promise<OpenSource> {
  const { provider = 'stripe' } = options
  const actor = ownerOf(hub, options.organizationId)
  const { commands } = hub.app
  const name = `${provider} ${randomUUID()}`
  const connection = await commands.connection.create(actor, {
    provider,
    name,
    environment: hub.app.parts.provider(provider)?.entry.environments[0] ?? 'SANDBOX',
    simulated: true,
    fields: { ...labCredentials[provider].good, ...options.fields },
  })
  const source = await commands.source.create(actor, { connectionId: connection.id })
  const secret = options.secret === undefined ? newSigningSecret() : options.secret
  if (secret !== null) await commands.source.addSecret(actor, { sourceId: source.id, value: secret })
  const url = await commands.source.readUrl(actor, source.id)
  return { connectionId: connection.id, name, sourceId: source.id, path: new URL(url).pathname, secret: secret ?? '' }
}

export const newSigningSecret = () => `whsec_${randomBytes(24).toString('base64url')}`

/** A payment that succeeded, as Stripe tells of it. */
export function stripeEvent(id: string, more: Record<string, unknown> = {}): string {
  return JSON.stringify({
    id,
    object: 'event',
    type: 'payment_intent.succeeded',
    created: Math.floor(Date.now() / 1000),
    livemode: false,
    data: {
      object: {
        id: `pi_${id}`,
        object: 'payment_intent',
        amount: 12_500,
        amount_received: 12_500,
        currency: 'aed',
        status: 'succeeded',
        latest_charge: `ch_${id}`,
        metadata: { reference: '1001' },
        receipt_email: 'aisha@example.com',
      },
    },
    ...more,
  })
}

/** Signed by Stripe's own package. */
export function stripeSigned(payload: string, secret: string, more: { readonly timestamp?: number } = {}) {
  const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret, ...more })
  return { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature }
}

/** Delivers a payload signed with the source's secret; the status of the answer. */
export async function deliver(
  hub: Pick<TestHub, 'fetch'>,
  source: Pick<OpenSource, 'path' | 'secret'>,
  payload: string,
  headers: Record<string, string> = stripeSigned(payload, source.secret),
): Promise<number> {
  const response = await hub.fetch(source.path, { method: 'POST', headers, body: payload })
  await response.arrayBuffer()
  return response.status
}

/** What is stored of a source, oldest first. */
export const storedOf = (hub: Pick<TestHub, 'database'>, { sourceId }: Pick<OpenSource, 'sourceId'>) =>
  hub.database.system.prisma.inboundEvent.findMany({ where: { sourceId }, orderBy: [{ at: 'asc' }, { id: 'asc' }] })

/** The source's stored requests once none of them is waiting for a router. */
export function settledOf(
  hub: Pick<TestHub, 'database'>,
  source: Pick<OpenSource, 'sourceId'>,
  count = 1,
): Promise<InboundEvent[]> {
  return until(`${count} requests are stored and settled`, async () => {
    const rows = await storedOf(hub, source)
    return rows.length >= count && rows.every(({ state }) => state !== 'RECEIVED') ? rows : null
  })
}

/** Counts of a source over all minutes. */
export async function countsOf(hub: Pick<TestHub, 'database'>, { sourceId }: Pick<OpenSource, 'sourceId'>) {
  const { _sum } = await hub.database.system.prisma.sourceRollup.aggregate({
    where: { sourceId, grain: 'DAY' },
    _sum: { received: true, verified: true, duplicates: true, quarantined: true, refused: true, failed: true },
  })
  return _sum
}
