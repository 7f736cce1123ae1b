import { z } from 'zod'
import type { EventType } from './form.ts'

const made = new Map<EventType, Readonly<Record<string, unknown>>>()

/** JSON Schema (draft 2020-12) of a type's `data`. It allows members that are not named, because later versions add some. */
export function jsonSchemaOf(type: EventType): Readonly<Record<string, unknown>> {
  const known = made.get(type)
  if (known !== undefined) return known
  // `input`: the form for output would forbid every member that is not named.
  const schema = z.toJSONSchema(type.data, { io: 'input' }) as Readonly<Record<string, unknown>>
  made.set(type, schema)
  return schema
}
