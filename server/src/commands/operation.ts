import type { Connection } from '@patchbay/prisma/generated/client.ts'
import { capabilities } from '@patchbay/schema/capabilities/index.ts'
import type { OperationContract } from '@patchbay/schema/capabilities/contract.ts'
import type { OperationAnswer, OperationCommands, RunOperationInput } from '@patchbay/schema/commands/operation.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import {
  ConflictError,
  InvalidInputError,
  NotFoundError,
  ProviderCallError,
  type CallErrorClass,
} from '@patchbay/schema/errors.ts'
import type { Operation, Provider } from '../providers/provider.ts'
import { malformed } from '../providers/shared/failure.ts'
import { providerOf, type Collaborators } from './collaborators.ts'
import { Joiner } from './joiner.ts'
import { keyedEffect, type Kept } from './keyed-effect.ts'
import { digest } from './once.ts'
import { checkConnectionId } from './transact.ts'

type Output = OperationAnswer['output']

/** What a sealed row holds: an output, or how it failed. */
type KeptOutcome =
  | { readonly output: Output }
  | {
      readonly failure: {
        readonly errorClass: CallErrorClass
        readonly message: string
        readonly status: number | null
        readonly vendorCode: string | null
        readonly callId: string | null
      }
    }

/** An operation of a provider, found and with its input checked. */
interface Ready {
  readonly connection: Connection
  readonly provider: Provider
  readonly name: string
  readonly contract: OperationContract
  readonly operation: Operation<never>
  readonly input: Readonly<Record<string, unknown>>
}

/** Rules of typed operations. */
export function createOperationCommands(hub: Collaborators): OperationCommands {
  const { database, vault, newId } = hub
  const running = new Joiner<OperationAnswer>()

  return {
    async run(actor, wanted) {
      const ready = await prepare(actor, wanted)
      const { connection, name, contract, input } = ready
      if (contract.kind === 'query') return served(ready, await carryOut(actor, ready))
      const key = String(input['idempotencyKey'])
      const facts = { connectionId: connection.id, operation: name, input }
      const request = { operation: 'operation.run', key, hash: digest(hub.requestKey, facts) }
      return running.run(`${actor.organizationId}:${key}:${request.hash}`, () =>
        keyedEffect(database, actor, request, {
          harmless: isHarmless(ready),
          run: async () => served(ready, await carryOut(actor, ready)),
          keep: ({ output }) => sealed(actor, ready, { output }),
          keepFailure: ({ errorClass, message, status, vendorCode, callId }) =>
            mayHaveHappened.has(errorClass)
              ? sealed(actor, ready, { failure: { errorClass, message, status, vendorCode, callId } })
              : Promise.resolve(null),
          recall: (id) => recall(actor, ready, id),
        }),
      )
    },
  }

  async function prepare(actor: Actor, wanted: RunOperationInput): Promise<Ready> {
    const { category, operation: name } = wanted
    const contract = capabilities[category][name]
    if (contract === undefined) throw new NotFoundError('operation', name)
    const input = checked(contract, wanted.input)
    const connectionId = checkConnectionId(actor, wanted.connectionId)
    const connection = await hub.connections.find(actor.organizationId, connectionId)
    if (connection === null) throw new NotFoundError('connection', wanted.connectionId)
    const provider = providerOf(hub, connection)
    const { entry } = provider
    const refuse = (message: string) => new InvalidInputError([{ path: 'input.connectionId', message }])
    if (entry.category !== category)
      throw refuse(`${connection.name} is ${entry.name}, which is no provider of ${category.toLowerCase()}.`)
    const operation = provider.operations[name]
    if (operation === undefined)
      throw refuse(`${entry.name} has no ${name}. It has ${Object.keys(provider.operations).join(', ')}.`)
    return { connection, provider, name, contract, operation, input }
  }

  async function carryOut(
    actor: Actor,
    { connection, provider, name, contract, operation, input }: Ready,
  ): Promise<Output> {
    const call = hub.calls.bind(connection, { actor, purpose: 'OPERATION', operation: name })
    const output: unknown = await operation(call, input as never, {
      id: connection.id,
      environment: connection.environment,
      settings: connection.settings as Record<string, string>,
      baseUrl: connection.baseUrl,
    })
    const read = contract.output.safeParse(output)
    if (read.success) return read.data
    const [first] = read.error.issues
    throw malformed(
      provider.entry.name,
      `what it says is outside the contract of ${name} (${first?.path.join('.') ?? ''}: ${first?.message ?? ''})`,
      read.error,
    )
  }

  /** Sealed outside the transaction, because a key service may be asked over the network. */
  async function sealed(actor: Actor, { connection, name }: Ready, outcome: KeptOutcome): Promise<Kept> {
    const id = newId()
    const { organizationId } = actor
    const row = await vault.seal(JSON.stringify(outcome), { organizationId, rowId: id, table: 'OperationResult' })
    return {
      id,
      write: async (tx) => {
        await tx.operationResult.create({
          data: { id, organizationId, connectionId: connection.id, operation: name, ...row },
        })
      },
    }
  }

  async function recall(actor: Actor, ready: Ready, id: string): Promise<OperationAnswer> {
    const { organizationId } = actor
    const row = await database.tenant(organizationId).prisma.operationResult.findUnique({ where: { id } })
    if (row === null)
      throw new ConflictError('This key was used before, and its answer is no longer kept. Use a new key.')
    const kept = JSON.parse(
      await vault.open(row, { organizationId, rowId: id, table: 'OperationResult' }),
    ) as KeptOutcome
    if ('output' in kept) return { ...served(ready, kept.output), repeated: true }
    const { callId, ...failure } = kept.failure
    const error = new ProviderCallError({
      ...failure,
      advice:
        'This is how the earlier request with the same key ended. Look at the provider before you send a new one.',
    })
    error.callId = callId
    throw error
  }
}

const served = ({ connection }: Ready, output: Output): OperationAnswer => ({
  connectionId: connection.id,
  output,
  repeated: false,
})

/** Failures that leave it open whether the vendor did what was asked. */
const mayHaveHappened: ReadonlySet<CallErrorClass> = new Set([
  'NETWORK',
  'TIMEOUT',
  'CANCELLED',
  'UNAVAILABLE',
  'MALFORMED_ANSWER',
])

/** The vendor does not do it twice, so that an end nobody knows of may be asked for again. */
const isHarmless = ({ provider, name }: Ready): boolean =>
  provider.harmless?.includes(name) ?? provider.idempotencyHeader !== undefined

function checked(contract: OperationContract, given: Readonly<Record<string, unknown>>): Ready['input'] {
  const { data, error } = contract.input.safeParse(given)
  if (error === undefined) return data
  throw new InvalidInputError(
    error.issues.map(({ path, message }) => ({
      path: ['input', ...path].join('.'),
      message: `${message.replace(/\.$/, '')}.`,
    })),
  )
}
