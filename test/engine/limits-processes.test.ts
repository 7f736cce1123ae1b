import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { testDatabase, type TestDatabase } from '../support/database.ts'
import { gatewayReplica, limitedConnection, refusalOfTake } from '../support/gateway-replica.ts'
import { startLimitProcess, type LimitProcess } from '../support/limit-processes.ts'
import { until } from '../support/until.ts'

const at = '2026-11-21T10:00:30.000Z'

// The embedded database belongs to one process.
describe.runIf(process.env['PATCHBAY_TEST_ENGINE'] === 'postgres')('X5: four processes on one database', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await testDatabase()
  })
  afterAll(() => database.cleanup())

  const processes = (connectionIds: readonly string[], callers: number, calls: number): Promise<LimitProcess[]> => {
    const task = { url: database.url ?? '', connectionIds, at, callers, calls }
    return Promise.all(Array.from({ length: 4 }, () => startLimitProcess(task)))
  }
  const sum = (children: readonly LimitProcess[], index = 0) =>
    children.reduce((all, child) => all + child.granted(index), 0)

  test('X5: of 1,000 calls a minute 980 to 1,000 pass, never more; of 1, 3 and 10 exactly so many', async () => {
    const limits = [1_000, 1, 3, 10]
    const connections = await Promise.all(limits.map((MINUTE) => limitedConnection(database, { MINUTE })))
    const children = await processes(
      connections.map(({ id }) => id),
      20,
      30,
    )
    for (const child of children) child.go()
    await until('all have asked', () => children.every((child) => child.isDone), 60_000)
    const [thousand = 0, ...tiny] = limits.map((_limit, index) => sum(children, index))
    await Promise.all(children.map((child) => child.end()))
    expect(thousand).toBeGreaterThanOrEqual(980)
    expect(thousand).toBeLessThanOrEqual(1_000)
    expect(tiny).toEqual([1, 3, 10])
  })

  test('X5, N4: killed processes never let more through, and lock up no more than their blocks', async () => {
    const limit = 4_000
    const connection = await limitedConnection(database, { MINUTE: limit })
    const children = await processes([connection.id], 10, 400)
    for (const child of children) child.go()
    await until('they are under way', () => children.every((child) => child.granted() > 20))
    await Promise.all(children.slice(0, 3).map((child) => child.kill()))
    const [last] = children.slice(3)
    await until('the last has asked', () => last?.isDone)
    await last?.end()
    await using replica = await gatewayReplica({ database, now: () => new Date(at) })
    let granted = sum(children)
    while ((await refusalOfTake(replica, connection)) === null) granted += 1
    expect(granted).toBeLessThanOrEqual(limit)
    // What a killed process had leased, and what it was granted and could not tell of any more.
    expect(granted).toBeGreaterThanOrEqual(limit - 3 * (20 + 10))
  })
})
