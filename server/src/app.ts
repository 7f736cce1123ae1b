import { randomBytes } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Database } from '@patchbay/prisma/database.ts'
import { DatabaseFault } from '@patchbay/prisma/errors.ts'
import type { HubFacts } from '@patchbay/schema/context.ts'
import { startLab, type LabOptions } from '../lab/lab.ts'
import { createAlertParts } from './app/alerts.ts'
import { firstSignIn } from './app/banner.ts'
import { createErasureParts } from './app/erasures.ts'
import { openData, StartError } from './app/data.ts'
import { registerGauges } from './app/gauges.ts'
import { createCostParts } from './app/costs.ts'
import { createGateway } from './app/gateway.ts'
import { createInboundParts } from './app/inbound.ts'
import { newId as timeOrderedId } from './app/ids.ts'
import { originsOf } from './app/origin.ts'
import { ownOrganization, systemActor } from './app/own-organization.ts'
import { createDoors } from './app/doors.ts'
import type { App, AppOptions } from './app/options.ts'
import { createOutbound } from './app/outbound.ts'
import { createReaders } from './app/readers.ts'
import { authSecretOf, derivedKey, masterKeysOf } from './app/secrets.ts'
import { readVersion } from './app/version.ts'
import { createFaults, createSystem } from './app/system.ts'
import { createWayOut } from './app/way-out.ts'
import { startWorkers } from './app/workers.ts'
import { createCommands, type Collaborators } from './commands/index.ts'
import { preconfigure } from './commands/preconfigured.ts'
import type { Config } from './config.ts'
import { demoOrganization, startDemo } from './demo.ts'
import { createAudit } from './engine/audit/audit.ts'
import { createHealth } from './engine/health/health.ts'
import { createJobs } from './engine/jobs/jobs.ts'
import { createLive } from './engine/live/live.ts'
import type { OAuth } from './engine/oauth/contract.ts'
import { firstStart } from './engine/people/first-start.ts'
import { createKeyKeeper, registerKeys } from './engine/people/key-keeper.ts'
import { createPeople } from './engine/people/people.ts'
import { checkMasterKeys, createVault, VaultBootError } from './engine/vault/vault.ts'
import { createAddressReader } from './http/client-address.ts'
import { createQueryRunner } from './http/graphql-runner.ts'
import { createMetrics } from './http/metrics.ts'
import { createServer, ListenError } from './http/server.ts'
import { catalog, providers } from './providers/index.ts'

export { StartError } from './app/data.ts'
export type { App, AppOptions } from './app/options.ts'

/** Requests still open after this long are cut. */
const drainMs = 6000
const queueDrainMs = 4000

/**
 * Builds the hub, every part once and in the order they need each other. Whatever was opened is closed again when a later
 * part cannot be. Throws StartError when a person has to act first.
 */
export async function createApp(config: Config, options: AppOptions): Promise<App> {
  const stack = new AsyncDisposableStack()
  try {
    return await build(config, options, stack)
  } catch (error) {
    await stack.disposeAsync()
    const inWords = error instanceof DatabaseFault || error instanceof VaultBootError || error instanceof ListenError
    throw inWords ? new StartError(error.message, { cause: error }) : error
  }
}

async function build(config: Config, options: AppOptions, stack: AsyncDisposableStack): Promise<App> {
  const { log, say = () => {}, now = () => new Date(), random = Math.random, newId = timeOrderedId } = options
  const milliseconds = () => now().getTime()
  const version = readVersion()
  const { fault, tell } = createFaults(log)

  // The port comes first: it is the cheapest thing to be refused, and the address of everything else depends on it.
  const metrics = createMetrics({ version, role: config.role })
  stack.defer(() => metrics.close())
  const server = await createServer({
    host: config.host,
    port: config.port,
    addressOf: createAddressReader(config.trustedProxies),
    newId,
    requestsPerMinute: config.requestsPerMinute,
    proxyDomain: config.proxy.domain,
    metrics,
    log,
  })
  stack.defer(() => server.close(drainMs))
  const url = config.publicUrl ?? `http://localhost:${server.port}`

  // Data, keys, and what every change leaves behind.
  const masterKeys = await masterKeysOf(config)
  const authSecret = await authSecretOf(config)
  const database = options.database ?? stack.use(closing(await openData(config)))
  await checkMasterKeys(database, masterKeys)
  const vault = createVault({ wrappers: masterKeys })
  const audit = createAudit({ database, now, newId, onFault: fault('audit') })
  stack.defer(() => audit.close())
  const live = createLive({ database, onFault: fault('live') })
  await live.start()
  stack.defer(() => live.close())
  const system = createSystem({ database, live, config, version, now, newId, log, stack })
  tell(system)

  const provider = (slug: string) => options.providers?.get(slug) ?? providers.get(slug)
  const gateway = await createGateway({
    database,
    live,
    vendorLimits: (slug) => provider(slug)?.entry.limits ?? [],
    cacheBytes: config.cacheBytes,
    now,
    newId,
    onFault: fault('gateway'),
    stack,
  })

  const { alerts } = gateway
  const { costBook, costs, startCosts } = await createCostParts({
    database,
    alerts,
    now,
    onFault: fault('costs'),
    stack,
  })

  // The way out.
  const lab =
    config.mode === 'demo'
      ? await startLab({ port: config.labPort, ...(options.lab ?? (await labKept(config))) })
      : null
  if (lab) stack.defer(() => lab.close())
  const labOrigin = lab?.origin ?? null
  const out = { config, database, vault, audit, live, metrics, provider, gateway, costBook, labOrigin, publicUrl: url }
  const wayOut = createWayOut({ ...out, now, random, newId, fault, stack })
  const { egress, callLog, plainCalls, credentials, connections, calls, oauth } = wayOut

  // Work that waits, and who may ask for it.
  const jobs = createJobs({ database, worker: config.role !== 'web', onFault: fault('jobs'), ...options.jobs })
  await jobs.start()
  stack.defer(() => jobs.stop(queueDrainMs))
  const people = createPeople({
    database,
    audit,
    now: milliseconds,
    newId,
    publicUrl: url,
    origins: originsOf(config, url, server.port),
    secret: authSecret,
    signInsPerMinute: config.signInsPerMinute,
    identities: config.identities,
    log: (level, message) => log[level](message),
  })
  stack.defer(() => people.close())
  await people.start()
  const health = createHealth({
    database,
    calls,
    live,
    alerts: gateway.alerts,
    audit,
    jobs,
    provider,
    now,
    random,
    newId,
    settings: options.health ?? {},
  })
  // The embedded database has one process at a time: tests still under way ended with the last one.
  if (database.engine === 'pglite') await health.endTests()

  // Webhooks on their way out.
  const facts: HubFacts = {
    version,
    demo: config.mode === 'demo',
    signIns: config.identities.map(({ id, name }) => ({ id, name })),
    publicUrl: url,
  }
  const readers = createReaders({
    database,
    gateway: gateway.readers,
    audit,
    retention: config.retention,
    now: milliseconds,
  })
  const queries = createQueryRunner({ surroundings: { database, live, catalog, hub: facts, readers, now }, newId })
  const onFault = fault('deliveries')
  const outbound = createOutbound({
    database,
    prices: costBook,
    live,
    vault,
    audit,
    egress,
    queries,
    version,
    now,
    random,
    newId,
    onFault,
    stack,
  })
  const { fanOut, endpointKeys, payloads, dispatcher } = outbound

  // Webhooks on their way in.
  const newToken = () => randomBytes(32).toString('base64url')
  const hooks = { publicUrl: url, hooksPerMinute: config.hooksPerMinute }
  const shared = {
    database,
    vault,
    audit,
    live,
    jobs,
    calls,
    plainCalls,
    egress,
    provider,
    now,
    random,
    newId,
    newToken,
  }
  const { inbound, router, registration } = createInboundParts({ ...shared, ...outbound, ...hooks, fault, stack })

  const { channels, alertWorker, startAlerts } = createAlertParts({
    ...shared,
    ...gateway,
    fanOut,
    smtp: config.smtp,
    publicUrl: url,
    ...(options.alerts === undefined ? {} : { settings: options.alerts }),
    onFault: fault('alerts'),
    stack,
  })
  const erasures = createErasureParts({
    database,
    lanes: gateway.lanes,
    vault,
    audit,
    hashKey: derivedKey(authSecret, 'erased subjects'),
    now,
    newId,
  })

  // The rules.
  const parts: Collaborators = {
    database,
    vault,
    audit,
    live,
    lanes: gateway.lanes,
    alerts,
    costs,
    channels,
    jobs,
    calls,
    connections,
    credentials,
    oauth,
    health,
    egress,
    fanOut,
    endpointKeys,
    payloads,
    inbound,
    registration,
    erasures,
    publicUrl: url,
    people,
    provider,
    catalog,
    providerSlugs: [...providers.keys()],
    lab: lab ? { origin: lab.origin, fetch } : null,
    requestKey: derivedKey(authSecret, 'idempotent requests'),
    probeIntervalSeconds: config.probeIntervalSeconds,
    now,
    newId,
    newToken,
  }
  const commands = createCommands(parts)
  const authorizations: Pick<OAuth, 'finish'> = {
    async finish(query) {
      const connected = await oauth.finish(query)
      // Whoever connected is watching for it to turn green. Lost with a kill, the next planning probes anyway.
      await jobs.send('health.probe', connected, { singletonKey: `${connected.connectionId}:now` }).catch(fault('jobs'))
      return connected
    },
  }
  const first = await firstStart({
    database,
    people,
    audit,
    now: milliseconds,
    newId,
    organization: config.mode === 'demo' ? demoOrganization : ownOrganization(config),
    admin: config.admin,
    bootstrapApiKey: config.bootstrapApiKey,
  })
  if (first.admin?.password) say(firstSignIn(url, { email: first.admin.email, password: first.admin.password }))
  registerGauges(metrics, { database, live, callLog, dispatcher, inbound })

  let letGo = async (): Promise<void> => {}
  async function start(): Promise<void> {
    const doors = createDoors({
      config,
      database,
      people,
      commands,
      live,
      catalog,
      hub: facts,
      readers,
      now,
      metrics,
      log,
      inbound,
      connections,
      calls,
      provider,
      authorizations,
      ...(options.clientFolder === undefined ? {} : { clientFolder: options.clientFolder }),
    })
    letGo = doors.letGo
    await inbound.start()
    server.mount(doors)

    // The work.
    if (config.role !== 'web') {
      const stopWorkers = await startWorkers({
        database,
        jobs,
        health,
        registration,
        erasures,
        system,
        vault,
        audit,
        live,
        retention: config.retention,
        now,
        newId,
        log,
      })
      stack.defer(stopWorkers)
      await registerKeys(jobs, createKeyKeeper({ database, vault, alerts: gateway.alerts, audit, now, newId }))
      await startAlerts()
      await gateway.startWork(jobs)
      await startCosts(jobs)
      await dispatcher.start()
      await router.start()
      const actor = systemActor(first.organizationId, 'Environment', newId)
      for (const made of await preconfigure(parts, commands.connection, actor, config.connections))
        log.info(
          { provider: made.provider, outcome: made.outcome, faults: made.faults },
          'connection named by the environment',
        )
    }
    if (lab && config.role !== 'web' && options.demo !== false)
      stack.defer(startDemo({ parts, commands, oauth: authorizations, url, random, log }))
    await system.started()
    log.info({ url, mode: config.mode, role: config.role, database: database.engine, version }, 'ready')
    say(`Patchbay is ready: ${url}`)
  }

  return {
    url,
    organizationId: first.organizationId,
    parts,
    commands,
    lab,
    alertWorker,
    start,
    async stop() {
      // Nobody new comes in, subscribers are sent away, requests in hand are answered; then the parts close, the last one made first.
      const drained = server.close(drainMs)
      await letGo()
      await drained
      await stack.disposeAsync()
      log.info('stopped')
    },
  }
}

/** The lab remembers its orders and parcels over a restart, in the data folder. */
async function labKept(config: Config): Promise<LabOptions> {
  await mkdir(config.dataFolder, { recursive: true, mode: 0o700 })
  return { persist: join(config.dataFolder, 'lab.json') }
}

function closing(database: Database): Database & AsyncDisposable {
  return { ...database, [Symbol.asyncDispose]: () => database.close() }
}
