import { stringifyDocument, type AnyVariables, type TypedDocumentNode } from '@urql/core'
import type { LiveBatch, OpenStream } from '#lib/state/live-log.svelte.ts'
import { hub } from './client.svelte.ts'

/**
 * A live stream straight from the socket and past the cache, which would keep every row for ever. After a lost connection
 * graphql-ws sends the subscription again; `after` is read at that moment, so the stream goes on where it broke.
 */
export function openStream<Data, Variables extends AnyVariables & { readonly after?: unknown }, Row>(
  document: TypedDocumentNode<Data, Variables>,
  variables: Omit<Variables, 'after'>,
  batchOf: (data: Data) => LiveBatch<Row>,
): OpenStream<Row> {
  const query = stringifyDocument(document)
  return (after, onBatch, onFault) =>
    hub.socket.subscribe<Data>(
      {
        query,
        variables: {
          ...variables,
          get after() {
            return after()
          },
        },
      },
      {
        next: ({ data, errors }) => {
          if (errors !== undefined) onFault(errors)
          if (data) onBatch(batchOf(data))
        },
        error: onFault,
        complete: () => {},
      },
    )
}

/**
 * The same stream, which calls `then` once it is open. The hub sends a first batch, empty or not, as soon as it listens: what
 * is read after that misses no change, and what was read before may have.
 */
export const onceOpen =
  <Row>(open: OpenStream<Row>, then: () => void): OpenStream<Row> =>
  (after, onBatch, onFault) => {
    let opened = false
    return open(
      after,
      (batch) => {
        onBatch(batch)
        if (opened) return
        opened = true
        then()
      },
      onFault,
    )
  }
