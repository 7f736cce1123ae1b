import { randomUUID } from 'node:crypto'
import type { Role } from '@patchbay/schema/scopes.ts'
import { hashApiKey, newApiKey, prefixOf, type KeyEnvironment } from '@patchbay/server/engine/people/key-form.ts'
import {
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql'
import type { TestDatabase } from './database.ts'

export interface KeyFacts {
  readonly role?: Role
  readonly scopes?: readonly string[]
  readonly connectionIds?: readonly string[]
  readonly allowedNetworks?: readonly string[]
  readonly environment?: KeyEnvironment
  readonly ratePerMinute?: number
  readonly expiresAt?: Date
  readonly revokedAt?: Date
}

/** Writes a key as the hub would, and returns what its holder has. */
export async function plantKey(
  database: TestDatabase,
  organizationId: string,
  facts: KeyFacts = {},
): Promise<{ readonly id: string; readonly key: string }> {
  const { role = 'OWNER', scopes = ['*'], connectionIds = [], allowedNetworks = [], environment, ...more } = facts
  const key = newApiKey(environment)
  const id = randomUUID()
  await database.system.prisma.apiKey.create({
    data: {
      id,
      organizationId,
      name: `Key ${id.slice(0, 8)}`,
      prefix: prefixOf(key),
      hash: hashApiKey(key),
      role,
      scopes: [...scopes],
      connectionIds: [...connectionIds],
      allowedNetworks: [...allowedNetworks],
      environment: environment ?? 'PRODUCTION',
      ...more,
    },
  })
  return { id, key }
}

/** A mutation with an input that the schema accepts, and the permission it needs; null where it needs none by name. */
export interface Attempt {
  readonly name: string
  readonly scope: string | null
  readonly query: string
  readonly variables: Record<string, unknown>
}

/** One attempt at every mutation there is. */
export function everyMutation(schema: GraphQLSchema, id: string): Attempt[] {
  return Object.values(schema.getMutationType()?.getFields() ?? {}).map((field) => attemptAt(field, id))
}

function attemptAt(field: GraphQLField<unknown, unknown>, id: string): Attempt {
  const options = field.extensions['pothosOptions'] as { readonly authScopes?: { readonly may?: string } } | undefined
  const variables = Object.fromEntries(field.args.map((one) => [one.name, valueOf(one.type, one.name, id)]))
  const declared = field.args.map((one) => `$${one.name}: ${String(one.type)}`).join(', ')
  const given = field.args.map((one) => `${one.name}: $${one.name}`).join(', ')
  const head = declared === '' ? '' : `(${declared})`
  return {
    name: field.name,
    scope: options?.authScopes?.may ?? null,
    query: `mutation ${head} { ${field.name}${given === '' ? '' : `(${given})`} { __typename ... on Error { code message } } }`,
    variables,
  }
}

function valueOf(type: GraphQLInputType, name: string, id: string): unknown {
  if (isNonNullType(type)) return valueOf(type.ofType, name, id)
  if (isListType(type)) return [valueOf(type.ofType, name, id)]
  if (isEnumType(type)) return type.getValues()[0]?.name
  if (isInputObjectType(type))
    return Object.fromEntries(
      Object.values(type.getFields())
        .filter((field) => isNonNullType(field.type))
        .map((field) => [field.name, valueOf(field.type, field.name, id)]),
    )
  const values: Readonly<Record<string, unknown>> = {
    ID: id,
    Int: 1,
    Float: 1,
    Boolean: false,
    DateTime: '2026-11-20T08:30:00Z',
    BigInt: '1',
    JSON: {},
  }
  return values[type.name] ?? `some ${name}`
}
