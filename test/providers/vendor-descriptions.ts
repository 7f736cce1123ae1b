import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Ajv, type ValidateFunction } from 'ajv'

/** One exchange with a twin, as it went over the wire. */
export interface Exchange {
  readonly method: string
  /** Path below the vendor's host. */
  readonly path: string
  readonly requestType: string
  readonly requestBody: unknown
  readonly status: number
  readonly responseType: string
  readonly responseBody: unknown
}

interface Media {
  readonly schema?: unknown
}
interface Described {
  readonly $ref?: string
  readonly content?: Readonly<Record<string, Media>>
}
interface OperationDescription {
  readonly requestBody?: Described
  readonly responses?: Readonly<Record<string, Described>>
}
interface Description {
  readonly servers?: readonly { readonly url?: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationDescription>>>>
}

/** OpenAPI 3.0 says `nullable` where JSON Schema says `type: null`, and has words JSON Schema does not know. */
function toJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJsonSchema)
  if (typeof value !== 'object' || value === null) return value
  const {
    nullable,
    example: _example,
    discriminator: _discriminator,
    ...rest
  } = value as Readonly<Record<string, unknown>>
  const schema = Object.fromEntries(Object.entries(rest).map(([name, inner]) => [name, toJsonSchema(inner)]))
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema
}

/** A vendor's own description of its API, as a judge of exchanges. */
export class VendorDescription {
  readonly #description: Description
  readonly #ajv = new Ajv({
    strict: false,
    validateFormats: false,
    unicodeRegExp: false,
    allErrors: false,
    logger: false,
  })

  constructor(file: string) {
    this.#description = JSON.parse(readFileSync(file, 'utf8')) as Description
    this.#ajv.addSchema(toJsonSchema(this.#description) as object, 'vendor')
  }

  /** What the description objects to; null when it does not describe this path. */
  judge(exchange: Exchange): readonly string[] | null {
    const found = this.#find(exchange)
    if (found === null) return null
    const { operation, pointer } = found
    const faults: string[] = []
    const sent = this.#schemaOf(operation.requestBody, `${pointer}/requestBody`, exchange.requestType)
    // A form is text all over; only JSON can be held against types.
    if (sent !== null && exchange.requestType.includes('json'))
      faults.push(...this.#check('request', sent, exchange.requestBody))
    const key = [String(exchange.status), `${String(exchange.status)[0]}XX`, 'default'].find(
      (name) => operation.responses?.[name] !== undefined,
    )
    if (key === undefined) return [...faults, `answers ${exchange.status}, which is not described`]
    const received = this.#schemaOf(operation.responses?.[key], `${pointer}/responses/${key}`, exchange.responseType)
    if (received !== null) faults.push(...this.#check('answer', received, exchange.responseBody))
    return faults
  }

  #find({ method, path }: Exchange): { operation: OperationDescription; pointer: string } | null {
    const prefixes = (this.#description.servers ?? []).map(
      (server) => URL.parse(server.url ?? '')?.pathname.replace(/\/$/, '') ?? '',
    )
    const candidates = new Set([
      path,
      ...prefixes
        .filter((prefix) => prefix !== '' && path.startsWith(prefix))
        .map((prefix) => path.slice(prefix.length)),
    ])
    // Literal paths win over those with parameters.
    for (const template of Object.keys(this.#description.paths).sort(
      (a, b) => a.split('{').length - b.split('{').length,
    )) {
      const pattern = new RegExp(`^${template.replace(/[.+]/g, '\\$&').replace(/\{[^}]+\}/g, '[^/]+')}$`)
      const operation = this.#description.paths[template]?.[method.toLowerCase()]
      if (operation === undefined || ![...candidates].some((candidate) => pattern.test(candidate))) continue
      return { operation, pointer: `/paths/${encode(template)}/${method.toLowerCase()}` }
    }
    return null
  }

  #schemaOf(described: Described | undefined, pointer: string, type: string): ValidateFunction | null {
    if (described === undefined) return null
    const target = described.$ref?.startsWith('#') ? described.$ref.slice(1) : pointer
    const content =
      described.$ref === undefined ? described.content : (this.#at(target) as Described | undefined)?.content
    const media = Object.keys(content ?? {}).find((name) => type.startsWith(name.split(';')[0] ?? name))
    if (media === undefined || content?.[media]?.schema === undefined) return null
    return this.#ajv.compile({ $ref: `vendor#${target}/content/${encode(media)}/schema` })
  }

  #at(pointer: string): unknown {
    return pointer
      .split('/')
      .slice(1)
      .reduce<unknown>(
        (here, key) =>
          (here as Readonly<Record<string, unknown>> | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')],
        this.#description,
      )
  }

  #check(what: string, validate: ValidateFunction, value: unknown): string[] {
    if (validate(value)) return []
    return (validate.errors ?? [])
      .slice(0, 3)
      .map((error) => `${what}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`)
  }
}

const encode = (key: string) =>
  encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1')).replaceAll('%7E', '~')

/** Folder with vendors' descriptions, `<slug>/<file>`; they are the vendors' own and not part of this repository. */
export const descriptionsFolder = process.env['PATCHBAY_VENDOR_DESCRIPTIONS'] ?? ''

export const hasDescription = (...path: readonly string[]): boolean =>
  descriptionsFolder !== '' && existsSync(join(descriptionsFolder, ...path))
