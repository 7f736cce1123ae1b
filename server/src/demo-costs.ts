import type { Commands } from '@patchbay/schema/commands/index.ts'
import type { PriceInput } from '@patchbay/schema/commands/price.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import type { Collaborators } from './commands/index.ts'

type Priced = Omit<PriceInput, 'connectionId'>

/** What the demo's vendors ask, as their price lists of small shops have it, in millionths of a dirham. */
const prices: Readonly<Record<string, readonly Priced[]>> = {
  stripe: [
    { kind: 'PER_TRANSACTION', amountMicros: 1_000_000n, sharePpm: 29_000, appliesTo: 'payment.succeeded' },
    { kind: 'PER_CALL', amountMicros: 0n },
  ],
  paypal: [{ kind: 'PER_TRANSACTION', amountMicros: 1_200_000n, sharePpm: 39_000, appliesTo: 'payment.succeeded' }],
  shopify: [{ kind: 'PER_MONTH', amountMicros: 143_000_000n }],
  aramex: [{ kind: 'PER_CALL', amountMicros: 20_000n }],
  sendgrid: [
    { kind: 'PER_MONTH', amountMicros: 73_000_000n },
    { kind: 'PER_CALL', amountMicros: 3_500n },
  ],
}
const budgetMicros = 1_500_000_000n

/** Prices of the demo's connections and a budget, once: what somebody changed or removed stays so. */
export async function setDemoCosts(options: {
  readonly parts: Pick<Collaborators, 'database'>
  readonly commands: Commands
  readonly actor: Actor
}): Promise<void> {
  const { parts, commands, actor } = options
  const { prisma } = parts.database.tenant(actor.organizationId)
  const connections = await prisma.connection.findMany({
    where: { simulated: true },
    select: { id: true, provider: true },
    orderBy: [{ createdAt: 'asc' }, { id: 'asc' }],
  })
  const once = (action: string, subjectId?: string) =>
    prisma.auditEntry.findFirst({
      where: { action, actorName: actor.name, ...(subjectId && { subjectId }) },
      select: { action: true },
    })
  for (const [provider, wanted] of Object.entries(prices)) {
    const connectionId = connections.find((connection) => connection.provider === provider)?.id
    if (connectionId === undefined || (await once('price.set', connectionId)) !== null) continue
    await commands.price.set(actor, { prices: wanted.map((price) => ({ ...price, connectionId })) })
  }
  if ((await once('budget.set')) === null) await commands.budget.set(actor, { monthlyMicros: budgetMicros })
}
