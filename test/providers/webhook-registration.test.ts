import { createHmac } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Lab } from '@patchbay/server/lab/lab.ts'
import { startLab } from '@patchbay/server/lab/lab.ts'
import { providers } from '@patchbay/server/providers/index.ts'
import type { Call } from '@patchbay/server/providers/provider.ts'
import type { RegistrationSpec, WebhookSpec } from '@patchbay/server/providers/webhook.ts'
import { controlOf } from '../lab/vendor-apis.ts'
import { until } from '../support/until.ts'
import { cases } from './cases/index.ts'
import { connect, factsOf, twinCall } from './twin-call.ts'

const slugs = [...providers.values()].flatMap(({ entry, webhooks }) => (webhooks?.registration ? [entry.slug] : []))
const waysOf = (slug: string) => cases[slug]?.registration ?? {}
/** The lab counts every type of the one configuration of a vendor that keeps no other. */
const oneOf = (slug: string, count: number) => (waysOf(slug).alone ? Math.min(count, 1) : count)
/** How many the vendor should hold of what was registered last. */
const wholeOf = (slug: string, ids: readonly string[]) => (waysOf(slug).perType ? ids.length : 1)

let lab: Lab
beforeEach(async () => {
  lab = await startLab({ naturalLatencyMs: [0, 0] })
})
afterEach(() => lab.close())
const { ask, emit, receiver } = controlOf(() => lab.origin)

interface Registrant {
  readonly spec: WebhookSpec & { readonly registration: RegistrationSpec }
  readonly register: (
    receiverName: string,
    ids?: readonly string[],
    secret?: string,
  ) => ReturnType<RegistrationSpec['register']>
  readonly unregister: (ids: readonly string[]) => Promise<void>
  readonly ask: Call
  readonly facts: ReturnType<typeof factsOf>
}

async function registrantOf(slug: string, watching: typeof fetch = fetch): Promise<Registrant> {
  const provider = providers.get(slug)
  const spec = provider?.webhooks
  if (provider === undefined || spec?.registration === undefined) throw new Error(`${slug} registers nothing`)
  const connection = await connect(provider, cases[slug]?.good ?? {}, lab.origin)
  const call: Call = twinCall(connection, watching)
  const facts = factsOf(connection)
  const { registration } = spec
  return {
    spec: { ...spec, registration },
    ask: call,
    facts,
    register: (name, ids = [], secret = 'chosen-by-the-hub-0123456789') => {
      const input = { url: urlOf(name), ids, secret: registration.chooseSecret === true ? secret : null }
      return registration.register(call, input, facts)
    },
    unregister: (ids) => registration.unregister(call, ids, facts),
  }
}
const urlOf = (receiverName: string) => `${lab.origin}/_receiver/${receiverName}`

/** What the vendor holds now. */
async function held(slug: string): Promise<number> {
  const { body } = await ask<{ readonly subscribers: readonly unknown[] }>('GET', `${slug}/subscribers`)
  return oneOf(slug, body.subscribers.length)
}

describe('W5: registration through the vendor’s API', () => {
  describe.each(slugs)('%s', (slug) => {
    test('registers every type it maps, and says what to keep', async () => {
      const { spec, register } = await registrantOf(slug)
      const made = await register('hub')
      expect(made.ids.length).toBeGreaterThan(0)
      expect(await held(slug)).toBe(wholeOf(slug, made.ids))
      if (spec.secret.from === 'source' && spec.registration.chooseSecret !== true) expect(made.secrets).toHaveLength(1)
      if (spec.registration.renewBeforeSeconds !== undefined) {
        const left = (made.expiresAt?.getTime() ?? 0) - Date.now()
        expect(left).toBeGreaterThan(spec.registration.renewBeforeSeconds * 1000)
      }
    })

    test('repeated after a kill, before anything was stored, it leaves no second one that works', async () => {
      const { register } = await registrantOf(slug)
      const first = await register('hub')
      const before = await held(slug)
      const again = await register('hub')
      // What is not listed cannot be found again: the lost one ends by itself, and has the same token.
      expect(await held(slug)).toBe(waysOf(slug).unlisted ? before + 1 : before)
      expect(again.ids).toHaveLength(first.ids.length)
    })

    test('killed after any of its requests while it moves, it is whole again when it is repeated', async () => {
      const { ids } = await (await registrantOf(slug)).register('old')
      let requests = 0
      // Where nothing is listed every kill leaves one more to step over, and that one would never get past the last request.
      for (let last = 1, killed = true; killed && last <= 40; last += 1) {
        killed = false
        requests = 0
        const dying = await registrantOf(slug, async (...args) => {
          const response = await fetch(...args)
          requests += 1
          killed = requests === last
          if (killed) throw new Error('killed')
          return response
        })
        await dying.register('new', ids).catch((error: Error) => {
          if (error.message !== 'killed') throw error
        })
      }
      const { ids: now } = await (await registrantOf(slug)).register('new', ids)
      if (!waysOf(slug).unlisted) expect(await held(slug)).toBe(wholeOf(slug, now))
      expect(requests).toBeGreaterThan(1)
    })

    test('a new address takes the place of the old one', async () => {
      const { register } = await registrantOf(slug)
      const first = await register('old')
      const second = await register('new', first.ids)
      expect(await held(slug)).toBe(wholeOf(slug, second.ids))
      expect(second.ids).not.toEqual(first.ids)
    })

    test('the address of another program is left alone', async () => {
      const { register, unregister } = await registrantOf(slug)
      await register('somebody-else')
      const theirs = await held(slug)
      if (waysOf(slug).alone) {
        await expect(register('hub')).rejects.toMatchObject({ errorClass: 'CONFLICT' })
        await unregister(['not-ours'])
      } else {
        const ours = await register('hub')
        expect(await held(slug)).toBe(theirs * 2)
        await unregister(ours.ids)
      }
      expect(await held(slug)).toBe(theirs)
    })

    test('removed, it is gone; removed once more, nothing happens', async () => {
      const { register, unregister } = await registrantOf(slug)
      const { ids } = await register('hub')
      await unregister(ids)
      expect(await held(slug)).toBe(0)
      await unregister(ids)
    })
  })
})

describe('W5: what only one vendor has', () => {
  test('PayPal: an address a person registered for fewer types is taken over, with its id', async () => {
    const { register, ask: call } = await registrantOf('paypal')
    const json = { url: urlOf('hub'), event_types: [{ name: 'PAYMENT.CAPTURE.COMPLETED' }] }
    const byHand = (await call({ method: 'POST', path: '/v1/notifications/webhooks', json })).json<{ id: string }>()
    expect((await register('hub')).ids).toEqual([byHand.id])
    const path = `/v1/notifications/webhooks/${byHand.id}`
    const { event_types: types } = (await call({ method: 'GET', path })).json<{ event_types: { name: string }[] }>()
    expect(types.map(({ name }) => name)).toEqual(Object.keys(providers.get('paypal')?.webhooks?.events ?? {}))
  })

  test('Printify: a webhook that a kill left behind is made anew with the secret that holds', async () => {
    const { register } = await registrantOf('printify')
    await register('hub', [], 'a-secret-that-was-lost-012345678')
    await register('hub', [], 'the-secret-that-holds-0123456789')
    await emit('printify', 'order.created')
    const letter = await until('the letter', async () => (await receiver('hub')).arrivals[0])
    const signature = createHmac('sha256', 'the-secret-that-holds-0123456789').update(letter.body).digest('hex')
    expect(letter.headers['x-pfy-signature']).toBe(`sha256=${signature}`)
  })

  test('Shopify: only topics that the token may read', async () => {
    const { ids } = await (await registrantOf('shopify')).register('hub')
    const topics = Object.keys(providers.get('shopify')?.webhooks?.events ?? {})
    expect(ids.length).toBeGreaterThan(5)
    expect(ids.length).toBeLessThan(topics.length)
  })
})
