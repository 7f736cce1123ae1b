import { Ajv, type ValidateFunction } from 'ajv'
import formats from 'ajv-formats'
import qs from 'qs'
import {
  asJsonSchema,
  at,
  type Described,
  type Description,
  literally,
  type OperationDescription,
  type Parameter,
  type PathDescription,
  readDescription,
  type Side,
  step,
} from './document.ts'
import type { Exchange, Judge, Verdict } from './exchange.ts'
import { unknownMembers } from './unknown-members.ts'

/** What is held against a schema: parts of a request that are text all over are read as what they should be. */
type Kind = 'json-request' | 'text-request' | 'answer'

/** Names OpenAPI itself tells to ignore as header parameters. */
const ownHeaders = new Set(['accept', 'content-type', 'authorization'])

interface Found {
  readonly operation: OperationDescription
  readonly template: string
  readonly pointer: string
  readonly parameters: readonly { readonly parameter: Parameter; readonly pointer: string }[]
  readonly pathValues: Readonly<Record<string, string>>
}

/** A vendor's OpenAPI or Swagger description, as a judge of exchanges. Schemas are compiled when they are needed. */
export class OpenApiDescription implements Judge {
  readonly #description: Description
  readonly #schemas = new Map<Side, unknown>()
  readonly #ajvs = new Map<Kind, Ajv>()
  readonly #compiled = new Map<string, ValidateFunction>()

  private constructor(description: Description) {
    this.#description = description
  }

  static async read(file: string): Promise<OpenApiDescription> {
    return new OpenApiDescription(await readDescription(file))
  }

  judge(exchange: Exchange): Verdict | null {
    const found = this.#find(exchange)
    if (found === null) return null
    const refused = exchange.status >= 400
    const answer = this.#judgeAnswer(exchange, found)
    return {
      operation: `${exchange.method} ${found.template}`,
      // What is refused on purpose proves a permission or a check; its request is meant to be wrong.
      faults: [...(refused ? [] : this.#judgeRequest(exchange, found)), ...answer.faults],
      surplus: answer.surplus,
    }
  }

  #judgeRequest(exchange: Exchange, found: Found): readonly string[] {
    return [
      ...this.#judgePath(found),
      ...this.#judgeQuery(exchange, found),
      ...this.#judgeHeaders(exchange, found),
      ...this.#judgeBody(exchange, found),
    ]
  }

  #judgePath({ parameters, pathValues }: Found): readonly string[] {
    return parameters.flatMap(({ parameter, pointer }) => {
      const value = pathValues[parameter.name]
      return parameter.in !== 'path' || value === undefined
        ? []
        : this.#check('text-request', `${pointer}/schema`, value, `path ${parameter.name}`)
    })
  }

  #judgeQuery({ url }: Exchange, { parameters }: Found): readonly string[] {
    const flat = url.searchParams
    const nested = qs.parse(url.search, { ignoreQueryPrefix: true, depth: 10, arrayLimit: 1000 })
    const described = parameters.filter(({ parameter }) => parameter.in === 'query')
    const names = new Set(described.map(({ parameter }) => parameter.name))
    const stray = [...new Set(flat.keys())].filter(
      (name) => !names.has(name) && !names.has(name.replace(/\[.*$/, '')) && !names.has(name.replace(/\[\d+\]/g, '[]')),
    )
    return [
      ...stray.map((name) => `query: ${name} is not described`),
      ...described.flatMap(({ parameter, pointer }) => {
        const { name, required = false } = parameter
        const value = flat.has(name) ? this.#queryValue(parameter, flat.getAll(name)) : nested[name.replace('[]', '')]
        if (value === undefined) return required ? [`query: ${name} must be there`] : []
        const place =
          parameter.content === undefined ? `${pointer}/schema` : `${pointer}/content/application~1json/schema`
        return this.#check('text-request', place, value, `query ${name}`)
      }),
    ]
  }

  #queryValue({ schema, style = 'form', explode = style === 'form', content }: Parameter, values: readonly string[]) {
    const [first = ''] = values
    if (content !== undefined) return JSON.parse(first) as unknown
    const { type } = this.#deref(schema) as { type?: unknown }
    if (type !== 'array') return values.length === 1 ? first : values
    if (explode || values.length > 1) return values
    return first.split(style === 'pipeDelimited' ? '|' : style === 'spaceDelimited' ? ' ' : ',')
  }

  #judgeHeaders({ headers }: Exchange, { parameters }: Found): readonly string[] {
    return parameters.flatMap(({ parameter, pointer }) => {
      const name = parameter.name.toLowerCase()
      if (parameter.in !== 'header' || ownHeaders.has(name)) return []
      const value = headers[name]
      if (value === undefined) return parameter.required === true ? [`header: ${name} must be there`] : []
      return this.#check('text-request', `${pointer}/schema`, value, `header ${name}`)
    })
  }

  #judgeBody({ body, headers }: Exchange, { operation, pointer }: Found): readonly string[] {
    const place = this.#resolve(operation.requestBody, `${pointer}/requestBody`)
    const described = place?.value as Described | undefined
    if (body === '') return described?.required === true ? ['request: there must be a body'] : []
    if (place === null || described?.content === undefined) return ['request: no body is described']
    const type = headers['content-type'] ?? ''
    const media = mediaOf(described, type)
    if (media === null) return [`request: ${type} is not described`]
    const schema = described.content[media]?.schema
    if (schema === undefined) return []
    const target = `${place.pointer}/content/${step(media)}/schema`
    const form = /form/.test(type)
    const value: unknown = form
      ? qs.parse(body, { depth: 10, arrayLimit: 1000, parameterLimit: 10_000 })
      : /json/.test(type)
        ? JSON.parse(body)
        : body
    return [
      ...this.#check(form ? 'text-request' : 'json-request', target, value, 'request'),
      ...unknownMembers(this.#description, schema, value).map((path) => `request${path} is not described`),
    ]
  }

  #judgeAnswer({ status, answer, answerType }: Exchange, { operation, pointer }: Found): Omit<Verdict, 'operation'> {
    const none = { faults: [], surplus: [] }
    const key = [String(status), `${String(status)[0]}XX`, `${String(status)[0]}xx`, 'default'].find(
      (name) => operation.responses?.[name] !== undefined,
    )
    // Few vendors describe every refusal.
    if (key === undefined)
      return status >= 400 ? none : { ...none, faults: [`answers ${status}, which is not described`] }
    const place = this.#resolve(operation.responses?.[key], `${pointer}/responses/${key}`)
    const described = place?.value as Described | undefined
    if (place === null || described?.content === undefined) return none
    const media = mediaOf(described, answerType)
    if (answer === '' || media === null) {
      const asked = Object.values(described.content).some(({ schema }) => schema !== undefined)
      const wanted = asked && status < 400
      return { ...none, faults: wanted ? [`answers ${answerType || 'nothing'}, which is not described`] : [] }
    }
    const schema = described.content[media]?.schema
    if (schema === undefined) return none
    const value: unknown = /json/.test(answerType) ? JSON.parse(answer) : answer
    return {
      faults: this.#check('answer', `${place.pointer}/content/${step(media)}/schema`, value, 'answer'),
      surplus: status >= 400 ? [] : unknownMembers(this.#description, schema, value),
    }
  }

  #find({ method, path, url }: Exchange): Found | null {
    const { paths } = this.#description
    // Literal paths win over those with parameters, longer ones over shorter ones.
    const templates = Object.keys(paths).toSorted(
      (a, b) => a.split('{').length - b.split('{').length || b.length - a.length,
    )
    for (const template of templates) {
      const item = paths[template] as PathDescription
      const operation = item[method.toLowerCase()] as OperationDescription | undefined
      if (operation === undefined) continue
      const servers = operation.servers ?? item.servers ?? this.#description.servers ?? []
      const pathValues = matches(
        template,
        servers.map(({ url: base = '' }) => prefixOf(base)),
        [url.pathname, path],
      )
      if (pathValues === null) continue
      const at = `/paths/${step(template)}`
      const pointer = `${at}/${method.toLowerCase()}`
      const own = this.#parameters(operation.parameters, pointer)
      const shared = this.#parameters(item.parameters, at).filter(
        ({ parameter }) =>
          !own.some(({ parameter: { name, in: where } }) => name === parameter.name && where === parameter.in),
      )
      return { operation, template, pointer, pathValues, parameters: [...own, ...shared] }
    }
    return null
  }

  #parameters(parameters: readonly Parameter[] = [], pointer: string): Found['parameters'] {
    return parameters.flatMap((parameter, index) => {
      const place = this.#resolve(parameter, `${pointer}/parameters/${index}`)
      return place === null ? [] : [{ parameter: place.value as Parameter, pointer: place.pointer }]
    })
  }

  #resolve(value: unknown, pointer: string): { readonly value: unknown; readonly pointer: string } | null {
    if (value === undefined) return null
    const { $ref } = value as { readonly $ref?: string }
    return $ref === undefined ? { value, pointer } : this.#resolve(at(this.#description, $ref.slice(1)), $ref.slice(1))
  }

  #deref(schema: unknown): unknown {
    return this.#resolve(schema, '')?.value ?? {}
  }

  #check(kind: Kind, pointer: string, value: unknown, what: string): readonly string[] {
    const key = `${kind}${pointer}`
    try {
      const validate = this.#compiled.get(key) ?? this.#compile(kind, pointer)
      this.#compiled.set(key, validate)
      // Wrapped, so that a text can become the number it should be.
      if (validate({ value })) return []
      return (validate.errors ?? [])
        .slice(0, 3)
        .map(
          ({ instancePath, message, params }) =>
            `${what}${instancePath.slice('/value'.length)}: ${message} ${JSON.stringify(params).slice(0, 200)}`,
        )
    } catch (error) {
      return [`${what} cannot be judged: ${error instanceof Error ? error.message : String(error)}`]
    }
  }

  #compile(kind: Kind, pointer: string): ValidateFunction {
    const side = kind === 'answer' ? 'answer' : 'request'
    let ajv = this.#ajvs.get(kind)
    if (ajv === undefined) {
      ajv = new Ajv({
        strict: false,
        validateSchema: false,
        unicodeRegExp: false,
        logger: false,
        coerceTypes: kind === 'text-request' ? 'array' : false,
      })
      formats.default(ajv, ['date', 'date-time', 'email', 'uuid'])
      const schemas = this.#schemas.get(side) ?? asJsonSchema(this.#description, side)
      this.#schemas.set(side, schemas)
      ajv.addSchema(schemas as object, 'vendor')
      this.#ajvs.set(kind, ajv)
    }
    return ajv.compile({ type: 'object', properties: { value: { $ref: `vendor#${pointer}` } } })
  }
}

/** A described media type that takes this one. */
function mediaOf({ content = {} }: Described, type: string): string | null {
  const essence = (text: string) => text.split(';')[0]?.trim().toLowerCase() ?? ''
  const names = Object.keys(content)
  const sent = essence(type)
  return (
    names.find((name) => essence(name) === sent) ??
    // Vendors describe one way to write JSON or a form, and take the others too.
    names.find((name) => /json/.test(name) && /json/.test(sent)) ??
    names.find((name) => /form/.test(name) && /form/.test(sent)) ??
    names.find((name) => name === '*/*' || (name.endsWith('/*') && sent.startsWith(name.slice(0, -1)))) ??
    null
  )
}

/** Path of a server's address; what varies in it is anything. */
const prefixOf = (url: string): string => url.replace(/^[a-z]+:\/\/[^/]+/i, '').replace(/\/$/, '')

const pattern = (template: string): string =>
  template
    .split(/(\{[^}]+\})/)
    .map((part) => (part.startsWith('{') ? '([^/]+)' : literally(part)))
    .join('')

/** Values of a template's parameters in the first of the paths that fits, below any of the servers or none. */
function matches(
  template: string,
  servers: readonly string[],
  paths: readonly string[],
): Readonly<Record<string, string>> | null {
  const names = [...template.matchAll(/\{([^}]+)\}/g)].map(([, name]) => name ?? '')
  const prefixes = servers.map((server) => pattern(server).replaceAll('(', '(?:')).join('|')
  const whole = new RegExp(`^(?:${prefixes})?${pattern(template.split('?')[0] ?? template)}/?$`)
  for (const path of paths) {
    const found = whole.exec(path)
    if (found !== null)
      return Object.fromEntries(names.map((name, i) => [name, decodeURIComponent(found[i + 1] ?? '')]))
  }
  return null
}
