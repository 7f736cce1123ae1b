import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { capabilities } from '@patchbay/schema/capabilities/index.ts'
import type { OperationContract } from '@patchbay/schema/capabilities/contract.ts'
import { twinOf } from '@patchbay/server/lab/twins.ts'
import { catalog } from '@patchbay/server/providers/index.ts'
import { buildSchema, getNamedType, isObjectType, type GraphQLNamedType } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { everyField } from '../support/every-field.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { until } from '../support/until.ts'
import { openWebhooks, type OpenWebhooks } from '../support/open-webhooks.ts'

// Two organizations in one hub. The first has something in every table and a canary in every secret; the second asks for
// everything the schema has, with the first one's ids in its hands.

const schema = buildSchema(
  readFileSync(createRequire(import.meta.url).resolve('@patchbay/schema/schema.graphql'), 'utf8'),
)
const webhookNouns = ['Source', 'InboundEvent', 'Event', 'Endpoint', 'Delivery', 'Attempt', 'Replay', 'Alert'] as const
/** A secret inside a vendor's payload: kept with its bytes, shown only as such. */
const inBody = 'opens-something-at-the-vendor'
const canaryMark = 'cAnArY7f3e'

const create = `mutation ($input: CreateConnectionInput!) { createConnection(input: $input) { __typename
  ... on CreateConnectionSuccess { connection { id uuid } } ... on Error { message } } }`
const act = (mutation: string, input: string, body: string) =>
  `mutation ($input: ${input}!) { ${mutation}(input: $input) { __typename ... on Error { message } ${body} } }`

interface Made {
  readonly createConnection: {
    readonly __typename: string
    readonly message?: string
    readonly connection: { readonly id: string; readonly uuid: string }
  }
}

/** Types that only an operation at a vendor brings: nothing of them is kept here. */
function operationTypes(): Set<string> {
  const found = new Set<string>()
  const visit = (type: GraphQLNamedType): void => {
    if (!isObjectType(type) || type.name === 'Connection' || found.has(type.name)) return
    found.add(type.name)
    for (const field of Object.values(type.getFields())) visit(getNamedType(field.type))
  }
  for (const operations of Object.values(capabilities))
    for (const { field } of Object.values<OperationContract>(operations)) {
      const success = schema.getType(`${field.charAt(0).toUpperCase()}${field.slice(1)}Success`)
      if (success !== undefined && success !== null) visit(success)
    }
  return found
}

/** A value that fits the field's rule and holds a canary of its own. */
function canaryFor(provider: string, field: string): string {
  return `${canaryMark}-${provider}-${field}-${randomUUID()}`
}

describe('what one organization has', () => {
  let hub: TestHub
  let stranger: { organizationId: string; apiKey: string }
  const canaries = new Map<string, string>()
  let webhooks: OpenWebhooks
  const made: { id: string; uuid: string }[] = []
  /** Ids and names only the first organization has. */
  const owned = new Set<string>()

  beforeAll(async () => {
    hub = await startHub()
    stranger = await hub.createOrganization('Stranger')
    for (const entry of catalog.list()) {
      const fields = entry.fields
        .filter((field) => field.required || field.kind === 'secret')
        .map((field) => {
          if (field.kind === 'select') return { name: field.name, value: field.options?.[0]?.value ?? '' }
          if (field.kind === 'email') return { name: field.name, value: `owner-${entry.slug}@first.example` }
          if (field.kind !== 'secret')
            return {
              name: field.name,
              value: twinOf(entry.slug)?.credentials.good[field.name] ?? field.placeholder ?? '1234567',
            }
          const value = canaryFor(entry.slug, field.name)
          canaries.set(`${entry.slug}.${field.name}`, value)
          return { name: field.name, value }
        })
      const input = {
        provider: entry.slug,
        name: `First ${entry.slug}`,
        environment: entry.environments[0],
        simulated: true,
        fields,
        idempotencyKey: randomUUID(),
      }
      const answer = await hub.graphql<Made>(create, { input })
      expect(answer.data.createConnection, `${entry.slug}: ${answer.data.createConnection.message}`).toMatchObject({
        __typename: 'CreateConnectionSuccess',
      })
      made.push(answer.data.createConnection.connection)
    }
    // The lab refuses every canary, and repeats in its errors what it was sent, as careless vendors do.
    for (const { slug } of catalog.list())
      await fetch(`${hub.app.lab?.origin}/_control/vendors/${slug}`, {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ echoSecrets: true }),
      }).then((answer) => expect(answer.status).toBe(200))
    for (const { id } of made) {
      await hub.graphql(act('testConnection', 'TestConnectionInput', ''), {
        input: { id, idempotencyKey: randomUUID() },
      })
      for (let n = 0; n < 3; n += 1)
        await hub.graphql(act('probeConnection', 'ProbeConnectionInput', ''), {
          input: { id, idempotencyKey: randomUUID() },
        })
    }
    await hub.graphql(act('inviteMember', 'InviteMemberInput', ''), {
      input: { email: 'guest@first.example', role: 'VIEWER', idempotencyKey: randomUUID() },
    })
    const stripe = made[catalog.list().findIndex(({ slug }) => slug === 'stripe')]
    const secret = canaryFor('stripe', 'webhookSecret')
    canaries.set('stripe.webhookSecret', secret)
    if (stripe !== undefined)
      webhooks = await openWebhooks(hub, { connection: stripe, secret, inBody, mark: 'first.example' })
    await hub.app.parts.audit.flush()
    for (const { id, uuid } of made) owned.add(id).add(uuid)
    for (const table of [
      'Incident',
      'Probe',
      'Call',
      'AuditEntry',
      'Member',
      'Invitation',
      'HealthTransition',
      'ApiKey',
      ...webhookNouns,
    ])
      for (const { id } of await hub.database.system.sql.query<{ id: string }>(
        `select id::text from "${table}" where "organizationId" = $1 limit 200`,
        [hub.organizationId],
      ))
        owned.add(id)
  }, 120_000)
  afterAll(() => hub.stop())

  const globalId = (noun: string, id: string) => Buffer.from(`${noun}:${id}`).toString('base64')

  /** Global id of one of each noun of webhooks. */
  async function oneOfEach(): Promise<Record<(typeof webhookNouns)[number], string>> {
    const found = await Promise.all(
      webhookNouns.map(async (noun) => {
        const [row] = await hub.database.system.sql.query<{ id: string }>(
          `select id::text from "${noun}" where "organizationId" = $1 order by "id" limit 1`,
          [hub.organizationId],
        )
        return [noun, globalId(noun, row?.id ?? '')] as const
      }),
    )
    return Object.fromEntries(found) as Record<(typeof webhookNouns)[number], string>
  }

  /** Asks every query field, with ids of the first organization, as the holder of `key`. */
  async function askEverything(key: string): Promise<{ texts: string[]; reached: ReadonlySet<string> }> {
    const texts: string[] = []
    const reached = new Set<string>()
    const ids = [...made.slice(0, 3).map(({ id }) => id)]
    for (const [noun, table] of [
      ['Call', 'Call'],
      ['Incident', 'Incident'],
      ['Member', 'Member'],
      ['AuditEntry', 'AuditEntry'],
      ['Invitation', 'Invitation'],
      ['ApiKey', 'ApiKey'],
      ...webhookNouns.map((noun) => [noun, noun] as const),
    ] as const)
      for (const row of await hub.database.system.sql.query<{ id: string }>(
        `select id::text from "${table}" where "organizationId" = $1 order by "id" limit 1`,
        [hub.organizationId],
      ))
        ids.push(globalId(noun, row.id))
    for (const id of ids) {
      const noun = Buffer.from(id, 'base64').toString().split(':')[0] ?? ''
      const tried = {
        'previewErasure.subject': 'nobody@nowhere.example',
        'previewAlertRule.input': { condition: 'RAISED', kinds: ['*'] },
        'topConnections.by': 'CALLS',
        range: { preset: 'DAY' },
        'previewReplay.filter': { ids: [globalId('Delivery', webhooks.deliveryId)] },
        'previewPayload.input': {
          payload: 'JSONATA',
          payloadText: 'data',
          eventId: globalId('Event', webhooks.eventId),
        },
      }
      const walk = everyField(schema, { id, ids: [id], ...tried }, 3)
      for (const field of walk.reached) reached.add(field)
      for (const reader of walk.readers) {
        // Fields without an id argument answer the same for every id.
        if (id !== ids[0] && !/\(.*id/.test(reader.query.slice(0, 60))) continue
        // Nor does a thing answer to another noun's name.
        if (/^nodes?$/.test(reader.field) && !reader.query.includes(`... on ${noun} {`)) continue
        const answer = await hub.graphql(reader.query, reader.variables, { key })
        expect(
          answer.errors.filter((error) => error.extensions?.['code'] === 'INTERNAL_SERVER_ERROR'),
          reader.field,
        ).toEqual([])
        expect(
          answer.errors.filter((error) => /cost|complex|depth|alias|token/i.test(error.message)),
          reader.field,
        ).toEqual([])
        // The id that was asked with comes back in the words of a refusal; nothing else may.
        const asked = [id, globalId('Delivery', webhooks.deliveryId), globalId('Event', webhooks.eventId)]
        if (reader.field === 'previewPayload') asked.push(webhooks.eventId)
        texts.push(asked.reduce((text, one) => text.replaceAll(one, 'what was asked for'), JSON.stringify(answer)))
      }
    }
    return { texts, reached }
  }

  test('T2: is not seen by another in any field of the schema', async () => {
    const { texts } = await askEverything(stranger.apiKey)
    const all = texts.join('\n')
    const seen = [...owned].flatMap((id) => texts.filter((text) => text.includes(id)).map((text) => text.slice(0, 400)))
    expect(seen).toEqual([])
    expect(all).not.toContain('First stripe')
    expect(all).not.toContain('first.example')
  })

  test('T2: its owner sees it by the same documents, so the walk reaches what it must hide', async () => {
    const { texts, reached } = await askEverything(hub.apiKey)
    const all = texts.join('\n')
    // A page of a list holds twenty.
    expect(made.filter(({ uuid }) => all.includes(uuid)).length).toBeGreaterThanOrEqual(20)
    expect(all).toContain('guest@first.example')
    const batches = new Set([
      'CallBatch',
      'ConnectionHealthBatch',
      'ConnectionLaneChange',
      'IncidentBatch',
      'IncidentChange',
      'FieldFault',
      // Only a mutation gives it, and it is about make-believe vendors.
      'LabEmission',
    ])
    const ofVendors = operationTypes()
    const unreached: string[] = []
    for (const type of Object.values(schema.getTypeMap())) {
      if (!isObjectType(type) || type.name.startsWith('__') || batches.has(type.name)) continue
      if (type.name.endsWith('Batch') || ofVendors.has(type.name)) continue
      if (/^(Query|Mutation|Subscription)$|Success$|Error$|PageInfo$/.test(type.name)) continue
      if (![...reached].some((field) => field.startsWith(`${type.name}.`))) unreached.push(type.name)
    }
    expect(unreached).toEqual([])
  })

  test('T2: is not changed by another', async () => {
    const id = made[0]?.id
    const name = 'First stripe'
    const {
      Source: source,
      InboundEvent: inbound,
      Endpoint: endpoint,
      Delivery: delivery,
      Replay: replay,
    } = await oneOfEach()
    const [row] = await hub.database.system.sql.query<{ id: string }>(
      `select "id"::text from "ApiKey" where "organizationId" = $1 limit 1`,
      [hub.organizationId],
    )
    const apiKey = globalId('ApiKey', row?.id ?? '')
    const attempts: [string, string, Record<string, unknown>][] = [
      ['updateConnection', 'UpdateConnectionInput', { id, name: 'Taken over' }],
      ['setCredentials', 'SetCredentialsInput', { id, fields: [{ name: 'secretKey', value: 'sk_test_mine' }] }],
      ['testConnection', 'TestConnectionInput', { id }],
      ['probeConnection', 'ProbeConnectionInput', { id }],
      ['pauseConnection', 'PauseConnectionInput', { id }],
      ['resumeConnection', 'ResumeConnectionInput', { id }],
      ['resetBreaker', 'ResetBreakerInput', { id }],
      ['setCallLimits', 'SetCallLimitsInput', { id, limits: [{ window: 'DAY', calls: 1 }] }],
      ['setCaching', 'SetCachingInput', { id, ttlSeconds: 60 }],
      ['purgeCache', 'PurgeCacheInput', { id }],
      ['startOAuth', 'StartOAuthInput', { id }],
      ['deleteConnection', 'DeleteConnectionInput', { id, name }],
      ['createSource', 'CreateSourceInput', { connectionId: id }],
      ['updateSource', 'UpdateSourceInput', { id: source, enabled: false }],
      ['addSourceSecret', 'AddSourceSecretInput', { sourceId: source, value: 'whsec_mine' }],
      ['retireSourceSecret', 'RetireSourceSecretInput', { sourceId: source, secretId: randomUUID() }],
      ['rotateSourceToken', 'RotateSourceTokenInput', { id: source }],
      ['registerSource', 'RegisterSourceInput', { id: source }],
      ['unregisterSource', 'UnregisterSourceInput', { id: source }],
      ['removeSourceRule', 'RemoveSourceRuleInput', { sourceId: source, ruleId: randomUUID() }],
      ['deleteSource', 'DeleteSourceInput', { id: source, name }],
      ['assignInboundEvent', 'AssignInboundEventInput', { id: inbound, eventType: 'payment.refunded' }],
      ['verifyInboundEvent', 'VerifyInboundEventInput', { id: inbound }],
      ['replayInboundEvent', 'ReplayInboundEventInput', { id: inbound }],
      ['discardInboundEvents', 'DiscardInboundEventsInput', { ids: [inbound] }],
      ['updateEndpoint', 'UpdateEndpointInput', { id: endpoint, enabled: false }],
      ['rotateEndpointKey', 'RotateEndpointKeyInput', { id: endpoint }],
      ['retireEndpointKey', 'RetireEndpointKeyInput', { endpointId: endpoint, keyId: randomUUID() }],
      ['resetEndpointBreaker', 'ResetEndpointBreakerInput', { id: endpoint }],
      ['sendTestEvent', 'SendTestEventInput', { endpointId: endpoint }],
      ['deleteEndpoint', 'DeleteEndpointInput', { id: endpoint, url: 'https://first.example' }],
      ['replayDeliveries', 'ReplayDeliveriesInput', { filter: { endpointId: endpoint } }],
      ['cancelReplay', 'CancelReplayInput', { id: replay }],
      ['cancelDeliveries', 'CancelDeliveriesInput', { ids: [delivery] }],
      ['updateApiKey', 'UpdateApiKeyInput', { id: apiKey, name: 'Taken over' }],
      ['rotateApiKey', 'RotateApiKeyInput', { id: apiKey }],
      ['revokeApiKey', 'RevokeApiKeyInput', { id: apiKey, reason: 'Mine now' }],
      ['createApiKey', 'CreateApiKeyInput', { name: 'Bridge', scopes: ['call:read'], connections: [id] }],
    ]
    for (const [mutation, input, values] of attempts) {
      const answer = await hub.graphql<Record<string, { __typename: string }>>(
        act(mutation, input, ''),
        { input: values },
        { key: stranger.apiKey },
      )
      expect(answer.data[mutation]?.__typename, mutation).toBe('NotFoundError')
    }
  })

  test('T2: is not streamed to another, not even from the first one’s cursor', async () => {
    const query = `subscription ($after: String) { callLogged(after: $after) { cursor calls { uuid } } }`
    interface Batch {
      callLogged: { cursor: string; calls: { uuid: string }[] }
    }
    const mine = hub.subscribe<Batch>(query)
    const { callLogged } = await mine.first('a cursor', () => true)
    const theirs = hub.subscribe<Batch>(query, { after: callLogged.cursor }, { key: stranger.apiKey })
    await theirs.first('their first batch', () => true)
    await hub.graphql(act('probeConnection', 'ProbeConnectionInput', ''), {
      input: { id: made[0]?.id, idempotencyKey: randomUUID() },
    })
    await mine.first('the logged probe', (event) => event.callLogged.calls.length > 0)
    expect(theirs.received.flatMap((event) => event.callLogged.calls)).toEqual([])
    mine.stop()
    theirs.stop()
  })

  test('C4: a canary planted in every credential is in no answer, log line, metric or column', async () => {
    expect(canaries.size).toBeGreaterThan(8)
    const { texts } = await askEverything(hub.apiKey)
    const metrics = await (await hub.fetch('/metrics')).text()
    const stored: string[] = []
    const columns = await hub.database.system.sql.query<{ schema: string; table: string }>(
      `select table_schema as schema, table_name as table from information_schema.tables
       where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')`,
    )
    for (const { schema: space, table } of columns)
      for (const { hit } of await hub.database.system.sql.query<{ hit: string }>(
        `select t::text as hit from "${space}"."${table}" t where t::text like $1 or t::text like $2`,
        // As text, and as the hexadecimal that bytea columns print.
        [`%${canaryMark}%`, `%${Buffer.from(canaryMark).toString('hex')}%`],
      ))
        stored.push(`${table}: …${hit.slice(Math.max(0, hit.indexOf(canaryMark) - 160), hit.indexOf(canaryMark) + 80)}`)
    expect(stored).toEqual([])
    const answers = texts.join('\n')
    // The whole address is shown where it was asked for, and its secret nowhere else.
    expect(answers).toContain(`"url":"${webhooks.address}"`)
    expect(answers).not.toContain(inBody)
    const bare = answers.replaceAll(`"url":"${webhooks.address}"`, '')
    for (const secret of webhooks.secrets) {
      expect(secret.length).toBeGreaterThan(20)
      for (const [where, text] of Object.entries({ bare, logs: hub.logs.join('\n'), metrics }))
        expect(text.includes(secret), `${where} hold a secret the hub made`).toBe(false)
      for (const { schema: space, table } of columns)
        expect(
          await hub.database.system.sql.query(`select 1 from "${space}"."${table}" t where t::text like $1 limit 1`, [
            `%${secret}%`,
          ]),
          `${table} holds a secret the hub made`,
        ).toEqual([])
    }
    for (const [where, text] of [
      ['answers', answers],
      ['log', hub.logs.join('\n')],
      ['metrics', metrics],
      ['terminal', hub.said.join('\n')],
    ] as const) {
      expect(text.includes(canaryMark), `${where} hold a canary`).toBe(false)
      expect(
        text.includes(Buffer.from(canaryMark).toString('base64').slice(0, 12)),
        `${where} hold a canary in base64`,
      ).toBe(false)
    }
    // The calls were really made and logged: their absence would prove nothing.
    await until('calls in the log', async () => {
      const [row] = await hub.database.system.sql.query<{ calls: number }>(
        `select count(*)::int as calls from "Call" where "organizationId" = $1`,
        [hub.organizationId],
      )
      return (row?.calls ?? 0) > made.length
    })
  })
})
