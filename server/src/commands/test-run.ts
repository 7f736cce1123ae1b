import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { TestReport, TestStep } from '@patchbay/schema/commands/connection.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Calls, Exchange } from '../engine/calls/contract.ts'
import { asCallError, fieldOf, happened } from '../engine/health/words.ts'
import type { Fields, Provider, TestStepSpec } from '../providers/provider.ts'
import type { Completeness } from './connection-fields.ts'

/** One call of a step, in milliseconds. */
const callTimeoutMs = 15_000
/** The whole test. Shorter than the time after which it would count as abandoned. */
const testTimeoutMs = 120_000
/** What is kept of a step's exchanges, in characters each way. */
const kept = 4_000

export interface TestRunOptions {
  readonly actor: Actor
  /** Null runs all. */
  readonly suites: readonly string[] | null
  readonly now: () => Date
}

/**
 * Runs the steps one after the other through the call pipeline: forced, so that an open breaker cannot hide the vendor,
 * and without retries, so that what is shown is what happened. When the connection itself fails, the steps after it
 * would only repeat that, and are left out.
 */
export async function runTest(
  calls: Pick<Calls, 'bind'>,
  provider: Provider,
  connection: Connection,
  options: TestRunOptions,
): Promise<TestReport> {
  const { actor, suites, now } = options
  const deadline = AbortSignal.timeout(testTimeoutMs)
  const signal = actor.signal === undefined ? deadline : AbortSignal.any([actor.signal, deadline])
  const startedAt = now()
  const steps: TestStep[] = []
  const scopes = new Set<string>()
  let scopesKnown = false
  for (const spec of provider.tests) {
    if (suites !== null && !suites.includes(spec.suite)) continue
    const { step, grantedScopes } = await runStep(calls, provider, connection, spec, { ...actor, signal }, now)
    if (actor.signal?.aborted === true)
      throw new ProviderCallError({ errorClass: 'CANCELLED', message: 'The test was stopped.', advice: 'Test again.' })
    steps.push(step)
    if (grantedScopes !== undefined) scopesKnown = true
    for (const scope of grantedScopes ?? []) scopes.add(scope)
    if (!step.ok && step.suite === 'connection') break
  }
  return {
    ok: steps.every((step) => step.ok),
    at: startedAt.toISOString(),
    latencyMs: steps.reduce((total, step) => total + step.latencyMs, 0),
    steps,
    grantedScopes: scopesKnown ? [...scopes] : null,
  }
}

async function runStep(
  calls: Pick<Calls, 'bind'>,
  provider: Provider,
  connection: Connection,
  spec: TestStepSpec,
  actor: Actor,
  now: () => Date,
): Promise<{ step: TestStep; grantedScopes: readonly string[] | undefined }> {
  const exchanges: Exchange[] = []
  const call = calls.bind(connection, {
    actor,
    purpose: 'TEST',
    operation: `${spec.suite}: ${spec.name}`,
    timeoutMs: callTimeoutMs,
    retries: 0,
    force: true,
    onExchange: (exchange) => exchanges.push(exchange),
  })
  const { id, environment, baseUrl } = connection
  const facts = { id, environment, baseUrl, settings: connection.settings as Fields }
  const began = now().getTime()
  const seen = () => ({
    suite: spec.suite,
    name: spec.name,
    latencyMs:
      exchanges.length > 0
        ? exchanges.reduce((total, exchange) => total + exchange.latencyMs, 0)
        : now().getTime() - began,
    sent: exchanges.length > 0 ? joined(exchanges.map((exchange) => exchange.sent)) : 'Nothing was sent.',
    received: exchanges.length > 0 ? joined(exchanges.map((exchange) => exchange.received)) : 'Nothing came back.',
  })
  try {
    const outcome = await spec.run(call, facts)
    const advice = outcome.ok ? null : outcome.message
    const step = {
      ...seen(),
      ok: outcome.ok,
      errorClass: outcome.ok ? null : 'PERMISSION',
      advice,
      field: outcome.field ?? null,
    }
    return { step, grantedScopes: outcome.grantedScopes }
  } catch (thrown) {
    const error = asCallError(thrown, provider)
    const step = {
      ...seen(),
      ok: false,
      errorClass: error.errorClass,
      advice: adviceOf(provider, error),
      field: fieldOf(provider, error)?.name ?? null,
    }
    return { step, grantedScopes: undefined }
  }
}

/** What happened and what to do, in this order. */
function adviceOf(provider: Provider, error: ProviderCallError): string {
  return `${happened(provider, error, callTimeoutMs)} ${error.advice}`.trim()
}

function joined(texts: readonly string[]): string {
  const text = texts.join('\n\n')
  return text.length > kept ? `${text.slice(0, kept)}…` : text
}

/** The report for a form that is not filled in: nothing was sent, and it says which field comes first. */
export function unfinishedForm(state: Completeness, at: Date): TestReport {
  const step: TestStep = {
    suite: 'connection',
    name: 'Setup is complete',
    ok: false,
    latencyMs: 0,
    sent: 'Nothing was sent.',
    received: 'Nothing came back.',
    errorClass: 'NOT_CONFIGURED',
    advice: state.reason,
    field: state.field,
  }
  return { ok: false, at: at.toISOString(), latencyMs: 0, steps: [step], grantedScopes: null }
}
