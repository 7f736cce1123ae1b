import { createHash, randomUUID } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectFolder } from '@patchbay/server/config.ts'
import { Kind, parse, print, visit } from 'graphql'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startHub, type TestHub } from '../support/hub.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const own = JSON.parse(
  readFileSync(join(projectFolder, 'client/src/lib/graphql/generated/persisted-documents.json'), 'utf8'),
) as Record<string, string>

interface Answer {
  readonly data?: unknown
  readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[]
}
async function post(hub: TestHub, body: object): Promise<{ status: number } & Answer> {
  const response = await hub.fetch('/graphql', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json', authorization: `Bearer ${hub.apiKey}` },
    body: JSON.stringify(body),
  })
  return { status: response.status, ...((await response.json()) as Answer) }
}
const code = ({ errors }: Answer) => errors?.[0]?.extensions.code

describe('G2: a document is sent once, then its hash', () => {
  let hub: TestHub
  beforeAll(async () => (hub = await startHub()))
  afterAll(() => hub.stop())

  test('the protocol of automatic persisted queries', async () => {
    const query = `{ hub { version } } # ${randomUUID()}`
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(query) } }
    expect(code(await post(hub, { extensions }))).toBe('PERSISTED_QUERY_NOT_FOUND')
    expect(await post(hub, { query, extensions })).toMatchObject({ status: 200, data: { hub: {} } })
    expect(await post(hub, { extensions })).toMatchObject({ status: 200, data: { hub: {} } })
    expect(await post(hub, { documentId: `sha256:${sha256(query)}` })).toMatchObject({ data: { hub: {} } })
  })

  test('a hash of another text is refused: nobody puts a document under a name that is not its own', async () => {
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256('{ hub { demo } }') } }
    expect(code(await post(hub, { query: '{ viewer { name } }', extensions }))).toBe('PERSISTED_QUERY_MISMATCH')
    expect(code(await post(hub, { extensions }))).toBe('PERSISTED_QUERY_NOT_FOUND')
  })

  test('limits hold for a document that came by its hash', async () => {
    const deep = `{ ${'connections { edges { node { calls { edges { node { connection { '.repeat(4)} id ${'} } } } } } }'.repeat(4)} }`
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(deep) } }
    await post(hub, { query: deep, extensions })
    expect(code(await post(hub, { extensions }))).toBe('TOO_COMPLEX')
  })
})

describe('G2: a hub that runs only trusted documents', () => {
  let hub: TestHub
  const folder = mkdtempSync(join(tmpdir(), 'patchbay-trusted-'))
  const mine = 'query Mine { hub { version demo } }'
  beforeAll(async () => {
    const file = join(folder, 'shop.json')
    writeFileSync(file, JSON.stringify({ [sha256(mine)]: mine }))
    hub = await startHub({ env: { PATCHBAY_TRUSTED_DOCUMENTS: `admin,${file}` } })
  })
  afterAll(async () => {
    await hub.stop()
    rmSync(folder, { recursive: true, force: true })
  })

  test('runs those, by text and by hash, however they are laid out', async () => {
    expect(await post(hub, { query: mine })).toMatchObject({ data: { hub: {} } })
    expect(await post(hub, { query: 'query Mine{hub{version demo __typename}}' })).toMatchObject({ data: { hub: {} } })
    expect(await post(hub, { documentId: sha256(mine) })).toMatchObject({ data: { hub: {} } })
    expect(await post(hub, { extensions: { persistedQuery: { version: 1, sha256Hash: sha256(mine) } } })).toMatchObject(
      {
        data: { hub: {} },
      },
    )
  })

  test('refuses every other, on HTTP and on sockets, and learns none', async () => {
    const other = 'query Mine { hub { version } }'
    const extensions = { persistedQuery: { version: 1, sha256Hash: sha256(other) } }
    expect(code(await post(hub, { query: other }))).toBe('DOCUMENT_NOT_TRUSTED')
    expect(code(await post(hub, { query: other, extensions }))).toBe('DOCUMENT_NOT_TRUSTED')
    expect(code(await post(hub, { extensions }))).toBe('PERSISTED_QUERY_NOT_FOUND')
    expect(code(await post(hub, { query: '{ __schema { types { name } } }' }))).toBe('DOCUMENT_NOT_TRUSTED')
    const stream = hub.subscribe('subscription { callLogged { cursor } }')
    await expect(stream.first('an answer', () => true)).rejects.toThrow('DOCUMENT_NOT_TRUSTED')
  })

  test('every document of the admin is one of them, also as its cache sends it', async () => {
    expect(Object.keys(own).length).toBeGreaterThan(50)
    for (const text of Object.values(own)) {
      const typename = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } } as const
      let depth = 0
      const sent = visit(parse(text), {
        SelectionSet: {
          enter: () => void depth++,
          // The cache adds it everywhere but at the root.
          leave: (set) => (--depth === 0 ? undefined : { ...set, selections: [...set.selections, typename] }),
        },
      })
      // Nobody is signed in: what is trusted is known before who asks.
      const response = await hub.fetch('/graphql', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ query: print(sent) }),
      })
      expect(await response.text(), text).not.toContain('DOCUMENT_NOT_TRUSTED')
    }
  })
})

test('G2: a manifest that cannot be read stops the start, in words', async () => {
  await expect(startHub({ env: { PATCHBAY_TRUSTED_DOCUMENTS: '/nowhere/documents.json' } })).rejects.toThrow(
    /trusted documents in \/nowhere\/documents\.json cannot be read/,
  )
})
