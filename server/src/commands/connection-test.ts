import type { Connection } from '@patchbay/prisma/generated/client.ts'
import type { Tx } from '@patchbay/prisma/database.ts'
import type { ConnectionCommands, TestReport } from '@patchbay/schema/commands/connection.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, InvalidInputError, ProviderCallError } from '@patchbay/schema/errors.ts'
import type { Provider } from '../providers/provider.ts'
import { providerOf, type Collaborators } from './collaborators.ts'
import { completenessOf } from './connection-secrets.ts'
import { statusOf } from './connection-view.ts'
import { Joiner } from './joiner.ts'
import { claim, digest, fulfil, release, type OnceRequest } from './once.ts'
import { runTest, unfinishedForm } from './test-run.ts'
import { checkConnectionId, lockConnection, transact } from './transact.ts'

/** A test that has not ended by now was cut off by a kill, and does not keep the next one out. */
const abandonedMs = 300_000

/** What a test was about; when it differs at the end, the report speaks of something that is gone. */
interface Subject {
  readonly connection: Connection
  readonly provider: Provider
  readonly fingerprint: string
  /** Set when the form is not filled in: there is nothing to send. */
  readonly unfinished: TestReport | null
}

/** Runs a provider's test suites against a connection and stores the report. One test of a connection at a time. */
export function createConnectionTest(hub: Collaborators): ConnectionCommands['test'] {
  const { database, audit, now } = hub
  const repeats = new Joiner<{ id: string }>()
  const running = new Set<string>()

  return async (actor, { idempotencyKey, ...given }) => {
    // Before the key is looked at: a repeat of somebody else's key must not tell that the connection exists.
    const input = { ...given, id: checkConnectionId(actor, given.id) }
    const key = idempotencyKey ?? null
    const request = { operation: 'connection.test', key, hash: digest(hub.requestKey, input) }
    const joint = key === null ? null : `${actor.organizationId}:${key}:${request.hash}`
    return repeats.run(joint, async () => {
      let subject: Subject | null = null
      const claimed = await transact(database, actor, (tx) =>
        claim(tx, actor, request, async () => {
          subject = await begin(tx, actor, input)
          return subject.connection.id
        }),
      )
      if (subject !== null && !claimed.repeated) await carryOut(actor, subject, request, input.suites ?? null)
      return { id: claimed.id }
    })
  }

  async function begin(
    tx: Tx,
    actor: Actor,
    input: { id: string; suites?: readonly string[] | null },
  ): Promise<Subject> {
    const connection = await lockConnection(tx, actor, input.id)
    const provider = providerOf(hub, connection)
    checkSuites(provider, input.suites ?? null)
    const abandoned = now().getTime() - connection.updatedAt.getTime() > abandonedMs
    if (running.has(connection.id) || (connection.status === 'TESTING' && !abandoned))
      throw new ConflictError(`${connection.name} is being tested right now. Wait for the result.`)
    const state = await completenessOf(tx, provider, connection)
    const unfinished = state.complete ? null : unfinishedForm(state, now())
    // A paused connection stays paused while it is tested: TESTING would let calls through.
    if (unfinished === null && connection.status !== 'DISABLED')
      await tx.connection.update({
        where: { id: connection.id },
        data: { status: 'TESTING', statusReason: null, updatedAt: now() },
      })
    return { connection, provider, fingerprint: await fingerprint(tx, connection), unfinished }
  }

  async function carryOut(
    actor: Actor,
    subject: Subject,
    request: OnceRequest,
    suites: readonly string[] | null,
  ): Promise<void> {
    const { connection, provider } = subject
    running.add(connection.id)
    try {
      const report = subject.unfinished ?? (await runTest(hub.calls, provider, connection, { actor, suites, now }))
      await transact(database, actor, async (tx) => {
        await finish(tx, actor, subject, report)
        await fulfil(tx, actor, request, connection.id)
      })
    } catch (error) {
      await transact(database, actor, async (tx) => {
        await restore(tx, subject)
        await release(tx, actor, request)
      })
      throw error
    } finally {
      running.delete(connection.id)
    }
  }

  async function finish(tx: Tx, actor: Actor, subject: Subject, report: TestReport): Promise<void> {
    const connection = await lockConnection(tx, actor, subject.connection.id)
    if ((await fingerprint(tx, connection)) !== subject.fingerprint)
      throw new ConflictError(`${connection.name} was changed while it was being tested. Test it again.`)
    if (actor.signal?.aborted === true) throw cancelled()
    const failed = report.steps.find((step) => !step.ok)
    const verdict = {
      status: report.ok ? ('ACTIVE' as const) : ('ERROR' as const),
      statusReason: failed?.advice ?? null,
    }
    await tx.connection.update({
      where: { id: connection.id },
      data: {
        lastTest: JSON.parse(JSON.stringify(report)),
        lastTestAt: now(),
        ...(connection.status === 'TESTING' ? verdict : {}),
      },
    })
    await audit.append(tx, actor, {
      action: 'connection.tested',
      subjectType: 'Connection',
      subjectId: connection.id,
      after: {
        ok: report.ok,
        steps: report.steps.map(({ suite, name, ok, errorClass }) => ({ suite, name, ok, errorClass })),
      },
    })
  }

  /** Takes TESTING back when there is no verdict. */
  async function restore(tx: Tx, subject: Subject): Promise<void> {
    await tx.$queryRaw`select 1 from "Connection" where "id" = ${subject.connection.id}::uuid for no key update`
    const connection = await tx.connection.findUnique({ where: { id: subject.connection.id } })
    if (connection?.status !== 'TESTING') return
    const { status, statusReason } = subject.connection
    const before =
      status === 'TESTING' ? statusOf(await completenessOf(tx, subject.provider, connection)) : { status, statusReason }
    await tx.connection.update({ where: { id: connection.id }, data: before })
  }
}

function cancelled(): ProviderCallError {
  return new ProviderCallError({ errorClass: 'CANCELLED', message: 'The test was stopped.', advice: 'Test again.' })
}

/** Everything a test's outcome depends on. */
async function fingerprint(tx: Tx, connection: Connection): Promise<string> {
  const newest = await tx.credential.findFirst({
    where: { connectionId: connection.id, kind: 'FIELDS' },
    orderBy: { version: 'desc' },
    select: { version: true },
  })
  return JSON.stringify([connection.settings, connection.baseUrl, newest?.version ?? 0])
}

function checkSuites(provider: Provider, suites: readonly string[] | null): void {
  if (suites === null) return
  const known = [...new Set(provider.tests.map((step) => step.suite))]
  const unknown = suites.filter((suite) => !known.some((name) => name === suite))
  if (suites.length > 0 && unknown.length === 0) return
  throw new InvalidInputError([
    {
      path: 'suites',
      message: `${provider.entry.name} has the test suites ${known.join(', ')}. Leave this empty to run all.`,
    },
  ])
}
