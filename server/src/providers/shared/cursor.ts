import { cannotSend } from './failure.ts'

/** An opaque cursor over a vendor's page or offset number. */
export const numberCursor = (value: number): string => Buffer.from(`n${value}`).toString('base64url')

/** The number inside such a cursor; `start` where there is none. Throws ProviderCallError for a foreign one. */
export function readNumberCursor(cursor: string | null, start: number): number {
  if (cursor === null) return start
  const match = /^n(\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString())
  if (match === null) throw cannotSend('This cursor does not come from this list.', 'Start again from the first page.')
  return Number(match[1])
}
