import { readFileSync } from 'node:fs'
import { capabilities } from '@patchbay/schema/capabilities/index.ts'
import type { OperationContract } from '@patchbay/schema/capabilities/contract.ts'
import { hubSchema } from '@patchbay/schema/schema.ts'
import {
  buildSchema,
  findBreakingChanges,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
  isUnionType,
  printSchema,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
} from 'graphql'
import { expect, test } from 'vitest'

const committed = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8')
const schema = hubSchema()
const types = Object.values(schema.getTypeMap()).filter(
  (type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type),
)
const fieldsOf = (type: GraphQLObjectType | null | undefined) => Object.values(type?.getFields() ?? {})
const mutations = fieldsOf(schema.getMutationType())
const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap(fieldsOf)

test('G1: the contract breaks no client that keeps to the printed one', () => {
  expect(findBreakingChanges(buildSchema(committed), schema)).toEqual([])
})

test('G1: the printed contract is the contract', () => {
  expect(`${printSchema(schema)}\n`, 'run: pnpm generate').toBe(committed)
})

test('G1: everything is described', () => {
  const silent: string[] = []
  const check = (name: string, described: { readonly description?: string | null | undefined }) => {
    if (!described.description?.trim()) silent.push(name)
  }
  for (const type of types) {
    check(type.name, type)
    if (isEnumType(type)) for (const value of type.getValues()) check(`${type.name}.${value.name}`, value)
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) check(`${type.name}.${field.name}`, field)
    if (isObjectType(type) || isInterfaceType(type))
      for (const field of Object.values(type.getFields())) {
        check(`${type.name}.${field.name}`, field)
        for (const argument of field.args) check(`${type.name}.${field.name}(${argument.name})`, argument)
      }
  }
  expect(silent).toEqual([])
})

test('T5: every mutation that creates or triggers takes an idempotency key', () => {
  // Typed operations are many, and all of one form.
  const typed = Object.values(capabilities).flatMap((operations) => Object.values<OperationContract>(operations))
  const effects = new Set(typed.filter(({ kind }) => kind === 'mutation').map(({ field }) => field))
  const inputOf = (field: string) => schema.getType(`${field.charAt(0).toUpperCase()}${field.slice(1)}Input`)
  for (const field of effects)
    expect((inputOf(field) as GraphQLInputObjectType).getFields()['idempotencyKey'], field).toBeDefined()
  const creating = mutations
    .filter(({ name }) => !effects.has(name))
    .filter(({ name }) =>
      /^(create|add|assign|discard|setCredentials|send|test|probe|register|replay|start|note|invite|rotate|unregister|verify)/.test(
        name,
      ),
    )
  expect(creating.map(({ name }) => name).toSorted()).toEqual([
    'addSourceSecret',
    'assignInboundEvent',
    'createAlertChannel',
    'createAlertRule',
    'createApiKey',
    'createConnection',
    'createEndpoint',
    'createOrganization',
    'createSource',
    'discardInboundEvents',
    'inviteMember',
    'noteIncident',
    'probeConnection',
    'registerSource',
    'replayDeliveries',
    'replayInboundEvent',
    'rotateApiKey',
    'rotateEndpointKey',
    'rotateMasterKey',
    'rotateSourceToken',
    'sendTestEvent',
    'setCredentials',
    'startOAuth',
    'testAlertChannel',
    'testConnection',
    'unregisterSource',
    'verifyInboundEvent',
  ])
  for (const { name } of creating) {
    const input = schema.getType(`${name[0]?.toUpperCase()}${name.slice(1)}Input`)
    expect(isInputObjectType(input) && Object.keys(input.getFields()), name).toContain('idempotencyKey')
  }
})

test('G1: every mutation takes one input and answers with a success or a typed error', () => {
  const errors = schema.getPossibleTypes(schema.getType('Error') as never).map(({ name }) => name)
  for (const mutation of mutations) {
    const title = `${mutation.name[0]?.toUpperCase()}${mutation.name.slice(1)}`
    if (mutation.name !== 'resetLab')
      expect(
        mutation.args.map(({ name }) => name),
        mutation.name,
      ).toEqual(['input'])
    const result = schema.getType(`${title}Result`)
    expect(String(mutation.type)).toBe(`${title}Result!`)
    const members = isUnionType(result) ? result.getTypes().map(({ name }) => name) : []
    expect(members.filter((name) => !errors.includes(name))).toEqual([`${title}Success`])
    expect(members).toEqual(
      expect.arrayContaining(['UnauthenticatedError', 'ForbiddenError', 'NotFoundError', 'InvalidInputError']),
    )
  }
})

test('T1: every root field but those for strangers names the permission it needs', () => {
  const open = roots.filter(({ extensions }) => {
    const options = extensions['pothosOptions'] as { readonly authScopes?: unknown } | undefined
    return options?.authScopes === undefined
  })
  expect(open.map(({ name }) => name).toSorted()).toEqual(['acceptInvitation', 'hub', 'viewer'])
})

test('G1: lists of nouns are pages', () => {
  const pages = types.filter(
    (type) => isObjectType(type) && type.name.endsWith('Connection') && type.name !== 'Connection',
  )
  expect(pages.length).toBeGreaterThan(8)
  for (const page of pages) {
    const fields = (page as GraphQLObjectType).getFields()
    const noun = page.name.slice(0, -'Connection'.length)
    expect(String(fields['edges']?.type), page.name).toBe(`[${noun}Edge!]!`)
    expect(String(fields['pageInfo']?.type), page.name).toBe('PageInfo!')
  }
  for (const { name, type, args } of [...roots, ...fieldsOf(schema.getType('Connection') as GraphQLObjectType)]) {
    if (!pages.some((page) => String(type).replace('!', '') === page.name)) continue
    expect(
      args.map((argument) => argument.name),
      name,
    ).toEqual(expect.arrayContaining(['first', 'after', 'last', 'before']))
  }
})
