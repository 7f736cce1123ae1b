import type { AnyVariables, TypedDocumentNode } from '@urql/core'
import { pipe, subscribe } from 'wonka'
import { hub } from './client.svelte.ts'

/**
 * A subscription that lives with its component. What arrives lands in the cache, and so on every page that shows it;
 * `onData` is for more than that (a toast, a list that grew). After a lost connection the queries ask again by themselves.
 */
export function live<Data, Variables extends AnyVariables>(
  document: TypedDocumentNode<Data, Variables>,
  variables: () => Variables | null,
  onData?: (data: Data) => void,
): void {
  $effect(() => {
    const values = variables()
    if (values === null) return
    // urql repeats the last result when a subscription ends: the same object is not news.
    let last: Data | undefined
    return pipe(
      hub.client.subscription(document, values),
      subscribe((result) => {
        if (result.data === undefined || result.data === last) return
        last = result.data
        onData?.(result.data)
      }),
    ).unsubscribe
  })
}
