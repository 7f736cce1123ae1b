import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { globalId } from '@patchbay/schema/node.ts'
import { newApiKey } from '@patchbay/server/engine/people/api-keys.ts'
import { connect } from '../support/connect.ts'
import { freePort } from '../support/free-port.ts'
import { startHubProcess } from '../support/hub-process.ts'
import type { TestHub } from '../support/hub.ts'
import { runEffects, type EffectsReport } from './effects.ts'

/** Connections of each vendor: one silent for a second, because its vendor asked for it, leaves the others at work. */
const each = 6

type Hub = Pick<TestHub, 'url' | 'apiKey' | 'graphql'>

interface Wanted {
  readonly calls: number
  readonly seed: number
  readonly say?: (line: string) => void
}

/** Runs the calls against a hub with a lab. */
export async function startEffects(hub: Hub, labOrigin: string, wanted: Wanted): Promise<EffectsReport> {
  const ids = async (vendor: 'stripe' | 'sendgrid' | 'shopify'): Promise<string[]> => {
    const made: string[] = []
    for (let n = 0; n < each; n++) made.push((await connect(hub, vendor, `Fault ${vendor} ${n}`)).uuid)
    return made
  }
  const connections = { stripe: await ids('stripe'), sendgrid: await ids('sendgrid'), shopify: await ids('shopify') }
  const close = 'mutation ($id: ID!) { resetBreaker(input: { id: $id }) { __typename } }'
  const calm = (connection: string) => hub.graphql(close, { id: globalId('Connection', connection) })
  return runEffects({ ...wanted, hub, labOrigin, connections, calm })
}

/** The same against a hub of its own, as production runs it. */
export async function playEffects(
  options: Wanted & { readonly databaseUrl: string | undefined },
): Promise<EffectsReport> {
  const { databaseUrl, ...wanted } = options
  const home = await mkdtemp(join(tmpdir(), 'patchbay-effects-'))
  const apiKey = newApiKey()
  const labPort = await freePort()
  const hub = startHubProcess({
    PATCHBAY_MODE: 'demo',
    PATCHBAY_DATA_DIR: home,
    PATCHBAY_LAB_PORT: String(labPort),
    PATCHBAY_BOOTSTRAP_API_KEY: apiKey,
    PATCHBAY_REQUESTS_PER_MINUTE: '0',
    PATCHBAY_PROXY_REQUESTS_PER_MINUTE: '0',
    LOG_LEVEL: 'warn',
    ...(databaseUrl === undefined ? {} : { DATABASE_URL: databaseUrl }),
  })
  try {
    const url = await hub.ready()
    const graphql = async (query: string, variables = {}) => {
      const answer = await fetch(`${url}/graphql`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${apiKey}` },
        body: JSON.stringify({ query, variables }),
      })
      return { errors: [], extensions: {}, ...((await answer.json()) as object), status: answer.status }
    }
    return await startEffects(
      { url, apiKey, graphql: graphql as unknown as TestHub['graphql'] },
      `http://127.0.0.1:${labPort}`,
      wanted,
    )
  } finally {
    await hub.end('SIGTERM')
    await rm(home, { recursive: true, force: true })
  }
}
