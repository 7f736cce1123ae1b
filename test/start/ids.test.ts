import { newId } from '@patchbay/server/app/ids.ts'
import { expect, test } from 'vitest'

const version7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

test('ids are UUIDs of version 7, in order of time, and none is given twice', () => {
  const ids = Array.from({ length: 10_000 }, () => newId(1_795_000_000_000))
  expect(ids.every((id) => version7.test(id))).toBe(true)
  expect(new Set(ids).size).toBe(ids.length)
  const times = [0, 1, 255, 2 ** 32, 1_795_000_000_000, 1_795_000_000_001, 2 ** 48 - 1]
  const inOrder = times.map((time) => newId(time))
  expect(inOrder.toSorted()).toEqual(inOrder)
  expect(inOrder.map((id) => Number.parseInt(id.slice(0, 13).replace('-', ''), 16))).toEqual(times)
})
