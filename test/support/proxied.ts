import { randomUUID } from 'node:crypto'
import { request as send, type IncomingMessage, type RequestOptions } from 'node:http'
import { buffer } from 'node:stream/consumers'
import { sealSecrets, storeSecrets } from '@patchbay/server/commands/connection-secrets.ts'
import type { Provider } from '@patchbay/server/providers/provider.ts'
import { startHub, type TestHub } from './hub.ts'
import { testActor, testProvider } from './test-provider.ts'
import { startVendor, type VendorHandler, type VendorServer } from './vendor-server.ts'

export const vendorKey = 'sk_live_9fJ2kLmQ8rTvX4yZ'

/** The real hub with a connection to a vendor this test plays. */
export interface Proxied extends AsyncDisposable {
  readonly hub: TestHub
  readonly vendor: VendorServer
  /** Uuid of the connection. */
  readonly connection: string
  /** A request through the proxy with the owner's key; `path` is below the connection. */
  ask(path: string, options?: Ask): Promise<Answer>
}

export interface Ask extends RequestOptions {
  readonly body?: string | Uint8Array
}

export interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly text: string
  readonly json: any // eslint-disable-line @typescript-eslint/no-explicit-any -- whatever the vendor of a test says
}

export interface ProxiedOptions {
  readonly traits?: Partial<Provider>
  readonly env?: Record<string, string>
}

/** @param played the vendor, or what it answers */
export async function startProxied(
  played: VendorHandler | VendorServer,
  options: ProxiedOptions = {},
): Promise<Proxied> {
  const vendor = typeof played === 'function' ? await startVendor(played) : played
  const provider = testProvider(vendor.origin, options.traits)
  const hub = await startHub({
    env: { PATCHBAY_EGRESS_ORIGINS: vendor.origin, ...options.env },
    app: { providers: new Map([[provider.entry.slug, provider]]) },
  })
  const connection = await addConnection(hub, provider)
  return {
    hub,
    vendor,
    connection,
    ask: (path, ask) => askHub(hub, `/proxy/${connection}${path}`, ask),
    async [Symbol.asyncDispose]() {
      await hub.stop()
      await vendor[Symbol.asyncDispose]()
    },
  }
}

/** A row of its own with sealed credentials: the registry does not know this provider, so the API would not make it. */
export async function addConnection(
  hub: TestHub,
  provider: Provider,
  organizationId = hub.organizationId,
): Promise<string> {
  const id = randomUUID()
  const { vault } = hub.app.parts
  const { slug, category } = provider.entry
  const tenant = hub.database.tenant(organizationId)
  await tenant.prisma.connection.create({
    data: {
      id,
      organizationId,
      provider: slug,
      category,
      name: `Acme ${id}`,
      environment: 'SANDBOX',
      status: 'ACTIVE',
      settings: { clientId: 'client-1' },
    },
  })
  const row = { id: randomUUID(), organizationId, version: 1 }
  const sealed = await sealSecrets(vault, provider.entry, { apiKey: vendorKey, clientSecret: 'shh-very-secret' }, row)
  await tenant.prisma.$transaction((tx) => storeSecrets(tx, testActor(organizationId), id, sealed, new Date()))
  return id
}

/** One request on a connection of its own, answered whatever the status. */
export async function askHub(hub: TestHub, path: string, { body, headers, ...options }: Ask = {}): Promise<Answer> {
  const { hostname, port } = new URL(hub.url)
  const size = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const sent = send(
      {
        hostname,
        port,
        path,
        agent: false,
        ...options,
        headers: { authorization: `Bearer ${hub.apiKey}`, ...size, ...headers },
      },
      resolve,
    )
    sent.on('error', reject).end(body)
  })
  const text = (await buffer(response)).toString()
  return { status: response.statusCode ?? 0, headers: response.headers, text, json: parsed(text) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
