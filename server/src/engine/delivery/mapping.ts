import jsonata from 'jsonata'

/** What an evaluation is asked. */
export interface MappingTask {
  readonly expression: string
  /** JSON text; null only checks the expression. */
  readonly value: string | null
  readonly mostBytes: number
}

/** `json` is null when the expression yields nothing. */
export type MappingAnswer = { readonly json: string | null } | { readonly fault: string }

type Compiled = ReturnType<typeof jsonata>

/** Compiling costs more than evaluating, and endpoints come back with the same few expressions. */
const compiled = new Map<string, Compiled>()
const mostCompiled = 100

/** Evaluates JSONata with no bounds but that of the result: run it where it can be killed. */
export async function evaluate({ expression, value, mostBytes }: MappingTask): Promise<MappingAnswer> {
  try {
    const program = compile(expression)
    if (value === null) return { json: null }
    // With bindings of its own every evaluation has its own scope: without, `$x := 1` would be seen by the next one.
    const result: unknown = await program.evaluate(JSON.parse(value), {})
    if (isFunction(result)) return { fault: 'The expression yields a function. End it with a value.' }
    const json = JSON.stringify(result, (_name, member: unknown) => (isFunction(member) ? undefined : member)) ?? 'null'
    if (json === 'null') return { json: null }
    const bytes = Buffer.byteLength(json)
    return bytes > mostBytes ? { fault: `The result has ${bytes} bytes; at most ${mostBytes} are sent.` } : { json }
  } catch (error) {
    return { fault: inWords(error, expression) }
  }
}

function compile(expression: string): Compiled {
  const known = compiled.get(expression)
  if (known !== undefined) return known
  const program = jsonata(expression)
  compiled.set(expression, program)
  const oldest = compiled.keys().next()
  if (compiled.size > mostCompiled && !oldest.done) compiled.delete(oldest.value)
  return program
}

function isFunction(value: unknown): boolean {
  if (typeof value === 'function') return true
  if (typeof value !== 'object' || value === null) return false
  return '_jsonata_lambda' in value || '_jsonata_function' in value
}

/** The language's own words and the place in the text; a plain error (a text too long) says what it is. */
function inWords(error: unknown, expression: string): string {
  const { message, position } = error as { message?: unknown; position?: unknown }
  const words = typeof message === 'string' && message !== '' ? message.slice(0, 500) : 'The expression failed.'
  const said = /[.!?]$/.test(words) ? words : `${words}.`
  return typeof position === 'number' ? `${said} (${placeOf(expression, position)})` : said
}

function placeOf(expression: string, position: number): string {
  const before = expression.slice(0, position).split('\n')
  return `line ${before.length}, column ${(before.at(-1) ?? '').length + 1}`
}
