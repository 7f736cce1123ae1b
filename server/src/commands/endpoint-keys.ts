import type { Tx } from '@patchbay/prisma/database.ts'
import type { EndpointCommands, NewKey } from '@patchbay/schema/commands/endpoint.ts'
import { ConflictError, InvalidInputError, NotFoundError } from '@patchbay/schema/errors.ts'
import { mostKeys } from '../engine/delivery/keys.ts'
import { ringEndpoint } from '../engine/delivery/ring.ts'
import type { Collaborators } from './collaborators.ts'
import { checkEndpointId, lockEndpoint } from './endpoint-view.ts'
import { digest, once } from './once.ts'
import { checkId, transact } from './transact.ts'

const defaultOverlap = 86_400
const longestOverlap = 30 * 86_400

/** Adding and ending signing keys. */
export function createKeyCommands(hub: Collaborators): Pick<EndpointCommands, 'rotateKey' | 'retireKey'> {
  const { database, audit, now } = hub

  return {
    async rotateKey(actor, { idempotencyKey, id: given, algorithm = 'HMAC', overlapSeconds }) {
      const endpointId = checkEndpointId(actor, given)
      const overlap = overlapSeconds ?? defaultOverlap
      if (!Number.isInteger(overlap) || overlap < 0 || overlap > longestOverlap)
        throw new InvalidInputError([
          { path: 'overlapSeconds', message: 'Use 0 to 2,592,000 whole seconds, which is 30 days.' },
        ])
      const { organizationId } = actor
      const key = await hub.endpointKeys.create({ organizationId, endpointId, algorithm, createdById: actor.id })
      const hash = digest(hub.requestKey, { endpointId, algorithm, overlap })
      const request = { operation: 'endpoint.rotateKey', key: idempotencyKey, hash }
      const result = await transact(database, actor, async (tx) => {
        const done = await once(tx, actor, request, async () => {
          await lockEndpoint(tx, actor, endpointId)
          const at = now()
          await tx.endpointKey.deleteMany({ where: { endpointId, expiresAt: { lte: at } } })
          if ((await tx.endpointKey.count({ where: { endpointId } })) >= mostKeys)
            throw new ConflictError(`At most ${mostKeys} keys hold at once. Retire one first.`)
          const end = new Date(at.getTime() + overlap * 1000)
          const { count: ending } = await tx.endpointKey.updateMany({
            where: { endpointId, OR: [{ expiresAt: null }, { expiresAt: { gt: end } }] },
            data: { expiresAt: end },
          })
          await key.store(tx)
          await audit.append(tx, actor, {
            action: 'endpoint.keyRotated',
            subjectType: 'Endpoint',
            subjectId: endpointId,
            after: { keyId: key.id, algorithm, overlapSeconds: overlap, ending },
          })
          return key.id
        })
        return done.repeated ? shownBefore(tx, done.id) : { endpointId, keyId: key.id, secret: key.secret }
      })
      hub.endpointKeys.forget(endpointId)
      return result
    },

    async retireKey(actor, input) {
      const keyId = checkId('key', input.keyId)
      const endpointId = await transact(database, actor, async (tx) => {
        const endpoint = await lockEndpoint(tx, actor, input.endpointId)
        const keys = await tx.endpointKey.findMany({ where: { endpointId: endpoint.id } })
        const key = keys.find((one) => one.id === keyId)
        if (key === undefined) throw new NotFoundError('key', input.keyId)
        if (!keys.some((one) => one.id !== keyId && one.expiresAt === null))
          throw new ConflictError(
            'It is the only key that lasts: nothing could be signed without it. Rotate it instead.',
          )
        await tx.endpointKey.delete({ where: { id: keyId } })
        await ringEndpoint(tx, endpoint.id)
        await audit.append(tx, actor, {
          action: 'endpoint.keyRetired',
          subjectType: 'Endpoint',
          subjectId: endpoint.id,
          before: { keyId, algorithm: key.algorithm, hint: key.hint },
        })
        return endpoint.id
      })
      hub.endpointKeys.forget(endpointId)
      return { id: endpointId }
    },
  }
}

/**
 * The key a repeated request made before. An ed25519 public key may be shown any number of times; an HMAC secret was
 * shown in the first answer and is not given out again, whoever asks: a rotation makes one that is.
 */
export async function shownBefore(tx: Tx, keyId: string): Promise<NewKey> {
  const key = await tx.endpointKey.findUnique({ where: { id: keyId } })
  if (key !== null && key.publicKey !== null) return { endpointId: key.endpointId, keyId, secret: key.publicKey }
  throw new ConflictError(
    'This request was carried out before, and its secret was shown in the answer then. If that answer got lost, rotate the endpoint’s key: the new secret is shown once.',
  )
}
