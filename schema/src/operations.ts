import { builder } from './builder.ts'
import { capabilities } from './capabilities/index.ts'
import type { OperationContract } from './capabilities/contract.ts'
import type { Category } from './catalog.ts'
import type { OperationAnswer } from './commands/operation.ts'
import type { Context } from './context.ts'
import { calling, direct } from './error-types.ts'
import { NotFoundError } from './errors.ts'
import { rowId } from './node.ts'
import { inputType, outputFields, outputType, plainInput } from './operation-types.ts'

// Every typed operation of every category is one root field, the same for all providers of the category.

interface Named {
  readonly category: Category
  readonly name: string
  readonly contract: OperationContract
}

const all: readonly Named[] = Object.entries(capabilities).flatMap(([category, operations]) =>
  Object.entries(operations).map(([name, contract]) => ({ category: category as Category, name, contract })),
)

const capital = (text: string) => text.slice(0, 1).toUpperCase() + text.slice(1)
const lower = (text: string) => text.slice(0, 1).toLowerCase() + text.slice(1)

/** `<Field>Success`: the connection that served it, and what the operation brings. A page lies open, one thing has a field. */
function successOf({ name, contract }: Named) {
  const { field, output, kind } = contract
  const isPage = 'items' in output.shape && 'nextCursor' in output.shape
  return builder.objectRef<OperationAnswer>(`${capital(field)}Success`).implement({
    description: 'The provider did it.',
    fields: (t) => ({
      connection: t.field({
        type: 'Connection',
        description: 'The connection that served it.',
        resolve: async ({ connectionId }, _args, ctx) => {
          const row = await ctx.loaders.connection.load(connectionId)
          if (row === null) throw new NotFoundError('connection', connectionId)
          return row
        },
      }),
      ...(kind === 'mutation'
        ? {
            repeated: t.exposeBoolean('repeated', {
              description:
                'The idempotency key was used before: this is the answer of then, and nothing was done again.',
            }),
          }
        : {}),
      ...((isPage
        ? outputFields<OperationAnswer>(t as never, output.shape, name, (answer) => answer.output)
        : { [lower(outputType(output, name).name)]: single(t as never, contract, name) }) as object),
    }),
  })
}

function single(t: Parameters<typeof outputFields>[0], { output, description }: OperationContract, name: string) {
  return t.field({
    type: outputType(output, name).type as never,
    description: `What came of it. ${description}`,
    complexity: 0,
    resolve: ((answer: OperationAnswer) => answer.output) as never,
  })
}

function rootField(operation: Named) {
  const { category, name, contract } = operation
  const { field, description, input, kind } = contract
  const type = successOf(operation)
  const Input = inputType(`${capital(field)}Input`, description, input.shape, (t) => ({
    connectionId: t.id({
      required: true,
      description: `The connection: one whose provider has \`${name}\`.`,
    }) as never,
  }))
  const scope = kind === 'query' ? ('operation:read' as const) : ('operation:write' as const)
  return {
    type,
    description: `${description} Typed operation \`${name}\` of the category ${category}.`,
    authScopes: { may: scope },
    complexity: 20,
    errors: direct(calling),
    args: { input: { type: Input, required: true as const, description: 'Through which connection, and what.' } },
    resolve: (_root: unknown, { input: given }: { input: Record<string, unknown> }, ctx: Context) => {
      const { connectionId, ...rest } = given
      return ctx.commands.operation.run(ctx.actor(), {
        connectionId: rowId('Connection', String(connectionId)),
        category,
        operation: name,
        input: plainInput(rest) as Record<string, unknown>,
      })
    },
  }
}

const fieldsOf = (kind: OperationContract['kind']) =>
  all
    .filter(({ contract }) => contract.kind === kind)
    .map((operation) => [operation.contract.field, rootField(operation)] as const)

const withArgs = (
  t: { readonly arg: (options: never) => unknown; readonly field: (options: never) => unknown },
  kind: OperationContract['kind'],
) =>
  Object.fromEntries(
    fieldsOf(kind).map(([field, { args, ...options }]) => [
      field,
      t.field({ ...options, args: { input: t.arg(args.input as never) } } as never),
    ]),
  ) as never

builder.queryFields((t) => withArgs(t as never, 'query'))
builder.mutationFields((t) => withArgs(t as never, 'mutation'))
