import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createInMemoryAPQStore, useAPQ } from '@graphql-yoga/plugin-apq'
import { Kind, parse, print, visit, type DefinitionNode, type DocumentNode } from 'graphql'
import type { Plugin } from 'graphql-yoga'
import { z } from 'zod'
import { refusal } from './graphql-errors.ts'

/** Documents that may run when no others may. */
export interface TrustedDocuments {
  /** Text by SHA-256 in hexadecimal, for callers that send the hash alone. */
  readonly byHash: ReadonlyMap<string, string>
  /** Whether a document is one of them, however it is laid out and wherever it asks for `__typename`. */
  has(document: DocumentNode): boolean
}

const manifestOf = z.record(z.string(), z.string())

/**
 * Reads manifests: JSON objects of hash to text, as GraphQL Code Generator, Relay and Apollo's tools write them. Throws
 * an Error that names the file.
 */
export function readTrustedDocuments(files: readonly string[]): TrustedDocuments {
  const byHash = new Map<string, string>()
  const known = new Set<string>()
  for (const file of files) {
    try {
      for (const [hash, text] of Object.entries(manifestOf.parse(JSON.parse(readFileSync(file, 'utf8'))))) {
        byHash.set(hash.replace(/^sha256:/, '').toLowerCase(), text)
        byHash.set(sha256(text), text)
        known.add(canonical(parse(text)))
      }
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : String(cause)
      throw new Error(`The trusted documents in ${file} cannot be read: ${why}`, { cause })
    }
  }
  const seen = new WeakMap<DocumentNode, boolean>()
  return {
    byHash,
    has(document) {
      let found = seen.get(document)
      if (found === undefined) seen.set(document, (found = known.has(canonical(document))))
      return found
    },
  }
}

/** Refuses every document that is not among the trusted ones, whichever way it came in. */
export function trustedOnly(trusted: TrustedDocuments, document: DocumentNode): void {
  if (!trusted.has(document))
    throw refusal(
      'DOCUMENT_NOT_TRUSTED',
      'This hub runs only documents that were registered with it (PATCHBAY_TRUSTED_DOCUMENTS).',
      {},
      403,
    )
}

/** Texts kept for callers that send a hash: forgotten when others come, the caller then sends the text again. */
const mostTexts = 1_000
const keptMs = 24 * 3_600_000
/** Longer texts are not kept: anybody may have one remembered. */
const longestText = 16 * 1024

/**
 * A caller may send the hash of a document instead of its text: Apollo's automatic persisted queries, where the hub
 * remembers what it was sent once; and where only trusted documents run, the hash of one of those.
 */
export function persistedDocuments(trusted: TrustedDocuments | null): Plugin {
  const store = createInMemoryAPQStore({ max: mostTexts, ttl: keptMs })
  return useAPQ({
    responseConfig: { forceStatusCodeOk: true },
    store: {
      get: (hash) => trusted?.byHash.get(hash.toLowerCase()) ?? store.get(hash),
      set: (hash, text) => (trusted === null && text.length <= longestText ? store.set(hash, text) : undefined),
    },
  }) as Plugin
}

/** `documentId` of a request body, as GraphQL clients name it beside `query`, in the form of a persisted query. */
export function withDocumentId(body: object): object {
  if (!('documentId' in body) || typeof body.documentId !== 'string' || 'query' in body) return body
  const { documentId, ...rest } = body
  const extensions = 'extensions' in body && typeof body.extensions === 'object' ? body.extensions : {}
  const sha256Hash = documentId.replace(/^sha256:/, '')
  return { ...rest, extensions: { ...extensions, persistedQuery: { version: 1, sha256Hash } } }
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** One text for documents that ask the same: without `__typename`, which caches add by themselves, and in one order. */
function canonical(document: DocumentNode): string {
  const bare = visit(document, {
    SelectionSet: {
      leave(set) {
        const selections = set.selections.filter(
          (one) => one.kind !== Kind.FIELD || one.name.value !== '__typename' || one.alias !== undefined,
        )
        return selections.length === 0 || selections.length === set.selections.length
          ? undefined
          : { ...set, selections }
      },
    },
  })
  const nameOf = (definition: DefinitionNode): string =>
    `${definition.kind} ${'name' in definition ? (definition.name?.value ?? '') : ''}`
  const sorted = bare.definitions.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  return sha256(sorted.map((definition) => print(definition)).join('\n'))
}
