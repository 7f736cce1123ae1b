import { createClient, type Client } from 'graphql-ws'
import { i18n } from '#lib/i18n/i18n.svelte.ts'
import { link } from '#lib/state/link.svelte.ts'

/** Close codes that mean "who are you": trying again with the same cookie cannot help. */
const refused = new Set([4401, 4403])

/** Waits 0.5 s, 1 s, 2 s … at most 10 s, with a little noise so that many tabs do not return at once. */
const wait = (retries: number) =>
  new Promise<void>((done) => setTimeout(done, Math.min(500 * 2 ** retries, 10_000) * (0.75 + Math.random() / 2)))

/** The WebSocket all subscriptions share. It opens with the first and comes back for as long as one is wanted. */
export function createSocket(onRefused: () => void): Client {
  let lost = false
  const address = new URL('/graphql', window.location.href)
  address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:'
  return createClient({
    url: address.href,
    // A page cannot set the header of its socket.
    connectionParams: () => ({ 'accept-language': i18n.language }),
    keepAlive: 12_000,
    lazyCloseTimeout: 2_000,
    retryAttempts: Number.POSITIVE_INFINITY,
    retryWait: wait,
    shouldRetry: (fault) => !(fault instanceof CloseEvent && refused.has(fault.code)),
    on: {
      connected: () => {
        link.opened(lost)
        lost = false
      },
      closed: (event) => {
        const close = event instanceof CloseEvent ? event : null
        if (close !== null && refused.has(close.code)) return onRefused()
        if (close?.code === 1000) return link.idle()
        lost = true
        link.lost()
      },
    },
  })
}
