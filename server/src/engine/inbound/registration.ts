import type { Database, Tx } from '@patchbay/prisma/database.ts'
import type { Connection, Source } from '@patchbay/prisma/generated/client.ts'
import { transact } from '@patchbay/prisma/transact.ts'
import type { Actor } from '@patchbay/schema/context.ts'
import { ConflictError, PatchbayError } from '@patchbay/schema/errors.ts'
import type { Provider } from '../../providers/provider.ts'
import type { RegistrationSpec } from '../../providers/webhook.ts'
import type { Alerts } from '../alerts/contract.ts'
import type { Audit } from '../audit/contract.ts'
import type { Calls } from '../calls/contract.ts'
import type { Jobs } from '../jobs/contract.ts'
import type { Vault } from '../vault/contract.ts'
import { registrationWaits, withJitter } from './backoff.ts'
import type { Registration } from './contract.ts'
import { failedWords, planRegistrations, registrationKey } from './registration-plan.ts'
import { factsOf } from './prove.ts'
import { createSourceReader, type FoundRow, type SourceReaderOptions } from './read-source.ts'
import { ringSources, sealSecret, storeSecret, type NewSecret } from './secrets.ts'

export interface RegistrationOptions extends SourceReaderOptions {
  readonly database: Database
  readonly vault: Vault
  readonly calls: Pick<Calls, 'bind'>
  readonly jobs: Pick<Jobs, 'send'>
  readonly alerts: Alerts
  readonly audit: Pick<Audit, 'append' | 'note'>
  /** Where vendors are told to send, without a trailing slash. */
  readonly publicUrl: string
  readonly random: () => number
  /** An unguessable secret. */
  readonly newToken: () => string
}

/** Failures in a row that somebody is told of. */
const alertAfter = 3
const daySeconds = 86_400

type Made = Awaited<ReturnType<RegistrationSpec['register']>>

/** Registers, renews and removes sources through the vendors' APIs. */
export function createRegistration(options: RegistrationOptions): Registration {
  const { database, now } = options
  const reader = createSourceReader(options)

  function specOf(connection: Connection): { provider: Provider; spec: RegistrationSpec } | null {
    const provider = options.provider(connection.provider)
    const spec = provider?.webhooks?.registration
    return provider === undefined || spec === undefined ? null : { provider, spec }
  }

  const callFor = (connection: Connection, actor: Actor, operation: string, force = false) =>
    options.calls.bind(connection, { actor, purpose: 'OPERATION', operation, retries: 1, force })

  /** The secret a vendor is told: the newest the source has, or one made for it and stored before anybody knows it. */
  async function chosenSecret(row: FoundRow, actor: Actor): Promise<string> {
    const source = await reader.open(row, new Map())
    const newest = row.row.secrets.find(({ id, kind }) => kind === 'SIGNING' && source?.opened.has(id) === true)
    if (newest !== undefined) return source?.opened.get(newest.id) ?? ''
    const value = options.newToken()
    const secret = await sealSecret(options, row.row, { kind: 'SIGNING', value })
    await transact(database.tenant(row.row.organizationId).prisma, async (tx) => {
      await storeSecret(tx, actor, secret)
      await ringSources(tx, row.row.id)
    })
    return value
  }

  async function ask(row: FoundRow, actor: Actor): Promise<Made> {
    const { connection, registrationIds } = row.row
    const found = specOf(connection)
    if (found === null) throw new ConflictError(`This hub cannot register webhooks at ${connection.provider}.`)
    const [token] = await reader.tokens(row)
    if (token === undefined) throw new ConflictError('The source has no address that holds. Rotate its token.')
    const secret = found.spec.chooseSecret === true ? await chosenSecret(row, actor) : null
    return found.spec.register(
      callFor(connection, actor, 'webhooks.register'),
      { url: `${options.publicUrl}/hooks/${token}`, ids: registrationIds, secret },
      factsOf(found.provider, connection),
    )
  }

  /** Secrets the vendor chose that the source does not have yet, sealed. */
  async function newSecrets(row: FoundRow, made: Made): Promise<NewSecret[]> {
    const held = new Set(((await reader.open(row, new Map()))?.source.secrets ?? []).map(({ value }) => value))
    const fresh = [...new Set(made.secrets ?? [])].filter((value) => value !== '' && !held.has(value))
    return Promise.all(fresh.map((value) => sealSecret(options, row.row, { kind: 'SIGNING', value })))
  }

  /** Runs `work` on the source as it is now, locked; not at all when it is gone. */
  const onSource = (actor: Actor, id: string, work: (tx: Tx, source: Source) => Promise<void>) =>
    transact(database.tenant(actor.organizationId).prisma, async (tx) => {
      await tx.$queryRaw`select 1 from "Source" where "id" = ${id}::uuid for no key update`
      const source = await tx.source.findUnique({ where: { id } })
      if (source !== null) await work(tx, source)
    })

  async function succeed(row: FoundRow, actor: Actor, made: Made): Promise<void> {
    const secrets = await newSecrets(row, made)
    const at = now()
    const expiresAt = made.expiresAt ?? null
    const before = (specOf(row.row.connection)?.spec.renewBeforeSeconds ?? daySeconds) * 1000
    const renewAt = expiresAt === null ? null : new Date(Math.max(expiresAt.getTime() - before, at.getTime() + 60_000))
    await onSource(actor, row.row.id, async (tx, source) => {
      for (const secret of secrets) await storeSecret(tx, actor, secret)
      // Asked for again meanwhile, because the address changed: then that is still to be done.
      const isAsked = source.registerAt?.getTime() !== row.row.registerAt?.getTime()
      await tx.source.update({
        where: { id: source.id },
        data: {
          registration: 'REGISTERED',
          registrationIds: [...made.ids],
          registeredAt: at,
          registrationExpiresAt: expiresAt,
          registrationFailures: 0,
          registrationError: null,
          ...(isAsked ? {} : { registerAt: renewAt }),
        },
      })
      await ringSources(tx, source.id)
      await options.alerts.settle(tx, source.organizationId, [registrationKey(source.id)], 'It is registered again.')
      await options.audit.append(tx, actor, {
        action: 'source.registered',
        subjectType: 'Source',
        subjectId: source.id,
        after: { ids: made.ids, expiresAt, secrets: secrets.map(({ hint }) => hint) },
      })
    })
  }

  async function fail(row: FoundRow, actor: Actor, error: unknown): Promise<void> {
    const words =
      error instanceof PatchbayError ? error.message : 'The hub could not make sense of the vendor’s answer.'
    await onSource(actor, row.row.id, async (tx, source) => {
      const failures = source.registrationFailures + 1
      const wait = registrationWaits[Math.min(failures, registrationWaits.length) - 1] ?? 0
      // What is registered still works until it expires.
      const holds = source.registration === 'REGISTERED' || source.registration === 'EXPIRED'
      await tx.source.update({
        where: { id: source.id },
        data: {
          registration: holds ? source.registration : 'FAILED',
          registrationFailures: failures,
          registrationError: words,
          registerAt: new Date(now().getTime() + withJitter(wait, options.random)),
        },
      })
      const { connection } = row.row
      if (failures === alertAfter) await options.alerts.raise(tx, [failedWords(source, connection, words)])
    })
  }

  return {
    async register(organizationId, sourceId, signal) {
      const row = await reader.byId(organizationId, sourceId)
      if (row === null || row.row.registerAt === null || row.row.registerAt > now()) return
      const actor = registrar(organizationId, options.newId(), signal)
      let made: Made
      try {
        made = await ask(row, actor)
      } catch (error) {
        // The hub is stopping: that says nothing of the vendor, and the job runs again.
        if (signal?.aborted === true) throw error
        return fail(row, actor, error)
      }
      await succeed(row, actor, made)
    },

    async unregister(connection, ids, actor) {
      const found = specOf(connection)
      if (found === null || ids.length === 0) return
      const call = callFor(connection, actor, 'webhooks.unregister', true)
      await found.spec.unregister(call, ids, factsOf(found.provider, connection))
    },

    plan: () => planRegistrations(options),
  }
}

/** The hub itself, as calls and audit entries name it. */
function registrar(organizationId: string, correlationId: string, signal: AbortSignal | undefined): Actor {
  const actor = {
    kind: 'SYSTEM',
    id: null,
    name: 'Webhook registrar',
    organizationId,
    ipAddress: null,
    correlationId,
    connectionIds: [],
  } as const
  return signal === undefined ? actor : { ...actor, signal }
}
