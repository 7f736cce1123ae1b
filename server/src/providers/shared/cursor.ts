import { cannotSend } from './failure.ts'

const foreign = () => cannotSend('This cursor does not come from this list.', 'Start again from the first page.')

/** An opaque cursor over a vendor's page or offset number, or a moment in milliseconds. */
export const numberCursor = (value: number): string => Buffer.from(`n${value}`).toString('base64url')

/** The number inside such a cursor; `start` where there is none. Throws ProviderCallError for a foreign one. */
export function readNumberCursor(cursor: string | null, start: number): number {
  if (cursor === null) return start
  const match = /^n(\d{1,15})$/.exec(Buffer.from(cursor, 'base64url').toString())
  if (match === null) throw foreign()
  return Number(match[1])
}

/** An opaque cursor over a vendor's own cursor, or the id of the last item. */
export const textCursor = (value: string): string => Buffer.from(`t${value}`).toString('base64url')

/** The vendor's cursor inside such a cursor. Throws ProviderCallError for a foreign one. */
export function readTextCursor(cursor: string): string {
  const text = Buffer.from(cursor, 'base64url').toString()
  if (!/^t[\x20-\x7e]+$/.test(text)) throw foreign()
  return text.slice(1)
}
