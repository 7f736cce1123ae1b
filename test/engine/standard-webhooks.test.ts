import { spawnSync } from 'node:child_process'
import { createPublicKey, verify as verifyWith } from 'node:crypto'
import { fileURLToPath } from 'node:url'
import { newId } from '@patchbay/server/app/ids.ts'
import { Webhook } from 'standardwebhooks'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startDeliveryRig, type DeliveryRig } from '../support/delivery-rig.ts'
import type { Received } from '../support/receiver.ts'

// What is judged here left the real dispatcher over HTTP. Witness for HMAC is the official library; its JavaScript edition
// knows v1 only, so ed25519 is verified with Node's own crypto by the words of the specification.

let rig: DeliveryRig
let organizationId: string
beforeAll(async () => {
  rig = await startDeliveryRig()
})
afterAll(() => rig.close())
beforeEach(async () => {
  // The library compares timestamps with the real time.
  rig.clock.now = new Date()
  organizationId = await rig.organization()
})

/** An endpoint whose keys are known: the rig's own first, then those asked for, newest last. */
async function endpoint(name: string, ...algorithms: ('HMAC' | 'ED25519')[]) {
  const id = await rig.endpoint(organizationId, name)
  await rig.database.system.prisma.endpointKey.deleteMany({ where: { endpointId: id } })
  const secrets: string[] = []
  for (const algorithm of algorithms) {
    rig.clock.advance(1)
    const key = await rig.keys.create({ organizationId, endpointId: id, algorithm, createdById: null })
    await rig.database.system.sql.transaction((tx) => key.store(tx))
    secrets.push(key.secret)
  }
  return { id, secrets }
}

async function deliver(name: string): Promise<Received> {
  await rig.record(organizationId, 1, { data: { name: 'متجر ☕', quote: '"\\' } })
  await rig.dispatcher().settle()
  const got = rig.receiver.of(name).at(-1)
  expect(got).toBeDefined()
  return got!
}

/** As the specification says: the signature is over id, timestamp and body, joined by full stops. */
function isSignedBy(publicKey: string, { headers, body }: Received): boolean {
  const x = Buffer.from(publicKey.slice('whpk_'.length), 'base64').toString('base64url')
  const key = createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' })
  const content = Buffer.from(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`)
  return (headers['webhook-signature'] ?? '')
    .split(' ')
    .filter((one) => one.startsWith('v1a,'))
    .some((one) => verifyWith(null, content, key, Buffer.from(one.slice(4), 'base64')))
}

describe('signatures', () => {
  test('D2: the official library verifies a delivery', async () => {
    const { secrets } = await endpoint('one', 'HMAC')
    const { headers, body } = await deliver('one')
    expect(new Webhook(secrets[0]!).verify(body, headers)).toEqual(JSON.parse(body))
    expect(() => new Webhook(secrets[0]!).verify(`${body} `, headers)).toThrow('No matching signature')
  })

  test('D2: during an overlap a consumer with either key is served, HMAC and ed25519 side by side', async () => {
    const { secrets } = await endpoint('overlap', 'HMAC', 'ED25519', 'HMAC')
    const got = await deliver('overlap')
    expect(got.headers['webhook-signature']).toMatch(/^v1,\S+ v1a,\S+ v1,\S+$/)
    for (const secret of [secrets[0]!, secrets[2]!])
      expect(new Webhook(secret).verify(got.body, got.headers)).toBeTruthy()
    expect(isSignedBy(secrets[1]!, got)).toBe(true)
    expect(isSignedBy(secrets[1]!, { ...got, body: `${got.body} ` })).toBe(false)
  })

  test('D2: a retry has the same id, a timestamp of its own and a signature that fits', async () => {
    const { secrets } = await endpoint('again', 'HMAC')
    rig.receiver.behave('again', ({ n }) => ({ status: n === first ? 500 : 200 }))
    const first = rig.receiver.received.length
    const one = await deliver('again')
    rig.clock.advance(6_000)
    await rig.dispatcher().settle()
    const two = rig.receiver.of('again').at(-1)!
    expect(rig.receiver.of('again')).toHaveLength(2)
    expect(two.headers['webhook-id']).toBe(one.headers['webhook-id'])
    expect(Number(two.headers['webhook-timestamp'])).toBeGreaterThan(Number(one.headers['webhook-timestamp']))
    for (const { body, headers } of [one, two]) expect(new Webhook(secrets[0]!).verify(body, headers)).toBeTruthy()
  })

  test('D2: the payload is JSON with type, timestamp and data; the id holds no full stop', async () => {
    await endpoint('shape', 'HMAC')
    const { headers, body } = await deliver('shape')
    expect(headers['content-type']).toBe('application/json')
    expect(headers['webhook-id']).not.toContain('.')
    expect(headers['webhook-timestamp']).toMatch(/^\d{10}$/)
    expect(JSON.parse(body)).toMatchObject({
      type: 'payment.succeeded',
      timestamp: expect.stringMatching(/Z$/) as string,
      data: { name: 'متجر ☕' },
    })
  })
})

describe('etiquette', () => {
  const outcome = async (name: string, settings = {}) => {
    const { id } = await endpoint(name, 'HMAC')
    await rig.record(organizationId)
    await rig.dispatcher(settings).settle()
    const [delivery] = await rig.deliveries(id)
    const row = await rig.database.system.prisma.endpoint.findUniqueOrThrow({ where: { id } })
    return { delivery: delivery!, endpoint: row, lane: await rig.lane(id) }
  }
  const waits = (at: Date | null) => (at === null ? null : at.getTime() - rig.clock.now.getTime())

  test('D2: 410 switches the endpoint off', async () => {
    rig.receiver.behave('gone', () => ({ status: 410 }))
    const { delivery, endpoint: row } = await outcome('gone')
    expect(row.enabled).toBe(false)
    expect(delivery.state).toBe('SKIPPED')
  })

  test('D2: 429 and its Retry-After throttle the whole endpoint', async () => {
    rig.receiver.behave('busy', () => ({ status: 429, headers: { 'retry-after': '120' } }))
    const { delivery, lane } = await outcome('busy')
    expect(delivery.state).toBe('WAITING')
    expect(waits(lane.quietUntil)).toBe(120_000)
    expect(waits(delivery.nextAttemptAt)).toBeGreaterThanOrEqual(120_000)
  })

  test.each([502, 504])('D2: %i slows the endpoint down', async (status) => {
    rig.receiver.behave(`slow${status}`, () => ({ status }))
    const { delivery, lane } = await outcome(`slow${status}`)
    expect(delivery.state).toBe('WAITING')
    expect(waits(lane.quietUntil)).toBeGreaterThan(0)
  })

  test('D2: a redirect is a failure and is not followed', async () => {
    rig.receiver.behave('moved', () => ({ status: 302, headers: { location: rig.receiver.url('target') } }))
    const { delivery } = await outcome('moved')
    expect(delivery).toMatchObject({ state: 'WAITING', lastStatus: 302, lastErrorClass: 'REDIRECT' })
    expect(rig.receiver.of('target')).toEqual([])
  })

  test('D2: no answer in time is a failure', async () => {
    rig.receiver.behave('hang', () => 'hang')
    const { delivery } = await outcome('hang', { timeoutMs: 50 })
    expect(delivery).toMatchObject({ state: 'WAITING', lastErrorClass: 'TIMEOUT', lastStatus: null })
  })

  test('D2: any 2xx is a success, whatever it says', async () => {
    rig.receiver.behave('fine', () => ({ status: 204 }))
    expect((await outcome('fine')).delivery.state).toBe('DELIVERED')
  })
})

describe('the code consumers copy', () => {
  const guide = (name: string) => fileURLToPath(new URL(`../../client/src/lib/consumer/${name}`, import.meta.url))
  const has = (command: string) =>
    spawnSync(command, ['--version']).status === 0 || spawnSync(command, ['version']).status === 0

  const typescript = `
import { pathToFileURL } from 'node:url'
import { text } from 'node:stream/consumers'
const { verify } = await import(pathToFileURL(process.argv[1]).href)
for (const { body, headers, secret } of JSON.parse(await text(process.stdin))) {
  try {
    verify(body, new Headers(headers), secret)
    console.log('taken')
  } catch {
    console.log('refused')
  }
}
`
  const python = `
import importlib.util, json, sys
spec = importlib.util.spec_from_file_location("verify", sys.argv[1])
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
for case in json.load(sys.stdin):
    try:
        module.verify(case["body"].encode(), case["headers"], case["secret"])
        print("taken")
    except ValueError:
        print("refused")
`
  const php = `
require $argv[1];
foreach (json_decode(stream_get_contents(STDIN), true) as $case) {
    try {
        verify($case['body'], $case['headers'], $case['secret']);
        echo "taken\\n";
    } catch (Throwable $refused) {
        echo "refused\\n";
    }
}
`
  test.each([
    [process.execPath, 'verify.ts', ['--input-type=module', '-e', typescript]],
    ['python3', 'verify.py', ['-c', python]],
    ['php', 'verify.php', ['-r', php]],
  ])(
    'D2: takes our deliveries and refuses altered and old ones, where it is installed: %s %s',
    async (command, file, run) => {
      if (!has(command)) return
      const name = newId()
      const { secrets } = await endpoint(name, 'HMAC', 'HMAC')
      const { headers, body } = await deliver(name)
      const cases = [
        { body, headers, secret: secrets[0] },
        { body, headers, secret: secrets[1] },
        { body: `${body} `, headers, secret: secrets[0] },
        { body, headers: { ...headers, 'webhook-timestamp': '1' }, secret: secrets[0] },
      ]
      const { stdout, stderr } = spawnSync(command, [...run, guide(file)], { input: JSON.stringify(cases) })
      expect([stdout.toString().trim().split('\n'), stderr.toString()]).toEqual([
        ['taken', 'taken', 'refused', 'refused'],
        '',
      ])
    },
  )
})
