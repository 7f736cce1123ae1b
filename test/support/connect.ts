import { randomUUID } from 'node:crypto'
import { labCredentials } from '@patchbay/server/lab/credentials.ts'
import { catalog } from '@patchbay/server/providers/index.ts'
import type { TestHub } from './hub.ts'

type Slug = keyof typeof labCredentials

const create = `mutation ($input: CreateConnectionInput!) { createConnection(input: $input) { __typename
  ... on CreateConnectionSuccess { connection { id uuid } } ... on Error { message } } }`
const test = `mutation ($input: TestConnectionInput!) { testConnection(input: $input) { __typename
  ... on Error { message } } }`
const probe = `mutation ($input: ProbeConnectionInput!) { probeConnection(input: $input) { __typename
  ... on ProbeConnectionSuccess { connection { health } } ... on Error { message } } }`
const behave = `mutation ($input: SetLabBehaviourInput!) { setLabBehaviour(input: $input) { __typename
  ... on Error { message } } }`

export interface Connected {
  readonly id: string
  readonly uuid: string
  readonly name: string
}

/** A connection to a simulated vendor, made and tested through the API; active and probed when this returns. */
export async function connect(hub: Pick<TestHub, 'graphql'>, provider: Slug, name: string): Promise<Connected> {
  const fields = Object.entries(labCredentials[provider].good).map(([field, value]) => ({ name: field, value }))
  const environment = catalog.list().find(({ slug }) => slug === provider)?.environments[0]
  const { data } = await hub.graphql<{ createConnection: { connection?: Connected; message?: string } }>(create, {
    input: { provider, name, environment, simulated: true, fields, idempotencyKey: randomUUID() },
  })
  const { connection, message } = data.createConnection
  if (connection === undefined) throw new Error(`${provider} was not created: ${message}`)
  await mutate(hub, test, { id: connection.id })
  return { ...connection, name }
}

/** Probes now; the health it led to. */
export async function probeNow(hub: Pick<TestHub, 'graphql'>, id: string): Promise<string> {
  const answer = await mutate<{ connection: { health: string } }>(hub, probe, { id })
  return answer.connection.health
}

/** Changes how a simulated vendor behaves. */
export const setLab = (
  hub: Pick<TestHub, 'graphql'>,
  provider: Slug,
  change: { readonly down?: boolean },
): Promise<unknown> => mutate(hub, behave, { provider, ...change })

async function mutate<Success>(
  hub: Pick<TestHub, 'graphql'>,
  query: string,
  input: Record<string, unknown>,
): Promise<Success> {
  const { data, errors } = await hub.graphql<Record<string, Success & { message?: string }>>(query, { input })
  const [answer] = Object.values(data ?? {})
  if (answer === undefined || answer.message !== undefined)
    throw new Error(answer?.message ?? errors.map(({ message }) => message).join('; '))
  return answer
}
