import { isAsyncIterable, type Plugin } from 'graphql-yoga'
import { getOperationAST, GraphQLError, type ExecutionArgs, type ExecutionResult, type GraphQLSchema } from 'graphql'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { RateLimitedError } from '@patchbay/schema/errors.ts'
import type { People } from '../engine/people/contract.ts'
import type { Log } from '../log.ts'
import type { Asker } from './graphql-context.ts'
import { documentLimits, Documents } from './graphql-documents.ts'
import { presentable, refusal, tooMany } from './graphql-errors.ts'
import { standingOf } from './graphql-proof.ts'
import { RowStreams } from './graphql-rows.ts'
import { GuardedStream } from './graphql-stream.ts'
import { trustedOnly, type TrustedDocuments } from './graphql-trusted.ts'
import type { Metrics } from './metrics.ts'

export interface GateOptions {
  readonly schema: GraphQLSchema
  readonly people: Pick<People, 'spend'>
  readonly log: Pick<Log, 'error'>
  readonly metrics: Pick<Metrics, 'operation'>
  /** Operations per viewer (per address when nobody is signed in) and minute; 0 is off. */
  readonly operationsPerMinute: number
  /** The only documents that may run; null for all. */
  readonly trusted: TrustedDocuments | null
  /** How often a running subscription of a person asks whether its viewer may still listen. */
  readonly recheckMs: number
  /** The same for API keys: what is revoked in an emergency has to end within a second. */
  readonly recheckKeysMs: number
}

/**
 * Stands before every operation, whichever way it came in: documents are read once, limits hold, no stranger looks at the
 * schema, and what goes back holds no more than it should.
 */
export function createGate({
  schema,
  people,
  log,
  metrics,
  operationsPerMinute,
  trusted,
  recheckMs,
  recheckKeysMs,
}: GateOptions) {
  const documents = new Documents(schema)
  const limiter = operationsPerMinute > 0 ? new RateLimiterMemory({ points: operationsPerMinute, duration: 60 }) : null
  const streams = new Set<GuardedStream>()
  const rows = new RowStreams()

  /** Why an operation may not run, or its cost. */
  function admit(
    { document, operationName, variableValues }: ExecutionArgs,
    asker: Asker,
  ): GraphQLError | number | Promise<GraphQLError | number> {
    if (asker.viewer === null && documents.look(document).introspects)
      return refusal('UNAUTHENTICATED', 'Sign in, or send an API key, to look at the schema.', {}, 401)
    if (getOperationAST(document, operationName) == null)
      return refusal(
        'BAD_REQUEST',
        operationName
          ? `The document has no operation ${operationName}.`
          : 'The document has several operations: say in operationName which to run.',
      )
    const cost = costOrFault(document, operationName, variableValues)
    if (typeof cost !== 'number') return cost
    if (cost > documentLimits.cost)
      return refusal(
        'TOO_COMPLEX',
        `This operation costs ${cost}; at most ${documentLimits.cost} is allowed. Ask for smaller pages or fewer fields.`,
        { cost: { total: cost, limit: documentLimits.cost } },
      )
    return counted(asker, cost)
  }

  /** The cost, or a refusal when the caller asked too often. */
  async function counted({ viewer, ipAddress }: Asker, cost: number): Promise<GraphQLError | number> {
    try {
      if (limiter !== null) await limiter.consume(viewer?.id ?? ipAddress ?? 'unknown')
      if (viewer !== null) await people.spend(viewer, ipAddress)
      return cost
    } catch (refused) {
      if (refused instanceof RateLimiterRes) return tooMany(Math.max(1, Math.ceil(refused.msBeforeNext / 1000)))
      if (refused instanceof RateLimitedError) return tooMany(refused.retryAfterSeconds)
      throw refused
    }
  }

  function costOrFault(...operation: Parameters<Documents['cost']>): GraphQLError | number {
    try {
      return documents.cost(...operation)
    } catch (error) {
      if (error instanceof GraphQLError) return error
      throw error
    }
  }

  function shown(errors: readonly unknown[], asker: Asker): GraphQLError[] {
    const { correlationId } = asker
    return errors.map((error) =>
      presentable(error, correlationId, (cause, path) =>
        log.error({ error: cause, correlationId, path: path?.join('.') }, 'an operation failed'),
      ),
    )
  }

  function finish(result: ExecutionResult, cost: number, asker: Asker): ExecutionResult {
    const extensions = { ...result.extensions, cost: { total: cost, limit: documentLimits.cost } }
    return result.errors === undefined
      ? { ...result, extensions }
      : { ...result, errors: shown(result.errors, asker), extensions }
  }

  function stream(source: AsyncIterable<ExecutionResult>, cost: number, asker: Asker): GuardedStream {
    const { again, viewer } = asker
    const guarded = new GuardedStream(source, {
      show: (result) => finish(result, cost, asker),
      fail: (error) => ({ errors: shown([error], asker) }),
      ended: () => ({
        errors: [
          refusal(
            'UNAUTHENTICATED',
            'Your access ended or changed. Sign in again, then subscribe with the last cursor.',
          ),
        ],
      }),
      ...(again && viewer ? { stillAllowed: async () => (await standingOf(viewer, again)) === 'same' } : {}),
      everyMs: viewer?.kind === 'API_KEY' ? recheckKeysMs : recheckMs,
      onClosed: (self) => streams.delete(self),
    })
    streams.add(guarded)
    return guarded
  }

  const plugin: Plugin<Asker> = {
    onParse({ params, context, setParsedDocument }) {
      const document = documents.read(String(params.source), context.viewer !== null)
      if (trusted !== null) trustedOnly(trusted, document)
      setParsedDocument(document)
    },
    onValidate({ params, context, setResult }) {
      const { errors } = documents.look(params.documentAST)
      // Suggestions ("Did you mean …") would tell a stranger about the schema.
      setResult(errors.length > 0 && context.viewer === null ? errors.map(withoutSuggestion) : [...errors])
    },
    async onExecute({ args, setResultAndStopExecution }) {
      const asker: Asker = args.contextValue
      const began = performance.now()
      const cost = await admit(args, asker)
      if (typeof cost !== 'number') return setResultAndStopExecution({ errors: shown([cost], asker) })
      return {
        onExecuteDone({ result, setResult }) {
          const single = result as ExecutionResult
          setResult(finish(single, cost, asker))
          metrics.operation(
            kindOf(args),
            single.errors === undefined ? 'ok' : 'error',
            (performance.now() - began) / 1000,
          )
        },
      }
    },
    async onSubscribe({ args, setSubscribeFn, setResultAndStopExecution }) {
      const asker: Asker = args.contextValue
      const cost = await admit(args, asker)
      if (typeof cost !== 'number') return setResultAndStopExecution({ errors: shown([cost], asker) })
      const shared = rows.subscribe(args)
      if (shared !== null) setSubscribeFn(() => shared)
      return {
        onSubscribeResult({ result, setResult }) {
          const ok = isAsyncIterable(result)
          metrics.operation('subscription', ok ? 'ok' : 'error', 0)
          setResult(
            ok
              ? stream(result as AsyncIterable<ExecutionResult>, cost, asker)
              : finish(result as ExecutionResult, cost, asker),
          )
        },
      }
    },
  }

  return {
    plugin,
    /** An error outside of any operation, made fit to be shown. */
    show: (error: unknown, asker: Asker): GraphQLError =>
      shown([error], asker)[0] ?? refusal('INTERNAL', 'Unexpected error.'),
    /** Lets go of every subscriber; they come back with their cursors. */
    close: async (): Promise<void> => {
      await Promise.all([...streams].map((one) => one.end(null)))
    },
  }
}

export type Gate = ReturnType<typeof createGate>

const kindOf = (args: ExecutionArgs): string => getOperationAST(args.document, args.operationName)?.operation ?? 'query'

const withoutSuggestion = (error: GraphQLError): GraphQLError =>
  new GraphQLError(error.message.replace(/ Did you mean .*$/s, ''), {
    nodes: error.nodes ?? null,
    extensions: error.extensions,
  })
