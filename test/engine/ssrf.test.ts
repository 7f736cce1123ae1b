import type { EndpointFields } from '@patchbay/schema/commands/endpoint.ts'
import { InvalidInputError, ProviderCallError } from '@patchbay/schema/errors.ts'
import { createPlainCalls } from '@patchbay/server/engine/calls/calls.ts'
import { createEgress, type EgressOptions } from '@patchbay/server/engine/egress/egress.ts'
import { createKeyFetcher } from '@patchbay/server/engine/inbound/keys.ts'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startDeliveryRig, type DeliveryRig } from '../support/delivery-rig.ts'
import { forbidden } from '../support/forbidden-hosts.ts'
import { rulesHub, type RulesHub } from '../support/rules-hub.ts'
import { testActor, testConnection, testProvider } from '../support/test-provider.ts'
import { startVendor } from '../support/vendor-server.ts'

/** Names that look like anybody's and lead inside: what they resolve to. */
const treacherous: Readonly<Record<string, string>> = {
  '127.0.0.1.nip.example': '127.0.0.1',
  '10.0.0.1.sslip.example': '10.0.0.1',
  'metadata.shop.example': '169.254.169.254',
  'v6.shop.example': '::1',
  'mapped.shop.example': '::ffff:192.168.0.1',
  'nat64.shop.example': '64:ff9b::a00:1',
  'local.shop.example': 'fd00::1',
  'zone.shop.example': 'fe80::1%eth0',
}
const outside = { address: '93.184.216.34', family: 4 }
const lookup = async (name: string) => {
  const address = treacherous[name.replace(/\.$/, '')]
  return address === undefined ? [outside] : [outside, { address, family: address.includes(':') ? 6 : 4 }]
}
const hosts = [...forbidden, ...Object.keys(treacherous)]

async function withEgress<T>(use: (egress: ReturnType<typeof createEgress>) => Promise<T>, more: EgressOptions = {}) {
  const egress = createEgress({ lookup, ...more })
  try {
    return await use(egress)
  } finally {
    await egress.close()
  }
}
const refusalOf = (work: Promise<unknown>) =>
  work.then(
    () => 'sent',
    (error: unknown) => (error instanceof ProviderCallError ? error.errorClass : error),
  )

test('X8: the corpus is large enough to mean something', () => {
  expect(new Set(hosts).size).toBeGreaterThanOrEqual(60)
})

describe('endpoints', () => {
  let hub: RulesHub
  let rig: DeliveryRig
  beforeAll(async () => {
    ;[hub, rig] = await Promise.all([rulesHub({ overrides: { egress: createEgress({ lookup }) } }), startDeliveryRig()])
  })
  afterAll(() => Promise.all([hub.close(), rig.close()]))

  test.each(hosts)('X8: https://%s is refused when it is saved', async (host) => {
    const { owner } = await hub.organization()
    const fields: EndpointFields = { url: `https://${host}/hooks`, eventTypes: ['*'] }
    const error: unknown = await hub.commands.endpoint.create(owner, fields).catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(InvalidInputError)
    expect((error as InvalidInputError).faults).toMatchObject([{ path: 'url' }])
  })

  test('X8: a zone id, another protocol and a port of another service are refused when saved', async () => {
    const { owner } = await hub.organization()
    for (const url of [
      'https://[fe80::1%25eth0]/',
      'gopher://shop.example/',
      'file:///etc/passwd',
      'https://shop.example:22/',
    ])
      await expect(hub.commands.endpoint.create(owner, { url, eventTypes: ['*'] })).rejects.toThrow(InvalidInputError)
  })

  test('X8: what slipped into the table is refused when sent, and never tried again', async () => {
    const organizationId = await rig.organization()
    const urls = forbidden.map((host) => `https://${host}/latest/meta-data`)
    const ids = await Promise.all(urls.map((url, n) => rig.endpoint(organizationId, `n${n}`, { url })))
    await rig.record(organizationId)
    await rig.dispatcher().settle()
    for (const [n, id] of ids.entries()) {
      const [delivery] = await rig.deliveries(id)
      expect([urls[n], delivery?.state, delivery?.lastErrorClass]).toEqual([urls[n], 'DEAD', 'EGRESS_DENIED'])
    }
    expect(rig.faults).toEqual([])
  })

  test('X8: a name that was public when saved and is private when sent is refused', async () => {
    let address = '93.184.216.34'
    const turning = async () => [{ address, family: 4 }]
    const refused = await withEgress(
      async (egress) => {
        await egress.check(new URL('https://rebinding.example/'))
        address = '169.254.169.254'
        return refusalOf(egress.send(post('https://rebinding.example/')))
      },
      { lookup: turning },
    )
    expect(refused).toBe('EGRESS_DENIED')
  })

  test('X8: a name nobody can look up right now may be saved; sending looks again', async () => {
    const silent = () => Promise.reject(Object.assign(new Error('nobody'), { code: 'ENOTFOUND' }))
    await withEgress((egress) => egress.check(new URL('https://new.shop.example/')), { lookup: silent })
  })
})

const post = (url: string) => ({ method: 'POST', url: new URL(url), headers: {}, body: '{}', timeoutMs: 5_000 })

test.each(hosts)('X8: a source does not fetch a certificate from https://%s', async (host) => {
  const refused = await withEgress((egress) =>
    refusalOf(createKeyFetcher({ egress, now: () => new Date() })(`https://${host}/certificate.pem`)),
  )
  expect(refused).toBe('EGRESS_DENIED')
})

test.each(hosts)('X8: neither calls nor authorizations of a provider go to https://%s', async (host) => {
  const add = vi.fn()
  const request = {
    actor: testActor('o'),
    purpose: 'OAUTH',
    operation: 'token',
    method: 'POST',
    path: '/token',
  } as const
  const rest = { headers: {}, body: 'grant_type=client_credentials', timeoutMs: 5_000, secrets: [], host: 'api' }
  const refused = await withEgress((egress) => {
    const calls = createPlainCalls({ egress, log: { add } })
    // The address is the connection's own, as with vendors people host themselves.
    const provider = testProvider('https://unused.example', {
      entry: { ...testProvider('https://unused.example').entry, baseUrlOverride: true },
      hosts: ({ baseUrl }) => ({ api: baseUrl ?? 'https://unused.example' }),
    })
    return refusalOf(calls.send(provider, testConnection({ baseUrl: `https://${host}` }), { ...request, ...rest }))
  })
  expect(refused).toBe('EGRESS_DENIED')
})

test('X8: a redirect to the metadata service is an answer, and nobody follows it', async () => {
  await using vendor = await startVendor((_seen, answer) => {
    answer.writeHead(302, { location: 'http://169.254.169.254/latest/meta-data' }).end()
  })
  const allowed = { allowOrigins: [vendor.origin] }
  const status = await withEgress(async (egress) => (await egress.send(post(`${vendor.origin}/hooks`))).status, allowed)
  expect(status).toBe(302)
  const key = withEgress(
    (egress) => createKeyFetcher({ egress, now: () => new Date() })(`${vendor.origin}/key`),
    allowed,
  )
  await expect(key).rejects.toThrow('answered 302')
  expect(vendor.seen.map(({ url }) => url)).toEqual(['/hooks', '/key'])
})
