import { z } from 'zod'
import type { CallRequest } from '../provider.ts'
import { readTextCursor, textCursor } from '../shared/cursor.ts'

/** Where Constant Contact says the next page is: a path with a query that is not to be understood. */
export const links = z.object({ next: z.object({ href: z.string() }).nullish() }).nullish()

interface PageAsked {
  readonly first: number
  readonly after: string | null
}

/** The query of a page: the first one's own, or the whole query of the link that led here. */
export function pageQuery(asked: PageAsked, query: NonNullable<CallRequest['query']> = {}): CallRequest['query'] {
  return asked.after === null
    ? { ...query, limit: asked.first }
    : Object.fromEntries(new URLSearchParams(readTextCursor(asked.after)))
}

/** The cursor for the page after this one; null on the last. */
export function nextOf(found: z.output<typeof links>): string | null {
  const search = URL.parse(found?.next?.href ?? '', 'https://api.cc.email')?.search ?? ''
  return search.length > 1 ? textCursor(search.slice(1)) : null
}
