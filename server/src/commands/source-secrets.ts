import type { SourceCommands } from '@patchbay/schema/commands/source.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import { mostSecrets } from '../engine/inbound/read-source.ts'
import { ringSources, sealSecret, storeSecret } from '../engine/inbound/secrets.ts'
import { entryFor, type Collaborators } from './collaborators.ts'
import { digest, once } from './once.ts'
import { askForRegistration } from './source-registration.ts'
import { findSource, lockSource, webhooksOf, type SourceRow } from './source-row.ts'
import { checkId, transact } from './transact.ts'

const daySeconds = 86_400
const longestOverlap = 30 * daySeconds
/** Room for a PEM key. */
const longestSecret = 8 * 1024

/** Tokens and signing secrets of sources. */
export function createSourceSecrets(
  hub: Collaborators,
): Pick<SourceCommands, 'addSecret' | 'retireSecret' | 'rotateToken'> {
  const { database, audit, inbound, now } = hub

  return {
    async addSecret(actor, { idempotencyKey, ...input }) {
      const found = await findSource(database.tenant(actor.organizationId).prisma, actor, input.sourceId)
      const value = checkSecret(hub, actor, { source: found, given: input.value })
      const secret = await sealSecret(hub, found, { kind: 'SIGNING', value })
      const hash = digest(hub.requestKey, { sourceId: found.id, value })
      const request = { operation: 'source.addSecret', key: idempotencyKey, hash }
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          const source = await lockSource(tx, actor, found.id)
          const holding = {
            sourceId: source.id,
            kind: 'SIGNING',
            OR: [{ expiresAt: null }, { expiresAt: { gt: now() } }],
          }
          if ((await tx.sourceSecret.count({ where: holding as never })) >= mostSecrets)
            throw new ConflictError(`${mostSecrets} secrets hold already. Retire one first.`)
          await storeSecret(tx, actor, secret, now())
          await ringSources(tx, source.id)
          await audit.append(tx, actor, {
            action: 'source.secretAdded',
            subjectType: 'Source',
            subjectId: source.id,
            after: { secretId: secret.id, hint: secret.hint },
          })
          return source.id
        }),
      )
      inbound.forget(done.id)
      return { id: done.id }
    },

    async retireSecret(actor, { sourceId, secretId, afterSeconds }) {
      const seconds = checkOverlap('afterSeconds', afterSeconds ?? 0)
      const id = await transact(database, actor, async (tx) => {
        const source = await lockSource(tx, actor, sourceId)
        const where = { id: checkId('secret', secretId), sourceId: source.id, kind: 'SIGNING' } as const
        const secret = await tx.sourceSecret.findFirst({ where })
        if (secret === null) throw new NotFoundError('secret', secretId)
        const expiresAt = new Date(now().getTime() + seconds * 1000)
        if (seconds === 0) await tx.sourceSecret.delete({ where: { id: secret.id } })
        else await tx.sourceSecret.update({ where: { id: secret.id }, data: { expiresAt } })
        await ringSources(tx, source.id)
        await audit.append(tx, actor, {
          action: 'source.secretRetired',
          subjectType: 'Source',
          subjectId: source.id,
          before: { secretId: secret.id, hint: secret.hint },
          after: { expiresAt },
        })
        return source.id
      })
      inbound.forget(id)
      return { id }
    },

    async rotateToken(actor, { idempotencyKey, ...input }) {
      const seconds = checkOverlap('overlapSeconds', input.overlapSeconds ?? daySeconds)
      const found = await findSource(database.tenant(actor.organizationId).prisma, actor, input.id)
      const token = await sealSecret(hub, found, { kind: 'TOKEN', value: hub.newToken() })
      const hash = digest(hub.requestKey, { id: found.id, seconds })
      const request = { operation: 'source.rotateToken', key: idempotencyKey, hash }
      const done = await transact(database, actor, (tx) =>
        once(tx, actor, request, async () => {
          const source = await lockSource(tx, actor, found.id)
          const until = new Date(now().getTime() + seconds * 1000)
          const tokens = { sourceId: source.id, kind: 'TOKEN' } as const
          if (seconds === 0) await tx.sourceSecret.deleteMany({ where: tokens })
          else
            await tx.sourceSecret.updateMany({
              where: { ...tokens, OR: [{ expiresAt: null }, { expiresAt: { gt: until } }] },
              data: { expiresAt: until },
            })
          await storeSecret(tx, actor, token, now())
          // The vendor has to be told the new address while the old one still holds.
          if (source.registration !== 'MANUAL') await askForRegistration(hub, tx, source)
          await ringSources(tx, source.id)
          await audit.append(tx, actor, {
            action: 'source.tokenRotated',
            subjectType: 'Source',
            subjectId: source.id,
            after: { oldHoldsUntil: until },
          })
          return source.id
        }),
      )
      inbound.forget(done.id)
      return { id: done.id }
    },
  }
}

/** The secret as it is used. Pasted from a vendor's page: blanks around it are never meant. */
function checkSecret(
  hub: Collaborators,
  actor: Actor,
  { source, given }: { readonly source: SourceRow; readonly given: string },
): string {
  const { provider, spec } = webhooksOf(hub, source.connection)
  const { name } = provider.entry
  if (spec.secret.from === 'vendor' || spec.secret.from === 'address')
    throw new ConflictError(`Webhooks of ${name} are verified without a secret of yours.`)
  const value = given.trim()
  const fault = (message: string) => new InvalidInputError([{ path: 'value', message }])
  if (value === '') throw fault('Paste the secret that the vendor shows for this webhook.')
  if (Buffer.byteLength(value) > longestSecret || value.includes('\0')) throw fault('This is no secret of a webhook.')
  const hint = spec.secret.from === 'source' ? spec.secret.hint : undefined
  if (hint !== undefined && !new RegExp(hint.pattern, 'u').test(value))
    throw fault(entryFor(hub, provider, actor).webhooks?.secretHint?.message ?? hint.message)
  return value
}

function checkOverlap(path: string, seconds: number): number {
  if (Number.isInteger(seconds) && seconds >= 0 && seconds <= longestOverlap) return seconds
  throw new InvalidInputError([{ path, message: `Use 0 to ${longestOverlap} seconds (30 days).` }])
}
