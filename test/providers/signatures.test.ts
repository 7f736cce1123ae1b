import { byAddress } from '@patchbay/server/providers/shared/signatures/by-address.ts'
import { headerToken } from '@patchbay/server/providers/shared/signatures/token.ts'
import type { Verification, VerifyFacts } from '@patchbay/server/providers/webhook.ts'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Case, Letter, Party } from './signature-case.ts'
import { bodyOf, cases } from './signature-cases.ts'
import { factsOf, now, requestOf } from './signature-request.ts'

const url = 'https://hub.example.com/hooks/one'
const utf8 = (text: string) => new TextEncoder().encode(text)

const factsFor = (each: Case, held: readonly Party[], more: Partial<VerifyFacts> = {}) =>
  factsOf({ ...(each.facts?.(held) ?? { secrets: held.map((party) => party.held) }), ...more })

/** Verifies, and looks that no verdict tells what it must not. */
async function judged(each: Case, letter: Letter, facts: VerifyFacts): Promise<Verification> {
  const found = await each.verify(requestOf(letter), facts)
  const told = found.detail ?? ''
  for (const party of each.parties) expect(told).not.toContain(party.held)
  const shown = typeof each.proof === 'string' ? (letter.headers[each.proof] ?? '') : ''
  if (shown.length >= 16) expect(told).not.toContain(shown)
  return found
}

/** The letter with another signature in the place of its own. */
function resign(each: Case, letter: Letter, change: (old: string) => string): Letter {
  const { proof } = each
  if (typeof proof !== 'string') return proof.resign(letter, change)
  return { ...letter, headers: { ...letter.headers, [proof]: change(letter.headers[proof] ?? '') } }
}

describe.each(Object.entries(cases))('W1: %s', (name, each) => {
  const [first, second, stranger] = each.parties
  const draft = { party: first, body: bodyOf(each), at: now, url }
  const good = each.sign(draft)
  const facts = factsFor(each, [first])

  test('what the vendor signed is verified', async () => {
    expect(await judged(each, good, facts)).toMatchObject({ verdict: 'VERIFIED' })
  })

  test('a body of other letters is verified by its bytes', async () => {
    const body = each.body === undefined ? '{"name":"متجر ☕ \\ud800 é"}' : each.body.replace('ab', 'caf%C3%A9')
    const letter = each.sign({ ...draft, body: utf8(body) })
    expect((await judged(each, letter, facts)).verdict).toBe('VERIFIED')
  })

  if (each.coversBody !== false && each.body === undefined)
    test('bytes that are no text are told apart', async () => {
      // Both become the same text when decoded.
      const [one, other] = [Uint8Array.of(0x22, 0xff, 0x22), Uint8Array.of(0x22, 0xfe, 0x22)]
      const letter = each.sign({ ...draft, body: one })
      expect((await judged(each, letter, facts)).verdict).toBe('VERIFIED')
      expect((await judged(each, { ...letter, body: other }, facts)).verdict).toBe('BAD_SIGNATURE')
    })

  test('an empty body is verified when it was signed, and refused when the proof was in it', async () => {
    const letter = each.sign({ ...draft, body: new Uint8Array() })
    // A list of fields without any of them is another list.
    if (!name.startsWith('L')) expect((await judged(each, letter, facts)).verdict).toBe('VERIFIED')
    const emptied = { ...good, body: new Uint8Array() }
    const { verdict } = await judged(each, emptied, facts)
    const inBody = typeof each.proof !== 'string' && !new URL(good.url).searchParams.has('key')
    if (each.coversBody !== false) expect(verdict).toBe(inBody ? 'MISSING_PROOF' : 'BAD_SIGNATURE')
    else expect(verdict).toBe(inBody ? 'MISSING_PROOF' : 'VERIFIED')
  })

  if (each.coversBody !== false)
    test('one byte altered anywhere is refused', async () => {
      for (let at = 0; at < good.body.length; at++) {
        const body = good.body.slice()
        body[at] = (body[at] ?? 0) ^ 1
        const { verdict } = await judged(each, { ...good, body }, facts)
        expect({ at, verdict }).not.toEqual({ at, verdict: 'VERIFIED' })
      }
    })

  test('another secret is refused', async () => {
    const { verdict } = await judged(each, each.sign({ ...draft, party: stranger }), facts)
    expect(verdict).toBe('BAD_SIGNATURE')
  })

  test('every active secret verifies, in any order, and none that is gone', async () => {
    const letter = each.sign({ ...draft, party: second })
    expect((await judged(each, letter, factsFor(each, [first, second]))).verdict).toBe('VERIFIED')
    expect((await judged(each, letter, factsFor(each, [second, first]))).verdict).toBe('VERIFIED')
    expect((await judged(each, letter, facts)).verdict).not.toBe('VERIFIED')
  })

  test('without a secret nothing is verified, and an empty one is none', async () => {
    const { verdict } = await judged(each, good, factsFor(each, []))
    expect(verdict).toBe(each.facts !== undefined && facts.registrationIds.length === 0 ? 'BAD_KEY' : 'NO_SECRET')
    const hollow = factsFor(each, [], { secrets: [''], registrationIds: [''] })
    expect((await judged(each, good, hollow)).verdict).toBe(verdict)
  })

  test('a secret in another form is no key', async () => {
    const odd = factsFor(each, [first], { secrets: ['not a key: ☕'], registrationIds: ['☕'] })
    if (each.facts === undefined)
      expect(['BAD_KEY', 'BAD_SIGNATURE']).toContain((await judged(each, good, odd)).verdict)
  })

  test.each(each.needs)('without the header %s nothing is proven', async (header) => {
    const { [header]: _left, ...headers } = good.headers
    expect((await judged(each, { ...good, headers }, facts)).verdict).toBe('MISSING_PROOF')
    const hollow = { ...good, headers: { ...headers, [header]: '' } }
    expect((await judged(each, hollow, facts)).verdict).toBe('MISSING_PROOF')
  })

  test('a signature cut, lengthened, doubled or replaced is refused', async () => {
    const changes: readonly ((old: string) => string)[] = [
      (old) => old.slice(0, -1),
      (old) => old.slice(0, Math.floor(old.length / 2)),
      (old) => old.slice(1),
      (old) => `${old}00`,
      (old) => `${old}A`,
      (old) => `${old}, ${old.slice(0, -2)}00x`.replace(/^(t=\d+)/, 't=1'),
      (old) => old.replace(/[^=,]/g, '0'),
      () => '\u0000',
      () => '=',
      () => ',,,',
      () => '☕'.repeat(40),
    ]
    for (const change of changes) {
      const letter = resign(each, good, change)
      expect({ letter, ...(await judged(each, letter, facts)) }).not.toMatchObject({ verdict: 'VERIFIED' })
    }
  })

  if (each.windowMs !== undefined)
    test('a signed time too old or ahead is refused, exactly at the edge', async () => {
      const age = each.windowMs ?? 0
      const signedAt = async (at: number, more: Partial<VerifyFacts> = {}) =>
        (await judged(each, each.sign({ ...draft, at }), factsFor(each, [first], more))).verdict
      expect(await signedAt(now - age)).toBe('VERIFIED')
      expect(await signedAt(now - age - 1000)).toBe('STALE')
      expect(await signedAt(now + 300_000)).toBe('VERIFIED')
      expect(await signedAt(now + 301_000)).toBe('STALE')
      // A person verifies a stored request again.
      expect(await signedAt(now - 100 * 86_400_000, { toleranceMs: null })).toBe('VERIFIED')
    })

  if (each.coversUrl === true)
    test('what was signed for another address is refused', async () => {
      const moved = { ...good, url: good.url.replace('/hooks/one', '/hooks/two') }
      expect((await judged(each, moved, facts)).verdict).toBe('BAD_SIGNATURE')
      const asked = { ...good, url: `${good.url}${good.url.includes('?') ? '&' : '?'}more=1` }
      expect((await judged(each, asked, facts)).verdict).toBe('BAD_SIGNATURE')
    })

  test('no random signature ever verifies', async () => {
    const random = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 120 }),
      fc.string({ unit: 'grapheme-ascii', maxLength: 120 }),
      fc.uint8Array({ minLength: 0, maxLength: 300 }).map((bytes) => Buffer.from(bytes).toString('base64')),
      fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex')),
      fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => `sha256=${Buffer.from(bytes).toString('hex')}`),
      fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => `v1,${Buffer.from(bytes).toString('base64')}`),
      fc
        .uint8Array({ minLength: 32, maxLength: 32 })
        .map((bytes) => `t=${now / 1000},v1=${Buffer.from(bytes).toString('hex')}`),
    )
    await fc.assert(
      fc.asyncProperty(random, async (text) => {
        const letter = resign(each, good, () => text)
        expect((await each.verify(requestOf(letter), facts)).verdict).not.toBe('VERIFIED')
      }),
      { numRuns: 150 },
    )
  })
})

describe('W1: several signatures', () => {
  test('one of them that fits is enough, and more than sixteen are not looked at', async () => {
    for (const family of ['A Stripe', 'B Standard Webhooks']) {
      const each = cases[family] as Case
      const [first] = each.parties
      const letter = each.sign({ party: first, body: bodyOf(each), at: now, url })
      const another = family === 'A Stripe' ? `,v1=${'0'.repeat(64)}` : ` v1,${Buffer.alloc(32).toString('base64')}`
      const both = resign(each, letter, (old) => `${old}${another}`)
      expect((await judged(each, both, factsFor(each, [first]))).verdict).toBe('VERIFIED')
      const many = resign(each, letter, (old) => `${old}${another.repeat(16)}`)
      expect((await judged(each, many, factsFor(each, [first]))).verdict).toBe('MALFORMED_PROOF')
    }
  })
})

describe('W1: tricks', () => {
  const signedBy = (family: string) => {
    const each = cases[family] as Case
    const [first] = each.parties
    const letter = each.sign({ party: first, body: bodyOf(each), at: now, url })
    return { each, letter, judge: (changed: Letter) => judged(each, changed, factsFor(each, [first])) }
  }

  test('two times in one header are no time', async () => {
    const { letter, judge, each } = signedBy('A Stripe')
    for (const change of [(old: string) => `${old},t=1`, (old: string) => `t=1,${old}`])
      expect(await judge(resign(each, letter, change))).toMatchObject({ verdict: 'MALFORMED_PROOF' })
  })

  test('a body that Twilio’s signature does not cover needs its digest in the address', async () => {
    const { judge, letter } = signedBy('I Twilio form')
    const type = { ...letter.headers, 'content-type': 'application/json' }
    expect(await judge({ ...letter, headers: type })).toMatchObject({ verdict: 'MISSING_PROOF' })
    const digest = { ...letter, url: `${url}?bodySHA256=${'0'.repeat(64)}` }
    expect(await judge(digest)).toMatchObject({ verdict: 'BAD_SIGNATURE' })
  })

  test('digits that change sides between time and token make Mailgun’s time another one', async () => {
    const { judge, letter } = signedBy('J Mailgun')
    const body = Buffer.from(letter.body).toString()
    const shifted = body.replace('"1700000000","token":"token123"', '"170000000","token":"0token123"')
    expect(shifted).not.toBe(body)
    expect(await judge({ ...letter, body: utf8(shifted) })).toMatchObject({ verdict: 'STALE' })
  })

  test('a field that is there twice is not hashed once and read the other time', async () => {
    const { judge, letter } = signedBy('L Telr')
    const body = `${Buffer.from(letter.body).toString()}&tran_amount=9999.00`
    expect(await judge({ ...letter, body: utf8(body) })).toMatchObject({ verdict: 'MALFORMED_PROOF' })
  })

  test('a token with another registration’s id is for another source, once ids are known', async () => {
    const verify = headerToken({ header: 'x-goog-channel-token', registrationHeader: 'x-goog-channel-id' })
    const request = (id: string) =>
      requestOf({ headers: { 'x-goog-channel-token': 'secret', 'x-goog-channel-id': id } })
    const known = (...registrationIds: string[]) => factsOf({ secrets: ['secret'], registrationIds })
    expect(verify(request('old'), known('new', 'old'))).toMatchObject({ verdict: 'VERIFIED' })
    expect(verify(request('old'), known('new'))).toMatchObject({ verdict: 'WRONG_SOURCE' })
    expect(verify(request(''), known('new'))).toMatchObject({ verdict: 'MALFORMED_PROOF' })
    expect(verify(request('any'), known())).toMatchObject({ verdict: 'VERIFIED' })
  })

  test('a header of the person’s choosing, with a word before the token', async () => {
    const verify = headerToken({ header: ({ connection }) => connection.settings['header'] ?? '', prefix: 'Bearer ' })
    const connection = { id: 'c', environment: 'LIVE', settings: { header: 'X-Shop' }, baseUrl: null } as const
    const judge = (value: string) =>
      verify(requestOf({ headers: { 'x-shop': value } }), factsOf({ secrets: ['key'], connection }))
    expect(judge('Bearer key')).toMatchObject({ verdict: 'VERIFIED' })
    expect(judge('key')).toMatchObject({ verdict: 'MISSING_PROOF' })
    expect(judge('Bearer other')).toMatchObject({ verdict: 'BAD_SIGNATURE' })
    const nameless = factsOf({ secrets: ['key'] })
    expect(verify(requestOf({ headers: { 'x-shop': 'key' } }), nameless)).toMatchObject({ verdict: 'MISSING_PROOF' })
  })
})

describe('W1: the address alone', () => {
  test('is called proof, and the verdict says that it is all there is', async () => {
    const found = await byAddress()(requestOf(), factsOf())
    expect(found).toMatchObject({ verdict: 'VERIFIED', detail: expect.stringContaining('signs nothing') })
  })
})
