import {
  createSourceEventStream,
  execute,
  getNamedType,
  getOperationAST,
  isObjectType,
  Kind,
  visit,
  type DocumentNode,
  type ExecutionArgs,
  type ExecutionResult,
  type FieldNode,
  type GraphQLField,
  type GraphQLObjectType,
  type SelectionSetNode,
} from 'graphql'
import { isAsyncIterable } from 'graphql-yoga'

/** A batch of a stream: rows that never change, and where the stream is now. */
interface Batch {
  readonly rows: readonly object[]
}

/** What one row answers, by response key of the batch's list, and the same as text, made when first asked for. */
interface RowAnswer {
  readonly values: Readonly<Record<string, unknown>>
  readonly texts: Record<string, string>
}

/** One selection of rows: subscriptions that ask the same share it. */
interface Selection {
  /** Response key of the subscription field. */
  readonly field: string
  readonly answers: WeakMap<object, RowAnswer>
}

/** Lists of a result that were put together from rows' answers. */
type Lists = Readonly<Record<string, readonly RowAnswer[]>>

/** Selections kept for one document: variables below the subscription field make different ones. */
const mostSelections = 20

const lists = Symbol('lists of rows')
type RowsResult = ExecutionResult & { readonly [lists]?: Lists }

/**
 * Subscriptions to rows that never change. What such a row answers to a selection is the same for everybody, so it is
 * worked out once, however many listen. Only for selections in which nothing depends on the viewer or on other rows:
 * plain properties, and fields whose `extensions` say `constant`.
 */
export class RowStreams {
  readonly #selections = new WeakMap<DocumentNode, Map<string, Selection | null>>()

  /** The subscription, or null when its answers are not the same for everybody. */
  subscribe(args: ExecutionArgs): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> | null {
    const selection = this.#selectionOf(args)
    return selection === null ? null : open(args, selection)
  }

  #selectionOf(args: ExecutionArgs): Selection | null {
    const { document, operationName, variableValues, contextValue } = args
    const field = rootFieldOf(args)
    if (field?.selectionSet === undefined) return null
    const known = this.#selections.get(document) ?? new Map<string, Selection | null>()
    this.#selections.set(document, known)
    // Providers speak the asker's language, so listeners of one language share.
    const { language } = contextValue as { readonly language: string }
    const key = `${language} ${operationName ?? ''} ${variablesBelow(document, field.selectionSet, variableValues)}`
    const before = known.get(key)
    if (before !== undefined) return before
    if (known.size >= mostSelections) return null
    const selection = isConstant(args, field)
      ? { field: (field.alias ?? field.name).value, answers: new WeakMap<object, RowAnswer>() }
      : null
    known.set(key, selection)
    return selection
  }
}

/** The text of a result that was put together from rows' answers; null for any other result. */
export function textOfRows(result: object): string | null {
  const { [lists]: found, data, errors, ...rest } = result as RowsResult
  if (found === undefined || errors !== undefined || data == null) return null
  const [[field = '', batch] = []] = Object.entries(data)
  const parts = Object.entries(batch as object).map(([key, value]) => {
    const rows = found[key]
    const text = rows === undefined ? JSON.stringify(value) : `[${rows.map((row) => textOf(row, key)).join(',')}]`
    return `${JSON.stringify(key)}:${text}`
  })
  const others = Object.entries(rest).map(([key, value]) => `,${JSON.stringify(key)}:${JSON.stringify(value)}`)
  return `{"data":{${JSON.stringify(field)}:{${parts.join(',')}}}${others.join('')}}`
}

const textOf = ({ texts, values }: RowAnswer, key: string): string => (texts[key] ??= JSON.stringify(values[key]))

async function open(
  args: ExecutionArgs,
  selection: Selection,
): Promise<AsyncIterable<ExecutionResult> | ExecutionResult> {
  const source: unknown = await createSourceEventStream(args)
  if (!isAsyncIterable<Batch>(source)) return source as ExecutionResult
  // By hand: a generator's return() would wait behind a next() that waits for rows.
  return {
    [Symbol.asyncIterator]() {
      const batches = source[Symbol.asyncIterator]()
      return {
        async next() {
          const step = await batches.next()
          return step.done === true ? step : { done: false, value: await answer(args, selection, step.value) }
        },
        async return() {
          await batches.return?.()
          return { done: true, value: undefined }
        },
      }
    },
  }
}

/**
 * Executes the operation for the rows nobody asked about yet, and puts the others' answers beside theirs. In one turn: of
 * two hundred subscribers that wake together, the first does the work.
 */
function answer(
  args: ExecutionArgs,
  { field, answers }: Selection,
  batch: Batch,
): RowsResult | Promise<ExecutionResult> | ExecutionResult {
  const fresh = batch.rows.filter((row) => !answers.has(row))
  const result = execute({ ...args, rootValue: { ...batch, rows: fresh } })
  // What went wrong names its place by number, which is right for the whole batch only.
  const page = 'data' in result && result.errors === undefined ? result.data?.[field] : null
  if (page == null) return execute({ ...args, rootValue: batch })
  const found = page as Readonly<Record<string, unknown>>
  const keys = Object.keys(found).filter((key) => Array.isArray(found[key]))
  fresh.forEach((row, n) => {
    const values = Object.fromEntries(keys.map((key) => [key, (found[key] as readonly unknown[])[n]]))
    answers.set(row, { values, texts: {} })
  })
  const rows = batch.rows.map((row) => answers.get(row)).filter((row) => row !== undefined)
  const whole = Object.fromEntries(keys.map((key) => [key, rows.map(({ values }) => values[key])]))
  return {
    ...result,
    data: { [field]: { ...found, ...whole } },
    [lists]: Object.fromEntries(keys.map((key) => [key, rows])),
  }
}

/** The one field of a subscription, or null when it is written in a way not worth following. */
function rootFieldOf({ document, operationName }: ExecutionArgs): FieldNode | null {
  const [first, ...more] = getOperationAST(document, operationName)?.selectionSet.selections ?? []
  return first?.kind === Kind.FIELD && more.length === 0 ? first : null
}

function isConstant({ schema, document }: ExecutionArgs, root: FieldNode): boolean {
  const field = schema.getSubscriptionType()?.getFields()[root.name.value]
  const batch = field && getNamedType(field.type)
  if (field === undefined || !isObjectType(batch) || field.extensions['rows'] !== true) return false
  const fragments = new Map(
    document.definitions.flatMap((one) => (one.kind === Kind.FRAGMENT_DEFINITION ? [[one.name.value, one]] : [])),
  )
  const constant = (type: GraphQLObjectType, { selections }: SelectionSetNode): boolean =>
    selections.every((selection) => {
      if (selection.kind === Kind.INLINE_FRAGMENT) return constant(type, selection.selectionSet)
      if (selection.kind === Kind.FRAGMENT_SPREAD) {
        const fragment = fragments.get(selection.name.value)
        return fragment !== undefined && constant(type, fragment.selectionSet)
      }
      if (selection.name.value === '__typename') return true
      const chosen = type.getFields()[selection.name.value]
      if (chosen === undefined || !isConstantField(chosen)) return false
      if (selection.selectionSet === undefined) return true
      const inner = getNamedType(chosen.type)
      return isObjectType(inner) && constant(inner, selection.selectionSet)
    })
  return root.selectionSet !== undefined && constant(batch, root.selectionSet)
}

/** A property of the row, or declared to depend on nothing else. A field that asks for a scope always has a resolver. */
const isConstantField = (field: GraphQLField<unknown, unknown>): boolean =>
  field.resolve === undefined || field.extensions['constant'] === true

/** Variables that the selection below the subscription field uses, with their values. */
function variablesBelow(
  document: DocumentNode,
  selection: SelectionSetNode,
  values: ExecutionArgs['variableValues'],
): string {
  const names = new Set<string>()
  const Variable = ({ name }: { readonly name: { readonly value: string } }): void => void names.add(name.value)
  visit(selection, { Variable })
  for (const one of document.definitions) if (one.kind === Kind.FRAGMENT_DEFINITION) visit(one, { Variable })
  return JSON.stringify([...names].sort().map((name) => [name, values?.[name] ?? null]))
}
