import { resourceModels, type ResourceName } from '@patchbay/schema/capabilities/resources.ts'
import type { Call } from '@patchbay/server/providers/provider.ts'
import type { PulledRecord, ResourceSpec } from '@patchbay/server/providers/resource.ts'
import { factsOf, twinCall, type TwinConnection } from './twin-call.ts'

/** More pages than any twin has, windows of three years included. */
const mostPages = 400

export const specOf = ({ provider }: TwinConnection, name: ResourceName): ResourceSpec => {
  const spec = provider.resources?.[name]
  if (spec === undefined) throw new Error(`${provider.entry.slug} has no ${name}`)
  return spec
}

/**
 * Pulls a resource to its end, each record held against its model.
 * @throws Error for a record that is of another shape or comes twice, and for a walk without end
 */
export async function walk(
  connection: TwinConnection,
  name: ResourceName,
  {
    since = null,
    limit = 100,
    call = twinCall(connection),
  }: { since?: string | null; limit?: number; call?: Call } = {},
): Promise<ReadonlyMap<string, PulledRecord>> {
  const model = resourceModels[connection.provider.entry.category][name]
  const found = new Map<string, PulledRecord>()
  let cursor: string | null = null
  for (let pages = 0; pages < mostPages; pages += 1) {
    const page = await specOf(connection, name).pull(call, { cursor, since, limit }, factsOf(connection))
    for (const record of page.records) {
      if (found.has(record.externalId)) throw new Error(`${name} ${record.externalId} comes twice`)
      const gone = record.deleted && record.data === null
      found.set(record.externalId, gone ? record : { ...record, data: model?.parse(record.data) })
    }
    cursor = page.cursor
    if (cursor === null) return found
  }
  throw new Error(`${name} does not end`)
}

/** When a record changed or was made, in milliseconds since 1970, by what the resource counts; null where it is not told. */
export function momentOf({ updatedAt, data }: PulledRecord, incremental: ResourceSpec['incremental']): number | null {
  const { createdAt, publishedAt } = (data ?? {}) as { readonly createdAt?: string; readonly publishedAt?: string }
  const text = incremental === 'CHANGES' ? updatedAt : (createdAt ?? publishedAt)
  return text === undefined || text === null ? null : Date.parse(text)
}
