/** What came back of a request: an answer of the hub, or nothing because the hub died. */
export type Reply<T> =
  | { readonly kind: 'done'; readonly data: T }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'lost' }

interface Answer {
  readonly data?: Record<string, unknown> | null
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[]
  /** What is refused before GraphQL. */
  readonly error?: { readonly code: string }
}

/** A change the hub offers, by the names of the schema. */
export interface Mutation {
  readonly name: string
  /** Fields of the success type to bring back. */
  readonly wanted: string
  readonly input: Readonly<Record<string, unknown>> | null
}

/** Longest time a living hub may take for an answer. */
const patienceMs = 60_000

/** The API of a hub that may die at any moment. Everything a living hub answers wrongly is told to `onFault`. */
export class Door {
  readonly #key: string
  readonly #onFault: (fault: string) => void
  #url: string | null = null
  answers = 0

  constructor(key: string, onFault: (fault: string) => void) {
    this.#key = key
    this.#onFault = onFault
  }

  /** Where the hub is now; null while there is none. */
  get url(): string | null {
    return this.#url
  }

  set url(url: string | null) {
    // The hub says localhost; the harness speaks to the loopback address itself.
    this.#url = url === null ? null : url.replace('//localhost:', '//127.0.0.1:')
  }

  get authorization(): string {
    return `Bearer ${this.#key}`
  }

  /** Null when the hub died before it answered. */
  async read<T>(query: string, variables: Record<string, unknown> = {}): Promise<T | null> {
    const reply = await this.#post(query, variables)
    if (reply.kind === 'done') return reply.data as T
    if (reply.kind === 'refused') this.#onFault(`a query was refused with ${reply.code}: ${reply.message}`)
    return null
  }

  async change<T>({ name, wanted, input }: Mutation): Promise<Reply<T>> {
    const type = name.charAt(0).toUpperCase() + name.slice(1)
    const body = `{ __typename ... on Error { code message } ... on ${type}Success { ${wanted} } }`
    const query =
      input === null
        ? `mutation { ${name} ${body} }`
        : `mutation ($input: ${type}Input!) { ${name}(input: $input) ${body} }`
    const reply = await this.#post(query, input === null ? {} : { input })
    if (reply.kind !== 'done') {
      if (reply.kind === 'refused') this.#onFault(`${name} failed with ${reply.code}: ${reply.message}`)
      // What a failure left behind is as unknown as what a death left behind.
      return { kind: 'lost' }
    }
    const result = reply.data[name] as { __typename: string; code?: string; message?: string }
    this.answers += 1
    return result.__typename === `${type}Success`
      ? { kind: 'done', data: result as T }
      : { kind: 'refused', code: result.code ?? result.__typename, message: result.message ?? '' }
  }

  async #post(query: string, variables: Record<string, unknown>): Promise<Reply<Record<string, unknown>>> {
    const { url } = this
    if (url === null) return { kind: 'lost' }
    let answer: Answer
    try {
      const response = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: this.authorization },
        body: JSON.stringify({ query, variables }),
        signal: AbortSignal.timeout(patienceMs),
      })
      answer = (await response.json()) as Answer
      // Killed and coming back: nobody is there yet who could answer.
      if (answer.error?.code === 'STARTING') return { kind: 'lost' }
    } catch (error) {
      if ((error as Error).name === 'TimeoutError') this.#onFault(`no answer within ${patienceMs} ms: ${query}`)
      return { kind: 'lost' }
    }
    const [fault] = answer.errors ?? []
    if (fault === undefined && answer.data) return { kind: 'done', data: answer.data }
    return { kind: 'refused', code: fault?.extensions?.code ?? 'NO_DATA', message: fault?.message ?? query }
  }
}
