import type { InputFieldMap, InputRef, InputType, OutputType, SchemaTypes } from '@pothos/core'
import type { z } from 'zod'
import { builder } from './builder.ts'
import { shapes, wide } from './capabilities/values.ts'

// The contracts of typed operations are written once, in zod. This file reads them and makes the types of the GraphQL
// schema of them: every shape with a name is a type, everything else a scalar, a list or a nullable.

type Types = typeof builder extends PothosSchemaTypes.SchemaBuilder<infer T extends SchemaTypes> ? T : never
type Data = Readonly<Record<string, unknown>>
type Out = OutputType<Types> | readonly [OutputType<Types>]
type In = InputType<Types> | readonly [InputType<Types>]

/** What a zod schema is made of, as zod itself describes it. */
interface Definition {
  readonly type: string
  readonly innerType?: z.ZodType
  readonly element?: z.ZodType
  readonly shape?: Readonly<Record<string, z.ZodType>>
  readonly entries?: Readonly<Record<string, string>>
  readonly format?: string
}

/** A contract without what makes it optional. */
interface Bare {
  readonly schema: z.ZodType
  readonly definition: Definition
  /** Null or left out. */
  readonly optional: boolean
  readonly description: string | undefined
}

const definitionOf = (schema: z.ZodType): Definition => schema.def as unknown as Definition

function bare(schema: z.ZodType): Bare {
  let here = schema
  let optional = false
  let { description } = schema
  for (;;) {
    const definition = definitionOf(here)
    if (
      !['optional', 'nullable', 'default', 'prefault'].includes(definition.type) ||
      definition.innerType === undefined
    )
      return { schema: here, definition, optional, description }
    optional = true
    here = definition.innerType
    description ??= here.description
  }
}

/** A schema keeps its name when it is described anew: zod copies it and remembers where it came from. */
function nameOf(schema: z.ZodType): { readonly name: string; readonly description: string } | undefined {
  for (let here: z.ZodType | undefined = schema; here !== undefined; here = here._zod.parent as z.ZodType | undefined) {
    const facts = shapes.get(here)
    if (facts !== undefined) return facts
  }
  return undefined
}

function isWide(schema: z.ZodType): boolean {
  for (let here: z.ZodType | undefined = schema; here !== undefined; here = here._zod.parent as z.ZodType | undefined)
    if (wide.get(here) !== undefined) return true
  return false
}

function needName(schema: z.ZodType, path: string) {
  const facts = nameOf(schema)
  if (facts === undefined) throw new Error(`${path}: give this shape a name (capabilities/values.ts)`)
  return facts
}

function scalarOf(
  { schema, definition }: Bare,
  path: string,
): 'String' | 'Boolean' | 'Int' | 'Float' | 'BigInt' | 'DateTime' | 'JSON' {
  switch (definition.type) {
    case 'string':
      return definition.format === 'datetime' ? 'DateTime' : 'String'
    case 'boolean':
      return 'Boolean'
    case 'number':
      if (isWide(schema)) return 'BigInt'
      return definition.format === 'safeint' || definition.format === 'int32' ? 'Int' : 'Float'
    case 'record':
    case 'lazy':
    case 'union':
      return 'JSON'
    default:
      throw new Error(`${path}: the schema has no type for ${definition.type}`)
  }
}

const enums = new Map<string, ReturnType<typeof builder.enumType>>()

function enumOf({ schema, definition }: Bare, path: string) {
  const { name, description } = needName(schema, path)
  const known = enums.get(name)
  if (known !== undefined) return known
  const values = Object.values(definition.entries ?? {})
  const made = builder.enumType(name, {
    description,
    values: Object.fromEntries(values.map((value) => [value, { value, description: inWords(value) }])),
  })
  enums.set(name, made)
  return made
}

/** PARTIALLY_SHIPPED as "Partially shipped." */
const inWords = (value: string): string => `${value.slice(0, 1)}${value.slice(1).toLowerCase().replaceAll('_', ' ')}.`

const outputs = new Map<string, Out>()

function outputOf(schema: z.ZodType, path: string): { readonly type: Out; readonly optional: boolean } {
  const found = bare(schema)
  const { definition, optional } = found
  if (definition.type === 'array' && definition.element !== undefined) {
    const { type } = outputOf(definition.element, `${path}[]`)
    return { type: [type] as never, optional }
  }
  if (definition.type === 'enum') return { type: enumOf(found, path) as never, optional }
  if (definition.type !== 'object') return { type: scalarOf(found, path), optional }
  const { name } = needName(found.schema, path)
  const known = outputs.get(name)
  return { type: known ?? makeOutput(found), optional }
}

function makeOutput({ schema, definition }: Bare): Out {
  const { name, description } = needName(schema, '')
  const ref = builder.objectRef<Data>(name)
  // Before its fields: a shape may hold itself.
  outputs.set(name, ref as never)
  ref.implement({
    description,
    fields: (t) => outputFields(t, definition.shape ?? {}, name, (data: Data) => data) as never,
  })
  return ref as never
}

type Fields = Parameters<Parameters<typeof builder.objectFields>[1]>[0]

/** A field for every member of an object's contract. */
export function outputFields<Parent>(
  t: Fields,
  members: Readonly<Record<string, z.ZodType>>,
  path: string,
  dataOf: (parent: Parent) => Data,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(members).map(([member, schema]) => {
      const { type, optional } = outputOf(schema, `${path}.${member}`)
      const { description } = bare(schema)
      if (description === undefined) throw new Error(`${path}.${member}: say what it is`)
      return [
        member,
        t.field({
          type: type as never,
          nullable: optional as never,
          description,
          complexity: 0,
          resolve: ((parent: Parent) => dataOf(parent)[member] ?? null) as never,
        }),
      ]
    }),
  )
}

/** Name and reference of an object shape as an output type. */
export function outputType(schema: z.ZodType, path: string): { readonly name: string; readonly type: Out } {
  const found = bare(schema)
  return { name: needName(found.schema, path).name, type: outputOf(schema, path).type }
}

const inputs = new Map<string, In>()

function inputOf(schema: z.ZodType, path: string): { readonly type: In; readonly optional: boolean } {
  const found = bare(schema)
  const { definition, optional } = found
  if (definition.type === 'array' && definition.element !== undefined) {
    const { type } = inputOf(definition.element, `${path}[]`)
    return { type: [type] as never, optional }
  }
  if (definition.type === 'enum') return { type: enumOf(found, path) as never, optional }
  if (definition.type !== 'object') return { type: scalarOf(found, path), optional }
  const facts = needName(found.schema, path)
  const name = facts.name.endsWith('Input') ? facts.name : `${facts.name}Input`
  const known = inputs.get(name)
  if (known !== undefined) return { type: known, optional }
  const made = inputType(name, facts.description, definition.shape ?? {})
  inputs.set(name, made as never)
  return { type: made as never, optional }
}

/** An input type of an object's members, with `more` before them. */
export function inputType(
  name: string,
  description: string,
  members: Readonly<Record<string, z.ZodType>>,
  more: (t: PothosSchemaTypes.InputFieldBuilder<Types, 'InputObject'>) => InputFieldMap = () => ({}),
): InputRef<Data> {
  return builder.inputType(name, {
    description,
    fields: (t) => ({
      ...more(t as never),
      ...Object.fromEntries(
        Object.entries(members).map(([member, schema]) => {
          const { type, optional } = inputOf(schema, `${name}.${member}`)
          const found = bare(schema)
          if (found.description === undefined) throw new Error(`${name}.${member}: say what it is`)
          return [
            member,
            t.field({ type: type as never, required: !optional as never, description: found.description }),
          ]
        }),
      ),
    }),
  }) as unknown as InputRef<Data>
}

/** What a client sent, as its contract reads it: instants as text, wide numbers as numbers, null as left out. */
export function plainInput(value: unknown): unknown {
  if (value instanceof Date) return value.toISOString()
  if (typeof value === 'bigint') return Number(value)
  if (Array.isArray(value)) return value.map(plainInput)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined && member !== null)
      .map(([name, member]) => [name, plainInput(member)]),
  )
}
