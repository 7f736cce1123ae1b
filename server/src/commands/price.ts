import type { Tx } from '@patchbay/prisma/database.ts'
import type { Price } from '@patchbay/prisma/generated/client.ts'
import type { PriceCommands, PriceInput } from '@patchbay/schema/commands/price.ts'
import { eventTypes } from '@patchbay/schema/event-types/index.ts'
import { ConflictError, InvalidInputError, NotFoundError, type FieldFault } from '@patchbay/schema/errors.ts'
import type { Collaborators } from './collaborators.ts'
import { didYouMean } from './connection-fields.ts'
import { digest, once } from './once.ts'
import { checkConnectionId, checkId, lockConnection, transact } from './transact.ts'

const mostPrices = 50
const mostMicros = 10n ** 15n
const yearMs = 366 * 86_400_000
/** Clocks of clients may be a little behind. */
const graceMs = 60_000

interface Wanted {
  readonly connectionId: string
  readonly kind: PriceInput['kind']
  readonly amountMicros: bigint
  readonly sharePpm: number
  readonly appliesTo: string | null
  readonly since: Date
}

/** Rules of prices. */
export function createPriceCommands(hub: Collaborators): PriceCommands {
  const { database, audit, costs, now, newId } = hub

  return {
    async set(actor, { prices, idempotencyKey }) {
      const wanted = check(prices, now())
      const connectionId = checkConnectionId(actor, wanted[0]?.connectionId ?? '')
      const request = {
        operation: 'price.set',
        key: idempotencyKey,
        hash: digest(
          hub.requestKey,
          prices.map((price) => ({ ...price, amountMicros: String(price.amountMicros) })),
        ),
      }
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          await lockConnection(tx, actor, connectionId)
          const ended: Price[] = []
          const made: Price[] = []
          for (const price of wanted) {
            ended.push(...(await endFrom(tx, price)))
            const { organizationId } = actor
            const data = {
              ...price,
              id: newId(),
              organizationId,
              connectionId,
              createdById: actor.id,
              createdAt: now(),
            }
            made.push(await tx.price.create({ data }))
          }
          await costs.ring(tx, actor.organizationId)
          await audit.append(tx, actor, {
            action: 'price.set',
            subjectType: 'Connection',
            subjectId: connectionId,
            before: { prices: ended.map(view) },
            after: { prices: made.map(view) },
          })
          return made.map(({ id }) => id).join(' ')
        }),
      )
      await costs.refresh(actor.organizationId)
      return { ids: done.id.split(' ') }
    },

    async remove(actor, input) {
      const id = checkId('price', input.id)
      const done = await transact(database, actor, async (tx) => {
        const found = await tx.price.findUnique({ where: { id } })
        if (found === null) throw new NotFoundError('price', input.id)
        await lockConnection(tx, actor, found.connectionId)
        const price = await tx.price.findUnique({ where: { id } })
        if (price === null) throw new NotFoundError('price', input.id)
        const at = now()
        if (price.until !== null && price.until <= at) throw new ConflictError('The price has ended already.')
        if (price.since >= at) await tx.price.delete({ where: { id } })
        else await tx.price.update({ where: { id }, data: { until: at } })
        await costs.ring(tx, actor.organizationId)
        await audit.append(tx, actor, {
          action: 'price.removed',
          subjectType: 'Connection',
          subjectId: price.connectionId,
          before: view(price),
        })
        return { id, connectionId: price.connectionId }
      })
      await costs.refresh(actor.organizationId)
      return done
    },
  } satisfies PriceCommands
}

/** Ends what the new price replaces where it begins; what would have begun later is not to come any more. */
async function endFrom(tx: Tx, { connectionId, kind, appliesTo, since }: Wanted): Promise<Price[]> {
  const same = { connectionId, kind, appliesTo, OR: [{ until: null }, { until: { gt: since } }] }
  const ended = await tx.price.findMany({ where: same, orderBy: { since: 'asc' } })
  await tx.price.deleteMany({ where: { ...same, since: { gte: since } } })
  await tx.price.updateMany({ where: same, data: { until: since } })
  return ended
}

const view = ({ kind, amountMicros, sharePpm, appliesTo, since, until }: Price) => ({
  ...{ kind, amountMicros: String(amountMicros), sharePpm, appliesTo },
  ...{ since: since.toISOString(), until: until?.toISOString() ?? null },
})

function check(prices: readonly PriceInput[], now: Date): Wanted[] {
  const faults: FieldFault[] = []
  if (prices.length === 0 || prices.length > mostPrices)
    throw new InvalidInputError([{ path: 'prices', message: `Give 1 to ${mostPrices} prices.` }])
  const seen = new Set<string>()
  const wanted = prices.map((price, n): Wanted => {
    const fault = (field: string, message: string) => faults.push({ path: `prices.${n}.${field}`, message })
    const { kind, amountMicros, connectionId } = price
    const sharePpm = price.sharePpm ?? 0
    const appliesTo = price.appliesTo?.trim() || null
    if (amountMicros < 0n || amountMicros > mostMicros)
      fault('amountMicros', 'Use 0 to 10^15 millionths of the currency.')
    if (!Number.isInteger(sharePpm) || sharePpm < 0 || sharePpm > 1_000_000)
      fault('sharePpm', 'Use 0 to 1,000,000 millionths: 2.9 % is 29,000.')
    if (sharePpm > 0 && kind !== 'PER_TRANSACTION')
      fault('sharePpm', 'Only transactions have an amount to take a share of.')
    if (appliesTo !== null && kind === 'PER_MONTH') fault('appliesTo', 'A subscription is of the whole connection.')
    if (appliesTo !== null && appliesTo.length > 200) fault('appliesTo', 'Use at most 200 characters.')
    if (kind === 'PER_TRANSACTION') checkType(appliesTo, (message) => fault('appliesTo', message))
    const key = `${kind} ${appliesTo}`
    if (seen.has(key)) fault('kind', 'Another price of this list is for the same.')
    seen.add(key)
    const since = price.since == null || Math.abs(price.since.getTime() - now.getTime()) < graceMs ? now : price.since
    if (since < now) fault('since', 'A price cannot begin in the past: what was counted keeps its price.')
    if (since.getTime() > now.getTime() + yearMs) fault('since', 'Plan at most a year ahead.')
    return { connectionId, kind, amountMicros, sharePpm, appliesTo, since }
  })
  if (faults.length > 0) throw new InvalidInputError(faults)
  return wanted
}

/** A transaction is an event of one type; a price of all of them would charge a payment again when it is disputed. */
function checkType(appliesTo: string | null, fault: (message: string) => void): void {
  if (appliesTo === null) return fault('Name the event that is paid for, such as payment.succeeded.')
  if (eventTypes.has(appliesTo)) return
  fault(`No event is called ${JSON.stringify(appliesTo.slice(0, 60))}.${didYouMean(appliesTo, [...eventTypes.keys()])}`)
}
