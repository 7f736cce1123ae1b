import { at, isRecord } from './document.ts'

type Schema = Readonly<Record<string, unknown>>

/** Schemas that may speak of one value, through references and compositions. */
function* branches(document: unknown, schema: unknown, seen: ReadonlySet<unknown> = new Set()): Generator<Schema> {
  if (!isRecord(schema) || seen.has(schema)) return
  const met = new Set([...seen, schema])
  if (typeof schema['$ref'] === 'string') yield* branches(document, at(document, schema['$ref'].slice(1)), met)
  yield schema
  for (const word of ['allOf', 'anyOf', 'oneOf'])
    for (const inner of (schema[word] as readonly unknown[] | undefined) ?? []) yield* branches(document, inner, met)
}

/** Anything may be a member here: a map, or an object the description says nothing of. */
const isOpen = (schema: Schema): boolean =>
  schema['patternProperties'] !== undefined ||
  schema['additionalProperties'] === true ||
  (isRecord(schema['additionalProperties']) && schema['properties'] === undefined)

/**
 * Paths of members the description does not name. JSON Schema lets them pass, so that a misspelt member would go
 * unnoticed: sent and ignored, or read and never there.
 */
export function unknownMembers(document: unknown, schema: unknown, value: unknown, path = ''): readonly string[] {
  const all = [...branches(document, schema)]
  if (Array.isArray(value)) {
    const items = { anyOf: all.flatMap((one) => (one['items'] === undefined ? [] : [one['items']])) }
    if (items.anyOf.length === 0) return []
    // One of each kind is enough to read: what a hundred items have alike is told once.
    return [...new Set(value.flatMap((item) => unknownMembers(document, items, item, `${path}/*`)))]
  }
  if (!isRecord(value)) return []
  const speaking = all.filter((one) => isRecord(one['properties']))
  if (speaking.length === 0 || all.some(isOpen)) return []
  return Object.entries(value).flatMap(([name, inner]) => {
    const known = speaking.flatMap((one) => {
      const properties = one['properties'] as Schema
      return Object.hasOwn(properties, name) ? [properties[name]] : []
    })
    return known.length === 0
      ? [`${path}/${name}`]
      : unknownMembers(document, { anyOf: known }, inner, `${path}/${name}`)
  })
}
