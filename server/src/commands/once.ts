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
  const earlier = await take(tx, actor, request)
  if (earlier !== null) return { id: earlier, repeated: true }
  const id = await work()
  await fulfil(tx, actor, request, id)
  return { id, repeated: false }
}

/**
 * As `once`, for an effect that goes on after the transaction: the key counts as used once `fulfil` says so. Until then a
 * repeat begins again (`again`), because the process that took the key first may have been killed in between.
 */
export async function claim(
  tx: Tx,
  actor: Actor,
  request: OnceRequest,
  begin: (again: boolean) => Promise<string>,
): Promise<OnceResult> {
  const earlier = await take(tx, actor, request)
  if (earlier !== null && earlier !== '') return { id: earlier, repeated: true }
  return { id: await begin(earlier !== null), repeated: false }
}

/** Remembers what the request of a key led to. */
export async function fulfil(tx: Tx, actor: Actor, request: OnceRequest, id: string): Promise<void> {
  const { operation, key, hash } = request
  if (key === null || key === undefined) return
  const { organizationId } = actor
  // Not `update`: the key may have been forgotten meanwhile.
  await tx.idempotencyKey.updateMany({
    where: { organizationId, operation, key, requestHash: hash },
    data: { resultId: id },
  })
}

/** Takes the key: null when it is this request's, else what the earlier request led to, empty while that is not known. */
async function take(tx: Tx, actor: Actor, { operation, key, hash }: OnceRequest): Promise<string | null> {
  if (key === null || key === undefined) return null
  const { organizationId } = actor
  const row = { organizationId, operation, key: checkKey(key) }
  const claimed = await tx.idempotencyKey.createMany({
    data: [{ ...row, requestHash: hash, resultId: '' }],
    skipDuplicates: true,
  })
  if (claimed.count > 0) return null
  const earlier = await tx.idempotencyKey.findUniqueOrThrow({ where: { organizationId_operation_key: row } })
  if (earlier.requestHash !== hash) throw new IdempotencyConflictError(key)
  return earlier.resultId
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
