import {
  getArgumentValues,
  getNamedType,
  isObjectType,
  Kind,
  type FieldNode,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type SelectionSetNode,
} from 'graphql'

/**
 * Columns a field needs, when it is not simply the column it exposes. Fields that read nothing of the row but its id need
 * not say so: ids are always read.
 */
export interface ColumnExtensions {
  readonly columns?: readonly string[]
}

/** A field of the rows that can be read together with them. */
export interface Ahead {
  readonly args: Readonly<Record<string, unknown>>
  readonly columns: ReadonlySet<string>
}

/** Where the rows are below a field: nowhere deeper for a plain list, `edges.node` for a page. */
export const rowsOfList: readonly string[] = []
export const rowsOfPage: readonly string[] = ['edges', 'node']

/** Fields selected at the end of `path`. Conditions (@skip, @include) are not weighed: too much read does no harm. */
function* fieldsAt(
  info: GraphQLResolveInfo,
  type: GraphQLObjectType,
  { selections }: SelectionSetNode,
  path: readonly string[],
): Generator<readonly [GraphQLObjectType, FieldNode]> {
  const [step, ...rest] = path
  for (const selection of selections) {
    if (selection.kind === Kind.FIELD) {
      if (step === undefined) yield [type, selection]
      else if (step === selection.name.value && selection.selectionSet) {
        const next = getNamedType(type.getFields()[step]?.type)
        if (isObjectType(next)) yield* fieldsAt(info, next, selection.selectionSet, rest)
      }
    } else {
      const inner = selection.kind === Kind.INLINE_FRAGMENT ? selection : info.fragments[selection.name.value]
      if (inner) yield* fieldsAt(info, type, inner.selectionSet, path)
    }
  }
}

function* fieldsBelow(
  info: GraphQLResolveInfo,
  path: readonly string[],
): Generator<readonly [GraphQLObjectType, FieldNode]> {
  const type = getNamedType(info.returnType)
  if (!isObjectType(type)) return
  for (const { selectionSet } of info.fieldNodes) if (selectionSet) yield* fieldsAt(info, type, selectionSet, path)
}

function columnsOf(fields: Iterable<readonly [GraphQLObjectType, FieldNode]>): ReadonlySet<string> {
  const columns = new Set<string>()
  for (const [type, { name }] of fields) {
    const { columns: named, pothosExposedField: exposed } = (type.getFields()[name.value]?.extensions ??
      {}) as ColumnExtensions & { readonly pothosExposedField?: string }
    for (const column of named ?? (exposed === undefined ? [] : [exposed])) columns.add(column)
  }
  return columns
}

// A document is parsed once and asked many times, and what a field of it asks never changes.
const askedBefore = new WeakMap<FieldNode, ReadonlySet<string>>()
const aheadBefore = new WeakMap<FieldNode, readonly [GraphQLObjectType, FieldNode, ReadonlySet<string>] | null>()

function remembered<V>(memory: WeakMap<FieldNode, V>, info: GraphQLResolveInfo, find: () => V): V {
  const [field, second] = info.fieldNodes
  if (field === undefined || second !== undefined) return find()
  const known = memory.get(field)
  if (known !== undefined) return known
  const found = find()
  memory.set(field, found)
  return found
}

/** Columns that a query asks of the rows below the field being resolved. */
export const columnsAsked = (info: GraphQLResolveInfo, path: readonly string[]): ReadonlySet<string> =>
  remembered(askedBefore, info, () => columnsOf(fieldsBelow(info, path)))

/** The list field `name` of the rows below, when it is asked for exactly once: then it can be read ahead. */
export function aheadOf(info: GraphQLResolveInfo, path: readonly string[], name: string): Ahead | null {
  const found = remembered(aheadBefore, info, () => {
    const [first, second] = [...fieldsBelow(info, path)].filter(([, field]) => field.name.value === name)
    if (first === undefined || second !== undefined) return null
    const [type, field] = first
    const child = getNamedType(type.getFields()[name]?.type)
    if (!isObjectType(child) || !field.selectionSet) return null
    return [type, field, columnsOf(fieldsAt(info, child, field.selectionSet, rowsOfList))] as const
  })
  if (found === null) return null
  const [type, field, columns] = found
  const definition = type.getFields()[name]
  return definition === undefined ? null : { args: getArgumentValues(definition, field, info.variableValues), columns }
}

/** A list of columns for a SELECT: those asked for, as far as the table has them, and those always needed. */
export function selectList(
  table: readonly string[],
  always: readonly string[],
  asked: ReadonlySet<string> | null,
): string {
  const wanted = asked === null ? table : table.filter((column) => asked.has(column) || always.includes(column))
  return wanted.map((column) => `"${column}"`).join(', ')
}
