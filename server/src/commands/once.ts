import { createHmac } from 'node:crypto'
import type { Tx } from '@patchbay/prisma/database.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { IdempotencyConflictError, InvalidInputError } from '@patchbay/schema/errors.ts'

/** JSON whose members are sorted and whose absent members are left out, so that equal inputs have one text. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'null'
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`)
  return `{${members.join(',')}}`
}

/** The request's fingerprint. Keyed: inputs hold secrets, and a bare hash of a short one could be guessed. */
export function digest(requestKey: Uint8Array, input: unknown): string {
  return createHmac('sha256', requestKey).update(canonicalJson(input)).digest('hex')
}

export interface OnceRequest {
  readonly operation: string
  /** Absent: every request is its own. */
  readonly key: string | null | undefined
  readonly hash: string
}

export interface OnceResult {
  readonly id: string
  /** The effect happened before; `work` did not run. */
  readonly repeated: boolean
}

/**
 * Runs `work` once per idempotency key, in the transaction of its effect. A concurrent request with the same key waits
 * for this one to commit (on the unique index) and then gets its result.
 * @throws IdempotencyConflictError when the key was used with another input
 */
export async function once(
  tx: Tx,
  actor: Actor,
  request: OnceRequest,
  work: () => Promise<string>,
): Promise<OnceResult> {
  const { operation, key, hash } = request
  if (key === null || key === undefined) return { id: await work(), repeated: false }
  const { organizationId } = actor
  const row = { organizationId, operation, key: checkKey(key) }
  const claimed = await tx.idempotencyKey.createMany({
    data: [{ ...row, requestHash: hash, resultId: '' }],
    skipDuplicates: true,
  })
  const where = { organizationId_operation_key: row }
  if (claimed.count === 0) {
    const earlier = await tx.idempotencyKey.findUniqueOrThrow({ where })
    if (earlier.requestHash !== hash) throw new IdempotencyConflictError(key)
    return { id: earlier.resultId, repeated: true }
  }
  const id = await work()
  await tx.idempotencyKey.update({ where, data: { resultId: id } })
  return { id, repeated: false }
}

/** Forgets a key whose request came to nothing (its caller went away): the same key may try again. */
export async function release(tx: Tx, actor: Actor, request: OnceRequest): Promise<void> {
  const { operation, key, hash } = request
  if (key === null || key === undefined) return
  await tx.idempotencyKey.deleteMany({
    where: { organizationId: actor.organizationId, operation, key, requestHash: hash },
  })
}

function checkKey(key: string): string {
  if (key.length >= 1 && key.length <= 200 && key.trim() === key) return key
  throw new InvalidInputError([
    { path: 'idempotencyKey', message: 'Use 1 to 200 characters without blanks around them.' },
  ])
}
