import { describe, expect, test } from 'vitest'
import type { Call, ConnectionFacts } from '@patchbay/server/providers/provider.ts'
import type { PullAsk } from '@patchbay/server/providers/resource.ts'
import {
  parcelRecords,
  pulled,
  pulledVariants,
  pulledVariantsOfEach,
  shareRecords,
} from '@patchbay/server/providers/shared/pull.ts'
import { testProvider } from '../support/test-provider.ts'

const call: Call = () => Promise.reject(new Error('No call'))
const connection: ConnectionFacts = { id: 'c', environment: 'LIVE', settings: {}, baseUrl: null }
const ask = (more: Partial<PullAsk> = {}): PullAsk => ({ cursor: null, since: null, limit: 50, ...more })

/** A list that keeps what it was asked for. */
function listOf<Item>(items: readonly Item[], nextCursor: string | null = null) {
  const asked: unknown[] = []
  const list = async (_call: Call, input: unknown) => {
    asked.push(input)
    return { items, nextCursor }
  }
  return { asked, list }
}

const old = { id: '1', updatedAt: '2026-11-01T09:00:00+04:00' }
const young = { id: '2', updatedAt: '2026-11-02T05:00:00Z' }
const unsaid = { id: '3', updatedAt: null }

describe('S2: a resource made of a list', () => {
  test('asks a second early, and leaves out what is known to be older', async () => {
    const { asked, list } = listOf([old, young, unsaid])
    const spec = pulled(list, { by: 'updatedSince' })
    const { records } = await spec.pull(call, ask({ since: '2026-11-02T05:00:00Z', cursor: 'next' }), connection)
    expect(asked).toEqual([{ first: 50, after: 'next', updatedSince: '2026-11-02T04:59:59.000Z' }])
    expect(records.map(({ externalId, updatedAt }) => [externalId, updatedAt])).toEqual([
      ['2', '2026-11-02T05:00:00.000Z'],
      ['3', null],
    ])
    expect(spec).toMatchObject({ incremental: 'CHANGES', deletions: 'ABSENT' })
  })

  test('asks for additions by when they were made, whatever changed since', async () => {
    const { asked, list } = listOf([old])
    const spec = pulled(list, { by: 'createdAfter', deletions: 'UNTOLD', lagSeconds: 60 })
    const { records } = await spec.pull(call, ask({ since: '2026-11-02T05:00:00Z' }), connection)
    expect(asked).toEqual([{ first: 50, after: null, createdAfter: '2026-11-02T04:59:59.000Z' }])
    expect(records).toHaveLength(1)
    expect(spec).toMatchObject({ incremental: 'ADDITIONS', deletions: 'UNTOLD', lagSeconds: 60 })
  })

  test('tells no instant to a vendor that has no use for it, and asks for no more than a list takes', async () => {
    const { asked, list } = listOf([old], 'more')
    const page = await pulled(list).pull(call, ask({ since: '2026-11-02T05:00:00Z', limit: 500 }), connection)
    expect(asked).toEqual([{ first: 100, after: null }])
    expect(page).toMatchObject({ records: [{ externalId: '1', deleted: false, data: old }], cursor: 'more' })
  })

  test('a record that the vendor calls gone comes as gone', async () => {
    const { list } = listOf([
      { ...old, state: 'deleted' },
      { ...young, state: 'there' },
    ])
    const spec = pulled(list, { by: 'updatedSince', deletions: 'TOLD', isGone: ({ state }) => state === 'deleted' })
    const { records } = await spec.pull(call, ask(), connection)
    expect(records.map(({ deleted }) => deleted)).toEqual([true, false])
  })

  test('a variant is told apart from the one of the same number in another product', async () => {
    const products = ['a', 'b'].map((id) => ({ id, updatedAt: null, variants: [{ id: '17' }] }))
    const { list } = listOf(products)
    const carried = await pulledVariants(list).pull(call, ask(), connection)
    const fetched = await pulledVariantsOfEach(list, async (_call, { id }) => ({
      id,
      variants: [{ id: '17' }],
    })).pull(call, ask(), connection)
    for (const { records } of [carried, fetched])
      expect(records.map(({ externalId, parentId }) => [externalId, parentId])).toEqual([
        ['a/17', 'a'],
        ['b/17', 'b'],
      ])
  })

  test('a parcel without a number is none yet, and one number is one parcel', () => {
    const shipments = [null, '44', '44', '45'].map((trackingNumber) => ({ trackingNumber }))
    expect(parcelRecords({ id: '9', shipments }).map(({ externalId }) => externalId)).toEqual(['9/44', '9/45'])
  })

  test('one payment of two invoices is two records', () => {
    const shares = ['7', '8'].map((invoiceId) => ({ id: '5', invoiceId }))
    expect(shareRecords(shares).map(({ externalId, parentId }) => [externalId, parentId])).toEqual([
      ['5/7', '7'],
      ['5/8', '8'],
    ])
  })

  test('a provider cannot declare what its category has no model of', () => {
    const { list } = listOf([old])
    expect(() => testProvider('https://acme.example', { resources: { posts: pulled(list) } })).toThrow(
      'acme: PAYMENT has no model of posts',
    )
  })
})
