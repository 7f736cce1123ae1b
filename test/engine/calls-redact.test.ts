import { createRedactor, keptBytes } from '@patchbay/server/engine/calls/redact.ts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { callBench, refusalOf } from '../support/call-bench.ts'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { answerJson } from '../support/vendor-server.ts'

const canary = 'cänary/+key "7f&x=1%2'
const redactor = createRedactor([canary, 'abc'], ['customer.taxId', 'items.*.serial', 'notes.inner'])
const json = (value: unknown) => redactor.body(JSON.stringify(value), 'application/json')

describe('X7: redaction', () => {
  const core = (offset: number) =>
    Buffer.concat([Buffer.from('xyz'.slice(0, offset)), Buffer.from(canary), Buffer.from('!tail')]).toString('base64')
  test.each([
    ['as it is', canary],
    ['percent-encoded', encodeURIComponent(canary)],
    [
      'percent-encoded in lower case',
      encodeURIComponent(canary).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
    ],
    ['as a form', new URLSearchParams({ a: canary }).toString()],
    ['lightly encoded', encodeURI(canary)],
    ['in JSON', JSON.stringify({ note: canary })],
    ['in hexadecimal', Buffer.from(canary).toString('hex')],
    ['in base64', core(0)],
    ['in base64, shifted by one', core(1)],
    ['in base64, shifted by two', core(2)],
    ['in base64url', core(1).replaceAll('+', '-').replaceAll('/', '_')],
  ])('X7: an opened value %s is found in any text', (_name, spelled) => {
    const clean = redactor.text(`before ${spelled} after`)
    expect(clean).toContain('[redacted]')
    expect(clean).not.toContain(spelled)
    expect(clean).not.toContain(Buffer.from(canary).toString('base64').slice(4, -6))
    expect(clean.startsWith('before ')).toBe(true)
    expect(clean.endsWith(' after')).toBe(true)
  })

  test('X7: values too short to be told from words are left to their field names', () => {
    expect(redactor.text('abc abc')).toBe('abc abc')
    expect(json({ pin: 'abc', word: 'abc' })).toBe('{"pin":"[redacted]","word":"abc"}')
  })

  test.each([
    'password',
    'PassWord',
    'new_password',
    'user[password]',
    'secret',
    'client_secret',
    'clientSecret',
    'access_token',
    'accessToken',
    'refreshToken',
    'id_token',
    'api_key',
    'apiKey',
    'X-Api-Key',
    'api-key',
    'private_key',
    'AccountPin',
    'cvc',
    'card[cvc]',
    'authorization',
    'Proxy-Authorization',
    'cookie',
    'Set-Cookie',
    'x-shopify-access-token',
    'code_verifier',
    'client_assertion',
    'signature',
    'jwt',
  ])('X7: the name %s hides its value in JSON, forms, queries and headers', (name) => {
    expect(json({ [name]: 'v4lue', deep: [{ [name]: 'v4lue' }] })).not.toContain('v4lue')
    expect(
      redactor.body(new URLSearchParams({ [name]: 'v4lue', ok: '1' }).toString(), 'application/x-www-form-urlencoded'),
    ).not.toContain('v4lue')
    expect(redactor.path(new URL(`https://x.example/a?${new URLSearchParams({ [name]: 'v4lue', ok: '1' })}`))).toMatch(
      /^\/a\?.*=\[redacted\]&ok=1$/,
    )
    expect(redactor.headers({ [name]: 'v4lue' })).toEqual({ [name.toLowerCase()]: '[redacted]' })
  })

  test('X7: names that only look like secrets stay readable', () => {
    const plain = {
      code: 'card_declined',
      key: 'k',
      nextPageToken: 'CAES',
      token_type: 'bearer',
      secretary: 'Amal',
      id: 7,
      tokens: 3,
      author: 'x',
    }
    expect(json(plain)).toBe(JSON.stringify(plain))
  })

  test('X7: a provider’s own paths are hidden, whatever lies there', () => {
    expect(
      json({
        customer: { taxId: { a: 1 }, name: 'x' },
        items: [{ serial: 5, n: 1 }, { serial: [6] }],
        notes: { inner: null },
      }),
    ).toBe(
      '{"customer":{"taxId":"[redacted]","name":"x"},"items":[{"serial":"[redacted]","n":1},{"serial":"[redacted]"}],"notes":{"inner":"[redacted]"}}',
    )
  })

  test.each([
    ['broken JSON', '{"a":1,"password":"hunter22","b":', 'application/json'],
    ['cut JSON', '{"password":"hunter22', 'application/json'],
    ['XML', '<r><a:Password type="x">hunter22</a:Password></r>', 'text/xml'],
    ['a query in text', 'see https://x.example/?a=1&api_key=hunter22&b=2', 'text/plain'],
    ['a header in text', 'Authorization: Bearer hunter22hunter22', 'text/html'],
  ])('X7: %s is searched too', (_name, body, type) => {
    expect(redactor.body(body, type)).not.toContain('hunter22')
  })

  test('X7: bodies that are no text are kept as their size', () => {
    expect(redactor.body(new Uint8Array([1, 2, 255, 0]), 'application/pdf')).toBe('[application/pdf, 4 bytes]')
    expect(redactor.body(new Uint8Array([0xff, 0xfe]), '')).toBe('[binary, 2 bytes]')
    expect(redactor.body(Buffer.from('a\u0000b'), 'text/plain')).toBe('[text/plain, 3 bytes]')
    expect(redactor.body('--x\r\nfile', 'multipart/form-data; boundary=x')).toBe('[multipart/form-data, 9 bytes]')
    expect(redactor.body('', 'text/plain')).toBeNull()
    expect(redactor.body(null, undefined)).toBeNull()
  })

  test.each(['a', 'é', '漢', '😀'])('X7: long bodies end within 8 KiB and never inside "%s"', (mark) => {
    const kept = redactor.body(mark.repeat(20_000), 'text/plain') ?? ''
    expect(Buffer.byteLength(kept)).toBeLessThanOrEqual(keptBytes)
    expect(Buffer.byteLength(kept)).toBeGreaterThan(keptBytes - 8)
    expect(kept).not.toContain('\ufffd')
    expect(kept).toContain(`[${Buffer.byteLength(mark) * 20_000} bytes]`)
  })

  test.each([300, 3_000, 40_000, 130_000])('X7: no cut leaves a piece of a secret (%i in a row)', (times) => {
    for (const body of [
      canary.repeat(times),
      `${'x'.repeat(8170)}${canary.repeat(times)}`,
      `[${'"'}${'y'.repeat(65_520)}${canary.repeat(times)}`,
    ]) {
      const kept = redactor.body(body, 'text/plain') ?? ''
      expect(kept).not.toContain(canary.slice(0, 4))
    }
  })

  test('X7: what PostgreSQL cannot store is replaced', () => {
    expect(redactor.text('a\u0000b\ud800c')).toBe('a\ufffdb\ufffdc')
    expect(redactor.headers({ 'x-a': 'b\u0000' })).toEqual({ 'x-a': 'b\ufffd' })
  })

  test('X7: hostile bodies cost little', () => {
    const deep = '['.repeat(5000) + ']'.repeat(5000)
    expect(redactor.body(deep, 'application/json')).toContain('[redacted]')
    expect(redactor.body('{"__proto__":{"password":"hunter22"},"constructor":1}', 'application/json')).toBe(
      '{"__proto__":{"password":"[redacted]"},"constructor":1}',
    )
    for (const mark of ['"', '<', '<a ', '&a=', '"a":', ' ', '\\"']) redactor.body(mark.repeat(300_000), 'text/plain')
  })
})

describe('T4: canary secrets', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(() => database.cleanup())

  test.each([200, 401, 500])(
    'T4: a vendor that echoes the key everywhere in a %i gets it into no column, no error and no report',
    async (status) => {
      const key = 'canary-4f9d/1c+7e'
      const everywhere = (authorization: string | undefined) => ({
        error: { message: `Invalid key ${key} in ${authorization}`, code: key },
        [key]: key,
        raw: Buffer.from(`user:${key}`).toString('base64'),
        url: `https://x.example/?q=${encodeURIComponent(key)}`,
      })
      await using bench = await callBench(
        database,
        (seen, answer) =>
          answerJson(answer, status, everywhere(seen.headers.authorization), {
            'x-echo': key,
            location: `/?k=${encodeURIComponent(key)}`,
          }),
        { open: async () => ({ fields: { apiKey: key, clientSecret: 'canary-short' }, accessToken: null }) },
      )
      const seen: unknown[] = []
      const call = bench.calls.bind(
        bench.connection,
        bench.options({ retries: 0, operation: `op ${key}`, onExchange: (each) => seen.push(each) }),
      )
      const sending = call({
        method: 'POST',
        path: `/bot${encodeURIComponent(key)}/x`,
        query: { echo: key },
        headers: { 'x-mine': key },
        json: { key, note: `a ${key} b` },
      })
      if (status === 200) await sending
      else seen.push(Object.entries(await refusalOf(sending)), (await refusalOf(sending)).message)
      const rows = await bench.rows()
      expect(rows).toHaveLength(1)
      const everything = JSON.stringify([rows, seen], (_key, value: unknown) =>
        typeof value === 'bigint' ? String(value) : value,
      )
      for (const spelled of [
        key,
        encodeURIComponent(key),
        Buffer.from(key).toString('base64').slice(2, -4),
        '4f9d',
        '1c+7e',
        '1c%2B7e',
      ])
        expect(everything).not.toContain(spelled)
    },
  )

  test('T4: broken exchanges keep the key out of their errors', async () => {
    const key = 'canary-4f9d/1c+7e'
    await using bench = await callBench(
      database,
      (_seen, answer) => void answer.socket?.end(`${key} is no HTTP\r\n\r\n`),
      {
        open: async () => ({ fields: { apiKey: key }, accessToken: null }),
      },
    )
    const error = await refusalOf(
      bench.calls.bind(bench.connection, bench.options({ retries: 0 }))({ method: 'GET', path: '/' }),
    )
    expect(error.errorClass).toBe('MALFORMED_ANSWER')
    const inspected = (await import('node:util')).inspect(error, { depth: 10, showHidden: true })
    expect(inspected).not.toContain('4f9d')
    const bad = await refusalOf(
      bench.calls.bind(
        bench.connection,
        bench.options({ retries: 0 }),
      )({ method: 'GET', path: '/', headers: { 'x-a': `${key}\n` } }),
    )
    expect((await import('node:util')).inspect(bad, { depth: 10, showHidden: true })).not.toContain('4f9d')
  })
})
