import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { answered, cachedConnection, cacheRig, failed } from '../support/answer-cache.ts'

describe('X6: whose answer it is', () => {
  test('X6: whatever is asked in whatever order, an answer is of the connection, address and headers it was asked for', async () => {
    const connections = [0, 1, 2].map(() => cachedConnection())
    const step = fc.record({
      connection: fc.nat(2),
      path: fc.constantFrom('/a', '/a?x=1', '/a?x=1&y=2', '/b', '/a/', '/a%2F'),
      account: fc.constantFrom('', 'acct_1', 'acct_2'),
      language: fc.constantFrom('', 'en', 'ar'),
      agent: fc.constantFrom('curl', 'sdk'),
      method: fc.constantFrom('GET', 'GET', 'GET', 'HEAD', 'POST'),
      passMs: fc.constantFrom(0, 0, 1_000, 61_000),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.constantFrom('', 'user-agent'), async (steps, vary) => {
        let asking = ''
        const rig = cacheRig(({ path, headers }) => {
          const { 'user-agent': agent = '', ...telling } = headers
          const chosenBy = vary === '' ? telling : { ...telling, agent }
          return answered(`${asking} ${path} ${JSON.stringify(chosenBy)}`, vary === '' ? {} : { vary })
        })
        for (const { connection: index, path, account, language, agent, method, passMs } of steps) {
          rig.clock.ms += passMs
          const connection = connections[index] ?? cachedConnection()
          const telling = {
            ...(account && { 'stripe-account': account }),
            ...(language && { 'accept-language': language }),
          }
          asking = connection.id
          const [, text] = await rig.read(connection, { method, path, headers: { ...telling, 'user-agent': agent } })
          const chosenBy = vary === '' ? telling : { ...telling, agent }
          if (text !== '') expect(text).toBe(`${connection.id} ${path} ${JSON.stringify(chosenBy)}`)
        }
      }),
      { numRuns: 60 },
    )
  })

  test('X6: names and values of headers cannot be chosen so that two requests look like one', async () => {
    const rig = cacheRig(({ headers }) => answered(JSON.stringify(headers)))
    const connection = cachedConnection()
    const sly = [{ a: 'b', c: 'd' }, { a: 'b","c":"d' }, { 'a","b': 'c' }, { 'a:b': 'c' }, { a: 'b:c' }]
    for (const headers of sly) await rig.read(connection, { headers: headers as Record<string, string> })
    expect(rig.seen).toHaveLength(sly.length)
  })
})

describe('X6: memory', () => {
  test('X6: 100,000 addresses stay within the bytes allowed, and figures agree with what is kept', async () => {
    const bytes = 2_000_000
    const rig = cacheRig(({ path }) => answered(`${path}${'x'.repeat(path.length * 7)}`), { bytes })
    const connections = [cachedConnection(), cachedConnection()]
    for (let n = 0; n < 100_000; n++) {
      const connection = connections[n % 2] ?? cachedConnection()
      await rig.ask(connection, { path: `/things/${n}?cursor=${'c'.repeat(n % 50)}` })
      if (n % 5_000 === 0) expect(rig.cache.bytes).toBeLessThanOrEqual(bytes)
    }
    const figures = connections.map(({ id }) => rig.cache.figures(id))
    expect(figures[0]!.bytes + figures[1]!.bytes).toBe(rig.cache.bytes)
    expect(rig.cache.bytes).toBeLessThanOrEqual(bytes)
    expect(figures[0]!.entries).toBeGreaterThan(100)
    for (const { id } of connections) rig.cache.purge(id)
    expect(rig.cache.bytes).toBe(0)
    expect(rig.cache.figures(connections[0]!.id)).toMatchObject({ entries: 0, bytes: 0 })
  }, 60_000)

  test('X6: a kept answer is a copy of its own size, not a corner of a larger buffer', async () => {
    const slab = Buffer.alloc(1_000_000, 'x')
    const rig = cacheRig(() => ({ status: 200, headers: {}, body: slab.subarray(0, 10) }))
    const connection = cachedConnection()
    await rig.ask(connection)
    const { answer } = await rig.ask(connection)
    expect(answer.body.buffer.byteLength).toBe(10)
  })
})

describe('X6: many at once', () => {
  const gate = () => {
    let open = (): void => {}
    const opened = new Promise<void>((resolve) => (open = resolve))
    return { opened, open: () => open() }
  }

  test('X6: 200 callers of one address are one request of the vendor', async () => {
    const { opened, open } = gate()
    const rig = cacheRig(async () => {
      await opened
      return answered('one')
    })
    const connection = cachedConnection()
    const asking = Array.from({ length: 200 }, () => rig.read(connection))
    open()
    const answers = await Promise.all(asking)
    expect(rig.seen).toHaveLength(1)
    expect(answers.filter(([state]) => state === 'MISS')).toHaveLength(1)
    expect(answers.filter(([state]) => state === 'HIT')).toHaveLength(199)
  })

  test('X6: an answer that must not be kept is not shared either', async () => {
    const { opened, open } = gate()
    let n = 0
    const rig = cacheRig(async () => {
      await opened
      return answered(`${++n}`, { 'set-cookie': 'session=1' })
    })
    const asking = Array.from({ length: 20 }, () => rig.read(cachedConnection({ id: 'one' })))
    open()
    expect(new Set((await Promise.all(asking)).map(([, text]) => text)).size).toBe(20)
  })

  test('X6: a failure of the vendor is told to all who waited, each with an error of its own', async () => {
    const { opened, open } = gate()
    const rig = cacheRig(async () => {
      await opened
      throw failed('UNAVAILABLE', 503)
    })
    const connection = cachedConnection()
    const asking = Array.from({ length: 50 }, () => rig.read(connection).catch((error: unknown) => error))
    open()
    const errors = await Promise.all(asking)
    expect(rig.seen).toHaveLength(1)
    for (const error of errors) expect(error).toMatchObject({ errorClass: 'UNAVAILABLE', status: 503 })
    expect(new Set(errors).size).toBe(50)
  })

  test('X6: a leader that gave up fails nobody else', async () => {
    const { opened, open } = gate()
    let n = 0
    const rig = cacheRig(async () => {
      n += 1
      if (n > 1) return answered('here')
      await opened
      throw failed('CANCELLED')
    })
    const connection = cachedConnection()
    const asking = Array.from({ length: 50 }, () => rig.read(connection))
    open()
    const ended = await Promise.allSettled(asking)
    expect(ended.filter(({ status }) => status === 'rejected')).toHaveLength(1)
    expect(rig.seen).toHaveLength(2)
  })

  test('X6: nobody waits for an answer that is passed on while it arrives', async () => {
    const { opened, open } = gate()
    let n = 0
    const rig = cacheRig(async ({ letGo }) => {
      n += 1
      if (n > 1) return answered('own')
      letGo()
      await opened
      return { ...answered('begin'), passed: true }
    })
    const connection = cachedConnection()
    const first = rig.read(connection)
    expect(await rig.read(connection)).toEqual(['MISS', 'own'])
    open()
    expect((await first)[0]).toBe('MISS')
    // What was passed on did not put the kept answer away.
    expect(await rig.read(connection)).toEqual(['HIT', 'own'])
  })

  test('X6: a read that began before a change is not kept after it', async () => {
    const { opened, open } = gate()
    const rig = cacheRig(async ({ path }) => {
      if (path === '/orders') await opened
      return answered('before')
    })
    const connection = cachedConnection()
    const reading = rig.read(connection, { path: '/orders' })
    await rig.read(connection, { method: 'POST', path: '/orders/7' })
    open()
    await reading
    expect((await rig.read(connection, { path: '/orders' }))[0]).toBe('MISS')
  })
})
