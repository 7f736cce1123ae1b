import { alertKinds } from '@patchbay/schema/alert-kinds.ts'
import type { Tx } from '@patchbay/prisma/database.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ForbiddenError, NotFoundError, type FieldFault } from '@patchbay/schema/errors.ts'
import { fits, patternRule } from '@patchbay/schema/event-types/form.ts'
import type { Scope } from '@patchbay/schema/scopes.ts'
import { didYouMean } from './connection-fields.ts'

const longestName = 100
const longestReason = 500
export const mostKinds = 50
export const mostConnections = 100

/** Rules, channels and silences are about everything, so an API key narrowed to some connections has no say. */
export function needAll(actor: Actor, scope: Scope): void {
  if (actor.connectionIds.length > 0) throw new ForbiddenError(`${scope} for all connections`)
}

export function checkName(name: string, faults: FieldFault[]): string {
  const text = name.trim().replace(/\s+/g, ' ')
  if (text === '' || [...text].length > longestName)
    faults.push({ path: 'name', message: `Use 1 to ${longestName} characters.` })
  return text
}

export function checkReason(reason: string, faults: FieldFault[]): string {
  const text = reason.trim()
  if (text === '' || [...text].length > longestReason)
    faults.push({ path: 'reason', message: `Say why, in 1 to ${longestReason} characters.` })
  return text
}

/** Kinds of the catalogue, or patterns that fit one. */
export function checkKinds(patterns: readonly string[], faults: FieldFault[]): string[] {
  const wanted = [...new Set(patterns.map((pattern) => pattern.trim()))]
  if (wanted.length > mostKinds)
    faults.push({ path: 'kinds', message: `Name at most ${mostKinds} kinds; * means all.` })
  const names = alertKinds.map(({ kind }) => kind)
  for (const pattern of wanted.slice(0, mostKinds)) {
    if (patternRule.test(pattern) && names.some((name) => fits(pattern, name))) continue
    const nouns = names.map((name) => `${name.slice(0, name.lastIndexOf('.'))}.*`)
    faults.push({
      path: 'kinds',
      message: `No kind of alert fits ${JSON.stringify(pattern)}.${didYouMean(pattern, [...new Set([...names, ...nouns])])}`,
    })
  }
  return wanted
}

/** A whole number within bounds. */
export function checkWhole(
  value: number,
  [least, most]: readonly [number, number],
  path: string,
  faults: FieldFault[],
): number {
  if (!Number.isInteger(value) || value < least || value > most)
    faults.push({
      path,
      message: `Use a whole number from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}.`,
    })
  return value
}

/** @throws NotFoundError for the first that is not there */
export async function needConnections(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const found = await tx.connection.findMany({ where: { id: { in: [...ids] } }, select: { id: true } })
  for (const id of ids) if (!found.some((row) => row.id === id)) throw new NotFoundError('connection', id)
}

/** @throws NotFoundError for the first that is not there */
export async function needChannels(tx: Tx, ids: readonly string[]): Promise<void> {
  if (ids.length === 0) return
  const found = await tx.alertChannel.findMany({ where: { id: { in: [...ids] } }, select: { id: true } })
  for (const id of ids) if (!found.some((row) => row.id === id)) throw new NotFoundError('alert channel', id)
}
