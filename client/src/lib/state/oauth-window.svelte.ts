/** What the hub's callback page tells the window that began the authorization. */
interface OAuthMessage {
  readonly type: 'patchbay:oauth'
  readonly ok: boolean
  readonly connectionId: string | null
  readonly message: string | null
}

const isMessage = (data: unknown): data is OAuthMessage =>
  typeof data === 'object' && data !== null && (data as { type?: unknown }).type === 'patchbay:oauth'

export type OAuthState =
  | { readonly step: 'idle' }
  | { readonly step: 'waiting' }
  /** The browser refused the window: the person opens the link. */
  | { readonly step: 'blocked'; readonly url: string }
  | { readonly step: 'done' }
  | { readonly step: 'failed'; readonly message: string | null }
  | { readonly step: 'closed' }

/**
 * An authorization in a window of its own. The callback page reports back by message; where a vendor's page cut that tie,
 * the caller's `check` notices the grant instead.
 */
export class OAuthWindow {
  #state = $state.raw<OAuthState>({ step: 'idle' })
  #stop: (() => void) | null = null

  get state(): OAuthState {
    return this.#state
  }

  /** Must be called from a press: the empty window opens at once, its address follows when the hub has it. */
  async open(address: () => Promise<string | null>, check: () => Promise<boolean>): Promise<void> {
    this.close()
    const popup = window.open('about:blank', 'patchbay-oauth', 'popup,width=560,height=720')
    this.#state = { step: 'waiting' }
    const url = await address()
    if (url === null) {
      popup?.close()
      this.#state = { step: 'idle' }
      return
    }
    if (popup) popup.location.href = url
    else this.#state = { step: 'blocked', url }
    this.#watch(popup, check)
  }

  /** Stops waiting; the window itself stays the person's. */
  close(): void {
    this.#stop?.()
    this.#stop = null
  }

  #watch(popup: Window | null, check: () => Promise<boolean>): void {
    const settle = (state: OAuthState) => {
      this.close()
      this.#state = state
    }
    const onMessage = ({ origin, data }: MessageEvent) => {
      if (origin !== window.location.origin || !isMessage(data)) return
      settle(data.ok ? { step: 'done' } : { step: 'failed', message: data.message })
    }
    let quiet = 0
    const timer = setInterval(async () => {
      if (await check()) return settle({ step: 'done' })
      // A closed window may have reported just before: give the message two more looks.
      if (popup?.closed && ++quiet > 2) settle({ step: 'closed' })
    }, 2000)
    window.addEventListener('message', onMessage)
    this.#stop = () => {
      clearInterval(timer)
      window.removeEventListener('message', onMessage)
    }
  }
}
