import { z } from 'zod'
import type { Call } from '../provider.ts'
import { readAnswer } from '../shared/failure.ts'
import { links, nextOf, pageQuery } from './pages.ts'

const tag = z.object({ tag_id: z.string().min(1), name: z.string() })

/** Names of all tags, by id: contacts carry ids only. */
export async function tagNames(call: Call): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>()
  for (let after: string | null = null, more = true; more; more = after !== null) {
    const query = pageQuery({ first: 500, after })
    const answer = await call({ method: 'GET', path: '/contact_tags', ...(query === undefined ? {} : { query }) })
    after = readAnswer('Constant Contact', answer, z.object({ tags: z.array(tag), _links: links }), (page) => {
      for (const { tag_id: id, name } of page.tags) names.set(id, name)
      return page.tags.length > 0 ? nextOf(page._links) : null
    })
  }
  return names
}

/** Ids of tags by their names; one that is not there yet is made. */
export async function tagIds(
  call: Call,
  wanted: readonly string[],
  known: ReadonlyMap<string, string>,
): Promise<string[]> {
  const ids: string[] = []
  for (const name of wanted) {
    const [found] = [...known].filter(([, each]) => each.toLowerCase() === name.toLowerCase())
    if (found !== undefined) ids.push(found[0])
    else {
      const answer = await call({ method: 'POST', path: '/contact_tags', json: { name } })
      ids.push(readAnswer('Constant Contact', answer, tag, (made) => made.tag_id))
    }
  }
  return ids
}
