import { describe, expect, test } from 'vitest'
import { answered, cachedConnection, cacheRig, failed, type Vendor } from '../support/answer-cache.ts'

/** Answers with a new number each time. */
function counting(headers: Readonly<Record<string, string>> = {}): Vendor {
  let n = 0
  return () => answered(`${++n}`, headers)
}

describe('X6: how long an answer is used again', () => {
  test('X6: for the connection’s own time, whatever the vendor says', async () => {
    const rig = cacheRig(counting({ 'cache-control': 'max-age=1' }))
    const connection = cachedConnection({ cacheTtlSeconds: 60 })
    expect(await rig.read(connection)).toEqual(['MISS', '1'])
    rig.clock.ms += 59_999
    const { state, ageSeconds, answer } = await rig.ask(connection)
    expect([state, ageSeconds, answer.headers['age']]).toEqual(['HIT', 60, '60'])
    rig.clock.ms += 1
    expect(await rig.read(connection)).toEqual(['MISS', '2'])
  })

  test('X6: 0 keeps nothing', async () => {
    const rig = cacheRig(counting({ 'cache-control': 'max-age=100' }))
    const connection = cachedConnection({ cacheTtlSeconds: 0 })
    expect(await rig.read(connection)).toEqual([null, '1'])
    expect(await rig.read(connection)).toEqual([null, '2'])
    expect(rig.cache.figures(connection.id)).toMatchObject({ entries: 0, hits: 0, misses: 0 })
  })

  test.each([
    ['max-age', { 'cache-control': 'max-age=10' }, 9, 10],
    ['its name in capitals', { 'cache-control': 'Max-Age=10' }, 9, 10],
    ['Expires', { date: 'Sat, 21 Nov 2026 10:00:00 GMT', expires: 'Sat, 21 Nov 2026 10:00:10 GMT' }, 9, 10],
    ['an age it has already', { 'cache-control': 'max-age=10', age: '4' }, 5, 6],
    ['private, as one client’s cache may', { 'cache-control': 'private, max-age=10' }, 9, 10],
  ])('X6: by the vendor’s headers: %s', async (_what, headers, fresh, old) => {
    const rig = cacheRig(counting(headers))
    const connection = cachedConnection({ cacheTtlSeconds: null })
    await rig.read(connection)
    rig.clock.ms += fresh * 1000
    expect((await rig.read(connection))[0]).toBe('HIT')
    rig.clock.ms += (old - fresh) * 1000
    expect((await rig.read(connection))[0]).toBe('MISS')
  })

  test.each([
    ['nothing said', {}],
    ['an age guessed from Last-Modified', { 'last-modified': 'Sat, 21 Nov 2020 10:00:00 GMT' }],
    ['no-cache', { 'cache-control': 'no-cache, max-age=100' }],
    ['no-store', { 'cache-control': 'no-store, max-age=100' }],
    ['a cookie', { 'cache-control': 'max-age=100', 'set-cookie': 'session=1' }],
    ['any header may matter', { 'cache-control': 'max-age=100', vary: '*' }],
    ['a stream', { 'cache-control': 'max-age=100', 'content-type': 'text/event-stream' }],
  ])('X6: by the vendor’s headers never without asking: %s', async (_what, headers) => {
    const rig = cacheRig(counting(headers))
    const connection = cachedConnection({ cacheTtlSeconds: null })
    await rig.read(connection)
    expect((await rig.read(connection))[0]).toBe('MISS')
  })

  test.each([{ 'cache-control': 'No-Store' }, { 'set-cookie': 'session=1' }, { vary: '*' }])(
    'X6: the own time does not keep what must not be kept: %j',
    async (headers) => {
      const rig = cacheRig(counting(headers as Record<string, string>))
      const connection = cachedConnection()
      await rig.read(connection)
      expect(await rig.read(connection)).toEqual(['MISS', '2'])
      expect(rig.cache.figures(connection.id)).toMatchObject({ entries: 0, bytes: 0, misses: 2 })
    },
  )

  test('X6: a caller may ask for something new, and everybody has it then', async () => {
    const rig = cacheRig(counting())
    const connection = cachedConnection()
    await rig.read(connection)
    expect(await rig.read(connection, { headers: { 'cache-control': 'no-cache' } })).toEqual(['MISS', '2'])
    expect(await rig.read(connection)).toEqual(['HIT', '2'])
  })

  test('X6: bodies over 1 MiB are not kept', async () => {
    const rig = cacheRig(() => answered('x'.repeat(1024 * 1024 + 1)), { bytes: 10_000_000 })
    const connection = cachedConnection()
    await rig.read(connection)
    expect((await rig.read(connection))[0]).toBe('MISS')
  })

  test('X6: HEAD is answered from a kept GET, and keeps nothing itself', async () => {
    const rig = cacheRig(counting())
    const connection = cachedConnection()
    expect(await rig.read(connection, { method: 'HEAD' })).toEqual([null, '1'])
    await rig.read(connection)
    expect(await rig.read(connection, { method: 'HEAD' })).toEqual(['HIT', ''])
  })
})

describe('X6: asking whether it still holds', () => {
  test('X6: by its mark; a vendor that says yes sends nothing again', async () => {
    const vendor: Vendor = ({ revalidate }) =>
      revalidate['if-none-match'] === '"v1"'
        ? answered('', { etag: '"v1"', 'x-left': '7' }, 304)
        : answered('body', { etag: '"v1"', 'last-modified': 'Fri, 20 Nov 2026 10:00:00 GMT', 'x-left': '8' })
    const rig = cacheRig(vendor)
    const connection = cachedConnection({ cacheTtlSeconds: 10 })
    await rig.read(connection)
    rig.clock.ms += 10_000
    const { state, answer, ageSeconds } = await rig.ask(connection)
    expect([state, answer.status, Buffer.from(answer.body).toString(), ageSeconds]).toEqual([
      'REVALIDATED',
      200,
      'body',
      0,
    ])
    expect(answer.headers).toMatchObject({ 'x-left': '7', 'content-type': 'application/json' })
    expect(rig.seen[1]?.revalidate).toEqual({
      'if-none-match': '"v1"',
      'if-modified-since': 'Fri, 20 Nov 2026 10:00:00 GMT',
    })
    rig.clock.ms += 9_999
    expect((await rig.read(connection))[0]).toBe('HIT')
    expect(rig.cache.figures(connection.id)).toMatchObject({ entries: 1, hits: 1, misses: 1, revalidated: 1 })
  })

  test('X6: a yes that is about something else is not believed', async () => {
    const vendor: Vendor = ({ revalidate }) =>
      'if-none-match' in revalidate ? answered('', { etag: '"v2"' }, 304) : answered('body', { etag: '"v1"' })
    const rig = cacheRig(vendor)
    const connection = cachedConnection({ cacheTtlSeconds: 10 })
    await rig.read(connection)
    rig.clock.ms += 10_000
    expect(await rig.read(connection)).toEqual(['MISS', 'body'])
    expect(rig.seen.at(-1)?.revalidate).toEqual({})
  })
})

describe('X6: something old while the vendor fails', () => {
  test.each(['UNAVAILABLE', 'TIMEOUT', 'NETWORK', 'BREAKER_OPEN', 'RATE_LIMITED'] as const)(
    'X6: %s is answered from memory, marked as old, until its time is over',
    async (errorClass) => {
      let fails = false
      const rig = cacheRig(() => {
        if (fails) throw failed(errorClass)
        return answered('old')
      })
      const connection = cachedConnection({ cacheTtlSeconds: 60, cacheStaleSeconds: 100 })
      await rig.read(connection)
      fails = true
      rig.clock.ms += 159_999
      const { state, ageSeconds } = await rig.ask(connection)
      expect([state, ageSeconds]).toEqual(['STALE', 160])
      rig.clock.ms += 1
      await expect(rig.read(connection)).rejects.toMatchObject({ errorClass })
      expect(rig.cache.figures(connection.id)).toMatchObject({ stale: 1 })
    },
  )

  test.each(['AUTHENTICATION', 'NOT_FOUND', 'INVALID_REQUEST', 'CONNECTION_DISABLED'] as const)(
    'X6: %s is an answer, not a failure',
    async (errorClass) => {
      let fails = false
      const rig = cacheRig(() => {
        if (fails) throw failed(errorClass, 404)
        return answered('old')
      })
      const connection = cachedConnection()
      await rig.read(connection)
      fails = true
      rig.clock.ms += 61_000
      await expect(rig.read(connection)).rejects.toMatchObject({ errorClass })
    },
  )

  test.each([
    ['no own time, nothing forbidden', null, {}, 'STALE'],
    ['no own time, must-revalidate', null, { 'cache-control': 'max-age=1, must-revalidate' }, null],
    ['no own time, no-cache', null, { 'cache-control': 'no-cache' }, null],
    ['own time over must-revalidate', 1, { 'cache-control': 'max-age=1, must-revalidate' }, 'STALE'],
  ] as const)('X6: %s', async (_what, cacheTtlSeconds, headers, expected) => {
    let fails = false
    const rig = cacheRig(() => {
      if (fails) throw failed('UNAVAILABLE', 503)
      return answered('old', headers)
    })
    const connection = cachedConnection({ cacheTtlSeconds })
    await rig.read(connection)
    fails = true
    rig.clock.ms += 2_000
    const state = await rig.read(connection).then(
      ([found]) => found,
      () => null,
    )
    expect(state).toBe(expected)
  })

  test('X6: 0 seconds is never', async () => {
    let fails = false
    const rig = cacheRig(() => {
      if (fails) throw failed('UNAVAILABLE', 503)
      return answered('old')
    })
    const connection = cachedConnection({ cacheTtlSeconds: 1, cacheStaleSeconds: 0 })
    await rig.read(connection)
    fails = true
    rig.clock.ms += 1_000
    await expect(rig.read(connection)).rejects.toMatchObject({ errorClass: 'UNAVAILABLE' })
  })
})

describe('X6: forgetting', () => {
  test.each(['POST', 'PUT', 'PATCH', 'DELETE'])(
    'X6: %s makes what is kept of its path and its collection old',
    async (method) => {
      const rig = cacheRig(counting())
      const connection = cachedConnection()
      const paths = ['/orders', '/orders?page=2', '/orders/7', '/orders/7?full=1', '/orders/8', '/customers']
      for (const path of paths) await rig.read(connection, { path })
      await rig.read(connection, { method, path: '/orders/7' })
      const states = []
      for (const path of paths) states.push((await rig.read(connection, { path }))[0])
      expect(states).toEqual(['MISS', 'MISS', 'MISS', 'MISS', 'HIT', 'HIT'])
    },
  )

  test('X6: a change that failed may have had an effect all the same', async () => {
    let fails = false
    const rig = cacheRig(() => {
      if (fails) throw failed('TIMEOUT')
      return answered('1')
    })
    const connection = cachedConnection()
    await rig.read(connection)
    fails = true
    await expect(rig.read(connection, { method: 'POST' })).rejects.toMatchObject({ errorClass: 'TIMEOUT' })
    fails = false
    expect((await rig.read(connection))[0]).toBe('MISS')
  })

  test('X6: a purge forgets one connection, also what is under way', async () => {
    let arrive = (): void => {}
    let n = 0
    const rig = cacheRig(async ({ path }) => {
      if (path === '/slow') await new Promise<void>((resolve) => (arrive = resolve))
      return answered(`${++n}`)
    })
    const [one, two] = [cachedConnection(), cachedConnection()]
    await rig.read(one)
    await rig.read(two)
    const slow = rig.read(one, { path: '/slow' })
    rig.cache.purge(one.id)
    arrive()
    expect((await slow)[0]).toBe('MISS')
    expect((await rig.read(one))[0]).toBe('MISS')
    expect((await rig.read(two))[0]).toBe('HIT')
    const again = rig.read(one, { path: '/slow' })
    arrive()
    expect((await again)[0]).toBe('MISS')
  })

  test('X6: any change of a connection, such as other credentials, forgets what was answered before it', async () => {
    const rig = cacheRig(counting())
    const connection = cachedConnection()
    await rig.read(connection)
    expect(await rig.read({ ...connection, version: 2 })).toEqual(['MISS', '2'])
    expect(rig.cache.figures(connection.id).entries).toBe(1)
    // Somebody still holds the row from before the change: it gets an answer, and nothing is kept of it.
    expect(await rig.read(connection)).toEqual([null, '3'])
    expect(await rig.read({ ...connection, version: 2 })).toEqual(['HIT', '2'])
  })
})
