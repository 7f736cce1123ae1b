import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { Webhook } from 'standardwebhooks'
import { describe, expect, test } from 'vitest'

// The code the guide gives to consumers is run here, against deliveries the official library signed.

const folder = new URL('../../client/src/lib/consumer/', import.meta.url)
const secret = `whsec_${randomBytes(32).toString('base64')}`
const event = { id: '019f', type: 'order.created', data: { name: 'مها' } }

interface Delivery {
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
  readonly secret: string
}
type Verify = (delivery: Delivery) => unknown

function signed(at = new Date(), by = [secret]): Delivery {
  const body = JSON.stringify(event)
  const signatures = by.map((key) => new Webhook(key).sign('019f', at, body))
  const timestamp = String(Math.floor(at.getTime() / 1000))
  const headers = { 'webhook-id': '019f', 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
  return { body, headers, secret }
}

/** By address, so that the client's own type checker alone judges its sources. */
async function typescript(): Promise<Verify> {
  const { verify } = (await import(new URL('verify.ts', folder).href)) as {
    verify: (body: string, headers: Headers, secret: string) => unknown
  }
  return ({ body, headers, secret: key }) => verify(body, new Headers(headers), key)
}

const harness = `
import json, sys
sys.path.insert(0, sys.argv[1])
from verify import verify
delivery = json.load(sys.stdin)
print(json.dumps(verify(delivery["body"].encode(), delivery["headers"], delivery["secret"])))
`
function python(): Promise<Verify> {
  return Promise.resolve((delivery) => {
    const run = spawnSync('python3', ['-B', '-c', harness, fileURLToPath(folder)], { input: JSON.stringify(delivery) })
    if (run.status !== 0) throw new Error(run.stderr.toString())
    return JSON.parse(run.stdout.toString()) as unknown
  })
}

/** Whether the language is on this machine; TypeScript always is. */
const hasPython = spawnSync('python3', ['--version']).status === 0

describe.each([
  ['TypeScript', typescript, true],
  ['Python', python, hasPython],
] as const)('D2: the %s of the guide', (_, load, here) => {
  test.skipIf(!here)('takes what the official library signed, also beside the signature of another key', async () => {
    const verify = await load()
    const other = `whsec_${randomBytes(24).toString('base64')}`
    expect(verify(signed())).toEqual(event)
    expect(verify(signed(new Date(), [other, secret]))).toEqual(event)
  })

  test.skipIf(!here)('refuses what was altered, is old, unsigned, or signed by somebody else', async () => {
    const verify = await load()
    const good = signed()
    const other = `whsec_${randomBytes(24).toString('base64')}`
    const bare = { 'webhook-id': '019f', 'webhook-timestamp': good.headers['webhook-timestamp'] ?? '' }
    expect(() => verify({ ...good, body: good.body.replace('order', 'Order') })).toThrow(/does not fit/)
    expect(() => verify({ ...good, headers: { ...good.headers, 'webhook-id': '019e' } })).toThrow(/does not fit/)
    expect(() => verify(signed(new Date(Date.now() - 600_000)))).toThrow(/fresh/)
    expect(() => verify(signed(new Date(Date.now() + 600_000)))).toThrow(/fresh/)
    expect(() => verify({ ...good, headers: bare })).toThrow(/does not fit/)
    expect(() => verify({ ...good, headers: {} })).toThrow(/fresh/)
    expect(() => verify(signed(new Date(), [other]))).toThrow(/does not fit/)
  })
})
