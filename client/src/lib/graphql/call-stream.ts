import { stringifyDocument } from '@urql/core'
import type { OpenStream } from '#lib/state/live-log.svelte.ts'
import { hub } from './client.svelte.ts'
import {
  CallLoggedDocument,
  type CallFilter,
  type CallLineFragment,
  type CallLoggedSubscription,
} from './generated/graphql.ts'

const query = stringifyDocument(CallLoggedDocument)

/**
 * The live call stream, straight from the socket and past the cache, which would keep every row for ever. After a lost
 * connection graphql-ws sends the subscription again; `after` is read at that moment, so the stream goes on where it broke.
 */
export const callStream =
  (filter: CallFilter | null, search: string | null): OpenStream<CallLineFragment> =>
  (after, onBatch, onFault) =>
    hub.socket.subscribe<CallLoggedSubscription>(
      {
        query,
        variables: {
          filter,
          search,
          get after() {
            return after()
          },
        },
      },
      {
        next: ({ data, errors }) => {
          if (errors !== undefined) onFault(errors)
          if (!data) return
          const { calls, cursor, catchingUp } = data.callLogged
          onBatch({ rows: calls, cursor, catchingUp })
        },
        error: onFault,
        complete: () => {},
      },
    )
