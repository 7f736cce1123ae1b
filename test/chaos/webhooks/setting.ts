import { randomBytes, randomUUID } from 'node:crypto'
import type { Door, Mutation } from '../door.ts'
import type { Address } from './vendor.ts'

async function change<T>(door: Door, mutation: Mutation): Promise<T> {
  const reply = await door.change<T>(mutation)
  if (reply.kind === 'done') return reply.data
  throw new Error(`${mutation.name}: ${reply.kind === 'refused' ? reply.message : 'no answer'}`)
}

/** Connections to Stripe with a source each, through the API as anybody would make them. */
export async function openSources(door: Door, count: number): Promise<[Address, ...Address[]]> {
  const addresses: Address[] = []
  for (let n = 1; n <= count; n++) addresses.push(await openSource(door, n))
  const [first, ...rest] = addresses
  if (first === undefined) throw new Error('a storm needs a source')
  return [first, ...rest]
}

async function openSource(door: Door, n: number): Promise<Address> {
  const { connection } = await change<{ connection: { id: string } }>(door, {
    name: 'createConnection',
    wanted: 'connection { id }',
    input: {
      provider: 'stripe',
      name: `Storm ${n}`,
      environment: 'SANDBOX',
      probeIntervalSeconds: 86_400,
      fields: [{ name: 'secretKey', value: `sk_test_${randomBytes(12).toString('hex')}` }],
      idempotencyKey: randomUUID(),
    },
  })
  const { source } = await change<{ source: { id: string; url: string } }>(door, {
    name: 'createSource',
    wanted: 'source { id url }',
    input: { connectionId: connection.id, idempotencyKey: randomUUID() },
  })
  const secret = `whsec_${randomBytes(24).toString('base64url')}`
  await change(door, {
    name: 'addSourceSecret',
    wanted: 'source { id }',
    input: { sourceId: source.id, value: secret, idempotencyKey: randomUUID() },
  })
  return { path: new URL(source.url).pathname, secret }
}

/** Seconds before each try: a run cannot wait for hours, and tries again as often as the hub's own schedule does. */
const schedule = [0, 1, 1, 2, 2, 4, 4, 8, 8, 16]

/** An endpoint for every event; its secret. */
export async function openEndpoint(door: Door, url: string): Promise<string> {
  const { secret } = await change<{ secret: string }>(door, {
    name: 'createEndpoint',
    wanted: 'secret',
    input: { url, eventTypes: ['*'], schedule, idempotencyKey: randomUUID() },
  })
  return secret
}
