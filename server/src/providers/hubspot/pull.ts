import type { ResourceSpec } from '../resource.ts'
import { readTextCursor, textCursor } from '../shared/cursor.ts'

/** Results of one search that HubSpot hands out: https://developers.hubspot.com/docs/api-reference/search/guide */
const most = 10_000

/**
 * A search for what changed, oldest first, that goes on behind HubSpot's last result: it begins again where that one changed.
 * Ten thousand changes within a second end it, with HubSpot's own refusal.
 */
export const beyondSearch = (spec: ResourceSpec): ResourceSpec => ({
  ...spec,
  // What changed takes some moments to be found.
  lagSeconds: 60,
  pull: async (call, ask, connection) => {
    if (ask.since === null) return spec.pull(call, ask, connection)
    const [since = ask.since, after = ''] = ask.cursor === null ? [] : readTextCursor(ask.cursor).split(' ')
    const page = await spec.pull(call, { ...ask, since, cursor: after || null }, connection)
    if (page.cursor === null) return page
    const last = page.records.at(-1)?.updatedAt ?? null
    const isFar = Number(page.cursor) + ask.limit > most && last !== null && Date.parse(last) > Date.parse(since)
    return { ...page, cursor: textCursor(isFar ? last : `${since} ${page.cursor}`) }
  },
})
